// Memory for what searches hold while they wait for storage. An isolate has 128 MB, and serves as many requests at once
// as come: without a limit, fifty documents asked as queries would hold 350 MB of pages.

import { SparsedgeError } from '../../core/errors.ts';
import type { Clock, Room, Timer } from '../../query/search/meter.ts';
import { Presence } from './presence.ts';

/** The next to go in looks that often, since a request must not await what another one resolves; others, less often. */
const POLL_MS = 4;
const MOST_POLL_MS = 250;
/** A search that has not looked for so long has been given up by its caller. */
const WAITING_MS = 2_000;
/** A search that waits holds its request and its plan: some hundred kilobytes at most. */
const MOST_WAITING = 128;

interface Ticket {
  readonly bytes: number;
  seenAt: number;
}

/** Lets searches in, first come first served, while what they hold together fits. */
export class IsolateRoom implements Room {
  readonly #bytes: number;
  readonly #clock: Clock;
  readonly #timer: Timer;
  #waiting: Ticket[] = [];
  readonly #inside: Presence<Ticket>;

  /** @param bytes for all searches together */
  constructor(bytes: number, clock: Clock, timer: Timer) {
    this.#bytes = bytes;
    this.#clock = clock;
    this.#timer = timer;
    this.#inside = new Presence(clock, timer);
  }

  async enter(bytes: number, deadline = Number.POSITIVE_INFINITY): Promise<(() => void) | undefined> {
    // One that would take more than there is goes in alone.
    const ticket: Ticket = { bytes: Math.min(bytes, this.#bytes), seenAt: this.#clock() };
    this.#forgetLost(ticket);
    if (this.#waiting.length >= MOST_WAITING) {
      throw new SparsedgeError('overloaded', `${MOST_WAITING} searches wait already: ask again in a second`);
    }
    this.#waiting.push(ticket);
    while (!this.#isNext(ticket)) {
      if (this.#clock() >= deadline) {
        this.#waiting = this.#waiting.filter((other) => other !== ticket);
        return undefined;
      }
      const place = this.#waiting.indexOf(ticket) + 1;
      const pause = Math.min(POLL_MS * place, MOST_POLL_MS, deadline - this.#clock());
      await this.#timer(Math.max(POLL_MS, pause));
      ticket.seenAt = this.#clock();
      // An isolate that was busy for long may have taken a search for given up that only had not come to look.
      if (!this.#waiting.includes(ticket)) this.#waiting.push(ticket);
    }
    this.#waiting.shift();
    return this.#inside.add(ticket);
  }

  #forgetLost(ticket: Ticket): void {
    const now = this.#clock();
    this.#waiting = this.#waiting.filter((other) => other === ticket || now - other.seenAt < WAITING_MS);
    this.#inside.forgetGone();
  }

  #isNext(ticket: Ticket): boolean {
    this.#forgetLost(ticket);
    const held = [...this.#inside].reduce((sum, { bytes }) => sum + bytes, 0);
    return this.#waiting[0] === ticket && held + ticket.bytes <= this.#bytes;
  }
}
