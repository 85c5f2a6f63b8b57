// A clock that stands until it is set, or until somebody waits by it.

import type { Clock, Timer } from '../../src/query/search/meter.ts';
import { aMillisecond } from './slow-source.ts';

/** Time in milliseconds, and what tells it. */
export interface HandClock {
  now: number;
  readonly clock: Clock;
  /** Puts the clock forward by the time that is waited for, which really takes a millisecond. */
  readonly timer: Timer;
}

/** A clock that starts at this time. */
export function handClock(start = 0): HandClock {
  const hand: HandClock = {
    now: start,
    clock: () => hand.now,
    timer: async (milliseconds) => {
      hand.now += milliseconds;
      await aMillisecond();
    },
  };
  return hand;
}
