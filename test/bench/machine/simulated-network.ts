// A network in virtual time: reads take drawn times and six wait at once, but nobody sleeps. The same seed gives the
// same times, so two plans can be compared by the millisecond.

import type { ByteRange, Source } from '../../../src/core/source.ts';
import { randomFrom } from '../../fakes/random.ts';

/** Cloudflare lets six connections of a request wait for response headers; the seventh queues. */
const IN_FLIGHT = 6;

/** Times of cold R2 reads of 13 KB from a Worker, measured by others: median, 95th percentile, maximum. */
const MEDIAN_MS = 104;
const P95_MS = 172;
const MAX_MS = 447;
/** Of the logarithm; 1.645 standard deviations above the median is the 95th percentile. */
const SIGMA = Math.log(P95_MS / MEDIAN_MS) / 1.644854;

interface Waiting {
  readonly deliver: () => void;
}

interface Arrival extends Waiting {
  readonly at: number;
}

/** Storage behind a simulated network. One piece of work at a time. */
export class SimulatedNetwork {
  readonly source: Source;
  #now = 0;
  #random: () => number = Math.random;
  #queue: Waiting[] = [];
  #underway: Arrival[] = [];

  constructor(under: Source) {
    this.source = {
      read: (name: string, range?: ByteRange) =>
        new Promise((resolve, reject) => {
          this.#queue.push({ deliver: () => under.read(name, range).then(resolve, reject) });
          this.#send();
        }),
    };
  }

  /**
   * Does some work that reads through `source`.
   *
   * @returns the virtual milliseconds that it waited for the network; its own computing takes none
   */
  async time(seed: number, work: () => Promise<unknown>): Promise<number> {
    this.#now = 0;
    this.#random = randomFrom(seed);
    let ended = false;
    const done = work().finally(() => {
      ended = true;
    });
    // A rejection is reported below, at `await done`; until then it is not unhandled.
    done.catch(() => {});
    for (;;) {
      // Everything that can happen at this moment does before the clock moves on.
      await new Promise((resolve) => setImmediate(resolve));
      if (ended) break;
      this.#advance();
    }
    await done;
    return this.#now;
  }

  #send(): void {
    while (this.#underway.length < IN_FLIGHT && this.#queue.length > 0) {
      const { deliver } = this.#queue.shift()!;
      this.#underway.push({ deliver, at: this.#now + latency(this.#random) });
      this.#underway.sort((a, b) => a.at - b.at);
    }
  }

  #advance(): void {
    const arrival = this.#underway.shift();
    if (!arrival) return;
    this.#now = arrival.at;
    arrival.deliver();
    this.#send();
  }
}

/** Lognormal, cut at the maximum. */
function latency(random: () => number): number {
  // Box and Muller's: two uniform numbers give a normal one.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(MAX_MS, MEDIAN_MS * Math.exp(SIGMA * normal));
}
