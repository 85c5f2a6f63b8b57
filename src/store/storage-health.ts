// What an isolate has learned of its storage: how long a read takes, and whether there is any use in reading. Numbers
// alone, so requests share it.

import { SparsedgeError } from '../core/errors.ts';

/** Beliefs about a slow read are kept within these: R2's median is about 100 ms. */
const LEAST_MS = 50;
const MOST_MS = 1_000;
/** A slower read moves the estimate up as far as nineteen faster ones move it down: that is the 95th percentile. */
const UP = 1.095;
const DOWN = 0.995;
/** The share of failures is of about the last so many reads. */
const REMEMBERED = 32;
/** Reads that fail at random, be it two of three, come through by trying again. Above this, trying does harm. */
const HOPELESS = 0.9;
/** While storage is given up, one read this often tries whether it is back. */
const PROBE_MS = 1_000;

/** A circuit breaker, and the patience of whoever waits for a read. */
export class StorageHealth {
  #slow = 150;
  #failing = 0;
  #probeAt = 0;

  /** What 95 of 100 reads take no longer than, in milliseconds. */
  get patience(): number {
    return this.#slow;
  }

  /** A read brought bytes after so many milliseconds. */
  answered(milliseconds: number): void {
    const moved = this.#slow * (milliseconds > this.#slow ? UP : DOWN);
    this.#slow = Math.min(MOST_MS, Math.max(LEAST_MS, moved));
    this.#failing -= this.#failing / REMEMBERED;
  }

  /** A read failed, or brought nothing for very long. */
  failed(): void {
    this.#failing += (1 - this.#failing) / REMEMBERED;
  }

  /**
   * Lets a read begin, unless storage is given up.
   *
   * @throws SparsedgeError `unavailable`
   */
  admit(now: number): void {
    if (this.#failing < HOPELESS) return;
    if (now < this.#probeAt) {
      throw new SparsedgeError('unavailable', 'storage keeps failing, and is tried again every second');
    }
    this.#probeAt = now + PROBE_MS;
  }
}
