// Several spaces in one pass: score(d) = Σ w_s · weight_s(q, d), over spaces s with weights w_s. A sum of impacts
// stands for a weight in steps of maximum_s / 255, and a query's integers for its own in steps of 1 / scale_s. Sums
// must be of integers, so each term's factor w_s · q_t · maximum_s / (255 · scale_s) becomes a multiple of one unit,
// the finest that fits a score.
//
// What is exact: the k best by these integers are proved. What is rounded: each term's factor, once, by at most half a
// unit; score · unit is then within Σ impact · unit / 2 of the sum above, apart from factors below half a unit, which
// become one: no term is rounded away. With one space nothing is rounded, unless its weights sum to more than a score
// has room for: they are then put on such a unit, too.

import { SparsedgeError } from '../../core/errors.ts';
import type { Manifest, Space } from '../../core/format/manifest.ts';
import { MAX_IMPACT } from '../../core/format/postings.ts';
import { spaceNamed } from '../search/open.ts';
import { heaviest, MAX_TOTAL_WEIGHT, type QueryTerm, totalWeight } from '../search/terms.ts';
import type { EncodedQuery } from './query-model.ts';

/** A query may name this many spaces. */
export const MAX_SPACES = 8;
/** The largest weight of a space. Only ratios matter. */
export const MAX_SPACE_WEIGHT = 1e6;

/** A space and how much it counts. */
export interface WeighedSpace {
  readonly space: Space;
  readonly weight: number;
}

/** What scores are sums of. */
export interface WeighedQuery {
  readonly terms: readonly QueryTerm[];
  /** What a score of 1 is in the spaces' own weights. */
  readonly unit: number;
}

/**
 * Puts a query's terms of several spaces on one scale. Of more terms than are searched, it takes the heaviest.
 */
export function weighSpaces(spaces: readonly WeighedSpace[], queries: readonly EncodedQuery[]): WeighedQuery {
  const steps = spaces.map(
    ({ space, weight }, i) => (weight * space.quantizer.maximum) / (MAX_IMPACT * queries[i].scale),
  );
  const [first] = queries;
  if (spaces.length === 1 && totalWeight(first.terms) <= MAX_TOTAL_WEIGHT) {
    return { terms: first.terms, unit: steps[0] };
  }
  const all = queries.flatMap(({ terms }, i) =>
    terms.map((term) => ({ term, factor: term.weight * steps[i] })),
  );
  const kept = heaviest(all, ({ factor }) => factor);
  const total = kept.reduce((sum, { factor }) => sum + factor, 0);
  if (total === 0) return { terms: [], unit: Math.max(...steps) };
  // Rounding adds less than 1 for each term: none is rounded away.
  const unit = total / (MAX_TOTAL_WEIGHT - kept.length);
  const terms = kept.map(({ term, factor }) => ({ ...term, weight: Math.max(1, Math.round(factor / unit)) }));
  return { terms, unit };
}

/** Which spaces a request names. */
export interface SpaceChoice {
  /** One; the index's first unless given. */
  readonly space?: string | undefined;
  /** Several, by name. */
  readonly spaces?: ReadonlyMap<string, number> | undefined;
  /** All of them unless some are named. */
  readonly fusion?: unknown;
}

/**
 * The spaces that a request is for.
 *
 * @throws SparsedgeError `bad-query` for a space that the index lacks, too many of them, or a weight that is not above
 *   0
 */
export function chooseSpaces(manifest: Manifest, { space, spaces, fusion }: SpaceChoice): WeighedSpace[] {
  if (spaces === undefined && fusion === undefined) {
    return [{ space: spaceNamed({ manifest }, space), weight: 1 }];
  }
  const weights = [...(spaces ?? new Map(manifest.spaces.map(({ name }) => [name, 1])))];
  if (weights.length === 0 || weights.length > MAX_SPACES) {
    throw new SparsedgeError('bad-query', `a request names 1 to ${MAX_SPACES} spaces, not ${weights.length}`);
  }
  return weights.map(([name, weight]) => {
    const chosen = spaceNamed({ manifest }, name);
    if (typeof weight === 'number' && weight > 0 && weight <= MAX_SPACE_WEIGHT)
      return { space: chosen, weight };
    throw new SparsedgeError(
      'bad-query',
      `the weight of the space "${name}" is ${weight}; it must be above 0 and at most ${MAX_SPACE_WEIGHT}`,
    );
  });
}

/** A text as each space has it. One after another: an isolate may not have room for the networks of all. */
export async function encodeAll(
  text: string,
  spaces: readonly WeighedSpace[],
  index: { readonly encode: (text: string, space: Space) => Promise<EncodedQuery> },
): Promise<EncodedQuery[]> {
  const queries: EncodedQuery[] = [];
  for (const { space } of spaces) queries.push(await index.encode(text, space));
  return queries;
}
