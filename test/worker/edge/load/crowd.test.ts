// Who is let in while an isolate is busy: as many as the processor gets round to, however slow storage is. Searches
// arrive whatever became of those before them, at one processor that computes in slices.

import { describe, expect, it, vi } from 'vitest';
import type { SparsedgeError } from '../../../../src/core/errors.ts';
import { Crowd } from '../../../../src/edge/load/crowd.ts';
import { hangingSource } from '../../../fakes/hanging-source.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { randomFrom } from '../../../fakes/random.ts';
import { VirtualTime } from '../../../fakes/virtual-time.ts';
import { indexesByWay, isolate, question } from '../../isolate.ts';

/** What a search does: it computes in so many slices, and waits for storage before each of them. */
interface Search {
  readonly slices: number;
  /** Milliseconds of each slice. */
  readonly slice: number;
  /** Milliseconds of each wait; undefined where what is read is there at once, and no other search comes between. */
  readonly storage: number | undefined;
}

/** What became of a search that was to arrive at a time. */
interface Outcome {
  readonly due: number;
  readonly answered: boolean;
  /** Milliseconds from when it was to arrive. */
  readonly took: number;
}

/** A crowd, and searches that it lets in. */
function crowdIn(time: VirtualTime) {
  const crowd = new Crowd(time.clock, time.timer);
  return async (due: number, { slices, slice, storage }: Search): Promise<Outcome> => {
    await time.timer(due - time.clock());
    const leave = await crowd.enter().catch((error: SparsedgeError) => {
      expect(error.code).toBe('overloaded');
    });
    for (let i = 0; leave && i < slices; i++) {
      if (storage !== undefined) await time.timer(storage * randomly());
      time.compute(slice);
    }
    leave?.();
    return { due, answered: leave !== undefined, took: time.clock() - due };
  };
}

/** The times of a Poisson process between two times. */
function arrivalTimes(perSecond: number, from: number, until: number, random: () => number): number[] {
  const times: number[] = [];
  for (let at = from; ; ) {
    at += (-Math.log(1 - random()) / perSecond) * 1000;
    if (at >= until) return times;
    times.push(at);
  }
}

/** Around 1, at random. */
const drawn = randomFrom(3);
const randomly = () => Math.exp((drawn() + drawn() + drawn() - 1.5) * 0.7);

const KINDS: readonly (readonly [string, Search])[] = [
  ['short ones of a local Worker', { slices: 1, slice: 10, storage: undefined }],
  ['long ones of a local Worker', { slices: 1, slice: 40, storage: undefined }],
  ['short ones over storage', { slices: 15, slice: 0.7, storage: 5 }],
  ['long ones over storage', { slices: 15, slice: 3, storage: 20 }],
  ['those of two slow reads', { slices: 2, slice: 10, storage: 100 }],
];
const SECONDS = 8;
/** Nobody waits longer, whether for an answer or for a refusal. */
const LATEST_MS = 3_000;

describe.each(KINDS)('of searches that arrive at random: %s', (_, what) => {
  const capacity = 1000 / (what.slices * what.slice);
  const outcomesOf = (arrivals: readonly number[]) => {
    const time = new VirtualTime();
    const arrive = crowdIn(time);
    return time.pass(Promise.all(arrivals.map((due) => arrive(due, what))));
  };

  it('all are let in while the processor carries them', async () => {
    const outcomes = await outcomesOf(arrivalTimes(0.8 * capacity, 0, SECONDS * 1000, randomFrom(1)));
    expect(outcomes.filter(({ answered }) => !answered)).toEqual([]);
  });

  it.each([2, 4])('as many as it carries are, at %d times that, and all afterwards', async (times) => {
    const random = randomFrom(times);
    const until = SECONDS * 1000;
    const many = arrivalTimes(times * capacity, 0, until, random);
    const after = arrivalTimes(0.5 * capacity, until + LATEST_MS, until + 2 * LATEST_MS, random);
    const outcomes = await outcomesOf([...many, ...after]);
    const during = outcomes.slice(0, many.length);
    // The processor has work all the time.
    expect(during.filter(({ answered }) => answered).length).toBeGreaterThan(0.95 * capacity * SECONDS);
    expect(Math.max(...during.map(({ took }) => took))).toBeLessThan(LATEST_MS);
    expect(outcomes.slice(many.length).filter(({ answered }) => !answered)).toEqual([]);
  });
});

