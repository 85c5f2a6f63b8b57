// A query that was encoded elsewhere: its weights, real numbers or large ones, become integers whose sum a score can
// hold.

import type { Space } from '../../src/core/format/manifest.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import type { EncodedQuery } from '../../src/query/encode/query-model.ts';
import { MAX_TOTAL_WEIGHT, weighTerms } from '../../src/query/search/terms.ts';

/** Weights of up to 655 with two digits behind the point, as most encoders are published. */
const FINEST = 100;

/**
 * Weights as integers, and what they were multiplied by: as they are where they are integers already and few enough,
 * else by as much as fits, at most by a hundred.
 */
export function scaled(vector: SparseVector): { weights: ReadonlyMap<string, number>; scale: number } {
  const given = [...vector].filter(([, weight]) => weight > 0);
  const sum = given.reduce((total, [, weight]) => total + weight, 0);
  if (sum <= MAX_TOTAL_WEIGHT && given.every(([, weight]) => Number.isInteger(weight)))
    return { weights: new Map(given), scale: 1 };
  // Rounding adds at most a half for each term.
  const scale = Math.min(FINEST, (MAX_TOTAL_WEIGHT - given.length / 2) / sum);
  return { weights: new Map(given.map(([term, weight]) => [term, Math.round(weight * scale)])), scale };
}

/**
 * A query's vector as terms of a space.
 *
 * @throws SparsedgeError `bad-query` for more terms than are searched
 */
export function encodedGiven(vector: SparseVector, space: Space): EncodedQuery {
  const { weights, scale } = scaled(vector);
  return { terms: weighTerms(weights, space.name), scale };
}
