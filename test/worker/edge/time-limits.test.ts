// How long requests take at most, whatever hangs: opening, searching, showing, encoding, groups, and health.

import { beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENTS } from '../../../src/core/format/page.ts';
import { hangingSource } from '../../fakes/hanging-source.ts';
import type { Objects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { VirtualTime } from '../../fakes/virtual-time.ts';
import { indexesByWay, isolate, question, type Way } from '../isolate.ts';

let indexes: ReadonlyMap<Way, Objects>;

beforeAll(async () => {
  indexes = await indexesByWay();
});

/** An isolate in which every read of the objects that `hangs` picks never ends, and how long its replies take. */
function hanging(way: Way, hangs: (name: string) => boolean) {
  const time = new VirtualTime();
  const source = () => hangingSource(memorySource(indexes.get(way)!), hangs);
  const { get, post } = isolate(way, source, time);
  const timed = async (work: () => ReturnType<typeof get>) => {
    const began = time.clock();
    const { status, body, headers } = await time.pass(work());
    return { status, body, headers, after: time.clock() - began };
  };
  return {
    time,
    get: (path: string) => timed(() => get(path)),
    post: (value: object) => timed(() => post(value)),
  };
}

const isPosting = (name: string) => name.startsWith('shards/') && !name.includes(DOCUMENTS);
const isDocument = (name: string) => name.includes(DOCUMENTS);

const HANGING: readonly (readonly [string, Way, (name: string) => boolean])[] = [
  ['opening', 'alone', (name) => name === 'current'],
  ['the page table', 'alone', (name) => name.startsWith('tables/')],
  ['postings', 'alone', isPosting],
  ['documents', 'alone', isDocument],
  ['a group', 'in groups', isPosting],
  ["a group's documents", 'in groups', isDocument],
  ['the model', 'with a model', (name) => name.startsWith('models/')],
];

describe.each(HANGING)('while %s hangs', (_, way, hangs) => {
  it('a question without a deadline is a problem after thirty seconds at most', async () => {
    const { post } = hanging(way, hangs);
    const { status, body, headers, after } = await post(question(way, 1));
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
    expect(after).toBeLessThanOrEqual(30_000);
  });

  it('a question with one is answered by it, with what is proved, or is a problem', async () => {
    const { post } = hanging(way, hangs);
    const { status, body, after } = await post({ ...question(way, 1), deadlineMs: 400 });
    expect(after).toBeLessThanOrEqual(400);
    if (status === 200) expect(body).toMatchObject({ exact: false, bound: expect.any(Number), hits: [] });
    else expect([status, body.code]).toEqual([503, 'unavailable']);
    // Postings alone leave something to say.
    expect(status).toBe(hangs === isPosting ? 200 : 503);
  });
});

describe('an answer', () => {
  it('says which reads it made again beside slow ones', async () => {
    const { post } = hanging('alone', () => false);
    expect((await post(question('alone', 1))).body.cost).toMatchObject({ retries: 0, hedges: 0 });
    const time = new VirtualTime();
    const source = () =>
      hangingSource(memorySource(indexes.get('alone')!), (name, nth) => isPosting(name) && nth === 1);
    const reply = await time.pass(isolate('alone', source, time).post(question('alone', 1)));
    expect(reply.body).toMatchObject({
      exact: true,
      cost: { retries: 0, hedges: reply.body.cost.postingReads },
    });
  });

  it('comes from the generation that is open while a newer one cannot be asked for', async () => {
    let down = false;
    const { time, post } = hanging('alone', (name) => down && name === 'current');
    const before = await post(question('alone', 1));
    down = true;
    await time.pass(time.timer(40_000));
    const { status, body, after } = await post(question('alone', 1));
    expect([status, body.index.stale, body.hits]).toEqual([200, true, before.body.hits]);
    expect(after).toBeLessThan(2_000);
  });
});

describe('/healthz', () => {
  it.each(['alone', 'in groups', 'with a model'] as const)(
    'is well where questions are answered: %s',
    async (way) => {
      const { status, body } = await hanging(way, () => false).get('/healthz');
      expect([status, body.status]).toEqual([200, 'ok']);
    },
  );

  it.each(HANGING)('is not while %s hangs, and says so within ten seconds', async (_, way, hangs) => {
    const { status, body, after } = await hanging(way, hangs).get('/healthz');
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(body.detail).toMatch(/^the index is not searched: /);
    expect(after).toBeLessThan(10_000);
  });
});
