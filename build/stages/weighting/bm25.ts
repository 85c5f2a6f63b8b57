// BM25, and what a model may have it do otherwise: weigh bursts, and hold phrases back.

import { isTitle } from '../../../src/core/analyzer/titles.ts';
import { isPhrase } from '../../../src/core/tokens/phrases.ts';
import { luceneLength } from './lucene-length.ts';
import type { TermStatistics, Weighting } from './weighting.ts';

/**
 * BM25 as Lucene computes it, the factor (k1 + 1) included: Robertson and Zaragoza, "The Probabilistic Relevance
 * Framework", 2009, with idf = ln(1 + (N − df + ½) / (df + ½)), which is never negative, and here never less than a
 * COMMONEST of what a word of one document has.
 *
 * @param lengths `lucene` rounds them as Lucene stores them, for comparison with its numbers
 */
export function bm25(k1: number, b: number, lengths: 'exact' | 'lucene' = 'exact'): Weighting {
  return {
    roundLength: lengths === 'lucene' ? luceneLength : undefined,
    parameters: { k1, b, ...(lengths === 'lucene' && { luceneLengths: 1 }) },
    forTerm(statistics) {
      const { meanLength } = statistics;
      const idf = idfOf(statistics);
      return (value, length) => (idf * value * (k1 + 1)) / (value + k1 * (1 - b + (b * length) / meanLength));
    },
  };
}

/**
 * A word that nearly all documents hold would weigh nothing, and all of them the same once that is rounded. So it keeps
 * a share of the range, about eight impacts, which is enough to say which documents are about it. Of four thousand
 * documents that concerns words of more than 78 % of them.
 */
const COMMONEST = 1 / 32;

function idfOf(statistics: TermStatistics): number {
  const rarest = oddsOfAbsence({ ...statistics, documentFrequency: 1 });
  return Math.max(Math.log(1 + oddsOfAbsence(statistics)), Math.log(1 + rarest) * COMMONEST);
}

/** How many documents lack a term for each that holds it. */
function oddsOfAbsence({
  documents,
  documentFrequency,
}: Pick<TermStatistics, 'documents' | 'documentFrequency'>): number {
  return (documents - documentFrequency + 0.5) / (documentFrequency + 0.5);
}

/**
 * BM25 with ln(1 + odds · mean value) for its idf = ln(1 + odds): of two words in equally many documents, the one that
 * is said more often where it is said at all is what documents are about (Church and Gale, "Poisson mixtures", 1995,
 * call it burstiness; Kwok, "A New Method of Weighting Query Terms for Ad-Hoc Retrieval", 1996, weighs queries by that
 * mean). Phrases and whole titles keep their idf.
 */
export function weighingBursts(weighting: Weighting): Weighting {
  return {
    ...weighting,
    parameters: { ...weighting.parameters, burstiness: 1 },
    forTerm(statistics) {
      const weigh = weighting.forTerm(statistics);
      if (isPhrase(statistics.key) || isTitle(statistics.key)) return weigh;
      const odds = oddsOfAbsence(statistics);
      const factor = Math.log(1 + odds * statistics.meanValue()) / Math.log(1 + odds);
      return (value, length) => factor * weigh(value, length);
    },
  };
}

/**
 * A weighting that gives phrases a share of what it would give a word as rare: they only repeat what their words say.
 */
export function weighingPhrases(weighting: Weighting, share: number): Weighting {
  return {
    ...weighting,
    parameters: { ...weighting.parameters, phrases: share },
    forTerm(statistics) {
      const weigh = weighting.forTerm(statistics);
      return isPhrase(statistics.key) ? (value, length) => share * weigh(value, length) : weigh;
    },
  };
}
