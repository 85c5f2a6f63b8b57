// Documents → raw term values, and raw values → weights.
//
// The split is what makes one pipeline serve every family. An encoder sees one document at a time and gives each term
// a value: a count, a predicted count, or a finished weight. A weighting then turns values into weights with what only
// the whole collection knows: how many documents hold the term, and how long documents are.

import { type Analyzer, type AnalyzerName, analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import type { Document } from '../../../src/core/document.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { ModelName } from '../../../src/core/model/contract.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { isPhrase } from '../../../src/core/tokens/phrases.ts';
import { luceneLength } from '../weighting/lucene-length.ts';

/** Turns documents into raw term values. */
export interface DocumentEncoder {
  readonly id: string;
  readonly analyzer: AnalyzerName;
  /** What weighs a query's terms. */
  readonly query: Space['query'];
  readonly weighting: Weighting;
  /** The model that gives the values, where one does. */
  readonly model?: ModelName;
  /** Whether a network gives the values: that takes long, and its last bits are another runtime's choice. */
  readonly network?: boolean;
  /** A document's length; the sum of its values if absent. */
  readonly lengthOf?: (input: EncoderInput) => number;
  /** Raw values of each document, in order. Values are finite and not negative. */
  encode(documents: readonly EncoderInput[]): SparseVector[] | Promise<SparseVector[]>;
}

/** A document, with its vector where one was made elsewhere. */
export interface EncoderInput {
  readonly document: Document;
  readonly vector?: SparseVector;
  /** Predicted of the document, where it was expanded: searched, and never shown. */
  readonly queries?: readonly string[];
}

/** What the whole collection says of one term. */
export interface TermStatistics {
  readonly key: Uint8Array;
  readonly documents: number;
  readonly documentFrequency: number;
  /** Mean over documents of their lengths. */
  readonly meanLength: number;
  /** Mean of the term's raw values over the documents that hold it; most weightings never ask. */
  readonly meanValue: () => number;
}

/** Turns raw values into weights. */
export interface Weighting {
  readonly parameters: Readonly<Record<string, number>>;
  /** How a document's length is rounded before it is weighed with; exact if absent. */
  readonly roundLength?: (length: number) => number;
  /** For one term: a function from a raw value and its document's length to the weight. */
  forTerm(statistics: TermStatistics): (value: number, length: number) => number;
}

/** The values are the weights. */
export const given: Weighting = {
  parameters: {},
  forTerm: () => (value) => value,
};

/**
 * BM25 as Lucene computes it, the factor (k1 + 1) included: Robertson and Zaragoza, "The Probabilistic Relevance
 * Framework", 2009, with idf = ln(1 + (N − df + ½) / (df + ½)), which is never negative.
 *
 * @param lengths `lucene` rounds them as Lucene stores them, for comparison with its numbers
 */
export function bm25(k1: number, b: number, lengths: 'exact' | 'lucene' = 'exact'): Weighting {
  return {
    ...(lengths === 'lucene' && { roundLength: luceneLength }),
    parameters: { k1, b, ...(lengths === 'lucene' && { luceneLengths: 1 }) },
    forTerm(statistics) {
      const { meanLength } = statistics;
      const idf = Math.log(1 + oddsOfAbsence(statistics));
      return (value, length) => (idf * value * (k1 + 1)) / (value + k1 * (1 - b + (b * length) / meanLength));
    },
  };
}

/** How many documents lack a term for each that holds it. */
function oddsOfAbsence({ documents, documentFrequency }: TermStatistics): number {
  return (documents - documentFrequency + 0.5) / (documentFrequency + 0.5);
}

/**
 * BM25 with ln(1 + odds · mean value) for its idf = ln(1 + odds): of two words in equally many documents, the one that is said
 * more often where it is said at all is what documents are about (Church and Gale, "Poisson mixtures", 1995, call it
 * burstiness; Kwok, "A New Method of Weighting Query Terms for Ad-Hoc Retrieval", 1996, weighs queries by that mean). Phrases
 * keep their idf.
 */
export function weighingBursts(weighting: Weighting): Weighting {
  return {
    ...weighting,
    parameters: { ...weighting.parameters, burstiness: 1 },
    forTerm(statistics) {
      const weigh = weighting.forTerm(statistics);
      if (isPhrase(statistics.key)) return weigh;
      const odds = oddsOfAbsence(statistics);
      const factor = Math.log(1 + odds * statistics.meanValue()) / Math.log(1 + odds);
      return (value, length) => factor * weigh(value, length);
    },
  };
}

/** A weighting that gives phrases a share of what it would give a word as rare: they only repeat what their words say. */
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

/** tf / length · ln(N / df): Salton and Buckley's oldest form, with a term that every document holds at weight 0. */
export const tfidf: Weighting = {
  parameters: {},
  forTerm({ documents, documentFrequency }) {
    const idf = Math.log(documents / documentFrequency);
    return (value, length) => (value / length) * idf;
  },
};

/** What of a document is searched: title and text, joined. */
export function searchableText({ title, text }: Document): string {
  return title ? `${title} ${text}` : text;
}

/** Counts the words of documents. */
export function wordCounter(analyzer: AnalyzerName): (input: EncoderInput) => number {
  const analyze = analyzerNamed(analyzer);
  return ({ document }) => analyze(searchableText(document)).length;
}

/** Counts terms as an analyzer gives them. */
export function countingEncoder(id: string, analyzer: AnalyzerName, weighting: Weighting): DocumentEncoder {
  const analyze = analyzerNamed(analyzer);
  return {
    id,
    analyzer,
    query: 'count',
    weighting,
    encode: (documents) => documents.map(({ document }) => countTerms(analyze, searchableText(document))),
  };
}

function countTerms(analyze: Analyzer, text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of analyze(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Takes the vectors that came with the documents. */
export function vectorEncoder(analyzer: AnalyzerName, query: 'count' | 'binary'): DocumentEncoder {
  return {
    id: 'vectors',
    analyzer,
    query,
    weighting: given,
    encode: (documents) => documents.map(({ vector }) => vector ?? new Map()),
  };
}
