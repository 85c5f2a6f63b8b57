// What a search page asks for: further pages, chosen parts, a passage with its matches, and answers of a bounded size.

import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import { MAX_SHOWN_CHARACTERS } from '../../../src/http/schemas/answer-limits.ts';
import { appOver, BUILD, COLLECTION, collectionIndex, publish, type Reply, worker } from '../requests.ts';
import type { TinyDocument } from '../tiny-index.ts';

const filler = (words: number) => Array.from({ length: words }, () => 'filler').join(' ');
const LONG: readonly TinyDocument[] = [
  { document: { id: 'short', text: 'a river', fields: { shelf: 'north' } }, vector: { river: 9 } },
  { document: { id: 'long', title: 'Long', text: `river ${'x'.repeat(700_000)}` }, vector: { river: 7 } },
  { document: { id: 'longer', text: `${'é'.repeat(900_000)} river` }, vector: { river: 5 } },
  {
    document: { id: 'html', text: `${filler(60)} <b>River</b> & "boat" ${filler(60)}` },
    vector: { boat: 9, b: 1 },
  },
  {
    document: { id: 'field', text: '', fields: { body: '🛶'.repeat(300_000), shelf: 'south' } },
    vector: { lamp: 9 },
  },
];

const { get, post } = appOver({ settings: { INDEX_PREFIX: 'long' } });

beforeAll(async () => {
  await publish(collectionIndex());
  await publish(collectionIndex('c'.repeat(16), [LONG]), 'long/');
});

function ids({ body }: Reply): string[] {
  return body.hits.map(({ id }: { id: string }) => id);
}

describe('offset', () => {
  it('gives pages that join to the whole ranking, over one window and over groups', async () => {
    const cuts = [
      COLLECTION.slice(0, 3),
      COLLECTION.slice(3, 4),
      COLLECTION.slice(4, 6),
      COLLECTION.slice(6),
    ];
    await publish(collectionIndex('d'.repeat(16), cuts), 'cut/');
    for (const settings of [{}, { INDEX_PREFIX: 'cut', LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }]) {
      const app = appOver({ settings });
      const whole = (await app.get('/v1/search?q=river+fish&k=8')).body;
      for (const k of [1, 2, 3]) {
        const pages = [];
        for (let offset = 0; offset < 8; offset += k) {
          const { body } = await app.get(`/v1/search?q=river+fish&k=${k}&offset=${offset}`);
          expect(body.exact).toBe(true);
          expect(searchAnswer.safeParse(body).error).toBeUndefined();
          pages.push(...body.hits);
        }
        expect(pages).toEqual(whole.hits);
      }
    }
  });

  it('beyond the last hit gives none', async () => {
    const { status, body } = await worker.post({ query: 'river', offset: 50 });
    expect([status, body.hits, body.exact]).toEqual([200, [], true]);
  });

  it('of a fusion goes on in its ranking', async () => {
    const whole = ids(await worker.get('/v1/search?q=river+boat&fusion=rrf'));
    expect(ids(await worker.get('/v1/search?q=river+boat&fusion=rrf&offset=2&k=2'))).toEqual(
      whole.slice(2, 4),
    );
  });

  it.each([
    ['offset=-1', 'offset must be an integer from 0 to 99'],
    ['offset=100', 'offset must be an integer from 0 to 99'],
    ['offset=x', 'offset must be an integer from 0 to 99'],
    ['k=50&offset=51', '"k" and "offset" together are 101; they must be at most 100'],
  ])('%s is refused', async (parameters, detail) => {
    const { status, body } = await worker.get(`/v1/search?q=river&${parameters}`);
    expect([status, body.detail]).toEqual([400, detail]);
  });
});

