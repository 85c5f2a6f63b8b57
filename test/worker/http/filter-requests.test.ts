import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FieldSchema, Fields } from '../../../src/core/fields.ts';
import { indexAnswer, type SearchAnswer, searchAnswer } from '../../../src/http/api.ts';
import { connect, type Facet } from '../../../src/http/client.ts';
import { createWorker } from '../../../src/worker.ts';
import { appOver, BUILD, publish, worker } from '../requests.ts';
import { type TinyDocument, tinyIndex } from '../tiny-index.ts';

const FIELDS: readonly FieldSchema[] = [
  { name: 'lang', type: 'keyword', list: false },
  { name: 'tag', type: 'keyword', list: true },
  { name: 'version', type: 'number', list: false },
  { name: 'date', type: 'date', list: false },
  { name: 'draft', type: 'boolean', list: false },
  { name: 'about', type: 'text', list: false },
];

const of = (id: string, river: number, fields?: Fields): TinyDocument => ({
  document: { id, text: `text of ${id}`, ...(fields && { fields }) },
  vector: { river },
});

/** As their owner wrote them: numbers and booleans may be text. */
const DOCUMENTS: readonly TinyDocument[] = [
  of('a', 9, { lang: 'en', tag: ['api', 'cli'], version: '4', date: '2024-02-29', draft: 'false' }),
  of('b', 8, { lang: 'de', tag: 'api', version: 4.5, date: '2024-03-01T00:30:00+01:00', draft: true }),
  of('c', 7, { lang: 'en', version: '3', about: 'words' }),
  of('d', 6, { lang: 'en', tag: ['web'], version: -1, date: '2023' }),
  of('e', 5),
  of('f', 4, { lang: 'pt-BR', tag: ['a b'] }),
];

beforeAll(() => publish(tinyIndex(BUILD, [DOCUMENTS.slice(0, 4), DOCUMENTS.slice(4)], false, FIELDS)));

const byUrl = (filter: string, more = '') =>
  worker.get(`/v1/search?q=river&filter=${encodeURIComponent(filter)}${more}`);
const idsOf = ({ hits }: { hits: { id: string }[] }) => hits.map(({ id }) => id);

