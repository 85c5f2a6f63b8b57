// The requests that an isolate works on. More of them than its processor carries only make each other wait, until
// callers have gone and connections break, so the rest is refused before any work. What tells is how long the processor
// takes to get round to somebody who waits for nothing else: slow storage does not lengthen that.

import { SparsedgeError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../query/search/meter.ts';

/** So few are always let in. */
const FEW = 8;
/** So many are there at most, whatever they wait for: each holds its request and some buffers. */
const MOST = 256;
/**
 * Nobody is let in while turns take longer, two in a row: in one of them a network may have been opened. A search takes
 * several turns.
 */
const SLOW_MS = 500;
/** Turns are in a row if no more time passed between them. */
const ROW_MS = 5_000;
/** One that was not seen to end has been given up by its caller. */
const LOST_MS = 30_000;

/** When somebody came. */
interface Ticket {
  readonly since: number;
}

/** Lets requests in while there is a processor for them. */
export class Crowd {
  readonly #clock: Clock;
  readonly #timer: Timer;
  /** Each with the oldest first. */
  readonly #inside = new Set<Ticket>();
  readonly #waiting = new Set<Ticket>();
  /** Milliseconds that the last turn took, and the one before if they were in a row. */
  #turns: readonly [last: number, before: number] = [0, 0];
  #told = 0;

  constructor(clock: Clock, timer: Timer) {
    this.#clock = clock;
    this.#timer = timer;
  }

  /**
   * Lets a request in.
   *
   * @returns what is to be called when it is over
   * @throws SparsedgeError `overloaded`
   */
  async enter(): Promise<() => void> {
    const ticket = { since: this.#clock() };
    forgetLost(this.#inside, ticket.since);
    forgetLost(this.#waiting, ticket.since);
    if (this.#inside.size + this.#waiting.size >= MOST) throw overloaded(MOST);
    if (this.#inside.size >= FEW) await this.#waitTurn(ticket);
    this.#inside.add(ticket);
    return () => {
      this.#inside.delete(ticket);
    };
  }

  async #waitTurn(ticket: Ticket): Promise<void> {
    this.#waiting.add(ticket);
    await this.#timer(0);
    this.#waiting.delete(ticket);
    const now = this.#clock();
    const took = now - ticket.since;
    // All who waited through one turn say the same of it.
    if (ticket.since >= this.#told) {
      const isInRow = ticket.since - this.#told <= ROW_MS;
      this.#turns = [took, isInRow ? this.#turns[0] : 0];
      this.#told = now;
    }
    const { size } = this.#inside;
    if (size >= FEW && Math.min(took, this.#turns[1]) > SLOW_MS) throw overloaded(size);
  }
}

function forgetLost(tickets: Set<Ticket>, now: number): void {
  for (const ticket of tickets) {
    if (now - ticket.since < LOST_MS) break;
    tickets.delete(ticket);
  }
}

function overloaded(requests: number): SparsedgeError {
  return new SparsedgeError('overloaded', `${requests} requests are being answered: ask again in a second`);
}
