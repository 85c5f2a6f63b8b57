// Clusters of a vocabulary: k-means over the rows of a network's token embedding, which is also its output embedding
// where the two are tied. The head `lens` takes the clusters for its terms. Equal input and seed give equal clusters.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Progress } from '../../terminal/progress.ts';
import { FLOAT32, readNetwork } from '../onnx/network.ts';

/** Rows of numbers, one after the other. */
export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

export interface KMeans {
  readonly clusters: number;
  readonly rounds: number;
  readonly seed: number;
}

/** A vocabulary may be padded to a multiple of this many rows. */
const PADDING = 128;
/** Dimensions between two looks at whether a row is already too far away. */
const STRIDE = 16;

/**
 * The token embedding of an ONNX file: the matrix with a row for each piece in which tokens are looked up.
 *
 * @param name of the matrix, where there are several
 * @throws SparsedgeError `bad-input` when there is none, or more than one
 */
export function readEmbedding(onnx: Uint8Array, where: string, pieces: number, name?: string): Rows {
  const { nodes, weights } = readNetwork(onnx, where);
  const lookedUp = new Set(nodes.filter(({ type }) => type === 'Gather').map(({ inputs }) => inputs[0]));
  const matrices = weights.filter(
    ({ name, type, dims: [rows, ...more] }) =>
      lookedUp.has(name) &&
      type === FLOAT32 &&
      rows! >= pieces &&
      rows! < pieces + PADDING &&
      more.length === 1,
  );
  const found = name === undefined ? matrices : matrices.filter((matrix) => matrix.name === name);
  if (found.length !== 1) {
    const expected = `one matrix of float32 ${name === undefined ? '' : `with the name ${name} and `}of ${pieces} rows`;
    const names = matrices.map((matrix) => matrix.name).join(', ') || 'none';
    throw new SparsedgeError('bad-input', `${where}: expected ${expected}, found ${names}`, {
      file: where,
      expected,
      found: names,
    });
  }
  const { data, dims } = found[0];
  const width = dims[1];
  // A copy: in the file it may begin at any byte.
  return { values: new Float32Array(new Uint8Array(data.subarray(0, 4 * pieces * width)).buffer), width };
}

/**
 * The cluster of each row, by Lloyd's algorithm from a k-means++ start.
 *
 * @param kept which rows are clustered; the others have −1
 * @throws SparsedgeError `bad-input` for fewer kept rows than clusters
 */
export function clusterRows(
  rows: Rows,
  kept: readonly number[],
  { clusters, rounds, seed }: KMeans,
  progress: Progress,
): number[] {
  if (kept.length < clusters) {
    throw new SparsedgeError('bad-input', `expected at least ${clusters} pieces, found ${kept.length}`, {
      expected: clusters,
      found: kept.length,
    });
  }
  const centres = chooseCentres(rows, kept, clusters, seed);
  const assigned = new Int32Array(kept.length);
  const distances = new Float64Array(kept.length);
  for (let round = 0; round < rounds; round++) {
    const moved = assign(rows, kept, centres, assigned, distances);
    progress.at(round + 1, rounds);
    if (round > 0 && moved === 0) break;
    if (round + 1 < rounds) moveCentres(rows, kept, centres, assigned, distances);
  }
  progress.end();
  const result = new Array<number>(rows.values.length / rows.width).fill(-1);
  for (const [i, row] of kept.entries()) result[row] = assigned[i];
  return result;
}

/** k-means++: each centre is a row, drawn by its squared distance from the nearest one that was drawn before. */
function chooseCentres(rows: Rows, kept: readonly number[], clusters: number, seed: number): Float32Array {
  const { values, width } = rows;
  const centres = new Float32Array(clusters * width);
  const nearest = new Float64Array(kept.length).fill(Number.MAX_VALUE);
  const random = randomFrom(seed);
  let drawn = Math.floor(random() * kept.length);
  for (let centre = 0; ; ) {
    const from = kept[drawn] * width;
    centres.set(values.subarray(from, from + width), centre * width);
    if (++centre === clusters) return centres;
    let total = 0;
    for (const [i, row] of kept.entries()) {
      const distance = squaredDistance(values, row * width, values, from, width, nearest[i]);
      if (distance < nearest[i]) nearest[i] = distance;
      total += nearest[i];
    }
    let left = random() * total;
    // Where all rows are centres already, further ones repeat a row and stay without any.
    drawn = nearest.findLastIndex((distance) => distance > 0);
    if (drawn < 0) drawn = 0;
    for (const [i, distance] of nearest.entries()) {
      left -= distance;
      if (left < 0) {
        drawn = i;
        break;
      }
    }
  }
}

/** Gives every row its nearest centre, the first of equals; says how many rows changed theirs. */
function assign(
  { values, width }: Rows,
  kept: readonly number[],
  centres: Float32Array,
  assigned: Int32Array,
  distances: Float64Array,
): number {
  let moved = 0;
  for (const [i, row] of kept.entries()) {
    // The last round's centre first: most others are then given up after a few dimensions.
    let best = assigned[i];
    let least = squaredDistance(values, row * width, centres, best * width, width, Number.MAX_VALUE);
    for (let centre = 0; centre * width < centres.length; centre++) {
      const distance = squaredDistance(values, row * width, centres, centre * width, width, least);
      if (distance < least || (distance === least && centre < best)) [best, least] = [centre, distance];
    }
    if (best !== assigned[i]) moved++;
    assigned[i] = best;
    distances[i] = least;
  }
  return moved;
}

/** Every centre becomes the mean of its rows; one without rows goes to the row that is farthest from its own. */
function moveCentres(
  { values, width }: Rows,
  kept: readonly number[],
  centres: Float32Array,
  assigned: Int32Array,
  distances: Float64Array,
): void {
  const sums = new Float64Array(centres.length);
  const counts = new Uint32Array(centres.length / width);
  for (const [i, row] of kept.entries()) {
    const at = assigned[i] * width;
    for (let d = 0; d < width; d++) sums[at + d] += values[row * width + d];
    counts[assigned[i]]++;
  }
  for (const [centre, count] of counts.entries()) {
    if (count === 0) {
      const farthest = distances.indexOf(distances.reduce((a, b) => Math.max(a, b)));
      distances[farthest] = 0;
      const from = kept[farthest] * width;
      centres.set(values.subarray(from, from + width), centre * width);
    } else {
      for (let d = centre * width; d < (centre + 1) * width; d++) centres[d] = sums[d] / count;
    }
  }
}

/** Exact while it is not above `most`; a number above `most` is as far as it came. */
function squaredDistance(
  a: Float32Array,
  fromA: number,
  b: Float32Array,
  fromB: number,
  width: number,
  most: number,
): number {
  let sum = 0;
  for (let start = 0; start < width && sum <= most; start += STRIDE) {
    const end = Math.min(width, start + STRIDE);
    for (let d = start; d < end; d++) {
      const difference = a[fromA + d] - b[fromB + d];
      sum += difference * difference;
    }
  }
  return sum;
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
