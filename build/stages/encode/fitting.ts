// How well stems fit a document as a whole, for models that have a network read it: how often the document says a stem,
// and what it is lent of others, is multiplied by the exponential of their fit. Queries know nothing of it.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { fromUtf8 } from '../../../src/core/format/bytes.ts';

/** What the frequencies of stems are multiplied by. */
export interface Factors {
  /** A stem that the document has. */
  own(stem: string): number;
  /** A stem that it is lent. */
  lent(stem: string): number;
}

/** A vector for each stem, in a model's file. */
export interface Rows {
  readonly dimensions: number;
  readonly placeOf: ReadonlyMap<string, number>;
  /** By place: what a row's whole numbers are multiplied by, what is added to its product, and `usual`. */
  readonly scales: Float32Array;
  readonly offsets: Float32Array;
  readonly usual: Float32Array;
  /** [stems, dimensions] */
  readonly rows: Int8Array;
}

const HEADER_BYTES = 8;
const NUMBERS = 3;

/**
 * Reads a model's rows, all numbers little-endian: how many stems (uint32) and dimensions (uint32) there are; of all
 * stems the scales, the offsets and the `usual` (float32 each); the rows (int8); and the stems in UTF-8, each with a
 * line feed behind it.
 *
 * @throws SparsedgeError `bad-input` for bytes that are none
 */
export function readRows(bytes: Uint8Array, where: string): Rows {
  if (bytes.length < HEADER_BYTES) throw wrong(where, `${HEADER_BYTES} bytes of a header`, bytes.length);
  // A copy: where a file's bytes begin in memory is by chance, and slice() of a Buffer is none.
  const own = new Uint8Array(bytes);
  const view = new DataView(own.buffer);
  const [stems, dimensions] = [view.getUint32(0, true), view.getUint32(4, true)];
  const rowsAt = HEADER_BYTES + NUMBERS * 4 * stems;
  const end = rowsAt + stems * dimensions;
  if (stems === 0 || dimensions === 0 || end > own.length)
    throw wrong(where, `${stems} rows of ${dimensions} numbers, and their stems`, `${own.length} bytes`);
  const numbers = Float32Array.from({ length: NUMBERS * stems }, (_, i) =>
    view.getFloat32(HEADER_BYTES + 4 * i, true),
  );
  const strange = numbers.findIndex((number) => !Number.isFinite(number));
  if (strange >= 0) throw wrong(where, 'finite numbers', numbers[strange]);
  const lines = fromUtf8(own.subarray(end), where).split('\n');
  const placeOf = new Map(lines.slice(0, -1).map((stem, place) => [stem, place]));
  if (lines.at(-1) !== '' || placeOf.size !== stems || lines.length !== stems + 1)
    throw wrong(
      where,
      `${stems} stems that differ, each on a line`,
      `${placeOf.size} of ${lines.length - 1}`,
    );
  const [scales, offsets, usual] = [0, 1, 2].map((i) => numbers.subarray(i * stems, (i + 1) * stems));
  return {
    dimensions,
    placeOf,
    scales,
    offsets,
    usual,
    rows: new Int8Array(own.buffer, rowsAt, end - rowsAt),
  };
}

/** No frequency is multiplied or divided by more than e to this, but for what is usual. */
const MOST = 2;

/**
 * exp(strength · fit − usual), where a stem's fit is scale · ⟨row, vector⟩ + offset; 1 for stems without a row. What
 * is usual is ln of the mean such factor over training texts that have the stem, so that a common word of what texts
 * are about does not weigh more everywhere.
 */
export function factorOf(
  { dimensions, placeOf, scales, offsets, usual, rows }: Rows,
  strength: number,
  vector: Float32Array,
): (stem: string) => number {
  return (stem) => {
    const place = placeOf.get(stem);
    if (place === undefined) return 1;
    let product = 0;
    for (let i = 0, at = place * dimensions; i < dimensions; i++, at++) product += rows[at] * vector[i];
    const fit = scales[place] * product + offsets[place];
    return Math.exp(Math.max(-MOST, Math.min(MOST, strength * fit)) - usual[place]);
  };
}

function wrong(where: string, expected: string, found: string | number): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: expected ${expected}; found ${found}`, {
    file: where,
    expected,
    found,
  });
}