describe('fields', () => {
  it('chooses parts, and further fields by name or all', async () => {
    const chosen = async (fields: string) =>
      (await get(`/v1/search?q=river&k=1&fields=${fields}`)).body.hits[0];
    const hit = { rank: 1, document: 0, score: 9, id: 'short' };
    expect(await chosen('title,url')).toEqual(hit);
    expect(await chosen('text')).toEqual({ ...hit, text: 'a river' });
    expect(await chosen('id, shelf')).toEqual({ ...hit, fields: { shelf: 'north' } });
    expect(await chosen('fields,nothing')).toEqual({ ...hit, fields: { shelf: 'north' } });
    const byBody = await post({ terms: { river: 1 }, k: 1, fields: ['text'] });
    expect(byBody.body.hits).toEqual([{ ...hit, text: 'a river' }]);
  });

  it.each([
    ['?q=river&fields=', 'fields must name at least one field'],
    ['?q=river&fields=title,,url', 'fields has an empty name; write them as title,url'],
    [
      '?q=river&fields=title&documents=false',
      '"fields" chooses what hits carry of their documents, and "documents" is false',
    ],
    ['?q=river&snippet=yes', 'snippet must be true or false'],
    ['?q=river&highlight=1', 'highlight must be true or false'],
  ])('%s is refused', async (query, detail) => {
    const { status, body } = await get(`/v1/search${query}`);
    expect([status, body.detail]).toEqual([400, detail]);
  });

  it.each([
    [{ fields: [] }, 'fields must name at least one field'],
    [{ fields: 'title' }, 'fields must be an array of names'],
    [{ fields: [''] }, 'fields.0 must not be empty'],
    [{ fields: ['text'], documents: false }, /^"fields" chooses/],
    [{ snippet: 'true' }, 'snippet must be true or false'],
  ])('%o is refused in a body', async (options, detail) => {
    const { status, body } = await post({ query: 'river', ...options });
    expect([status, body.detail]).toEqual([
      400,
      detail instanceof RegExp ? expect.stringMatching(detail) : detail,
    ]);
  });
});

describe('snippet and highlight', () => {
  it('show the passage with its matches, as text and as HTML', async () => {
    const { body } = await get('/v1/search?q=boats&k=1&documents=false&snippet=true&highlight=true');
    const [{ snippet, matches, highlight, text }] = body.hits;
    expect(text).toBeUndefined();
    expect(snippet).toMatch(/^… filler .*<b>River<\/b> & "boat" filler.* …$/);
    expect(matches.map(([start, end]: [number, number]) => snippet.slice(start, end))).toEqual(['boat']);
    expect(highlight).toContain('&lt;b&gt;River&lt;/b&gt; &amp; &quot;<mark>boat</mark>&quot; filler');
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
  });

  it('show the beginning where the text has no match, and a text that is empty', async () => {
    const { body } = await get('/v1/search?q=lamp&snippet=true&fields=title');
    expect(body.hits).toEqual([{ rank: 1, document: 4, score: 9, id: 'field', snippet: '', matches: [] }]);
  });

  it('are of terms, too, and bounded where a text has no white space', async () => {
    const { body } = await post({ terms: { river: 1 }, snippet: true, documents: false });
    const snippets = body.hits.map((hit: { snippet: string }) => hit.snippet);
    expect(snippets[0]).toBe('a river');
    for (const snippet of snippets) expect(snippet.length).toBeLessThan(1500);
  });
});

describe('an answer', () => {
  it('has a bounded size: the longest parts are cut, and it says so', async () => {
    const { body } = await get('/v1/search?q=river+lamp');
    const byId = new Map<string, (typeof body.hits)[number]>(
      body.hits.map((hit: { id: string }) => [hit.id, hit]),
    );
    expect(byId.get('short').cut).toBeUndefined();
    expect(byId.get('long').cut).toEqual({ text: 700_006 });
    expect(byId.get('longer').cut).toEqual({ text: 900_006 });
    expect(byId.get('field').cut).toEqual({ 'fields.body': 600_000 });
    const characters = body.hits.reduce(
      (sum: number, { title = '', text, fields = {} }: { title?: string; text: string; fields?: object }) =>
        sum + title.length + text.length + Object.values(fields).join('').length,
      0,
    );
    expect(characters).toBeLessThanOrEqual(MAX_SHOWN_CHARACTERS);
    expect(characters).toBeGreaterThan(MAX_SHOWN_CHARACTERS - 10);
    // Between characters: no half of a pair is left.
    expect(byId.get('field').fields.body).not.toMatch(/\p{Surrogate}/u);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
  });

  it('with chosen parts has room for more, and a document by its id is whole', async () => {
    const { body } = await get('/v1/search?q=river&k=2');
    expect(body.hits[1].cut).toBeUndefined();
    expect((await get('/v1/documents/longer')).body.document.text).toHaveLength(900_006);
  });

  it('has the ids of hits without their documents, over groups as well', async () => {
    const { body } = await appOver({ settings: { LOCAL_WINDOWS: 0 } }).get(
      '/v1/search?q=fish&documents=false',
    );
    expect(body).toMatchObject({
      index: { build: BUILD },
      hits: [
        { rank: 1, id: 'été %2F?' },
        { rank: 2, id: 'b/1' },
      ],
    });
    expect(Object.keys(body.hits[0]).sort()).toEqual(['document', 'id', 'rank', 'score']);
  });
});
