import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { fullCache } from '../../fakes/full-cache.ts';
import { hangingSource } from '../../fakes/hanging-source.ts';
import { buildInMemory, COARSE, type Cut, FINE, type ImpactVector } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { bytesOf, recordingSource } from '../../fakes/recording-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { searchExhaustively } from './exhaustive.ts';

const clock = () => 0;

/** Few terms and many documents, so that lists are long, scores tie and heads leave something open. */
const vector = fc
  .array(fc.tuple(fc.nat(11), fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 255 }))), {
    maxLength: 8,
  })
  .map((entries): ImpactVector => new Map(entries.map(([term, impact]) => [`t${term}`, impact])));
const collection = fc.oneof(
  fc.array(vector, { minLength: 1, maxLength: 30 }),
  fc.array(vector, { minLength: 100, maxLength: 300 }),
);
const query = fc
  .array(fc.tuple(fc.nat(14), fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 300 }))), { maxLength: 14 })
  .map((entries) => new Map(entries.map(([term, weight]) => [`t${term}`, weight])));
const cut = fc
  .record({ windows: fc.integer({ min: 1, max: 4 }), fine: fc.boolean(), vectors: fc.boolean() })
  .map(({ fine, ...of }): Cut => ({ ...(fine ? FINE : COARSE), ...of }));
/** Documents that are good in one list are bad in the other, so that no head settles the best. */
const OPPOSED = Array.from(
  { length: 300 },
  (_, i): ImpactVector =>
    new Map([
      ['a', 1 + (i % 200)],
      ['b', 200 - (i % 200)],
    ]),
);
const OPPOSED_TERMS = weighTerms(
  new Map([
    ['a', 1],
    ['b', 1],
  ]),
  'test',
);
const RUNS = SLOW ? 10_000 : 2_500;
const resultCount = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1000));

