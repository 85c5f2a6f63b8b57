// Time that passes only when nobody has anything else to do: hours of waiting take seconds, and nothing depends on how
// fast a machine is.

import type { Alarm, Clock, Timer } from '../../src/query/search/meter.ts';

interface Event {
  readonly at: number;
  readonly ring: () => void;
}

/** Before longer waits than this, what streams and digests are still to bring gets more of its chance. */
const NEAR_MS = 50;
const TURNS = 3;
const MORE_TURNS = 12;
/** Whoever is rung gets so far before the next one is, as requests of an isolate do. */
const STEPS = 10;

/** A clock, and what rings by it. */
export class VirtualTime {
  #now = 0;
  /** The latest first. */
  #events: Event[] = [];

  readonly clock: Clock = () => this.#now;

  readonly alarm: Alarm = (milliseconds, ring) => {
    const event = { at: this.#now + Math.max(0, milliseconds), ring };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle].at > event.at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
    return () => {
      const at = this.#events.indexOf(event);
      if (at >= 0) this.#events.splice(at, 1);
    };
  };

  readonly timer: Timer = (milliseconds) =>
    new Promise((resolve) => {
      this.alarm(milliseconds, resolve);
    });

  /** The processor computes for so long: whatever is to ring meanwhile rings late. */
  compute(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Lets time pass until the work is done. */
  async pass<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    ended.catch(() => {});
    while (!done) {
      for (let turns = 0; turns < TURNS; turns++) await turn();
      const near = this.#events.at(-1);
      if (!near || near.at - this.#now > NEAR_MS)
        for (let turns = 0; turns < MORE_TURNS; turns++) await turn();
      if (done) break;
      const next = this.#events.pop();
      if (!next) continue;
      this.#now = Math.max(this.#now, next.at);
      next.ring();
      while ((this.#events.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= this.#now) {
        for (let steps = 0; steps < STEPS; steps++) await undefined;
        this.#events.pop()?.ring();
      }
    }
    return ended;
  }
}

/** A turn of the event loop, which a body takes and a timer of no time takes sixty times as long for. */
function turn(): Promise<unknown> {
  return new Response('.').text();
}
