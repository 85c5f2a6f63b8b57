// Scores in a file, one 32-bit float each, and the one at a given rank: found exactly by counting twice, first by the
// upper and then by the lower halves of the numbers, so that memory is the same for any number of scores.

import { closeSync, openSync, readSync } from 'node:fs';
import { writeAll } from '../../work/records.ts';

const BUFFERED = 1 << 14;
const HALVES = 1 << 16;

/** Writes scores. */
export class ScoreWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #buffer = new Float32Array(BUFFERED);
  #buffered = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'w');
  }

  write(score: number): void {
    this.#buffer[this.#buffered++] = score;
    if (this.#buffered === BUFFERED) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeAll(this.#file, new Uint8Array(this.#buffer.buffer, 0, this.#buffered * 4), this.#path);
    this.#buffered = 0;
  }
}

/** The scores of a file, in order. */
export function* readScores(path: string): Generator<number> {
  const file = openSync(path, 'r');
  const buffer = new Float32Array(BUFFERED);
  const bytes = new Uint8Array(buffer.buffer);
  try {
    for (let position = 0; ; ) {
      const read = readSync(file, bytes, 0, bytes.length, position);
      if (read === 0) return;
      yield* buffer.subarray(0, read / 4);
      position += read;
    }
  } finally {
    closeSync(file);
  }
}

/**
 * The score that `rank` scores are at least as large as.
 *
 * @param rank from 1 to the number of scores
 */
export function scoreAt(path: string, rank: number): number {
  const upper = new Float64Array(HALVES);
  for (const score of readScores(path)) upper[ordered(score) >>> 16]++;
  const { half, before } = reached(upper, rank);
  const lower = new Float64Array(HALVES);
  for (const score of readScores(path)) {
    const number = ordered(score);
    if (number >>> 16 === half) lower[number & 0xffff]++;
  }
  return unordered(((half << 16) | reached(lower, rank - before).half) >>> 0);
}

/** Counts from the top until `rank` is reached. */
function reached(counts: Float64Array, rank: number): { half: number; before: number } {
  let before = 0;
  for (let half = HALVES - 1; half >= 0; half--) {
    if (before + counts[half] >= rank) return { half, before };
    before += counts[half];
  }
  throw new RangeError(`no score has rank ${rank}`);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A float as a whole number with the same order: those below zero count backwards, and have the sign's bit. */
function ordered(score: number): number {
  // −0 is 0.
  float[0] = score + 0;
  return (bits[0] & 0x80000000 ? ~bits[0] : bits[0] | 0x80000000) >>> 0;
}

function unordered(number: number): number {
  bits[0] = number & 0x80000000 ? number & 0x7fffffff : ~number;
  return float[0];
}