describe('a search', () => {
  test('gives the ids and scores that scoring every document gives', async () => {
    let unsettledRounds = 0;
    let lookedUp = 0;
    await fc.assert(
      fc.asyncProperty(
        collection,
        query,
        cut,
        resultCount,
        fc.nat(400),
        fc.boolean(),
        async (vectors, weights, cutting, k, limit, documents) => {
          const index = await openIndex(memorySource(buildInMemory(vectors, cutting)));
          const terms = weighTerms(weights, 'test');
          const result = await search({ terms, k, documents }, { index, clock, firstRoundBytes: limit });
          expect(result.exact).toBe(true);
          expect(result.hits.map(({ document, score }) => ({ document, score }))).toEqual(
            searchExhaustively(vectors, weights, k),
          );
          for (const { document, shown } of result.hits)
            expect(shown).toEqual(documents ? { id: `d${document}`, text: `text ${document}` } : undefined);
          if (result.cost.rounds > (documents ? 2 : 1)) unsettledRounds++;
          if (!documents && result.cost.documentReads > 0) lookedUp++;
        },
      ),
      { numRuns: RUNS },
    );
    // The property means little unless heads often left something to be settled.
    expect(unsettledRounds).toBeGreaterThan(RUNS / 100);
    expect(lookedUp).toBeGreaterThan(RUNS / 400);
  });

  test('gives the same from a cache, and reads nothing that it has', async () => {
    await fc.assert(
      fc.asyncProperty(
        collection,
        query,
        cut,
        resultCount,
        fc.nat(400),
        async (vectors, weights, cutting, k, limit) => {
          const source = recordingSource(memorySource(buildInMemory(vectors, cutting)));
          const index = await openIndex(source);
          const terms = weighTerms(weights, 'test');
          const context = { index, clock, cache: fullCache(), firstRoundBytes: limit };
          const first = await search({ terms, k, documents: true }, context);
          expect(first.hits.map(({ document, score }) => ({ document, score }))).toEqual(
            searchExhaustively(vectors, weights, k),
          );
          source.reads.length = 0;
          const second = await search({ terms, k, documents: true }, context);
          expect(second).toMatchObject({ hits: first.hits, exact: true });
          expect(source.reads).toEqual([]);
          expect(second.cost).toMatchObject({ postingReads: 0, documentReads: 0, bytes: 0, rounds: 0 });
          // What was at hand whole may lie in blocks now.
          const third = await search({ terms, k, documents: true }, context);
          expect(third).toMatchObject({ hits: first.hits, exact: true });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('gives the same where some lists are in blocks and others are read', async () => {
    let mixed = 0;
    let unsettledRounds = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(vector, { minLength: 100, maxLength: 300 }),
        query,
        query,
        cut,
        resultCount,
        fc.nat(400),
        async (vectors, before, weights, cutting, k, limit) => {
          const index = await openIndex(memorySource(buildInMemory(vectors, cutting)));
          const pages = fullCache();
          const terms = weighTerms(before, 'test');
          // Pages are read, then are at hand, and whole lists of them come to lie in blocks.
          for (let time = 0; time < 2; time++)
            await search({ terms, k: 1, documents: false }, { index, clock, cache: pages });
          const { hits, exact, cost } = await search(
            { terms: weighTerms(weights, 'test'), k, documents: false },
            { index, clock, cache: fullCache(pages.lists), firstRoundBytes: limit },
          );
          expect(exact).toBe(true);
          expect(hits).toEqual(searchExhaustively(vectors, weights, k));
          if (cost.cachedPages === 0) return;
          if (cost.postingReads > 0) mixed++;
          if (cost.rounds > 1) unsettledRounds++;
        },
      ),
      { numRuns: 1000 },
    );
    expect(mixed).toBeGreaterThan(30);
    expect(unsettledRounds).toBeGreaterThan(30);
  });

  test('never claims more than a budget let it prove', async () => {
    let inexact = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(vector, { minLength: 100, maxLength: 300 }),
        query,
        cut,
        fc.record({ maxReads: fc.nat(12), maxBytes: fc.nat(2000) }, { requiredKeys: [] }),
        async (vectors, weights, cutting, budget) => {
          const index = await openIndex(memorySource(buildInMemory(vectors, cutting)));
          const terms = weighTerms(weights, 'test');
          const result = await search(
            { terms, k: 5, documents: false, budget },
            { index, clock, firstRoundBytes: 60 },
          );
          const right = searchExhaustively(vectors, weights, vectors.length);
          if (result.exact) {
            expect(result.hits).toEqual(right.slice(0, 5));
            return;
          }
          inexact++;
          const { cost, bound, hits } = result;
          expect(cost.postingReads).toBeLessThanOrEqual(budget.maxReads ?? Number.POSITIVE_INFINITY);
          expect(cost.bytes).toBeLessThanOrEqual(budget.maxBytes ?? Number.POSITIVE_INFINITY);
          const found = new Map(hits.map(({ document, score }) => [document, score]));
          const last = hits.at(-1);
          for (const { document, score } of right) {
            const known = found.get(document);
            if (known !== undefined) expect(score).toBeLessThanOrEqual(Math.max(known, bound));
            else if (hits.length < 5 || score > last!.score) expect(score).toBeLessThanOrEqual(bound);
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(inexact).toBeGreaterThan(100);
  });

  test('ends at its deadline with what it has', async () => {
    const index = await openIndex(memorySource(buildInMemory(OPPOSED, FINE)));
    const result = await search(
      { terms: OPPOSED_TERMS, k: 10, documents: false, budget: { deadline: 0 } },
      { index, clock, firstRoundBytes: 0 },
    );
    expect(result).toMatchObject({ exact: false, cost: { rounds: 1 } });
    expect(result.bound).toBeGreaterThan(0);
  });

  test('does not wait past its deadline for a read that hangs', async () => {
    const objects = memorySource(buildInMemory(OPPOSED, FINE));
    const index = await openIndex(objects);
    const source = hangingSource(objects, (_, time) => time > 1);
    const result = await search(
      { terms: OPPOSED_TERMS, k: 10, documents: false, budget: { deadline: 5 } },
      { index: { ...index, source }, clock, timer: async () => {}, firstRoundBytes: 0 },
    );
    expect(result.exact).toBe(false);
    expect(result.bound).toBeGreaterThan(0);
  });

  test.each([0, -1, 1.5, 1001, 1e9, Number.NaN])('refuses k = %d', async (k) => {
    const index = await openIndex(memorySource(buildInMemory([new Map([['a', 1]])], COARSE)));
    await expect(search({ terms: [], k, documents: false }, { index, clock })).rejects.toMatchObject({
      code: 'bad-query',
    });
  });

  test('of no term reads nothing', async () => {
    const source = recordingSource(memorySource(buildInMemory([new Map([['a', 1]])], COARSE)));
    const index = await openIndex(source);
    source.reads.length = 0;
    expect(await search({ terms: [], k: 3, documents: true }, { index, clock })).toMatchObject({
      hits: [],
      exact: true,
    });
    expect(source.reads).toEqual([]);
  });

  test('reports the reads and bytes that storage saw', async () => {
    const vectors = Array.from(
      { length: 200 },
      (_, i): ImpactVector => new Map([[`t${i % 7}`, 1 + (i % 9)]]),
    );
    const source = recordingSource(memorySource(buildInMemory(vectors, FINE)));
    const index = await openIndex(source);
    source.reads.length = 0;
    const terms = weighTerms(
      new Map([
        ['t1', 1],
        ['t5', 2],
      ]),
      'test',
    );
    const { cost } = await search({ terms, k: 4, documents: true }, { index, clock });
    expect(cost.postingReads + cost.documentReads).toBe(source.reads.length);
    expect(cost.bytes).toBe(bytesOf(source.reads));
  });
});
