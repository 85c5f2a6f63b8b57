import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import type { Rules } from '../../../src/query/language/rules/rules-schema.ts';
import { appOver, BUILD, COLLECTION, collectionIndex, publish, steer } from '../requests.ts';

const RULES: Rules = {
  synonyms: [['stream', 'river']],
  queries: [
    { is: 'nothing', hide: ['h'] },
    { is: 'lamp', pin: ['f'], hide: ['e'] },
  ],
  boosts: [
    { id: 'h', factor: 0 },
    { title: 'boat', factor: 1.5 },
  ],
};
const SAID = {
  rules: RULES,
  queries: [
    { pinned: [], hidden: [7] },
    { pinned: [5], hidden: [4] },
  ],
  missing: [],
};

beforeAll(async () => {
  await publish(
    collectionIndex(
      BUILD,
      COLLECTION.map((document) => [document]),
    ),
  );
  await steer(SAID, [96, 64, 64, 64, 64, 64, 64, 0]);
});

/** Of a hit's explanation, whether the parts are what they say. */
function expectSums({ hits }: { hits: readonly { score: number; explain: Explained }[] }): void {
  for (const { score, explain } of hits) {
    expect(explain.score).toBe(score);
    for (const { terms, sum, factor = 1, score: own } of explain.parts) {
      for (const { weight, impact, product } of terms) expect(product).toBe(weight * impact);
      expect(terms.reduce((total, { product }) => total + product, 0)).toBe(sum);
      expect(own).toBe(sum * factor);
    }
    const whole = explain.parts.reduce((total, { score: own, share = 1 }) => total + own * share, 0);
    expect(whole).toBe(score);
  }
}

interface Explained {
  readonly score: number;
  readonly parts: readonly {
    readonly terms: readonly { weight: number; impact: number; product: number }[];
    readonly sum: number;
    readonly factor?: number;
    readonly score: number;
    readonly share?: number;
  }[];
}

describe.each([
  ['here', {}],
  ['over groups of windows', { LOCAL_WINDOWS: '1' }],
])('an answer that is to be explained, searched %s', (_, settings) => {
  it('says of each hit what its score is made of, and what was read', async () => {
    const { get } = appOver({ settings });
    const { status, body } = await get('/v1/search?q=river+boat&explain=true');
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expectSums(body);
    expect(body.hits[0]).toMatchObject({
      id: 'a',
      explain: {
        parts: [
          {
            id: 'a',
            factor: 96,
            boosts: { rules: [{ rule: 1, factor: 1.5 }] },
            terms: [
              { term: 'river', in: ['title'] },
              { term: 'boat', in: ['title'] },
            ],
          },
        ],
      },
    });
    expect(body.explain.terms).toMatchObject([
      { term: 'river', weight: 4, documents: 7, from: [{ kind: 'question' }], list: { kind: 'long' } },
      { term: 'boat', documents: 2 },
      { term: 'stream', weight: 3, documents: 0, from: [{ kind: 'synonym', of: 'river', text: 'stream' }] },
    ]);
    const { rounds, cost } = body.explain;
    const reads = rounds.flatMap((round: { reads: object[] }) => round.reads);
    expect(reads.length).toBe(body.cost.reads - cost.reads);
    expect(reads[0]).toMatchObject({
      object: `shards/${BUILD}-words`,
      pages: expect.arrayContaining([expect.objectContaining({ space: 'words', page: 0 })]),
    });
    expect(rounds.some(({ proof }: { proof?: { bound: number } }) => proof?.bound === 0)).toBe(true);
  });

  it('is the same answer, but for what explaining took', async () => {
    const { get } = appOver({ settings });
    const { body } = await get('/v1/search?q=river+wind&explain=true');
    const plain = (await get('/v1/search?q=river+wind')).body;
    expect(plain.explain).toBeUndefined();
    expect(body.hits.map(({ explain: _, ...hit }: { explain: object }) => hit)).toEqual(plain.hits);
    expect(body.cost.postings).toBe(plain.cost.postings);
  });

  it('says which rules put hits first and which words they are found by, and nothing of what they hide', async () => {
    const { get } = appOver({ settings });
    const lamp = (await get('/v1/search?q=lamp&explain=true')).body;
    expect(lamp.hits[0]).toMatchObject({ id: 'f', explain: { score: 0, pinnedBy: 1, parts: [] } });
    const stream = (await get('/v1/search?q=stream&explain=true')).body;
    expect(searchAnswer.safeParse(stream).error).toBeUndefined();
    expectSums(stream);
    expect(stream.explain.terms).toContainEqual(
      expect.objectContaining({ term: 'river', from: [{ kind: 'synonym', of: 'stream', text: 'river' }] }),
    );
    expect(JSON.stringify(stream)).not.toContain('"id":"h"');
    const without = (await get('/v1/search?q=river&rules=false&explain=true')).body;
    expectSums(without);
    expect(without.hits[0].explain.parts[0]).not.toHaveProperty('factor');
  });

  it('explains further hits and terms that a caller gives', async () => {
    const { get, post } = appOver({ settings });
    const all = (await get('/v1/search?q=river&explain=true')).body.hits;
    const { body } = await get('/v1/search?q=river&k=2&offset=3&explain=true');
    expect(body.hits.map(({ explain }: { explain: object }) => explain)).toEqual(
      all.slice(3, 5).map(({ explain }: { explain: object }) => explain),
    );
    const given = (await post({ terms: { river: 3, fish: 2 }, explain: true, documents: false })).body;
    expect(searchAnswer.safeParse(given).error).toBeUndefined();
    expectSums(given);
    expect(given.hits[0]).not.toHaveProperty('text');
  });

  it('asks only what it is told to', async () => {
    const { get } = appOver({ settings });
    expect((await get('/v1/search?q=river&explain=yes')).body.detail).toBe('explain must be true or false');
    const filtered = (await get('/v1/search?filter=NOT+x:1&explain=true')).body;
    expect(filtered.code).toBe('bad-query');
  });
});
