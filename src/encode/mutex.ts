// A lock that one request at a time may hold. A request must not await what another began: a client that goes away
// takes the rest of its request's work with it, and a promise of that work would never settle. So whoever waits polls
// by a timer of its own, and a lock that nobody gives back expires.

import type { Clock, Timer } from '../query/search/meter.ts';

export interface MutexOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  /** How often a waiting request looks whether the lock is free, in milliseconds. */
  readonly pollMs: number;
  /** A lock that is held for longer has expired: longer than the slowest work takes, in milliseconds. */
  readonly expiryMs: number;
}

/** Mutual exclusion of the requests of an isolate. */
export class Mutex {
  readonly #options: MutexOptions;
  #lock: { readonly since: number } | undefined;

  constructor(options: MutexOptions) {
    this.#options = options;
  }

  /**
   * Runs a task while holding the lock.
   *
   * @param task gets a function that says whether the lock is still held, which it must ask after waiting for anything
   *   outside the isolate
   */
  async run<T>(task: (stillHeld: () => boolean) => Promise<T>): Promise<T> {
    const { clock, timer, pollMs, expiryMs } = this.#options;
    while (this.#lock && clock() - this.#lock.since < expiryMs) await timer(pollMs);
    const lock = { since: clock() };
    this.#lock = lock;
    const stillHeld = () => this.#lock === lock;
    try {
      return await task(stillHeld);
    } finally {
      if (stillHeld()) this.#lock = undefined;
    }
  }
}
