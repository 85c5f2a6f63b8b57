// Is one system better than another, or were the queries kind to it? The paired bootstrap draws the queries again, with
// replacement, many times, and looks at how the mean difference moves. Queries that depend on each other, such as
// questions about one document, are drawn together (Davison and Hinkley, Bootstrap Methods and their Application, 1997,
// 3.8).
//
// The interval is the percentile interval; p is two-sided and tests a mean difference of zero by moving the resampled
// differences to it (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 16; for search,
// Sakai, "Evaluating evaluation metrics based on the bootstrap", SIGIR 2006). The same input always gives the same
// answer.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Qrels } from './qrels.ts';

/** How much better the candidate is than the baseline, over the queries at hand. */
export interface Comparison {
  readonly queries: number;
  /** Mean of candidate minus baseline. */
  readonly difference: number;
  /** The middle 95% of the resampled differences. */
  readonly interval: readonly [low: number, high: number];
  /** How often chance alone would give a difference as large as this, either way. */
  readonly p: number;
}

/**
 * For each query the document that it asks for: the most relevant one, and the first of several. Questions about one
 * document depend on each other.
 */
export function askedFor(qrels: Qrels): Map<string, string> {
  return new Map(
    [...qrels].map(([query, judged]) => [
      query,
      [...judged].reduce((best, each) => (each[1] > best[1] ? each : best))[0],
    ]),
  );
}

interface BootstrapOptions {
  readonly samples?: number;
  readonly seed?: number;
  readonly groups?: ReadonlyMap<string, string>;
}

/**
 * Compares two systems query by query.
 *
 * @param baseline one system's score for each query
 * @param candidate the other's, for the same queries
 * @param groups by query: those of one group are drawn together; each query alone unless given
 * @throws SparsedgeError `bad-input` when the two do not score the same queries, or there is none
 */
export function pairedBootstrap(
  baseline: ReadonlyMap<string, number>,
  candidate: ReadonlyMap<string, number>,
  { samples = 10_000, seed = 1, groups }: BootstrapOptions = {},
): Comparison {
  const { sums, sizes } = paired(baseline, candidate, groups);
  const difference = total(sums) / total(sizes);
  const next = randomBits(seed);
  const resampled = new Float64Array(samples);
  // A resample that averages exactly zero lies exactly this far away; rounding must not put it nearer.
  const least = Math.abs(difference) * (1 - 1e-12);
  let asLarge = 0;
  for (let s = 0; s < samples; s++) {
    let [sum, size] = [0, 0];
    for (let i = 0; i < sums.length; i++) {
      const drawn = Math.floor((next() / 2 ** 32) * sums.length);
      sum += sums[drawn];
      size += sizes[drawn];
    }
    resampled[s] = sum / size;
    if (Math.abs(resampled[s] - difference) >= least) asLarge++;
  }
  resampled.sort();
  const at = (share: number) => resampled[Math.round(share * (samples - 1))];
  return {
    queries: baseline.size,
    difference,
    interval: [at(0.025), at(0.975)],
    // The observed sample counts as one of those drawn, so that p is never zero.
    p: (asLarge + 1) / (samples + 1),
  };
}

/**
 * Of each group the sum of candidate minus baseline, and its queries, in the order of the query ids: the order of the
 * maps must not decide what is drawn.
 */
function paired(
  baseline: ReadonlyMap<string, number>,
  candidate: ReadonlyMap<string, number>,
  groups: BootstrapOptions['groups'],
): { sums: Float64Array; sizes: Float64Array } {
  const queries = [...baseline.keys()].sort();
  const missing = queries.find((query) => !candidate.has(query));
  if (queries.length === 0 || missing !== undefined || candidate.size !== baseline.size) {
    throw new SparsedgeError('bad-input', 'a paired test needs scores of the same queries, one at least', {
      baseline: baseline.size,
      candidate: candidate.size,
      ...(missing === undefined ? {} : { missing }),
    });
  }
  const ungrouped = groups && queries.find((query) => !groups.has(query));
  if (ungrouped !== undefined)
    throw new SparsedgeError('bad-input', `query ${ungrouped} is in no group`, { query: ungrouped });
  const numbers = new Map<string, number>();
  const [sums, sizes]: number[][] = [[], []];
  for (const query of queries) {
    const group = groups?.get(query) ?? query;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    sums[number] = (sums[number] ?? 0) + candidate.get(query)! - baseline.get(query)!;
    sizes[number] = (sizes[number] ?? 0) + 1;
  }
  return { sums: Float64Array.from(sums), sizes: Float64Array.from(sizes) };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

// sfc32, by Chris Doty-Humphrey (PractRand): 32-bit integers only, so every platform draws the same numbers.
function randomBits(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, 0, 1];
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
