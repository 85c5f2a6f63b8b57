// The reads of one request from storage that fails, stalls and damages what it brings. A read that fails is tried again
// after a pause; one that is slow is joined by another, and the first to answer counts; bytes that are damaged are read
// again past the caches, and the object is called damaged when it is so three times in the same way: what damages at
// random does that too, though seldom, and a page of 400 bytes has but 3,200 bits. All of it ends at the request's
// deadline and within the reads that the platform allows a request.

import { SparsedgeError } from '../core/errors.ts';
import type { ByteRange, Decode, Source } from '../core/source.ts';
import type { Alarm, Clock } from '../query/search/meter.ts';
import type { StorageHealth } from './storage-health.ts';

/** Of reads of which one in five fails, three in a million fail so often. */
const MOST_ATTEMPTS = 8;
/** What is damaged so often in the same way is so where it is stored. */
const SAME_DAMAGES = 3;
/** The longest that one read is waited for, whatever the request's deadline. */
const READ_MS = 10_000;
/** Each attempt waits longer for an answer by this factor: all eight are under way after 32 times the first wait. */
const SLOWER = 1.5;
/** What is read must also be carried: bytes a millisecond, on a slow day. */
const BYTES_PER_MS = 5_000;
/** Pauses after failures are drawn from 0 to this, which doubles up to the most. */
const PAUSE_MS = 25;
const MOST_PAUSE_MS = 400;
/** What answers within this is slow; what does not has failed. */
const LOST_MS = 1_000;
/** Reads of a request that the platform carries at once: the others queue, which is no slowness of storage. */
const AT_ONCE = 6;
/** The part of a request's reads that attempts beyond the first may bring its reads up to. */
const SPARE = 0.75;

/** What reads are made with. */
export interface StorageLimits {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly health: StorageHealth;
  /** Reads that the platform allows an invocation. */
  readonly most: number;
  /** Draws from 0 to below 1. */
  readonly random: () => number;
}

/** Reads for the n-th time, and returns what decodes. */
type Attempt<T> = (time: number) => Promise<() => Promise<T>>;

/** Reads that share a deadline, and are counted together. */
export class RequestReads {
  readonly #limits: StorageLimits;
  /** On the clock of the limits. */
  readonly deadline: number;
  /** Reads of storage that were begun. */
  attempts = 0;
  /** Attempts that have not ended, of reads that have not. */
  #underway = 0;
  /** Reads that were made again, since the one before had failed or had brought damaged bytes. */
  retries = 0;
  /** Reads that were made beside others, since those were slow. */
  hedges = 0;

  constructor(limits: StorageLimits, deadline = Number.POSITIVE_INFINITY) {
    this.#limits = limits;
    this.deadline = deadline;
  }

  /**
   * Storage that is read so.
   *
   * @param first may have caches in front
   * @param again where everything but the first attempt is read: past those caches
   * @param withinMs how long one read may take, at most
   */
  source(first: Source, again = first, withinMs = READ_MS): Source {
    const read = <T>(name: string, range: ByteRange | undefined, decode: Decode<T>, bytes = 0) =>
      this.#read(name, range ? range.end - range.start : bytes, withinMs, async (attempt) => {
        const brought = await (attempt === 1 ? first : again).read(name, range);
        // A body can break off without an error.
        if (range && brought.length !== range.end - range.start) {
          throw failed(`storage broke off after ${brought.length} bytes of ${name}`, name);
        }
        return async () => decode(brought);
      });
    return { read: (name, range) => read(name, range, (bytes) => bytes), readAs: read };
  }

  #read<T>(name: string, bytes: number, withinMs: number, attempt: Attempt<T>): Promise<T> {
    const { clock, alarm, health, random, most } = this.#limits;
    const began = clock();
    const carrying = bytes / BYTES_PER_MS;
    const queue = 1 + Math.floor(this.#underway / AT_ONCE);
    const until = Math.min(this.deadline, began + queue * withinMs + carrying);
    return new Promise<T>((resolve, reject) => {
      let times = 0;
      let underway = 0;
      let over = false;
      let cancel = () => {};
      let failure: unknown;
      const damages: string[] = [];
      const count = (change: number) => {
        underway += change;
        this.#underway += change;
      };
      const end = (settle: () => void) => {
        over = true;
        cancel();
        count(-underway);
        settle();
      };
      const fail = (how: string) =>
        end(() => reject(failed(`${name} was tried ${times}×, and storage ${how}`, name, failure)));
      const giveUp = () => {
        if (clock() - began >= LOST_MS * queue) for (let lost = 0; lost < underway; lost++) health.failed();
        fail('did not bring it in time');
      };
      /** Another attempt after a while, unless something is heard until then. */
      const next = (kind: 'retries' | 'hedges', pause: number) => {
        cancel();
        const spare = times < MOST_ATTEMPTS && this.attempts < most * SPARE && pause < until - clock();
        if (spare) cancel = alarm(pause, () => start(kind));
        else if (underway > 0) waitOn();
        else fail('failed');
      };
      const waitOn = () => {
        cancel = alarm(Math.max(0, until - clock()), giveUp);
      };
      const start = async (kind?: 'retries' | 'hedges') => {
        try {
          health.admit(clock());
        } catch (error) {
          // What is under way may be what tells that storage is back.
          return underway > 0 ? waitOn() : end(() => reject(error));
        }
        if (kind) this[kind]++;
        const time = ++times;
        this.attempts++;
        count(1);
        let decode: (() => Promise<T>) | undefined;
        next('hedges', (health.patience * queue + carrying) * SLOWER ** (time - 1));
        try {
          const sent = clock();
          decode = await attempt(time);
          health.answered((clock() - sent - carrying) / queue);
          const value = await decode();
          if (!over) end(() => resolve(value));
        } catch (error) {
          const kind = decode ? 'damage' : kindOf(error);
          if (kind === 'outage') health.failed();
          if (over) return;
          count(-1);
          if (kind === 'damage') damages.push(String(error));
          if (kind === 'final' || isStored(damages)) return end(() => reject(error));
          failure = error;
          next('retries', random() * Math.min(MOST_PAUSE_MS, PAUSE_MS * 2 ** time));
        }
      };
      start();
    });
  }
}

/** Storage of which each read is by itself, for what several requests use. */
export function steadySource(source: Source, limits: StorageLimits): Source {
  const steady = () => new RequestReads(limits).source(source);
  return {
    read: (name, range) => steady().read(name, range),
    readAs: (name, range, decode, bytes) => steady().readAs!(name, range, decode, bytes),
  };
}

/** Whether the last of some damages is of the object, and not of what carried it. */
function isStored(damages: readonly string[]): boolean {
  return damages.filter((each) => each === damages.at(-1)).length >= SAME_DAMAGES;
}

/** Whether a read that brought nothing may fare better next time. */
function kindOf(error: unknown): 'outage' | 'damage' | 'final' {
  if (!(error instanceof SparsedgeError) || error.code === 'unavailable') return 'outage';
  return error.code === 'corrupt' ? 'damage' : 'final';
}

function failed(message: string, object: string, cause?: unknown): SparsedgeError {
  return new SparsedgeError('unavailable', message, { object }, cause === undefined ? {} : { cause });
}