describe('a search with a filter', () => {
  it.each([
    ['lang:en', ['a', 'c', 'd']],
    ['NOT lang:en', ['b', 'e', 'f']],
    ['tag:api AND version>=4', ['a', 'b']],
    ['tag:api AND version>4', ['b']],
    ['version:..3', ['c', 'd']],
    ['version:-1..3.5', ['c', 'd']],
    ['date:2024-02', ['a', 'b']],
    ['date>2024-02-29', []],
    ['date<2024', ['d']],
    ['draft', ['b']],
    ['draft:false', ['a']],
    ['tag:"a b" OR about:*', ['c', 'f']],
    ['lang:en AND (version>=4 OR tag:web) AND NOT draft', ['a', 'd']],
    ['lang:nowhere', []],
    ['*', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['{"and": [{"field": "lang", "is": "en"}, {"not": {"field": "version", "from": 4}}]}', ['c', 'd']],
  ])('%s has the documents that it keeps, proved', async (filter, ids) => {
    const { status, body } = await byUrl(filter);
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({ exact: true, bound: 0 });
    expect(idsOf(body)).toEqual(ids);
  });

  it('asked by a body, as text or as a tree, is the same', async () => {
    const text = (await worker.post({ query: 'river', filter: 'lang:en AND version<4' })).body;
    const tree = {
      and: [
        { field: 'lang', is: 'en' },
        { field: 'version', below: 4 },
      ],
    };
    expect(idsOf(text)).toEqual(['c', 'd']);
    expect(idsOf((await worker.post({ query: 'river', filter: tree })).body)).toEqual(['c', 'd']);
    expect(idsOf((await worker.post({ terms: { river: 1 }, filter: tree })).body)).toEqual(['c', 'd']);
  });

  it('shows values as their types have them, however they were written', async () => {
    const { body } = await byUrl('lang:en AND tag:api', '&fields=fields');
    expect(body.hits).toMatchObject([
      { fields: { lang: 'en', tag: ['api', 'cli'], version: 4, date: '2024-02-29', draft: false } },
    ]);
    expect((await byUrl('lang:de')).body.hits).toMatchObject([{ fields: { tag: ['api'], draft: true } }]);
    const document = (await worker.get('/v1/documents/a')).body;
    expect(document.document.fields).toMatchObject({ version: 4, draft: false });
  });

  it('goes on to further pages and to fusions, and has an ETag of its own', async () => {
    expect(idsOf((await byUrl('lang:en', '&k=1&offset=1')).body)).toEqual(['c']);
    expect(idsOf((await byUrl('lang:en', '&fusion=rrf')).body)).toEqual(['a', 'c', 'd']);
    const one = (await byUrl('lang:en', '&k=1&documents=false')).headers.get('etag');
    const other = (await byUrl('lang:de', '&k=1&documents=false')).headers.get('etag');
    expect(one).not.toBe(other);
  });

  it.each([
    ['lnag:en', 'the filter, character 1: there is no field "lnag"; the nearest is "lang"'],
    ['lang:en AND (draft', 'the filter, character 19: expected ")", found its end'],
    [
      'version:four',
      'the filter, character 1: the field "version" is a number: expected a number such as 3 or -2.5',
    ],
    ['{"field": "version", "from": "x"}', 'the filter: the field "version" is a number'],
    ['{"and": 3}', 'the filter, at /and: expected an array of filters, found 3'],
    ['{"and": [', 'the filter: it begins as JSON and is none'],
    ['', 'filter must not be empty'],
  ])('%s is refused with the place', async (filter, detail) => {
    const { status, body } = await byUrl(filter);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'bad-query', detail: expect.stringContaining(detail) });
  });

  it('that is neither text nor a tree is refused', async () => {
    for (const filter of [3, [], null, { and: [3] }])
      expect((await worker.post({ query: 'river', filter })).status).toBe(400);
  });

  it('is asked by the client as text and as a tree', async () => {
    const fetcher = ((url: URL, init?: RequestInit) =>
      exports.default.fetch(new Request(url, init))) as typeof fetch;
    const client = connect('https://search.test', fetcher);
    expect(idsOf(await client.search('river', { filter: 'draft' }))).toEqual(['b']);
    expect(idsOf(await client.search('river', { filter: { field: 'tag', exists: false } }))).toEqual([
      'c',
      'e',
    ]);
    const long = { or: Array.from({ length: 200 }, (_, i) => ({ field: 'version', is: i + 0.123456789 })) };
    const many = { or: [...long.or, { field: 'version', is: 3 }] };
    expect(idsOf(await client.search('river', { filter: many }))).toEqual(['c']);
  });

  it('may be too long for a URL on one page and not on the next', async () => {
    const methods: string[] = [];
    const fetcher = ((url: URL, init?: RequestInit) => {
      methods.push(init?.method ?? 'GET');
      return exports.default.fetch(new Request(url, init));
    }) as typeof fetch;
    const client = connect('https://search.test', fetcher);
    const path = (filter: object) => String(new URLSearchParams({ filter: JSON.stringify(filter) })).length;
    const padded = (length: number) => {
      const tree = (n: number) => ({
        or: [
          { field: 'version', exists: true },
          ...Array.from({ length: 40 }, () => ({ field: 'lang', is: 'x'.repeat(n) })),
        ],
      });
      return tree(Math.floor((length - path(tree(0))) / 40));
    };
    for (let length = 7840; length < 8000; length += 20) {
      const filter = padded(length);
      const first = await client.search('river', { filter, k: 2 });
      const second = await client.search('river', { filter, k: 2, cursor: first.next });
      expect(idsOf(first).concat(idsOf(second))).toEqual(['a', 'b', 'c', 'd']);
      const asText = await client.search('river', {
        filter: JSON.stringify(filter),
        k: 2,
        cursor: first.next,
      });
      expect(idsOf(asText)).toEqual(['c', 'd']);
    }
    expect(methods.join()).toMatch(/GET,POST/);
  });
});

