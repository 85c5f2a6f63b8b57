// A query as the index sees it: weighted terms of one or more spaces.

import { contentWords, questionTerms } from '../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../core/analyzer/analyzer.ts';
import { questionStems } from '../../core/analyzer/stemming/stemmed-languages.ts';
import { SparsedgeError } from '../../core/errors.ts';
import { utf8 } from '../../core/format/bytes.ts';
import type { Space } from '../../core/format/manifest.ts';
import { MAX_IMPACT } from '../../core/format/postings.ts';
import { checkModelName } from '../../core/model/contract.ts';
import { SCORE_LIMIT } from './sums/score.ts';

/** One term of a query. */
export interface QueryTerm {
  readonly space: string;
  readonly term: string;
  readonly key: Uint8Array;
  /** A positive integer. */
  readonly weight: number;
  /** Where it comes from, where that is not the text that is asked alone. */
  readonly from?: readonly TermOrigin[] | undefined;
}

/**
 * Where a term of a query comes from: the text that is asked, a synonym `text` of what it says, what was meant by a
 * word of it, a word or a title that its end may become, what its best documents say, or the document that others are
 * to be like.
 */
export interface TermOrigin {
  readonly kind: 'question' | 'synonym' | 'correction' | 'prefix' | 'feedback' | 'like';
  /** What the question says, or the id of that document. */
  readonly of?: string | undefined;
  readonly text?: string | undefined;
}

const ASKED: readonly TermOrigin[] = [{ kind: 'question' }];

/** Where a term comes from. */
export function originsOf({ from = ASKED }: Pick<QueryTerm, 'from'>): readonly TermOrigin[] {
  return from;
}

/**
 * A query may have this many distinct terms: SPLADE's longest published ones have about 200. Of a text that has more,
 * such as a document that is asked as a query, the heaviest are searched.
 */
export const MAX_QUERY_TERMS = 1024;
/** A query's weights sum to no more when it is searched: no score can then reach SCORE_LIMIT. */
export const MAX_TOTAL_WEIGHT = Math.floor((SCORE_LIMIT - 1) / MAX_IMPACT);

/**
 * Whether a space's documents have terms beside their words: names, functional words, whole titles. Those of vectors
 * made elsewhere have not, nor those of earlier releases.
 */
export function hasBesides({ encoder }: Space): boolean {
  return encoder.parameters.titleWeight !== undefined;
}

/**
 * Text → terms, weighed as the space says.
 *
 * @throws SparsedgeError `model-mismatch` for a space whose queries need a model; what weighTerms throws
 */
export function encodeQuery(text: string, space: Space): QueryTerm[] {
  if (space.query === 'tokenizer' || space.query === 'neural') checkModelName(space, undefined);
  const counts = new Map<string, number>();
  const analysis = analysisNamed(space.analyzer)(text);
  const terms = hasBesides(space) ? questionTerms(analysis, text) : contentWords(analysis);
  for (const term of terms) {
    counts.set(term, space.query === 'binary' ? 1 : (counts.get(term) ?? 0) + 1);
  }
  return weighText(withStems(counts, text, space), space.name);
}

/**
 * A text's terms with their weights: of more than are searched, the heaviest, and of equal ones those that come first.
 *
 * @throws SparsedgeError `bad-query` for weights that are no integers from 0
 */
export function weighText(weights: ReadonlyMap<string, number>, space: string): QueryTerm[] {
  return weighTerms(new Map(heaviest([...weights], ([, weight]) => weight)), space);
}

/** As many of a query's terms as are searched: the heaviest, in the order in which they came. */
export function heaviest<Term>(terms: readonly Term[], weightOf: (term: Term) => number): readonly Term[] {
  if (terms.length <= MAX_QUERY_TERMS) return terms;
  const ranked = [...terms.keys()].sort((a, b) => weightOf(terms[b]) - weightOf(terms[a]) || a - b);
  const kept = new Set(ranked.slice(0, MAX_QUERY_TERMS));
  return terms.filter((_, i) => kept.has(i));
}

/** A stem weighs so much of what a word does: in another form, a word is half as sure to be meant. */
const STEM_SHARE = 0.5;

/** What the weights of a question are multiplied by, where they are counts: stems weigh a part of one. */
export function countScale({ languages }: Pick<Space, 'languages'>): number {
  return languages === undefined ? 1 : 1 / STEM_SHARE;
}

/**
 * The weights of a question's terms with those of its stems in the languages of an index.
 *
 * @param weight of a word that comes once, where weights are no counts
 */
export function withStems(
  weights: ReadonlyMap<string, number>,
  text: string,
  space: Pick<Space, 'languages'>,
  weight?: number,
): ReadonlyMap<string, number> {
  const { languages } = space;
  if (languages === undefined) return weights;
  const scale = weight === undefined ? countScale(space) : 1;
  const scaled = new Map([...weights].map(([term, count]) => [term, count * scale]));
  for (const [stem, count] of questionStems(text, languages))
    scaled.set(stem, Math.round(count * (weight ?? scale) * STEM_SHARE));
  return scaled;
}

/**
 * Terms with given weights, which encode/spaces.ts scales where they sum to more than a search takes.
 *
 * @param weights term → integer weight; a weight of 0 drops the term
 * @throws SparsedgeError `bad-query` for other weights or too many terms
 */
export function weighTerms(weights: ReadonlyMap<string, number>, space: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  for (const [term, weight] of weights) {
    if (!Number.isInteger(weight) || weight < 0) {
      throw new SparsedgeError(
        'bad-query',
        `the weight of "${term}" is ${weight}; weights are integers from 0`,
      );
    }
    if (weight === 0) continue;
    terms.push({ space, term, key: utf8(term), weight });
  }
  if (terms.length > MAX_QUERY_TERMS) {
    throw new SparsedgeError(
      'bad-query',
      `the query has ${terms.length} distinct terms; at most ${MAX_QUERY_TERMS} are searched`,
    );
  }
  return terms;
}

/** The sum of a query's weights. */
export function totalWeight(terms: readonly QueryTerm[]): number {
  return terms.reduce((sum, { weight }) => sum + weight, 0);
}
