// Which requests are there. A caller who gives up takes the request along, and all of its timers: no line of it runs
// any more, and nothing tells. So each of them looks in now and then, and whoever has not is gone.

import type { Clock, Timer } from '../../query/search/meter.ts';

/** A request looks in this often. */
const LOOK_MS = 1_000;
/** One that has not looked in for so long is gone. A busy processor makes all of them late. */
const GONE_MS = 5_000;

/** Something of a request. */
interface Present {
  seenAt: number;
}

/** What is there of requests that have neither ended nor gone, in the order in which they came. */
export class Presence<P extends Present> implements Iterable<P> {
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #present = new Set<P>();

  constructor(clock: Clock, timer: Timer) {
    this.#clock = clock;
    this.#timer = timer;
  }

  /** @returns what is to be called when it has ended */
  add(one: P): () => void {
    this.#present.add(one);
    let isOver = false;
    const lookIn = async () => {
      for (;;) {
        await this.#timer(LOOK_MS);
        if (isOver) return;
        one.seenAt = this.#clock();
        // It may have been taken for gone.
        this.#present.add(one);
      }
    };
    lookIn();
    return () => {
      isOver = true;
      this.#present.delete(one);
    };
  }

  /** Forgets those that are gone. */
  forgetGone(): void {
    const now = this.#clock();
    for (const one of this.#present) if (now - one.seenAt >= GONE_MS) this.#present.delete(one);
  }

  get size(): number {
    return this.#present.size;
  }

  [Symbol.iterator](): Iterator<P> {
    return this.#present[Symbol.iterator]();
  }
}
