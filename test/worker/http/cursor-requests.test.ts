// Pages of results by cursors: together they are what one deep search finds, whatever is asked.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FieldSchema } from '../../../src/core/fields.ts';
import { searchAnswer } from '../../../src/http/api.ts';
import { appOver, publish } from '../requests.ts';
import { type TinyDocument, tinyIndex } from '../tiny-index.ts';

const FIELDS: readonly FieldSchema[] = [
  { name: 'lang', type: 'keyword', list: false },
  { name: 'version', type: 'number', list: false },
];

/** Sixty sections of about twenty pages, with many equal scores. */
const DOCUMENTS = Array.from({ length: 60 }, (_, i): TinyDocument => {
  const page = i < 30 ? Math.floor(i / 3) : 10 + Math.floor((i - 30) / 4);
  return {
    document: {
      id: `d${i}`,
      text: `river${i % 2 === 0 ? ' fish' : ''}${i % 3 === 0 ? ' lamp' : ''}`,
      url: `https://example.com/${page}#${i}`,
      fields: { lang: i % 4 === 0 ? 'de' : 'en', version: (i * 7) % 10 },
    },
    vector: {
      river: 1 + (i % 3),
      ...(i % 2 === 0 && { fish: 1 + ((i * 5) % 4) }),
      ...(i % 3 === 0 && { lamp: 2 }),
    },
    marks: { river: 1 + ((i * 11) % 5) },
  };
});

const publishAs = (build: string, prefix = '') =>
  publish(tinyIndex(build.repeat(16), [DOCUMENTS.slice(0, 30), DOCUMENTS.slice(30)], true, FIELDS), prefix);

beforeAll(() => publishAs('a'));

const asking = fc.record(
  {
    asked: fc.constantFrom<object>(
      // Of pages with sections.
      ...Array<object>(3).fill({ query: 'river fish' }),
      ...Array<object>(3).fill({ query: 'lamp' }),
      { query: 'river "river fish"' },
      { query: 'river -lamp' },
      { query: 'nowhere' },
      { terms: { river: 2, lamp: 1 } },
      { like: 'd6' },
      { filter: 'version>=3' },
      { sort: 'version:desc' },
      { query: 'fish', fusion: 'rrf' },
      { query: 'river', sort: 'version' },
      { query: 'river fish', spaces: { words: 1, marks: 0.5 } },
    ),
    group: fc.constantFrom(undefined, undefined, false),
    filter: fc.constantFrom(undefined, undefined, 'lang:en', 'version:2..8'),
    facets: fc.constantFrom(undefined, undefined, undefined, ['lang']),
  },
  { requiredKeys: ['asked'] },
);

const plain = ({ document, score, rank }: { document: number; score: number; rank: number }) => ({
  document,
  score,
  rank,
});