describe('a crowd', () => {
  const slow: Search = { slices: 3, slice: 3, storage: 1_000 };

  it('refuses nobody for slow storage, nor for what keeps the processor for a moment now and then', async () => {
    for (const moment of [0, 150, 240]) {
      const time = new VirtualTime();
      const arrive = crowdIn(time);
      const moments = async () => {
        for (let second = 0; second < 10; second++) {
          await time.timer(1_000);
          time.compute(moment);
        }
      };
      const searches = arrivalTimes(50, 0, 10_000, randomFrom(1)).map((due) => arrive(due, slow));
      const [outcomes] = await time.pass(Promise.all([Promise.all(searches), moments()]));
      expect(outcomes.filter(({ answered }) => !answered)).toEqual([]);
    }
  });

  it('lets a burst in that the processor soon works off', async () => {
    const time = new VirtualTime();
    const arrive = crowdIn(time);
    const outcomes = await time.pass(Promise.all(Array.from({ length: 150 }, () => arrive(0, slow))));
    expect(outcomes.filter(({ answered }) => !answered)).toEqual([]);
  });

  it('lets all in who come while a network is opened', async () => {
    const time = new VirtualTime();
    const arrive = crowdIn(time);
    const opening = time.timer(100).then(() => time.compute(3_000));
    const searches = Array.from({ length: 60 }, (_, i) => arrive(50 * i, slow));
    const [outcomes] = await time.pass(Promise.all([Promise.all(searches), opening]));
    expect(outcomes.filter(({ answered }) => !answered)).toEqual([]);
  });

  it('always lets eight in, however long they take', async () => {
    const time = new VirtualTime();
    const arrive = crowdIn(time);
    const eternal: Search = { slices: 1, slice: 2_000, storage: undefined };
    const outcomes = await time.pass(Promise.all(Array.from({ length: 30 }, () => arrive(0, eternal))));
    // Another one is before anybody is seen to wait.
    expect(outcomes.filter(({ answered }) => answered).length).toBeGreaterThanOrEqual(8);
    expect(outcomes.filter(({ answered }) => answered).length).toBeLessThanOrEqual(10);
  });

  it('is 256 at most, and refuses others at once', async () => {
    const time = new VirtualTime();
    const crowd = new Crowd(time.clock, time.timer);
    const enter = () => crowd.enter().catch((error: SparsedgeError) => error.code);
    const entered = Array.from({ length: 300 }, enter);
    expect(await Promise.all(entered.slice(256))).toEqual(Array(44).fill('overloaded'));
    expect(time.clock()).toBe(0);
    const leave = await time.pass(Promise.all(entered.slice(0, 256)));
    expect(leave.every((each) => typeof each === 'function')).toBe(true);
    // They are there for as long as they take.
    await time.pass(time.timer(60_000));
    expect(await enter()).toBe('overloaded');
  });

  it('forgets within seconds those whose callers gave up, who take the end with them', async () => {
    const time = new VirtualTime();
    let isGone = false;
    const timer = (milliseconds: number) =>
      isGone && milliseconds > 0 ? new Promise<void>(() => {}) : time.timer(milliseconds);
    const crowd = new Crowd(time.clock, timer);
    await time.pass(Promise.all(Array.from({ length: 256 }, () => crowd.enter())));
    isGone = true;
    await expect(crowd.enter()).rejects.toMatchObject({ code: 'overloaded' });
    await time.pass(time.timer(7_000));
    expect(await time.pass(crowd.enter())).toBeTypeOf('function');
  });
});

describe('an isolate whose storage hangs', () => {
  it('refuses further searches early, is asked for its health all the same, and answers when storage is back', async () => {
    // Each of 256 failures is logged, and none of them is news.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const objects = (await indexesByWay()).get('alone')!;
    let down = false;
    const time = new VirtualTime();
    const { get, post } = isolate('alone', () => hangingSource(memorySource(objects), () => down), time);
    const right = await time.pass(post(question('alone', 1)));
    down = true;
    const asked = Array.from({ length: 300 }, (_, i) => post(question('alone', 2 + i)));
    const [refused, health] = await time.pass(Promise.all([post(question('alone', 1)), get('/healthz')]));
    expect([refused.status, refused.body.code]).toEqual([503, 'overloaded']);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(health.body.detail).toMatch(/^the index is not searched: /);
    const replies = await time.pass(Promise.all(asked));
    expect(time.clock()).toBeLessThanOrEqual(31_000);
    const codes = replies.map(({ status, body }) => `${status} ${body.code}`);
    expect(codes.filter((code) => code === '503 unavailable')).toHaveLength(256);
    expect(codes.filter((code) => code === '503 overloaded')).toHaveLength(44);
    down = false;
    // Storage that was given up is tried every second.
    let again = refused;
    for (let seconds = 0; again.status !== 200 && seconds < 10; seconds++) {
      await time.pass(time.timer(1_000));
      again = await time.pass(post(question('alone', 1)));
    }
    expect([again.status, again.body.hits]).toEqual([200, right.body.hits]);
  });
});
