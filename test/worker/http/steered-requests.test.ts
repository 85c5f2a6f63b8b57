import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import type { Rules } from '../../../src/query/language/rules/rules-schema.ts';
import { appOver, BUILD, COLLECTION, collectionIndex, publish, steer } from '../requests.ts';

const RULES: Rules = {
  synonyms: [['stream', 'river']],
  queries: [{ is: 'lamp', pin: ['f'], hide: ['a'] }],
};
const SAID = { rules: RULES, queries: [{ pinned: [5], hidden: [0] }], missing: [] };

const windows = COLLECTION.map((document) => [document]);
const idsOf = ({ hits }: { hits: { id: string }[] }) => hits.map(({ id }) => id);

beforeAll(async () => {
  await publish(collectionIndex(BUILD, windows));
  await steer(SAID, [0, 128, 64, 64, 64, 64, 64, 64]);
});

describe.each([
  ['here', {}],
  ['over groups of windows', { LOCAL_WINDOWS: '1' }],
])('a question that rules steer, searched %s', (_, settings) => {
  it('has factors, synonyms, pinned and hidden results', async () => {
    const app = appOver({ settings });
    const { status, body } = await app.get('/v1/search?q=river');
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({ exact: true, index: { build: BUILD, rules: expect.any(String) } });
    expect(idsOf(body)).toEqual(['b/1', 'c', 'e', 'f', 'été %2F?', 'h']);
    expect(body.hits[0].score).toBe(2 * body.hits[1].score);

    const stream = (await app.get('/v1/search?q=stream')).body;
    expect(idsOf(stream)).toEqual(idsOf(body));
    expect(stream.steering.synonyms).toEqual([{ of: 'stream', text: 'river', weight: 48 }]);

    const lamp = (await app.get('/v1/search?q=lamp')).body;
    expect(searchAnswer.safeParse(lamp).error).toBeUndefined();
    expect(lamp.hits).toMatchObject([{ id: 'f', pinned: true, score: 0 }, { id: 'c' }]);
    expect(lamp.steering).toMatchObject({ pinned: 1, hidden: 1 });
    expect(idsOf((await app.get('/v1/search?q=lamp&k=1&offset=1')).body)).toEqual(['c']);
  });

  it('is answered without them where that is asked for', async () => {
    const { body } = await appOver({ settings }).get('/v1/search?q=river&rules=false');
    expect(idsOf(body)[0]).toBe('a');
    expect(body.steering).toBeUndefined();
  });
});

it('an open index goes over to other rules, and its ETag with it', async () => {
  let now = 0;
  const app = appOver({ clock: () => now });
  const first = await app.get('/v1/search?q=river');
  await steer(SAID, [64, 64, 64, 64, 64, 64, 64, 0]);
  now += 3_600_000;
  const second = await app.get('/v1/search?q=river');
  expect(idsOf(second.body)[0]).toBe('a');
  expect(idsOf(second.body)).not.toContain('h');
  expect(second.headers.get('etag')).not.toBe(first.headers.get('etag'));
  expect(second.body.cost.openReads).toBe(2);
});
