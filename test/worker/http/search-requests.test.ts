import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import { searchExhaustively } from '../../query/search/exhaustive.ts';
import { appOver, BUILD, COLLECTION, collectionIndex, publish, worker } from '../requests.ts';

beforeAll(() => publish(collectionIndex()));

describe('POST /v1/search with terms', () => {
  it('answers with the exact best documents and what they show', async () => {
    const { status, body, headers } = await worker.post({ terms: { river: 2, boat: 1 }, k: 2 });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ index: { build: BUILD, stale: false }, exact: true, bound: 0 });
    expect(body.hits).toEqual([
      {
        rank: 1,
        document: 0,
        score: 22,
        id: 'a',
        title: 'River boat',
        url: 'https://example.com/a',
        text: 'text of a',
      },
      { rank: 2, document: 1, score: 14, id: 'b/1', text: 'text of b/1' },
    ]);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
  });

  it('answers as the oracle does, for every k, over one window and over several', async () => {
    const query = new Map([
      ['river', 1],
      ['wind', 2],
      ['fish', 1],
      ['nowhere', 3],
    ]);
    const vectors = COLLECTION.map(({ vector }) => new Map(Object.entries(vector)));
    for (const cut of [0, 3, 7]) {
      const windows = cut === 0 ? [COLLECTION] : [COLLECTION.slice(0, cut), COLLECTION.slice(cut)];
      const index = collectionIndex(`${cut}`.repeat(16), windows);
      await publish(index, `cut${cut}/`);
      const { post } = appOver({ settings: { INDEX_PREFIX: `cut${cut}` } });
      for (let k = 1; k <= 9; k++) {
        const { body } = await post({ terms: Object.fromEntries(query), k, documents: false });
        const expected = searchExhaustively(vectors, query, k);
        expect(body.hits).toEqual(
          expected.map((hit, i) => ({ rank: i + 1, ...hit, id: COLLECTION[hit.document].document.id })),
        );
        expect(body.exact).toBe(true);
      }
    }
  });

  it('counts what opening cost in the request that opened, and nothing in the next', async () => {
    const { post } = appOver();
    const first = (await post({ terms: { lamp: 1 } })).body.cost;
    expect(first).toMatchObject({ postingReads: 1, documentReads: 1, reads: 2, rounds: 2, openReads: 2 });
    expect(first.openBytes).toBeGreaterThan(100);
    const second = (await post({ terms: { lamp: 1 } })).body.cost;
    expect(second).toMatchObject({ openReads: 0, openBytes: 0, reads: 2, cachedPages: 0 });
  });

  it('finds pages at hand the second time', async () => {
    await worker.post({ terms: { lamp: 1 } });
    expect((await worker.post({ terms: { lamp: 1 } })).body.cost).toMatchObject({ reads: 0, bytes: 0 });
  });

  it('gives hits their ids without their documents, and says what reading those cost', async () => {
    const { body } = await appOver().post({ terms: { lamp: 3 }, documents: false });
    expect(body.hits).toEqual([{ rank: 1, document: 2, score: 24, id: 'c' }]);
    expect(body.cost.documentReads).toBe(1);
  });

  it('takes a term by any name, and a weight of 0 as no term', async () => {
    const { status, body } = await worker.post('{"terms": {"__proto__": 1, "constructor": 2, "river": 0}}');
    expect(status).toBe(200);
    expect(body.hits).toEqual([]);
    expect(body.cost.postings).toBe(0);
  });

  it('says so when a budget leaves the answer open', async () => {
    const { post } = appOver();
    const { status, body } = await post({
      terms: { river: 1, fish: 1 },
      k: 3,
      documents: false,
      maxBytes: 1,
    });
    expect(status).toBe(200);
    expect(body.exact).toBe(false);
    expect(body.bound).toBeGreaterThan(0);
  });

  it('searches the space that is named', async () => {
    expect((await worker.post({ terms: { lamp: 1 }, space: 'words' })).status).toBe(200);
    const { status, body } = await worker.post({ terms: { lamp: 1 }, space: 'dense' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'bad-query', detail: 'the index has no space "dense"; it has words' });
  });
});

describe('text queries', () => {
  it('answers by URL as it answers by body', async () => {
    const byUrl = await worker.get('/v1/search?q=the+river%20boat&k=3&documents=false');
    const byBody = await worker.post({ query: 'the river boat', k: 3, documents: false });
    expect(byUrl.status).toBe(200);
    expect(byUrl.body.query).toBe('the river boat');
    expect(byUrl.body.hits).toEqual([
      { rank: 1, document: 0, score: 13, id: 'a' },
      { rank: 2, document: 1, score: 7, id: 'b/1' },
      { rank: 3, document: 2, score: 7, id: 'c' },
    ]);
    expect(byBody.body.hits).toEqual(byUrl.body.hits);
  });

  it('lets exact answers be kept as long as a generation is, and open ones not at all', async () => {
    const exact = await worker.get('/v1/search?q=river');
    expect(exact.headers.get('cache-control')).toBe('public, max-age=30');
    const open = await appOver().get('/v1/search?q=river+fish&k=3&maxBytes=1');
    expect(open.body.exact).toBe(false);
    expect(open.headers.get('cache-control')).toBe('no-store');
  });

  it('finds nothing, exactly, for stop words, unknown terms, punctuation and controls', async () => {
    for (const query of ['the of and', 'zzyzx', ' ', '?!', '\u0000\u0007\n', '\ud800', '🛶']) {
      const { status, body } = await worker.post({ query });
      expect(status, JSON.stringify(query)).toBe(200);
      expect(body).toMatchObject({ hits: [], exact: true, bound: 0 });
    }
  });

  it('takes control characters as separators and replaces unpaired surrogates', async () => {
    const { body } = await worker.post(
      '{"query": "river\\u0000boat \\ud800 lamp", "documents": false, "k": 1}',
    );
    expect(body.query).toBe('river\u0000boat \ufffd lamp');
    expect(body.hits).toEqual([{ rank: 1, document: 2, score: 15, id: 'c' }]);
  });
});
