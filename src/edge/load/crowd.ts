// The requests that an isolate works on. More of them than its processor carries only make each other wait, until
// callers have gone and connections break, so the rest is refused before any work. What tells is how long the processor
// takes to get round to somebody who waits for nothing else: slow storage does not lengthen that.
//
// Everybody waits for one such turn, a timer of no time, before any work is done. Where storage answers at once, as the
// simulated one of a local Worker does, a search ends before the next one begins, and nobody would be seen to wait.
//
// The clock of a Worker stands still while it computes. It is read only where a request has come, a timer has rung or a
// read has ended, each of which sets it.

import { SparsedgeError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../query/search/meter.ts';
import { Presence } from './presence.ts';

/** So few are always let in: work is never refused for want of work. */
const FEW = 8;
/** So many are there at most, whatever they wait for: each holds its request and some buffers. */
const MOST = 256;
/** A processor that gets round to everybody within this has nobody waiting for it. */
const SHORT_MS = 50;
/** Nobody is let in whose turn took longer. */
const LATE_MS = 1_500;
/** A burst may keep the processor so long. */
const BURST_MS = 500;
/**
 * When it has been longer, it is none, and it is known how many requests end in a time. From then on, and as long
 * again, so many are let in as end in this time: by Little's law, that is how long they take.
 */
const TAKEN_MS = 1_000;

/** Some time until now, and how long the processor was with one thing in it, at the longest. */
interface Stretch {
  readonly since: number;
  longest: number;
}

/** A request, since it came. */
interface Ticket extends Stretch {
  seenAt: number;
}

/** Lets requests in while there is a processor for them. */
export class Crowd {
  readonly #clock: Clock;
  readonly #timer: Timer;
  /** Those that wait for their first turn, and those that are worked on. */
  readonly #there: Presence<Ticket>;
  /** When anybody last came, had a turn or left. */
  #seenAt = Number.NEGATIVE_INFINITY;
  /** Since a turn was last short, or nobody was there. */
  #busy: Stretch = { since: Number.NEGATIVE_INFINITY, longest: 0 };
  /** Requests that ended in it. */
  #ended = 0;
  /** What ended in a millisecond when the processor was last seen to be busy for longer than a burst, and when. */
  #carried = { rate: 0, at: Number.NEGATIVE_INFINITY };

  constructor(clock: Clock, timer: Timer) {
    this.#clock = clock;
    this.#timer = timer;
    this.#there = new Presence(clock, timer);
  }

  /**
   * Lets a request in.
   *
   * @returns what is to be called when it is over
   * @throws SparsedgeError `overloaded`
   */
  async enter(): Promise<() => void> {
    const since = this.#look();
    const ticket: Ticket = { since, longest: 0, seenAt: since };
    this.#there.forgetGone();
    if (this.#there.size === 0) this.#beginAnew(since);
    if (this.#there.size >= MOST) throw overloaded(MOST);
    const leave = this.#there.add(ticket);
    await this.#timer(0);
    const now = this.#look();
    const { size } = this.#there;
    if (this.#isTooMuch(sharedIn(ticket, now), now) && size > FEW) {
      leave();
      throw overloaded(size - 1);
    }
    return () => {
      this.#look();
      this.#ended++;
      leave();
    };
  }

  /** Reads the clock. What passed since it was last read is taken as one thing that the processor was with. */
  #look(): number {
    const now = this.#clock();
    for (const stretch of [this.#busy, ...this.#there])
      stretch.longest = Math.max(stretch.longest, now - Math.max(this.#seenAt, stretch.since));
    this.#seenAt = now;
    return now;
  }

  #beginAnew(now: number): void {
    this.#busy = { since: now, longest: 0 };
    this.#ended = 0;
  }

  /** @param turn milliseconds that the processor took to get round to somebody */
  #isTooMuch(turn: number, now: number): boolean {
    const busy = sharedIn(this.#busy, now);
    if (turn <= SHORT_MS) this.#beginAnew(now);
    else if (turn > LATE_MS) return true;
    else if (busy > BURST_MS) this.#carried = { rate: this.#ended / busy, at: now };
    const { rate, at } = this.#carried;
    return now - at <= BURST_MS && this.#there.size > rate * TAKEN_MS;
  }
}

/**
 * Milliseconds in which the processor was with several things: one alone, as a network that is opened, keeps everybody
 * waiting once, and is no reason to refuse them.
 */
function sharedIn({ since, longest }: Stretch, now: number): number {
  return now - since - longest;
}

function overloaded(requests: number): SparsedgeError {
  return new SparsedgeError('overloaded', `${requests} requests are being answered: ask again in a second`);
}
