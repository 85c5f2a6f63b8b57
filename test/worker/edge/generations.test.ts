import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { r2Source } from '../../../src/store/r2.ts';
import { failingSource } from '../../fakes/failing-source.ts';
import { handClock } from '../../fakes/hand-clock.ts';
import { recordingSource } from '../../fakes/recording-source.ts';
import {
  appOver,
  BUILD,
  COLLECTION,
  clearBucket,
  collectionIndex,
  NEXT_BUILD,
  publish,
} from '../requests.ts';

const FIRST = collectionIndex();
/** The same documents in another order, so that a mix of the two shows the wrong ones. */
const NEXT = collectionIndex(NEXT_BUILD, [[...COLLECTION].reverse()]);
const ask = { terms: { river: 1, lamp: 1 }, k: 1 };
const fromFirst = { index: { build: BUILD, stale: false }, hits: [{ id: 'c', document: 2, score: 15 }] };
const fromNext = { index: { build: NEXT_BUILD, stale: false }, hits: [{ id: 'c', document: 5, score: 15 }] };

beforeEach(async () => {
  await clearBucket();
  await publish(FIRST);
});

/** An app on a clock to be set and on storage that can be made to fail; what it reads and logs is recorded. */
function staged() {
  const hand = handClock(1_000_000);
  const storage = { fails: (_name: string) => false };
  const source = recordingSource(failingSource(r2Source(env.INDEX, ''), (name) => storage.fails(name)));
  const log = vi.fn();
  return { hand, storage, reads: source.reads, log, ...appOver({ source, clock: hand.clock, log }) };
}

async function remove(names: Iterable<string>): Promise<void> {
  await env.INDEX.delete([...names].filter((name) => name !== 'current'));
}

describe('a new generation', () => {
  it('is seen once the open one has been used for its time, and not before', async () => {
    const { hand, post } = staged();
    expect((await post(ask)).body).toMatchObject(fromFirst);
    await publish(NEXT);
    hand.now += 29_999;
    expect((await post(ask)).body).toMatchObject(fromFirst);
    hand.now += 1;
    const { body } = await post(ask);
    expect(body).toMatchObject(fromNext);
    // `current`, which is the manifest, and the page table.
    expect(body.cost.openReads).toBe(2);
  });

  it('costs one read of `current` when there is none', async () => {
    const { hand, reads, post } = staged();
    await post(ask);
    hand.now += 30_000;
    reads.length = 0;
    expect((await post(ask)).body.cost).toMatchObject({ openReads: 1 });
    expect(reads.filter(({ name }) => name === 'current')).toHaveLength(1);
    reads.length = 0;
    await post(ask);
    expect(reads.map(({ name }) => name)).not.toContain('current');
  });

  it('is loaded by one request while others go on with the old one', async () => {
    const { hand, post } = staged();
    await post(ask);
    await publish(NEXT);
    hand.now += 30_000;
    const [first, ...others] = await Promise.all([post(ask), post(ask), post(ask)]);
    expect(first!.body).toMatchObject(fromNext);
    for (const other of others) expect(other.body).toMatchObject(fromFirst);
    expect((await post(ask)).body).toMatchObject(fromNext);
  });

  it('is never mixed with the old one, whenever it is published', async () => {
    const objects = [...NEXT.objects];
    const { hand, post } = staged();
    for (let moment = 0; moment <= objects.length; moment++) {
      hand.now += 30_000;
      const [{ body }] = await Promise.all([
        post(ask),
        moment < objects.length && env.INDEX.put(objects[moment][0], objects[moment][1]),
      ]);
      expect([fromFirst, fromNext].filter(({ index }) => index.build === body.index.build)).toEqual([
        expect.objectContaining({ index: body.index }),
      ]);
      expect(body).toMatchObject(body.index.build === BUILD ? fromFirst : fromNext);
    }
  });

  it('answers at once when the old one’s objects are gone', async () => {
    const { log, post, get } = staged();
    await post(ask);
    await publish(NEXT);
    await remove(FIRST.objects.keys());
    expect((await post(ask)).body).toMatchObject(fromNext);
    expect(log).not.toHaveBeenCalled();
    expect((await get('/v1/documents/c')).body).toMatchObject({
      index: { build: NEXT_BUILD },
      document: { id: 'c' },
    });
  });
});

describe('while `current` cannot be read', () => {
  it('the open generation answers and says so, and the answer is not to be kept', async () => {
    const { hand, storage, log, post, get } = staged();
    await post(ask);
    hand.now += 30_000;
    storage.fails = (name) => name === 'current';
    for (let i = 0; i < 2; i++) {
      expect((await post(ask)).body).toMatchObject({ ...fromFirst, index: { build: BUILD, stale: true } });
    }
    expect(log).toHaveBeenCalledOnce();
    const { body, headers } = await get('/v1/index');
    expect([body.index.stale, headers.get('cache-control')]).toEqual([true, 'no-store']);
    const health = await get('/healthz');
    expect([health.status, health.body.code]).toEqual([503, 'unavailable']);
    expect(health.body.detail).toContain(`build ${BUILD} still answers`);
    storage.fails = () => false;
    hand.now += 30_000;
    expect((await post(ask)).body).toMatchObject(fromFirst);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('a generation that does not open is not gone over to', async () => {
    const { hand, post } = staged();
    await post(ask);
    await publish(NEXT);
    await env.INDEX.delete(`tables/${NEXT_BUILD}`);
    hand.now += 30_000;
    expect((await post(ask)).body).toMatchObject({ ...fromFirst, index: { build: BUILD, stale: true } });
    await publish(NEXT);
    hand.now += 30_000;
    expect((await post(ask)).body).toMatchObject(fromNext);
  });

  it('a first open that fails is not kept', async () => {
    const { storage, post } = staged();
    storage.fails = () => true;
    expect((await post(ask)).status).toBe(500);
    storage.fails = () => false;
    expect((await post(ask)).body).toMatchObject(fromFirst);
  });
});
