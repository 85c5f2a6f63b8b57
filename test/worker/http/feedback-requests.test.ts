// What the best documents say is added to a question on request, and a document is asked in its place, here and over
// groups.

import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import { appOver, publish } from '../requests.ts';
import { type TinyDocument, tinyIndex } from '../tiny-index.ts';

function said(id: string, text: string, vector: TinyDocument['vector']): TinyDocument {
  return { document: { id, text }, vector };
}

/** Of twenty documents, two have "salt"; "river" is too frequent to be added. */
const DOCUMENTS: readonly TinyDocument[] = [
  said('best', 'salt ferri ferri river', { salt: 9, ferri: 7, river: 3 }),
  said('other', 'salt', { salt: 4 }),
  said('like', 'ferri ferri', { ferri: 9 }),
  ...Array.from({ length: 17 }, (_, i) => said(`d${i}`, 'river', { river: 1 + i })),
];

beforeAll(() => publish(tinyIndex('a'.repeat(16), [DOCUMENTS.slice(0, 2), DOCUMENTS.slice(2)])));

describe('a search with feedback', () => {
  it('adds what the best documents say, in a second search that it counts', async () => {
    for (const settings of [{ LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }]) {
      const { get } = appOver({ settings });
      const { body } = await get('/v1/search?q=salt&feedback=rm3');
      expect(searchAnswer.safeParse(body).error).toBeUndefined();
      expect(body.exact).toBe(true);
      expect(body.hits.map(({ id }: { id: string }) => id)).toEqual(['best', 'other', 'like']);
      // The scores are 9 and 4. Of the first, a third says "salt" and two thirds "ferri": 3 + 4 to 6.
      const { method, documents, terms } = body.feedback;
      expect({ method, documents }).toEqual({ method: 'rm3', documents: 2 });
      expect(terms.map(({ term }: { term: string }) => term)).toEqual(['salt', 'ferri']);
      expect(terms[0].share).toBeCloseTo(0.5 + (0.5 * 7) / 13, 3);
      const plain = (await get('/v1/search?q=salt')).body;
      expect(plain).not.toHaveProperty('feedback');
      expect(plain.hits).toHaveLength(2);
      expect(body.cost.rounds).toBeGreaterThan(plain.cost.rounds);
    }
  });

  it('is refused where it cannot be', async () => {
    const { get, post } = appOver({});
    const wrong = [
      await get('/v1/search?q=salt&feedback=rocchio'),
      await get('/v1/search?q=salt&feedback=rm3&fusion=rrf'),
      await post({ terms: { salt: 1 }, feedback: 'rm3' }),
    ];
    expect(wrong.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(wrong.map(({ body }) => body.detail)).toEqual([
      expect.stringContaining('must be "rm3"'),
      expect.stringContaining('exclude each other'),
      expect.stringContaining('need a query'),
    ]);
  });
});

describe('a search for documents like one', () => {
  it('asks its own terms and leaves it out, here and over groups, by a URL and by a body', async () => {
    for (const settings of [{ LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }]) {
      const { get, post } = appOver({ settings });
      const { body } = await get('/v1/search?like=best&k=2');
      expect(searchAnswer.safeParse(body).error).toBeUndefined();
      expect(body).toMatchObject({ exact: true, like: { id: 'best' } });
      expect(body).not.toHaveProperty('query');
      // It says salt once, ferri twice and river once: the other documents score 2 · 9, 17 and 16.
      const found = ({ hits }: { hits: { id: string; score: number }[] }) =>
        hits.map(({ id, score }) => [id, score]);
      expect(found(body)).toEqual([
        ['like', 18],
        ['d16', 17],
      ]);
      const shares = body.like.terms.map(({ term, share }: { term: string; share: number }) => [term, share]);
      expect(new Map(shares)).toEqual(
        new Map([
          ['ferri', 0.5],
          ['river', 0.25],
          ['salt', 0.25],
        ]),
      );
      const later = await post({ like: 'best', k: 1, offset: 1, snippet: true });
      expect(found(later.body)).toEqual([['d16', 17]]);
      expect(later.body.hits[0]).toMatchObject({ rank: 2, snippet: 'river', matches: [[0, 5]] });
    }
  });

  it('is a problem with a code where there is no such document', async () => {
    for (const settings of [{ LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }]) {
      const { status, body } = await appOver({ settings }).get('/v1/search?like=nobody');
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
  });

  it.each([
    { like: 'best', query: 'salt' },
    { like: 'best', terms: { salt: 1 } },
    { like: 'best', feedback: 'rm3' },
    { like: 'best', rerank: { n: 3 } },
    { like: 'best', prefix: true },
    { like: '' },
    { like: 3 },
  ])('refuses %j', async (request) => {
    const { status, body } = await appOver({}).post(request);
    expect([status, body.code]).toEqual([400, 'bad-query']);
  });
});
