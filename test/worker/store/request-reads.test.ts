// How a request reads storage that fails, stalls and damages what it brings, in virtual time.

import { describe, expect, it } from 'vitest';
import { corrupt, SparsedgeError } from '../../../src/core/errors.ts';
import { readAs, type Source } from '../../../src/core/source.ts';
import { RequestReads } from '../../../src/store/request-reads.ts';
import { StorageHealth } from '../../../src/store/storage-health.ts';
import { VirtualTime } from '../../fakes/virtual-time.ts';

const RANGE = { start: 0, end: 4 };
const GOOD = new Uint8Array([1, 2, 3, 4]);
const down = () => Promise.reject(new SparsedgeError('unavailable', 'storage is out'));
const silent = () => new Promise<Uint8Array>(() => {});

/** Storage of which each read does the next of these things, and the last one ever after. */
function scripted(...script: (() => Promise<Uint8Array>)[]) {
  const storage = { reads: 0, read: () => script[Math.min(storage.reads++, script.length - 1)]() };
  return storage;
}

/** Reads of one request in time of their own. */
function reading(deadline?: number, { most = 1000, health = new StorageHealth() } = {}) {
  const time = new VirtualTime();
  const { clock, alarm } = time;
  const reads = new RequestReads({ clock, alarm, health, most, random: () => 0.5 }, deadline);
  /** What a read brings or throws, and when. */
  const outcome = async (first: Source, again?: Source, decode = (bytes: Uint8Array) => bytes) => {
    const read = readAs(reads.source(first, again), 'objects/a', RANGE, decode);
    const ended = await time.pass(read.catch((error: SparsedgeError) => error));
    return { ended, at: clock() };
  };
  const answers = (after: number) => () => time.timer(after).then(() => GOOD);
  return { reads, outcome, answers, health, time };
}

function checked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 1) throw corrupt('page 7', 'checksum 1', bytes[0]);
  return bytes;
}

describe('a read', () => {
  it('that fails is made again, after pauses', async () => {
    const { reads, outcome, answers } = reading();
    const { ended, at } = await outcome(scripted(down, down, answers(10)));
    expect(ended).toEqual(GOOD);
    expect(at).toBe(10 + 25 + 50);
    expect(reads).toMatchObject({ retries: 2, hedges: 0 });
  });

  it('that fails every time is told so after eight', async () => {
    const { outcome } = reading();
    const storage = scripted(down);
    expect(await outcome(storage)).toMatchObject({
      ended: { code: 'unavailable', message: 'objects/a was tried 8×, and storage failed' },
    });
    expect(storage.reads).toBe(8);
  });

  it('that is slow is joined by another, and the first to answer counts', async () => {
    const { reads, outcome, answers, health } = reading();
    const { ended, at } = await outcome(scripted(silent, answers(20)));
    expect(ended).toEqual(GOOD);
    expect(at).toBeCloseTo(170);
    expect(reads).toMatchObject({ retries: 0, hedges: 1 });
    expect(health.patience).toBeLessThan(150);
  });

  it('that never ends ends at the deadline, and after ten seconds without one', async () => {
    expect(await reading(700).outcome(scripted(silent))).toMatchObject({
      ended: { code: 'unavailable', message: 'objects/a was tried 3×, and storage did not bring it in time' },
      at: 700,
    });
    expect((await reading().outcome(scripted(silent))).at).toBeCloseTo(10_000);
  });

  it('of a short body is made again', async () => {
    const { reads, outcome, answers } = reading();
    const { ended } = await outcome(scripted(async () => GOOD.slice(0, 3), answers(1)));
    expect(ended).toEqual(GOOD);
    expect(reads.retries).toBe(1);
  });

  it('of damaged bytes is made again past the caches', async () => {
    const { outcome } = reading();
    const cache = scripted(async () => new Uint8Array([9, 2, 3, 4]));
    const storage = scripted(async () => GOOD);
    expect((await outcome(cache, storage, checked)).ended).toEqual(GOOD);
    expect([cache.reads, storage.reads]).toEqual([1, 1]);
  });

  it('that is damaged three times in one way is of a damaged object; in many ways, of storage that fails', async () => {
    const same = scripted(async () => new Uint8Array([9, 2, 3, 4]));
    expect((await reading().outcome(same, same, checked)).ended).toMatchObject({
      code: 'corrupt',
      message: 'page 7: expected checksum 1, found 9',
    });
    expect(same.reads).toBe(3);
    // Something else may come between.
    const damaged = async () => new Uint8Array([9, 2, 3, 4]);
    const between = scripted(damaged, down, damaged, async () => new Uint8Array([8, 2, 3, 4]), damaged);
    expect((await reading().outcome(between, between, checked)).ended).toMatchObject({ code: 'corrupt' });
    expect(between.reads).toBe(5);
    const other = scripted(async () => new Uint8Array([10 + other.reads, 2, 3, 4]));
    expect((await reading().outcome(other, other, checked)).ended).toMatchObject({ code: 'unavailable' });
    expect(other.reads).toBe(8);
  });

  it('that chance damages twice in the same way is made again', async () => {
    const damaged = async () => new Uint8Array([9, 2, 3, 4]);
    const storage = scripted(damaged, damaged, async () => GOOD);
    expect((await reading().outcome(storage, storage, checked)).ended).toEqual(GOOD);
  });

  it('of what is not there is not made again', async () => {
    const { outcome } = reading();
    const storage = scripted(() => Promise.reject(new SparsedgeError('not-found', 'no such object')));
    expect((await outcome(storage)).ended).toMatchObject({ code: 'not-found' });
    expect(storage.reads).toBe(1);
  });

  it('is not made again once the request has spent three quarters of the reads that it may make', async () => {
    const { outcome, reads } = reading(undefined, { most: 10 });
    const storage = scripted(down);
    const { ended } = await outcome(storage);
    expect(ended).toMatchObject({ message: 'objects/a was tried 8×, and storage failed' });
    expect((await outcome(storage)).ended).toMatchObject({
      message: 'objects/a was tried 1×, and storage failed',
    });
    expect(storage.reads).toBe(9);
    expect(reads.retries).toBe(7);
  });
});

