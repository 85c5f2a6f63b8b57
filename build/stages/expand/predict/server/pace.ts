// How many calls a server is given at once. Additive increase, multiplicative decrease: one more call for each round of
// answered ones, and half as many when the server says that it is too much; a little fewer when answers take several
// times as long as they did, since calls then only wait there instead of here.

import { setTimeout as sleep } from 'node:timers/promises';

const FIRST = 4;
/** On "too many requests", and on calls that time out. */
const HALF = 0.5;
/** On slowness, which only says that more would not help. */
const LESS = 0.9;
/** Answers may take so many times the best before the server counts as full: batching costs each of them something. */
const TOLERANCE = 4;
/** Of one answer in the running mean of latencies. */
const WEIGHT = 0.1;
/**
 * By how much the best latency is forgotten with each answer, so that longer documents do not look like a full server.
 */
const FORGET = 1.002;

/** Lets calls begin, and learns from how they end. */
export class Pace {
  readonly maximum: number;
  #limit: number;
  #inFlight = 0;
  #waiting: (() => void)[] = [];
  #mean: number | undefined;
  #best = Number.POSITIVE_INFINITY;
  /** When the limit was last lowered: calls that began before say nothing of the new one. */
  #lowered = 0;
  #notBefore = 0;

  constructor(maximum: number) {
    this.maximum = maximum;
    this.#limit = Math.min(FIRST, maximum);
  }

  /** Calls at once, at present. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** When the server wants to be asked again. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** Waits until a call may begin; it began when this returns its time. */
  async begin(signal: AbortSignal): Promise<number> {
    while (this.#inFlight >= this.limit || performance.now() < this.#notBefore) {
      signal.throwIfAborted();
      const pause = this.#notBefore - performance.now();
      if (pause > 0) await sleep(pause, undefined, { signal });
      // The pause may have ended just now, and then there is nobody to wake this call.
      else if (this.#inFlight >= this.limit) await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    signal.throwIfAborted();
    this.#inFlight++;
    return performance.now();
  }

  /** A call was answered. */
  answered(began: number): void {
    const milliseconds = performance.now() - began;
    this.#mean = this.#mean === undefined ? milliseconds : this.#mean + WEIGHT * (milliseconds - this.#mean);
    this.#best = Math.min(this.#best * FORGET, this.#mean);
    if (this.#mean > this.#best * TOLERANCE) this.#lower(began, LESS);
    else if (this.#inFlight >= this.limit)
      this.#limit = Math.min(this.maximum, this.#limit + 1 / this.#limit);
    this.#end();
  }

  /** A call was refused because there were too many, or took too long. */
  refused(began: number, retryAfter = 0): void {
    this.#notBefore = Math.max(this.#notBefore, performance.now() + retryAfter);
    this.#lower(began, HALF);
    this.#end();
  }

  /** A call failed in a way that says nothing of how much the server can take. */
  failed(): void {
    this.#end();
  }

  /** Whoever waits sees that it was stopped. */
  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #lower(began: number, factor: number): void {
    if (began < this.#lowered) return;
    this.#limit = Math.max(1, this.#limit * factor);
    this.#lowered = performance.now();
  }

  #end(): void {
    this.#inFlight--;
    this.wake();
  }
}
