// The requests that an isolate works on. More of them than its processor carries only make each other wait, until
// callers have gone and connections break, so the rest is refused before any work. What tells is how long the processor
// takes to get round to somebody who waits for nothing else: slow storage does not lengthen that.

import { SparsedgeError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../query/search/meter.ts';

/** So few are always let in. */
const FEW = 8;
/** So many are there at most, whatever they wait for: each holds its request and some buffers. */
const MOST = 256;
/** Nobody is let in while a turn takes longer: a search takes several. */
const SLOW_MS = 500;
/** Of about so many turns, it is remembered how long they took: nobody is refused for one pause of the collector. */
const REMEMBERED = 8;
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
  /** Milliseconds that a turn takes. */
  #turn = 0;

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
    const took = this.#clock() - ticket.since;
    this.#turn += (took - this.#turn) / REMEMBERED;
    const { size } = this.#inside;
    if (size >= FEW && Math.min(took, this.#turn) > SLOW_MS) throw overloaded(size);
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
