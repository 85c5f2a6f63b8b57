// What answers may cost in a day. Isolates know nothing of each other, so one Durable Object adds up what all of them
// spent. No question waits for it: each isolate reports after its answers, some at a time, and refuses by what it heard
// last. So the answers of a day may cost a little more than their limit: what isolates have not reported yet, each at
// most a hundredth of what is left.

import { DurableObject } from 'cloudflare:workers';
import { SparsedgeError } from '../core/errors.ts';
import type { Clock, Timer } from '../query/search/meter.ts';
import { REPORT_MICRODOLLARS } from '../query/usage/price.ts';

const DAY_MS = 86_400_000;
/** What was spent is reported after so long at the latest; the platform lets a request end work for thirty seconds. */
const REPORT_MS = 20_000;
/** A report that has not ended for so long was given up by the platform, or failed. */
const LOST_MS = 5_000;
/** What is reported costs at least so many times what the report costs, unless it is REPORT_MS old. */
const WORTH = 10;
/** As a limit is neared, isolates report more often. */
const SHARE = 0.01;

/** What all isolates spent in a day, counted in days since 1970. */
interface DaySpending {
  readonly day: number;
  readonly microdollars: number;
}

/** Adds up what isolates spend. There is one for a Worker, and nothing is kept of the days before. */
export class Spending extends DurableObject {
  add(microdollars: number): DaySpending {
    const { kv } = this.ctx.storage;
    const day = dayOf(Date.now());
    const kept = kv.get<DaySpending>('today');
    const before = kept?.day === day ? kept.microdollars : 0;
    const today = { day, microdollars: before + microdollars };
    kv.put('today', today);
    return today;
  }
}

/** What a DayBudget is kept with. */
interface DayBudgetOptions {
  /** Micro-dollars of a day. */
  readonly most: number;
  /** Adds to what all isolates spent. */
  readonly add: (microdollars: number) => Promise<DaySpending>;
  /** Milliseconds since 1970. */
  readonly clock: Clock;
  readonly timer: Timer;
  /** Lets work go on after the answer of its request. */
  readonly waitUntil: (work: Promise<void>) => void;
  /** Told of reports that fail: what they said is reported again. */
  readonly log: (error: unknown) => void;
}

/** What an isolate knows of the day's spending. Numbers alone, since no request may await what is another's. */
export class DayBudget {
  readonly #options: DayBudgetOptions;
  #heard: DaySpending | undefined;
  #unreported = 0;
  /** Until when another request reports, and until when one waits to. */
  #reportingUntil = 0;
  #waitingUntil = 0;

  constructor(options: DayBudgetOptions) {
    this.#options = options;
  }

  /**
   * Lets a request be answered.
   *
   * @throws SparsedgeError `over-budget` where the day's micro-dollars are spent
   */
  admit(): void {
    const { most } = this.#options;
    const now = this.#options.clock();
    if (this.#left(now) > 0) return;
    const retryAfter = Math.ceil(((dayOf(now) + 1) * DAY_MS - now) / 1000);
    throw new SparsedgeError(
      'over-budget',
      `what answers may cost in a day, ${most} micro-dollars, is spent; the next day begins at midnight UTC`,
      { most, retryAfter },
    );
  }

  /** Accounts for what a request cost. */
  spend(microdollars: number): void {
    const { clock, timer, waitUntil } = this.#options;
    this.#unreported += microdollars;
    const now = clock();
    const left = this.#left(now);
    const enough = left > 0 ? Math.max(WORTH * REPORT_MICRODOLLARS, SHARE * left) : 0;
    // An isolate that has heard nothing today asks what others spent.
    const isDue = this.#unreported >= enough || this.#heard?.day !== dayOf(now);
    if (isDue && now >= this.#reportingUntil) {
      waitUntil(this.#report());
    } else if (now >= this.#waitingUntil) {
      this.#waitingUntil = now + REPORT_MS + LOST_MS;
      const later = timer(REPORT_MS).then(() => {
        this.#waitingUntil = 0;
        return this.#report();
      });
      waitUntil(later);
    }
  }

  #left(now: number): number {
    const heard = this.#heard?.day === dayOf(now) ? this.#heard.microdollars : 0;
    return this.#options.most - heard - this.#unreported;
  }

  async #report(): Promise<void> {
    const { add, clock, log } = this.#options;
    const spent = this.#unreported;
    if (spent === 0 || clock() < this.#reportingUntil) return;
    this.#reportingUntil = clock() + LOST_MS;
    try {
      this.#heard = await add(spent + REPORT_MICRODOLLARS);
      this.#unreported -= spent;
      this.#reportingUntil = 0;
    } catch (error) {
      // What came through nonetheless is counted twice: rather too early than too late.
      log(error);
    }
  }
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}
