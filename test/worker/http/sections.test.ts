// Pages are found by what all of their sections say, and show the best ones.

import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import { appOver, collectionIndex, publish } from '../requests.ts';
import { type TinyDocument, tinyIndex } from '../tiny-index.ts';

function section(page: string, anchor: string, vector: TinyDocument['vector']): TinyDocument {
  const url = `https://example.com/${page}${anchor && `#${anchor}`}`;
  const fields = { heading: `About › ${anchor}` };
  return {
    document: { id: `${page}#${anchor}`, title: page, text: `a river ${anchor}`, url, fields },
    vector,
  };
}

const PAGES: readonly TinyDocument[] = [
  section('boats', '', { river: 5 }),
  section('boats', 'oars', { river: 4 }),
  section('boats', 'sails', { river: 4 }),
  section('boats', 'hulls', { river: 2 }),
  section('rivers', 'loire', { river: 6 }),
  section('rivers', 'seine', { lamp: 5 }),
  { document: { id: 'alone', text: 'a river' }, vector: { river: 1 } },
];
/** 676 · 5 + 237 · 4 + 83 · 4 + 29 · 2, 759 · 6 (and 265 · 0), and 1024 · 1. */
const SCORES = [4718, 4554, 1024];

const { get, post } = appOver({ settings: { INDEX_PREFIX: 'pages' } });

beforeAll(async () => {
  await publish(collectionIndex(), 'plain/');
  await publish(tinyIndex('e'.repeat(16), [PAGES], true), 'pages/');
  await publish(tinyIndex('f'.repeat(16), [PAGES.slice(0, 4), PAGES.slice(4)], true));
});

describe('a search of an index of pages', () => {
  it('gives pages with their sections, here and over groups', async () => {
    const apps = [{ INDEX_PREFIX: 'pages' }, { LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }];
    for (const settings of apps) {
      const { body } = await appOver({ settings }).get('/v1/search?q=river');
      expect(searchAnswer.safeParse(body).error).toBeUndefined();
      expect(body.exact).toBe(true);
      expect(body.hits.map(({ id }: { id: string }) => id)).toEqual(['boats#', 'rivers#loire', 'alone']);
      expect(body.hits.map(({ score }: { score: number }) => score)).toEqual(SCORES);
      expect(body.hits[0].sections).toEqual([
        { document: 0, score: 5, id: 'boats#', url: 'https://example.com/boats', heading: 'About › ' },
        {
          document: 1,
          score: 4,
          id: 'boats#oars',
          url: 'https://example.com/boats#oars',
          heading: 'About › oars',
        },
        {
          document: 2,
          score: 4,
          id: 'boats#sails',
          url: 'https://example.com/boats#sails',
          heading: 'About › sails',
        },
      ]);
      expect(body.hits[2].sections).toEqual([{ document: 6, score: 1, id: 'alone' }]);
    }
  });

  it('says in the unit what a score is in the weights', async () => {
    const [grouped, each] = await Promise.all(
      ['', '&group=false'].map(async (group) => (await get(`/v1/search?q=river${group}`)).body.unit),
    );
    expect(grouped * 1024).toBe(each);
  });

  it('gives sections where group is false, and to those who name terms, too', async () => {
    const { body } = await get('/v1/search?q=river&group=false&k=2');
    expect(body.hits.map(({ id }: { id: string }) => id)).toEqual(['rivers#loire', 'boats#']);
    expect(body.hits[0]).not.toHaveProperty('sections');
    const terms = { terms: { river: 1 }, k: 2 };
    expect((await post(terms)).body.hits.map(({ score }: { score: number }) => score)).toEqual(
      SCORES.slice(0, 2),
    );
    expect((await post({ ...terms, group: false })).body.hits[0].id).toBe('rivers#loire');
  });

  it('counts pages in k and offset', async () => {
    const whole = (await get('/v1/search?q=river')).body.hits;
    for (let offset = 0; offset < 3; offset++)
      expect((await get(`/v1/search?q=river&k=1&offset=${offset}`)).body.hits).toEqual([whole[offset]]);
  });

  it('shows sections as hits are shown', async () => {
    const { body } = await get('/v1/search?q=river&snippet=true&highlight=true&documents=false');
    expect(body.hits[0].sections[1]).toEqual({ document: 1, score: 4, id: 'boats#oars' });
    const shown = (await get('/v1/search?q=river&snippet=true&highlight=true')).body.hits[0].sections[1];
    expect(shown).toMatchObject({
      snippet: 'a river oars',
      highlight: 'a <mark>river</mark> oars',
      headingMatches: [],
      headingHighlight: 'About › oars',
    });
    const [page] = (await get('/v1/search?q=river+oars&snippet=true&highlight=true')).body.hits;
    const oars = page.sections.find(({ id }: { id: string }) => id === shown.id);
    expect(oars).toMatchObject({ headingMatches: [[8, 12]], headingHighlight: 'About › <mark>oars</mark>' });
  });

  it.each([
    [
      '/v1/search?q=river&group=true&fusion=rrf',
      '"group" and "fusion" exclude each other: ranks are fused of documents',
    ],
    ['/v1/search?q=river&group=yes', 'group must be true or false'],
  ])('%s is refused', async (path, detail) => {
    const { status, body } = await get(path);
    expect([status, body.detail]).toEqual([400, detail]);
  });

  it('of a fusion gives sections', async () => {
    expect((await get('/v1/search?q=river&fusion=rrf')).body.hits[0]).not.toHaveProperty('sections');
  });
});

it('an index without pages gives documents, and refuses to group', async () => {
  const plain = appOver({ settings: { INDEX_PREFIX: 'plain' } });
  expect((await plain.get('/v1/search?q=river')).body.hits[0]).not.toHaveProperty('sections');
  const { status, body } = await plain.get('/v1/search?q=river&group=true');
  expect([status, body.detail]).toEqual([
    400,
    'group was asked for, and the documents of this index are no sections of pages: build it with --group url',
  ]);
});
