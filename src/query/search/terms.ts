// A query as the index sees it: weighted terms of one or more spaces.

import { SparsedgeError } from '../../core/errors.ts';
import { utf8 } from '../../core/format/bytes.ts';
import { MAX_IMPACT } from '../../core/format/postings.ts';
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

/** The terms that no document has, of those that searches needed. */
export function absentOf(
  searches: readonly {
    readonly absent?: readonly number[] | undefined;
    readonly terms: readonly QueryTerm[];
  }[],
): ReadonlySet<string> | undefined {
  const absent = searches.flatMap(({ absent = [], terms }) => absent.map((place) => terms[place].term));
  return absent.length === 0 ? undefined : new Set(absent);
}