it('the index says what its fields are', async () => {
  const { body } = await worker.get('/v1/index');
  expect(indexAnswer.safeParse(body).error).toBeUndefined();
  expect(body.fields).toEqual([
    { name: 'lang', type: 'keyword', list: false, documents: 5, values: 3 },
    { name: 'tag', type: 'keyword', list: true, documents: 4, values: 4 },
    { name: 'version', type: 'number', list: false, documents: 4, values: 4, minimum: -1, maximum: 4.5 },
    {
      name: 'date',
      type: 'date',
      list: false,
      documents: 3,
      values: 3,
      minimum: '2023-01-01',
      maximum: '2024-02-29T23:30:00.000Z',
    },
    { name: 'draft', type: 'boolean', list: false, documents: 2, values: 2 },
    { name: 'about', type: 'text', list: false, documents: 1, values: 0 },
  ]);
});

describe('a search that counts or sorts', () => {
  const asked = (more: string) => worker.get(`/v1/search?${more}`);

  it('counts the values of fields over all that match, and ranges of numbers', async () => {
    const { status, body } = await asked('q=river&k=2&facets=lang,tag:1,version:..3,version:3..');
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body.matches).toEqual({ count: 6, exact: true });
    expect(body.facets).toEqual([
      {
        field: 'lang',
        exact: true,
        values: [
          { value: 'en', count: 3 },
          { value: 'de', count: 1 },
          { value: 'pt-BR', count: 1 },
        ],
        ranges: [],
      },
      { field: 'tag', exact: true, values: [{ value: 'api', count: 2 }], ranges: [] },
      {
        field: 'version',
        exact: true,
        values: [],
        ranges: [
          { to: '3', count: 2 },
          { from: '3', count: 3 },
        ],
      },
    ]);
    expect(idsOf(body)).toEqual(['a', 'b']);
  });

  it('sorts by a field, with a question and without one', async () => {
    expect(idsOf((await asked('q=river&sort=version')).body)).toEqual(['d', 'c', 'a', 'b', 'e', 'f']);
    expect(idsOf((await asked('q=river&sort=date:desc')).body).slice(0, 3)).toEqual(['b', 'a', 'd']);
    const { body } = await asked('filter=lang:en&sort=version:desc');
    expect(body.query).toBeUndefined();
    expect(idsOf(body)).toEqual(['a', 'c', 'd']);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
  });

  it('is asked by a body and by the client', async () => {
    const facets = ['lang', { field: 'version', ranges: [{ from: 3, below: 4 }] }];
    const { body } = await worker.post({
      filter: 'NOT draft',
      facets,
      sort: { field: 'version', descending: true },
    });
    expect(body.facets[1].ranges).toEqual([{ from: 3, below: 4, count: 1 }]);
    expect(idsOf(body)).toEqual(['a', 'c', 'd', 'e', 'f']);
    const fetcher = ((url: URL, init?: RequestInit) =>
      exports.default.fetch(new Request(url, init))) as typeof fetch;
    const client = connect('https://search.test', fetcher);
    const answer = await client.search(undefined, { filter: 'lang:en', facets: ['tag'], sort: 'version' });
    expect(idsOf(answer)).toEqual(['d', 'c', 'a']);
    expect(answer.matches).toEqual({ count: 3, exact: true });
  });

  it('is kept by nobody where a budget ended it, though the hits are proved', async () => {
    const documents = Array.from({ length: 60 }, (_, i) =>
      of(`d${i}`, 1, { version: i, lang: `l${i % 7}`, date: `20${10 + i}` }),
    );
    const windows = [documents.slice(0, 30), documents.slice(30)];
    await publish(tinyIndex('c'.repeat(16), windows, false, FIELDS), 'sixty/');
    const facets = 'facets=lang,date:..2023,date:2024..';
    for (const limit of ['', '&maxBytes=1', '&maxBytes=1000']) {
      const { body, headers } = await appOver({ settings: { INDEX_PREFIX: 'sixty' } }).get(
        `/v1/search?${facets}${limit}`,
      );
      const isWhole = limit === '';
      expect([body.exact, body.facets.every(({ exact }: { exact: boolean }) => exact)]).toEqual([
        true,
        isWhole,
      ]);
      expect(headers.get('cache-control')).toBe(isWhole ? 'public, max-age=30' : 'no-store');
      expect(headers.has('etag')).toBe(isWhole);
    }
  });

  it('is asked by the client in whatever form holds it, with one answer', async () => {
    const asked: (string | undefined)[] = [];
    const fetcher = ((url: URL, init?: RequestInit) => {
      asked.push(init?.method);
      return exports.default.fetch(new Request(url, init));
    }) as typeof fetch;
    const client = connect('https://search.test', fetcher);
    const countsOf = async (facets: readonly (string | Facet)[]) =>
      (await client.search('river', { facets })).facets?.map(({ values }) => values);
    const [lang, tag] = (await countsOf(['lang', { field: 'tag', top: 2 }]))!;
    expect([lang, tag]).toEqual([
      [
        { value: 'en', count: 3 },
        { value: 'de', count: 1 },
        { value: 'pt-BR', count: 1 },
      ],
      [
        { value: 'api', count: 2 },
        { value: 'a b', count: 1 },
      ],
    ]);
    expect(await countsOf(['lang', { field: 'tag', top: 2, ranges: [] }])).toEqual([lang, tag]);
    expect(await countsOf([{ field: 'lang' }, { field: 'tag', top: 0 }])).toEqual([lang, []]);
    // Answers to GET are kept where they are asked for.
    expect(asked).toEqual([undefined, 'POST', undefined]);
  });

  it('is of fields of any name, where the client asks', async () => {
    const names = ['size, cm', 'dc:title', 'a=b', ' c', 'é"&+%', '"d"', 'constructor'];
    const documents = Array.from({ length: 3 }, (_, i) =>
      of(`d${i}`, 9 - i, Object.fromEntries(names.slice(i).map((name) => [name, `v${i}`]))),
    );
    const schema = names.map((name) => ({ name, type: 'keyword' as const, list: false }));
    await publish(tinyIndex('9'.repeat(16), [documents], false, schema), 'named/');
    const app = createWorker();
    const bindings = { INDEX: env.INDEX, INDEX_PREFIX: 'named' };
    const fetcher = ((url: URL, init?: RequestInit) =>
      app.fetch(new Request(url, init), bindings)) as typeof fetch;
    const client = connect('https://search.test', fetcher);
    for (const [i, name] of names.entries()) {
      const { hits } = await client.search('river', { fields: [name] });
      const shown = hits.map(({ fields }) => fields);
      expect(shown).toEqual([0, 1, 2].map((d) => (d <= i ? { [name]: `v${d}` } : undefined)));
      const counted = [{ value: 'v0', count: 1 }];
      for (const facet of [name, { field: name }, { field: name, top: 1 }, { field: name, values: ['v0'] }]) {
        const { facets } = await client.search('river', { facets: [facet] });
        expect([name, facets?.[0]?.values.slice(0, 1)]).toEqual([name, counted]);
      }
    }
  });

  it('is of a name with signs in quotation marks, where a URL asks', async () => {
    const name = 'size, "cm": max';
    const documents = [1, 3, 2].map((size, i) => of(`d${i}`, 9 - i, { [name]: size }));
    const schema = [{ name, type: 'number' as const, list: false }];
    await publish(tinyIndex('8'.repeat(16), [documents], false, schema), 'quoted/');
    const app = createWorker();
    const quoted = JSON.stringify(name);
    const query = new URLSearchParams({ facets: `${quoted}:2,${quoted}:2..`, sort: `${quoted}:desc` });
    const request = new Request(`https://search.test/v1/search?${query}`);
    const answered = await app.fetch(request, { INDEX: env.INDEX, INDEX_PREFIX: 'quoted' });
    const { facets, hits } = (await answered.json()) as SearchAnswer;
    expect(hits.map(({ id }) => id)).toEqual(['d1', 'd2', 'd0']);
    expect(facets).toMatchObject([{ field: name, ranges: [{ from: '2', count: 2 }] }]);
    expect(facets?.[0]?.values).toHaveLength(2);
  });

  it.each([
    ['q=river&facets=nothing', 'no field "nothing"'],
    ['q=river&facets=about', 'is text'],
    ['q=river&facets=lang:many', 'expected how many values, or a range'],
    ['q=river&sort=about', 'is text'],
    ['q=river&sort=date:down', 'expected a field, as in date, or date:desc'],
    ['q=river&sort=date&fusion=rrf', 'do not go together'],
    ['k=3', 'q must be a string'],
  ])('%s is refused with the reason', async (more, detail) => {
    const { status, body } = await asked(more);
    expect(status).toBe(400);
    expect(body.detail).toContain(detail);
  });
});