describe('reads of one request', () => {
  it('that queue for a connection are not slow', async () => {
    const { reads, time } = reading();
    // Six at once, each for 100 ms.
    let free = Array.from({ length: 6 }, () => 0);
    const storage: Source = {
      read: async () => {
        free = free.sort((a, b) => a - b);
        free[0] = Math.max(free[0], time.clock()) + 100;
        await time.timer(free[0] - time.clock());
        return GOOD;
      },
    };
    const source = reads.source(storage);
    await time.pass(Promise.all(Array.from({ length: 200 }, () => source.read('objects/a', RANGE))));
    expect(reads).toMatchObject({ retries: 0, hedges: 0 });
    expect(time.clock()).toBe(3_400);
  });
});

describe('storage that keeps failing', () => {
  it('is given up, tried once a second, and used again once a read comes through', async () => {
    const health = new StorageHealth();
    const { outcome, answers, time } = reading(undefined, { health });
    const storage = scripted(down);
    for (let i = 0; i < 10; i++) await outcome(storage);
    const before = storage.reads;
    const ends = async () => String((await outcome(storage)).ended);
    expect(await ends()).toContain('keeps failing');
    expect(await ends()).toContain('keeps failing');
    expect(storage.reads).toBe(before);
    await time.pass(time.timer(1_000));
    expect((await outcome(scripted(answers(5)))).ended).toEqual(GOOD);
    expect((await outcome(scripted(answers(5)))).ended).toEqual(GOOD);
  });

  it.each([160, 400, 900, 5_000])(
    'is used again once a read comes through, if it takes %i ms',
    async (after) => {
      const health = new StorageHealth();
      const { reads, outcome, answers, time } = reading(undefined, { health });
      for (let i = 0; i < 10; i++) await outcome(scripted(down));
      await time.pass(time.timer(1_000));
      const [hedges, asked] = [reads.hedges, time.clock()];
      const { ended, at } = await outcome(scripted(answers(after), silent));
      expect(ended).toEqual(GOOD);
      expect(at - asked).toBeCloseTo(after);
      // Others are made beside it once a second, no more.
      expect(reads.hedges - hedges).toBeLessThanOrEqual(Math.ceil(after / 1_000));
    },
  );

  it('ends a read that was under way by what it says, and at its deadline', async () => {
    const health = new StorageHealth();
    const { outcome, time } = reading(undefined, { health });
    for (let i = 0; i < 10; i++) await outcome(scripted(down));
    await time.pass(time.timer(1_000));
    const late = () => time.timer(400).then(down);
    expect(String((await outcome(scripted(late))).ended)).toContain('keeps failing');
    await time.pass(time.timer(1_000));
    const { ended } = await outcome(scripted(silent));
    expect(ended).toMatchObject({ code: 'unavailable', message: expect.stringContaining('in time') });
  });

  it('is not what fails where callers give it no time', async () => {
    const health = new StorageHealth();
    for (let i = 0; i < 200; i++) await reading(1, { health }).outcome(scripted(silent));
    expect(() => health.admit(0)).not.toThrow();
  });

  it('at random, be it half of the time, is not given up', async () => {
    const health = new StorageHealth();
    const { outcome, answers } = reading(undefined, { health });
    for (let i = 0; i < 200; i++) expect((await outcome(scripted(down, answers(5)))).ended).toEqual(GOOD);
  });
});

describe('patience', () => {
  it('is what nineteen of twenty reads take', () => {
    const health = new StorageHealth();
    for (let i = 0; i < 20_000; i++) health.answered(100 + ((i * 37) % 100));
    expect(health.patience).toBeGreaterThan(180);
    expect(health.patience).toBeLessThan(210);
  });

  it('has its limits', () => {
    const health = new StorageHealth();
    for (let i = 0; i < 1000; i++) health.answered(1);
    expect(health.patience).toBe(50);
    for (let i = 0; i < 1000; i++) health.answered(60_000);
    expect(health.patience).toBe(1_000);
  });
});
