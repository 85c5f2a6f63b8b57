import '../../../src/core/analyzer/stemming/snowball.ts';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { CURRENT, decodeManifest, encodeManifest } from '../../../src/core/format/manifest.ts';
import { Indexes } from '../../../src/edge/named-engines.ts';
import type { ResidentIndex } from '../../../src/edge/resident-index.ts';
import { searchAnswer } from '../../../src/http/api.ts';
import { indexesAnswer } from '../../../src/http/schemas/index-schema.ts';
import { createWorker } from '../../../src/worker.ts';
import { COLLECTION, client, collectionIndex, publish, type Reply } from '../requests.ts';
import { type TinyDocument, tinyIndex } from '../tiny-index.ts';

const NAMES = 'guide, blog,de,unpublished';

/** A fresh isolate, as far as open indexes are concerned. */
function deployment(settings: object = {}) {
  const worker = createWorker();
  return client((request) => worker.fetch(request, { INDEX: env.INDEX, INDEXES: NAMES, ...settings }));
}

const BLOG: readonly TinyDocument[] = [
  { document: { id: 'a', text: 'a post on rivers' }, vector: { river: 8 } },
  { document: { id: 'p2', text: 'another post' }, vector: { river: 3, boat: 2 } },
  { document: { id: 'p3', text: 'none of it' }, vector: { lamp: 9 } },
];

beforeAll(async () => {
  await publish(collectionIndex('1'.repeat(16), [COLLECTION.slice(0, 4), COLLECTION.slice(4)]), 'guide/');
  await publish(tinyIndex('2'.repeat(16), [BLOG]), 'blog/');
  const german = collectionIndex('3'.repeat(16));
  const manifest = decodeManifest(german.objects.get(CURRENT)!, CURRENT);
  const spaces = manifest.spaces.map((space) => ({ ...space, languages: [{ code: 'de' as const }] }));
  german.objects.set(CURRENT, encodeManifest({ ...manifest, spaces }));
  await publish(german, 'de/');
});

const ids = ({ body }: Reply) => body.hits.map(({ id }: { id: string }) => id);