describe('a cursor', () => {
  it('goes on where the answer before ended, until nothing is left, here and over groups', async () => {
    let [further, grouped] = [0, 0];
    const apps = [{ LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }].map((each) => appOver({ settings: each }));
    await fc.assert(
      fc.asyncProperty(
        asking,
        fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 4 }),
        fc.nat(1),
        async ({ asked, facets, ...more }, sizes, app) => {
          const { post } = apps[app];
          const isCounted =
            facets && !('fusion' in asked) && !/["-]/.test(JSON.stringify(Object.values(asked)[0]));
          const request = { ...more, ...asked, ...(isCounted && { facets }) };
          const { status, body: deep } = await post({ ...request, k: 100 });
          expect(status, JSON.stringify(deep)).toBe(200);
          expect(deep).not.toHaveProperty('next');
          const walked: ReturnType<typeof plain>[] = [];
          let cursor: string | undefined;
          for (let page = 0; page === 0 || cursor !== undefined; page++) {
            // What hits carry and what is counted is no part of what is asked.
            const next = cursor && { cursor, facets: undefined, documents: page % 2 === 0 };
            const { body } = await post({ ...request, k: sizes[page % sizes.length], ...next });
            expect(searchAnswer.safeParse(body).error).toBeUndefined();
            expect(body.exact).toBe(true);
            walked.push(...body.hits.map(plain));
            cursor = body.next;
            if (page > 0) further++;
            expect(page).toBeLessThan(100);
          }
          if (deep.hits.some(({ sections }: { sections?: object[] }) => sections)) grouped++;
          expect(walked).toEqual(deep.hits.map(plain));
        },
      ),
      { numRuns: 60 },
    );
    expect(further).toBeGreaterThan(30);
    expect(grouped).toBeGreaterThan(3);
  });

  const first = async (k = 3) => (await appOver().get(`/v1/search?q=river&k=${k}`)).body.next;

  it('is of what was asked, by URL as by body', async () => {
    const { get, post } = appOver();
    const cursor = await first();
    const { body } = await get(`/v1/search?q=river&k=3&cursor=${cursor}`);
    expect(body.hits.map(({ rank }: { rank: number }) => rank)).toEqual([4, 5, 6]);
    expect((await post({ query: 'river', k: 3, cursor })).body.hits).toEqual(body.hits);
    const others = [
      { query: 'lamp', cursor },
      { query: 'river', cursor, filter: 'lang:en' },
      { query: 'river', cursor, group: false },
      { query: 'river', cursor, rules: false },
      { query: 'river', cursor, offset: 3 },
      { cursor },
    ];
    for (const request of others) {
      const { status, body } = await post(request);
      expect([status, body.code], JSON.stringify(request)).toEqual([400, 'bad-query']);
    }
  });

  it('that was made up or changed is refused', async () => {
    const cursor = await first();
    const { get } = appOver();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ minLength: 1, maxLength: 600 }),
          fc.base64String({ minLength: 1 }),
          fc.constant(btoa(`900000000.0.${'a'.repeat(16)}`)),
          fc
            .tuple(fc.nat(cursor.length - 1), fc.constantFrom('A', 'b', '9', '_'))
            .map(([at, letter]) => cursor.slice(0, at) + letter + cursor.slice(at + 1)),
        ),
        async (made) => {
          if (made === cursor) return;
          const { status, body } = await get(`/v1/search?q=river&k=3&cursor=${encodeURIComponent(made)}`);
          // The last bits of base64 say nothing.
          if (status === 200) expect(atob(restored(made))).toBe(atob(restored(cursor)));
          else expect([status, body.code]).toEqual([400, 'bad-query']);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('goes no deeper than what can be asked for', async () => {
    const { get } = appOver({ settings: { MAX_K: 7 } });
    const page = async (more: string) => (await get(`/v1/search?q=river&k=3${more}`)).body;
    const ranks: number[] = [];
    for (let at = await page(''); ; at = await page(`&cursor=${at.next}`)) {
      ranks.push(...at.hits.map(({ rank }: { rank: number }) => rank));
      if (at.next === undefined) break;
    }
    expect(ranks).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is not given where a budget ended the search', async () => {
    const { body } = await appOver().get('/v1/search?q=river&k=3&sort=version&maxReads=1');
    expect(body.exact).toBe(false);
    expect(body).not.toHaveProperty('next');
  });

  it('ends with its generation, which an isolate that is behind looks for', async () => {
    await publishAs('b', 'moving/');
    const moving = { settings: { INDEX_PREFIX: 'moving', GENERATION_SECONDS: 3600 } };
    const [behind, other] = [appOver(moving), appOver(moving)];
    const path = '/v1/search?q=river&k=3';
    const old = (await behind.get(path)).body.next;
    expect((await other.get(`${path}&cursor=${old}`)).status).toBe(200);
    await publishAs('c', 'moving/');
    const ahead = appOver(moving);
    const gone = await ahead.get(`${path}&cursor=${old}`);
    expect([gone.status, gone.body.code]).toEqual([410, 'cursor-expired']);
    expect(gone.body.detail).toContain('start again');
    // The isolate that has the old generation still serves it, and goes over to the new one for a cursor of that.
    expect((await behind.get(`${path}&cursor=${old}`)).status).toBe(200);
    const next = (await ahead.get(path)).body.next;
    const { status, body } = await behind.get(`${path}&cursor=${next}`);
    expect([status, body.index.build]).toEqual([200, 'c'.repeat(16)]);
    expect((await behind.get(`${path}&cursor=${old}`)).status).toBe(410);
  });
});

function restored(cursor: string): string {
  return cursor.replaceAll('-', '+').replaceAll('_', '/');
}
