// What the weights of queries' terms are multiplied with to become integers. Published weights are multiplied with 100,
// which small ones do not survive: all of them would be 0, and every query empty.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';

/** The usual scale, and the largest. */
const [USUAL, MOST] = [100, 10_000];
/** What the heaviest term weighs at least, as an integer. */
const LEAST = 50;

/**
 * The scale of weights; nothing where the usual one will do.
 *
 * @param vectors a table, or what a network says of some texts
 * @throws SparsedgeError `bad-input` for weights that are nothing, or beyond all scores, as integers
 */
export function scaleOf(vectors: readonly SparseVector[], where: string): number | undefined {
  let most = 0;
  for (const vector of vectors) for (const weight of vector.values()) most = Math.max(most, weight);
  if (most * MOST < LEAST || most * USUAL > 2 ** 31) {
    const expected = 'weights of which the largest is from 0.005 to 20 million';
    throw new SparsedgeError('bad-input', `${where}: expected ${expected}, found ${most}`, {
      file: where,
      expected,
      found: most,
    });
  }
  if (most * USUAL >= LEAST) return undefined;
  return Math.min(MOST, 10 ** Math.ceil(Math.log10(LEAST / most)));
}