describe('indexes of one deployment', () => {
  it('are searched by name, and the first unless one is named', async () => {
    const { get, post } = deployment();
    const byDefault = await get('/v1/search?q=boat');
    expect(ids(byDefault)).toEqual(['a', 'e']);
    expect(byDefault.body.index).toEqual({ name: 'guide', build: '1'.repeat(16), stale: false });
    expect(ids(await get('/v1/search?q=boat&index=blog'))).toEqual(['p2']);
    expect(ids(await post({ query: 'boat', index: 'blog' }))).toEqual(['p2']);
    expect((await get('/v1/documents/a')).body.document.title).toBe('River boat');
    expect((await get('/v1/documents/a?index=blog')).body.document.text).toBe('a post on rivers');
    expect((await get('/v1/index?index=blog')).body).toMatchObject({ index: { name: 'blog' }, documents: 3 });
    expect((await get('/healthz?index=blog')).body.index.build).toBe('2'.repeat(16));
  });

  it('explain what they found together, each by its own scores', async () => {
    const { body } = await deployment().get('/v1/search?q=river+boat&index=guide,blog&explain=true');
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(new Set(body.hits.map(({ index }: { index: string }) => index))).toEqual(
      new Set(['guide', 'blog']),
    );
    for (const { indexScore, explain } of body.hits) expect(explain.score).toBe(indexScore);
    for (const { explain } of body.merged.indexes) {
      expect(explain.terms).toMatchObject([{ term: 'river' }, { term: 'boat' }]);
      expect(explain.rounds.length).toBeGreaterThan(0);
    }
  });

  it('say of operators those that hold of every hit, and of each index those that hold of its own', async () => {
    const tagged = BLOG.map(({ document, vector }, i) => ({
      document: { ...document, text: `${document.text} tag`, fields: { tag: i === 0 ? 'new' : 'old' } },
      vector,
    }));
    const fields = [{ name: 'tag', type: 'keyword' as const, list: false }];
    await publish(tinyIndex('8'.repeat(16), [tagged], false, fields), 'tagged/');
    const { get } = deployment({ INDEXES: 'tagged,blog' });
    const operatorsOf = async (q: string, index: string) => {
      const { body } = await get(`/v1/search?q=${encodeURIComponent(q)}&index=${index}`);
      expect(searchAnswer.safeParse(body).error).toBeUndefined();
      const own = body.merged.indexes.map((each: { operators?: object[] }) => each.operators);
      return { all: body.operators, own, hits: body.hits };
    };
    const [tag, post] = [{ text: 'new', field: 'tag' }, { text: 'post' }];
    for (const index of ['tagged,blog', 'blog,tagged']) {
      const first = index.startsWith('tagged');
      const both = await operatorsOf('river tag:new "post"', index);
      expect(both.all).toEqual([post]);
      expect(both.own).toEqual(first ? [[tag, post], [post]] : [[post], [tag, post]]);
      const one = await operatorsOf('river tag:new', index);
      expect(one.all).toBeUndefined();
      expect(one.own).toEqual(first ? [[tag], undefined] : [undefined, [tag]]);
      const none = await operatorsOf('river', index);
      expect([none.all, ...none.own]).toEqual([undefined, undefined, undefined]);
    }
  });

  it('are noted by all of their names, and sampled by as much of them as the platform takes', async () => {
    const names = ['guide', 'x', 'y'].map((name) => name.padEnd(64, 'z'));
    for (const name of names) await publish(tinyIndex('4'.repeat(16), [BLOG]), `${name}/`);
    const points: { indexes: string[]; blobs: string[] }[] = [];
    const QUERIES = { writeDataPoint: (point: (typeof points)[number]) => points.push(point) };
    const { get } = deployment({ INDEXES: names.join(), QUERIES });
    for (const index of [names[0], names.join()]) {
      expect((await get(`/v1/search?q=boat&index=${index}`)).status).toBe(200);
      const { indexes, blobs } = points.pop()!;
      expect(blobs).toContain(index);
      // Analytics Engine takes one index of at most 96 bytes.
      expect(indexes).toEqual([index!.slice(0, 96)]);
    }
  });

  it('are listed by name', async () => {
    const { body } = await deployment().get('/v1/indexes');
    expect(body).toEqual({ indexes: ['guide', 'blog', 'de', 'unpublished'] });
    expect(indexesAnswer.safeParse(body).error).toBeUndefined();
    expect((await deployment({ INDEXES: '' }).get('/v1/indexes')).body).toEqual({ indexes: [] });
  });

  it.each([
    ['/v1/search?q=river&index=nobody', 404, 'not-found'],
    ['/v1/search?q=river&index=guide,nobody', 404, 'not-found'],
    ['/v1/documents/a?index=nobody', 404, 'not-found'],
    ['/v1/index?index=nobody', 404, 'not-found'],
    ['/v1/search?q=river&index=unpublished', 503, 'unavailable'],
    ['/v1/search?q=river&index=guide,unpublished', 503, 'unavailable'],
    ['/v1/search?q=river&index=guide,guide', 400, 'bad-query'],
    ['/v1/search?q=river&index=a,b,c,d,e', 400, 'bad-query'],
    ['/v1/search?q=river&index=', 400, 'bad-query'],
    ['/v1/search?q=river&index=..%2Fguide', 400, 'bad-query'],
    ['/v1/search?q=river&index=guide%2F..%2Fblog', 400, 'bad-query'],
    ['/v1/index?index=guide%00', 400, 'bad-query'],
    ['/v1/documents/a?index=guide,blog', 400, 'bad-query'],
    ['/v1/search?q=river&index=guide&lang=de', 400, 'bad-query'],
    ['/v1/search?q=river&lang=d', 400, 'bad-query'],
    ['/v1/search?q=river&index=toString', 400, 'bad-query'],
    ['/v1/search?q=river&index=constructor', 404, 'not-found'],
  ])('%s is %i %s', async (path, status, code) => {
    const reply = await deployment().get(path);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
  });

  it('are one without names where none are set, and a name is then of nothing', async () => {
    const { get } = deployment({ INDEXES: undefined, INDEX_PREFIX: 'blog' });
    expect(ids(await get('/v1/search?q=boat&lang=de'))).toEqual(['p2']);
    expect((await get('/v1/search?q=boat')).body.index.name).toBeUndefined();
    expect((await get('/v1/search?q=boat&index=blog')).status).toBe(404);
  });

  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE_ch', 'de'],
    ['en', 'guide'],
    ['fr', 'guide'],
  ])('are chosen by the language %s of a page: %s', async (lang, name) => {
    const { get } = deployment();
    expect((await get(`/v1/search?q=river&lang=${lang}`)).body.index.name).toBe(name);
    expect((await get(`/v1/documents/c?lang=${lang}`)).body.index.name).toBe(name);
  });

  it('answer the same whether their windows are searched here or in parts', async () => {
    for (const path of [
      '/v1/search?q=river+boat',
      '/v1/documents/h',
      '/v1/search?q=river&index=guide,blog',
    ]) {
      const [here, apart] = [await deployment().get(path), await deployment({ LOCAL_WINDOWS: 0 }).get(path)];
      expect(apart.status).toBe(200);
      expect(apart.body.hits).toEqual(here.body.hits);
      expect(apart.body.document).toEqual(here.body.document);
    }
  });
});

