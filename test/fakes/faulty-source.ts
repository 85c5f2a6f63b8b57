// Storage that takes its time and goes wrong at random, in one of the ways in which networks do.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Source } from '../../src/core/source.ts';
import type { Timer } from '../../src/query/search/meter.ts';

/** How a read goes wrong: it fails, its body is short, a bit of it is flipped, or nothing ever comes. */
export type Fault = 'failing' | 'short' | 'flipped' | 'stalling';

export interface FaultOptions {
  readonly fault: Fault;
  /** The share of reads that go wrong. */
  readonly rate: number;
  readonly random: () => number;
  readonly timer: Timer;
  /** Counts reads. */
  readonly tally?: { reads: number };
}

/** A median of some 100 ms and a 95th percentile of some 180, by steps that let reads arrive together. */
const STEP_MS = 10;

/** Storage in which a share of reads goes wrong. */
export function faultySource(source: Source, { fault, rate, random, timer, tally }: FaultOptions): Source {
  return {
    async read(name, range) {
      if (tally) tally.reads++;
      const slow = 100 * Math.exp((random() + random() + random() - 1.5) * 0.7);
      await timer(Math.ceil(slow / STEP_MS) * STEP_MS);
      const bytes = await source.read(name, range);
      if (random() >= rate) return bytes;
      if (fault === 'failing') throw new SparsedgeError('unavailable', `storage failed to read ${name}`);
      if (fault === 'stalling') return new Promise(() => {});
      if (fault === 'short') return bytes.slice(0, Math.floor(random() * bytes.length));
      bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
      return bytes;
    },
  };
}
