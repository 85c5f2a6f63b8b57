// Work that one request at a time may do. A request must not await what another began: a client that goes away takes the
// rest of its request's work with it, and a promise of it would never settle. So whoever waits looks again by a timer of
// its own, and a turn that nobody gives back lapses.

import type { Clock, Timer } from '../query/search/meter.ts';

export interface TurnOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  /** How often to look whether it is one's turn. */
  readonly lookMs: number;
  /** A turn that lasts longer has lapsed: longer than the slowest work takes. */
  readonly lapseMs: number;
}

/** Hands out turns. */
export class Turns {
  readonly #options: TurnOptions;
  #holder: { readonly since: number } | undefined;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /**
   * Does work in a turn.
   *
   * @param work is told whether the turn is still its own, which it must ask after waiting for anything outside
   */
  async take<T>(work: (isMine: () => boolean) => Promise<T>): Promise<T> {
    const { clock, timer, lookMs, lapseMs } = this.#options;
    while (this.#holder && clock() - this.#holder.since < lapseMs) await timer(lookMs);
    const mine = { since: clock() };
    this.#holder = mine;
    const isMine = () => this.#holder === mine;
    try {
      return await work(isMine);
    } finally {
      if (isMine()) this.#holder = undefined;
    }
  }
}