describe('several indexes at once', () => {
  it('are in one order by shares of what was possible, each hit with its index', async () => {
    const { get } = deployment();
    for (const [q, k] of [
      ['river', 10],
      ['river boat', 4],
      ['lamp', 3],
    ]) {
      const { status, body } = await get(`/v1/search?q=${q}&k=${k}&index=guide,blog&snippet=true`);
      expect(status).toBe(200);
      expect(searchAnswer.safeParse(body).error).toBeUndefined();
      const single = await Promise.all(
        ['guide', 'blog'].map(async (index) => (await get(`/v1/search?q=${q}&k=${k}&index=${index}`)).body),
      );
      const expected = single
        .flatMap(({ hits, most }, i) =>
          hits.map(({ id, score }: { id: string; score: number }) => ({
            id,
            index: ['guide', 'blog'][i],
            indexScore: score,
            score: score / most,
          })),
        )
        .sort((a, b) => b.score - a.score)
        .slice(0, Number(k))
        .map((hit, i) => ({ ...hit, rank: i + 1 }));
      expect(body.hits).toMatchObject(expected);
      expect(body.hits).toHaveLength(expected.length);
      expect(body).toMatchObject({ exact: true, bound: 0, index: { name: 'guide,blog', stale: false } });
      expect(body.merged.method).toBe('share');
      expect(body.merged.indexes.map(({ most }: { most: number }) => most)).toEqual(
        single.map(({ most }) => most),
      );
      expect(body.hits.every(({ score }: { score: number }) => score > 0 && score <= 1)).toBe(true);
    }
  });

  it('have pages of results that join without a gap', async () => {
    const { get } = deployment();
    const all = (await get('/v1/search?q=river+lamp&k=10&index=blog,guide')).body.hits;
    const pages = [];
    for (let offset = 0; offset < 10; offset += 3) {
      const { body } = await get(`/v1/search?q=river+lamp&k=3&offset=${offset}&index=blog,guide`);
      pages.push(...body.hits);
    }
    expect(pages.slice(0, 10)).toEqual(all);
  });

  it('are walked through by cursors as by one deep search', async () => {
    const { get } = deployment();
    const path = '/v1/search?q=river+boat&index=guide,blog';
    const { body: deep } = await get(`${path}&k=50`);
    const walked: object[] = [];
    let cursor = '';
    do {
      const { body } = await get(`${path}&k=3${cursor && `&cursor=${cursor}`}`);
      walked.push(...body.hits);
      cursor = body.next ?? '';
    } while (cursor !== '');
    expect(walked.length).toBeGreaterThan(6);
    expect(walked).toEqual(deep.hits);
    const { body } = await get(`${path}&k=3`);
    const other = await get(`/v1/search?q=river+boat&index=blog,guide&k=3&cursor=${body.next}`);
    expect([other.status, other.body.code]).toEqual([400, 'bad-query']);
    const like = await get('/v1/search?like=a&index=guide,blog');
    expect([like.status, like.body.code]).toEqual([400, 'bad-query']);
  });

  it('share what a request may spend, and say what each could not prove', async () => {
    // A build of its own: the isolate's page cache has the others' pages.
    await publish(collectionIndex('4'.repeat(16)), 'cold/');
    const { get } = deployment({ INDEXES: 'cold,blog' });
    const { body } = await get('/v1/search?q=river+fish&k=2&index=cold,blog&maxBytes=2');
    expect(body.cost.bytes).toBe(0);
    expect([body.exact, body.merged.indexes[0].exact]).toEqual([false, false]);
    const bounds = body.merged.indexes.map(
      ({ bound, most }: { bound: number; most: number }) => bound / most,
    );
    expect(body.bound).toBe(Math.max(...bounds));
  });

  it.each(['sort=shelf', 'facets=shelf', 'fusion=rrf', 'rerank=3', 'feedback=rm3'])(
    'are refused with %s, which is of one',
    async (parameter) => {
      const { status, body } = await deployment().get(`/v1/search?q=river&index=guide,blog&${parameter}`);
      expect([status, body.code]).toEqual([400, 'bad-query']);
      expect(body.detail).toMatch(/is of one index/);
    },
  );

  it('fail where one fails, and say which', async () => {
    const { status, body } = await deployment().get('/v1/search?q=river&index=guide,blog&filter=shelf:north');
    expect([status, body.code]).toEqual([400, 'bad-query']);
    expect(body).toMatchObject({ index: 'guide', detail: expect.stringMatching(/^index "guide": /) });
  });
});

it('indexes that others need the memory of are closed, the least recently used first, and opened again', async () => {
  const opened: string[] = [];
  const bytes = new Map<string, number>();
  const engineOf = (name: string) => {
    let size = 0;
    const resident = {
      get bytes() {
        return size;
      },
      open() {
        if (size === 0) opened.push(name);
        size = bytes.get(name)!;
      },
      close() {
        size = 0;
      },
    };
    return { resident: resident as unknown as ResidentIndex, open: resident.open };
  };
  for (const name of ['a', 'b', 'c']) bytes.set(name, 14 * 2 ** 20);
  const indexes = new Indexes(['a', 'b', 'c'], engineOf);
  const ask = async (index: string) => (await indexes.chosen({ index }, async () => []))[0].open();
  for (const name of ['a', 'b', 'a', 'c', 'a', 'c', 'b']) await ask(name);
  // Two fit beside the one that is opened.
  expect(opened).toEqual(['a', 'b', 'c', 'b']);
  await ask('a');
  await ask('c');
  expect(opened).toEqual(['a', 'b', 'c', 'b', 'c']);
});
