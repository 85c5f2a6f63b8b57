import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupedIndex } from '../../../../src/query/grouped-index.ts';
import { openIndex } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import { weighTerms } from '../../../../src/query/search/terms.ts';
import { fullCache } from '../../../fakes/full-cache.ts';
import { buildInMemory, COARSE, type Cut, FINE } from '../../../fakes/memory-index.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { localGroups } from '../../local-groups.ts';
import { isKept, searchExhaustively } from '../exhaustive.ts';
import { documents, filter, query, RUNS, SCHEMA } from './random-fields.ts';

const clock = () => 0;
/** Documents are looked up where lists are long and vectors are kept: mostly so. */
const mostly = fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.boolean());
const cut = fc
  .record({ windows: fc.integer({ min: 1, max: 4 }), fine: mostly, vectors: mostly })
  .map(({ fine, ...of }): Cut => ({ ...(fine ? FINE : COARSE), ...of }));
const resultCount = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1000));

type Documents = typeof documents extends fc.Arbitrary<infer Found> ? Found : never;

async function indexOf(all: Documents, cutting: Cut) {
  const vectors = all.map(([vector]) => vector);
  const values = all.map(([, fields]) => fields);
  const objects = buildInMemory(vectors, cutting, '0123456789abcdef', new Map(), { schema: SCHEMA, values });
  return { index: await openIndex(memorySource(objects)), vectors, values };
}

describe('a search with a filter', () => {
  test('gives the ids and scores that scoring every document it keeps gives', async () => {
    let unsettledRounds = 0;
    let filtered = 0;
    let lookedUp = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        query,
        filter,
        cut,
        resultCount,
        fc.nat(400),
        async (all, weights, filter, cutting, k, firstRoundBytes) => {
          const { index, vectors, values } = await indexOf(all, cutting);
          const terms = weighTerms(weights, 'test');
          const context = { index, clock, firstRoundBytes };
          const { hits, exact, cost } = await search({ terms, k, documents: false, filter }, context);
          const right = searchExhaustively(vectors, weights, k, (document) =>
            isKept(filter, values[document]!),
          );
          expect(exact).toBe(true);
          expect(hits).toEqual(right);
          if (right.length > 0 && values.some((fields) => !isKept(filter, fields))) filtered++;
          if (cost.rounds > 1) unsettledRounds++;
          if (cost.documentReads > 0) lookedUp++;
        },
      ),
      { numRuns: RUNS },
    );
    expect(filtered).toBeGreaterThan(RUNS / 10);
    expect(unsettledRounds).toBeGreaterThan(RUNS / 20);
    expect(lookedUp).toBeGreaterThan(RUNS / 50);
  });

  test('gives the same from a cache and from lists in blocks', async () => {
    let inBlocks = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        query,
        filter,
        cut,
        resultCount,
        fc.nat(400),
        async (all, weights, filter, cutting, k, firstRoundBytes) => {
          const { index, vectors, values } = await indexOf(all, cutting);
          const cache = fullCache();
          const terms = weighTerms(weights, 'test');
          // Pages are read, then are at hand, and whole lists of them come to lie in blocks.
          for (let time = 0; time < 2; time++)
            await search({ terms, k: 1, documents: false }, { index, clock, cache });
          const context = { index, clock, cache: fullCache(cache.lists), firstRoundBytes };
          const { hits, exact } = await search({ terms, k, documents: false, filter }, context);
          expect(exact).toBe(true);
          expect(hits).toEqual(
            searchExhaustively(vectors, weights, k, (document) => isKept(filter, values[document]!)),
          );
          if (cache.lists.size > 0) inBlocks++;
        },
      ),
      { numRuns: RUNS },
    );
    expect(inBlocks).toBeGreaterThan(RUNS / 10);
  });

  test('gives the same over groups of windows', async () => {
    let askedAgain = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        query,
        filter,
        fc.integer({ min: 1, max: 25 }),
        fc.boolean(),
        resultCount,
        async (all, weights, filter, windows, hasVectors, k) => {
          const { index, vectors, values } = await indexOf(all, { ...FINE, windows, vectors: hasVectors });
          const groups = new GroupedIndex(index.manifest, localGroups(index, 40), clock, () =>
            Promise.reject(new Error('queries come encoded')),
          );
          const terms = weighTerms(weights, 'test');
          const { hits, exact, cost } = await groups.search({ terms, k, documents: false, filter });
          expect(exact).toBe(true);
          expect(hits).toEqual(
            searchExhaustively(vectors, weights, k, (document) => isKept(filter, values[document]!)),
          );
          if (cost.rounds > 1) askedAgain++;
        },
      ),
      { numRuns: RUNS },
    );
    expect(askedAgain).toBeGreaterThan(RUNS / 20);
  });

  test('never claims more than a budget let it prove', async () => {
    let [inexact, found] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        documents,
        query,
        filter,
        cut,
        fc.record({ maxReads: fc.nat(12), maxBytes: fc.nat(2000) }, { requiredKeys: [] }),
        async (all, weights, filter, cutting, budget) => {
          const { index, vectors, values } = await indexOf(all, cutting);
          const terms = weighTerms(weights, 'test');
          const context = { index, clock, firstRoundBytes: 60 };
          const result = await search({ terms, k: 5, documents: false, budget, filter }, context);
          const right = searchExhaustively(vectors, weights, vectors.length, (document) =>
            isKept(filter, values[document]!),
          );
          if (result.exact) {
            expect(result.hits).toEqual(right.slice(0, 5));
            return;
          }
          inexact++;
          const { cost, bound, hits } = result;
          expect(cost.postingReads).toBeLessThanOrEqual(budget.maxReads ?? Number.POSITIVE_INFINITY);
          expect(cost.bytes).toBeLessThanOrEqual(budget.maxBytes ?? Number.POSITIVE_INFINITY);
          if (hits.length > 0) found++;
          for (const { document } of hits) expect(isKept(filter, values[document]!)).toBe(true);
          const known = new Map(hits.map(({ document, score }) => [document, score]));
          const last = hits.at(-1);
          for (const { document, score } of right) {
            const sum = known.get(document);
            if (sum !== undefined) expect(score).toBeLessThanOrEqual(Math.max(sum, bound));
            else if (hits.length < 5 || score > last!.score) expect(score).toBeLessThanOrEqual(bound);
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(inexact).toBeGreaterThan(RUNS / 10);
    expect(found).toBeGreaterThan(RUNS / 100);
  });
});
