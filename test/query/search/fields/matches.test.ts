import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../../../src/core/fields.ts';
import { GroupedIndex } from '../../../../src/query/grouped-index.ts';
import { type OpenIndex, openIndex } from '../../../../src/query/search/open.ts';
import { type SearchRequest, search } from '../../../../src/query/search/search.ts';
import { weighTerms } from '../../../../src/query/search/terms.ts';
import { fullCache } from '../../../fakes/full-cache.ts';
import { buildInMemory, COARSE, type Cut, FINE, type ImpactVector } from '../../../fakes/memory-index.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { localGroups } from '../../local-groups.ts';
import { countExhaustively, isKept, searchExhaustively, sortExhaustively } from '../exhaustive.ts';
import { documents, facets, filter, query, RUNS, SCHEMA, sort } from './random-fields.ts';

const clock = () => 0;
const cut = fc
  .record({
    windows: fc.integer({ min: 1, max: 4 }),
    fine: fc.boolean(),
    vectors: fc.boolean(),
    apart: fc.boolean(),
  })
  .map(({ fine, ...of }): Cut => ({ ...(fine ? FINE : COARSE), ...of }));

/** What is asked, as tests make it. */
interface Asked extends Pick<SearchRequest, 'k' | 'filter' | 'sort' | 'facets'> {
  /** Without it, all documents are browsed. */
  readonly weights?: ReadonlyMap<string, number> | undefined;
}

const asked: fc.Arbitrary<Asked> = fc.record(
  {
    k: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1000)),
    weights: query,
    filter,
    sort,
    facets,
  },
  { requiredKeys: ['k'] },
);

function requestOf({ weights, ...of }: Asked): SearchRequest {
  if (weights === undefined) return { ...of, terms: [], browse: true, documents: false };
  return { ...of, terms: weighTerms(weights, 'test'), documents: false };
}

type Documents = readonly (readonly [ImpactVector, Fields])[];

async function indexOf(all: Documents, cutting: Cut): Promise<OpenIndex> {
  const vectors = all.map(([vector]) => vector);
  const values = all.map(([, fields]) => fields);
  const objects = buildInMemory(vectors, cutting, '0123456789abcdef', new Map(), { schema: SCHEMA, values });
  return openIndex(memorySource(objects));
}

/** What has to be found. */
function rightOf({ weights, filter, sort, k, facets = [] }: Asked, all: Documents) {
  const fields = all.map(([, each]) => each);
  const isResult = (document: number) => filter === undefined || isKept(filter, fields[document]!);
  const vectors = all.map(([vector]) => vector);
  const found = weights
    ? searchExhaustively(vectors, weights, all.length, isResult)
    : [...all.keys()].filter(isResult).map((document) => ({ document, score: 0 }));
  const matching = found.map(({ document }) => fields[document]!);
  return {
    hits: (sort ? sortExhaustively(found, sort, fields) : found).slice(0, k),
    all: found,
    facets: facets.map((facet) => countExhaustively(facet, matching)),
  };
}

function plain(hits: readonly { readonly document: number; readonly score: number }[]) {
  return hits.map(({ document, score }) => ({ document, score }));
}

const budget = fc.record(
  { maxReads: fc.oneof(fc.nat(12), fc.nat(60)), maxBytes: fc.oneof(fc.nat(4000), fc.nat(30_000)) },
  { requiredKeys: [] },
);

describe('a search that is sorted, counted or without terms', () => {
  test('gives the ids, scores and counts that looking at every document gives', async () => {
    const times = { browsed: 0, sorted: 0, counted: 0, rounds: 0, lookedUp: 0 };
    await fc.assert(
      fc.asyncProperty(documents, asked, cut, fc.nat(2000), async (all, ask, cutting, firstRoundBytes) => {
        const index = await indexOf(all, cutting);
        const result = await search(requestOf(ask), { index, clock, firstRoundBytes });
        const right = rightOf(ask, all);
        expect(result.exact).toBe(true);
        expect(plain(result.hits)).toEqual(right.hits);
        expect(result.facets ?? []).toEqual(right.facets);
        if (result.matches) expect(result.matches).toEqual({ count: right.all.length, exact: true });
        if (right.all.length === 0) return;
        if (!ask.weights) times.browsed++;
        if (ask.sort) times.sorted++;
        if (ask.facets) times.counted++;
        if (result.cost.rounds > 1) times.rounds++;
        if (result.matches && result.cost.documentReads > 0) times.lookedUp++;
      }),
      { numRuns: RUNS / 2, endOnFailure: true },
    );
    for (const [what, count] of Object.entries(times)) expect(count, what).toBeGreaterThan(RUNS / 60);
  });

  test('gives the same from a cache, where lists may lie in blocks', async () => {
    await fc.assert(
      fc.asyncProperty(documents, asked, cut, fc.nat(2000), async (all, ask, cutting, firstRoundBytes) => {
        const index = await indexOf(all, cutting);
        const cache = fullCache();
        const right = rightOf(ask, all);
        for (let time = 0; time < 2; time++) {
          const context = { index, clock, cache, firstRoundBytes };
          await search({ ...requestOf(ask), browse: false, sort: undefined, facets: undefined }, context);
          const result = await search(requestOf(ask), context);
          expect(plain(result.hits)).toEqual(right.hits);
          expect(result.facets ?? []).toEqual(right.facets);
        }
      }),
      { numRuns: RUNS / 2, endOnFailure: true },
    );
  });

  test('gives the same over groups of windows', async () => {
    let several = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        asked,
        fc.integer({ min: 1, max: 25 }),
        fc.boolean(),
        async (all, ask, windows, vectors) => {
          const index = await indexOf(all, { ...FINE, windows, vectors });
          const groups = new GroupedIndex(index.manifest, localGroups(index, 40), clock, () =>
            Promise.reject(new Error('queries come encoded')),
          );
          const result = await groups.search(requestOf(ask));
          const right = rightOf(ask, all);
          expect(result.exact).toBe(true);
          expect(plain(result.hits)).toEqual(right.hits);
          expect(result.facets ?? []).toEqual(right.facets);
          if (result.matches) expect(result.matches).toEqual({ count: right.all.length, exact: true });
          if (windows > 1 && right.all.length > 1) several++;
        },
      ),
      { numRuns: RUNS / 2, endOnFailure: true },
    );
    expect(several).toBeGreaterThan(RUNS / 20);
  });

  test('never claims more than a budget let it find', async () => {
    const times = { inexact: 0, counted: 0 };
    await fc.assert(
      fc.asyncProperty(documents, asked, cut, budget, async (all, ask, cutting, budget) => {
        const index = await indexOf(all, cutting);
        const context = { index, clock, firstRoundBytes: 300 };
        const { hits, exact, bound, cost, facets, matches } = await search(
          { ...requestOf(ask), budget },
          context,
        );
        const right = rightOf(ask, all);
        expect(cost.postingReads + cost.documentReads).toBeLessThanOrEqual(budget.maxReads ?? Infinity);
        expect(cost.bytes).toBeLessThanOrEqual(budget.maxBytes ?? Infinity);
        if (exact) expect(plain(hits)).toEqual(right.hits);
        else {
          times.inexact++;
          const scores = new Map(right.all.map(({ document, score }) => [document, score]));
          for (const { document } of hits) expect(scores.has(document)).toBe(true);
          const known = new Map(hits.map(({ document, score }) => [document, score]));
          for (const { document, score } of right.all) {
            const sum = known.get(document);
            if (sum !== undefined) expect(score).toBeLessThanOrEqual(Math.max(sum, bound));
            else if (hits.length < ask.k || score > hits.at(-1)!.score)
              if (!ask.sort) expect(score).toBeLessThanOrEqual(bound);
          }
        }
        if (matches?.exact) expect(matches.count).toBe(right.all.length);
        else if (matches) expect(matches.count).toBeLessThanOrEqual(right.all.length);
        for (const [i, counts] of (facets ?? []).entries()) {
          if (counts.exact) {
            times.counted++;
            expect(counts).toEqual(right.facets[i]);
            continue;
          }
          // Whatever was counted is no more than there is.
          const facet = { ...ask.facets![i]!, top: 1000 };
          const most = countExhaustively(
            facet,
            right.all.map(({ document }) => all[document]![1]),
          );
          for (const { value, count } of counts.values) {
            const there = most.values.find((each) => Object.is(each.value, value));
            expect(count).toBeLessThanOrEqual(there?.count ?? 0);
          }
          for (const [at, { count }] of counts.ranges.entries())
            expect(count).toBeLessThanOrEqual(most.ranges[at]!.count);
        }
      }),
      { numRuns: RUNS / 2, endOnFailure: true },
    );
    for (const [what, count] of Object.entries(times)) expect(count, what).toBeGreaterThan(RUNS / 100);
  });

  test('counts at least what a budget let it see', async () => {
    const all = Array.from({ length: 300 }, (_, i): readonly [ImpactVector, Fields] => [
      new Map([
        ['t0', 1 + (i % 200)],
        ['t1', 200 - (i % 200)],
      ]),
      { half: i % 3 === 0 },
    ]);
    const index = await indexOf(all, { ...FINE, apart: true });
    const weights = new Map([
      ['t0', 1],
      ['t1', 1],
    ]);
    const terms = weighTerms(weights, 'test');
    let lower = 0;
    for (let maxReads = 0; maxReads < 60; maxReads++) {
      const { facets, matches } = await search(
        { terms, k: 5, documents: false, facets: [{ field: 'half' }], budget: { maxReads } },
        { index, clock },
      );
      const counts = new Map(facets![0]!.values.map(({ value, count }) => [value, count]));
      const [yes, no] = [counts.get(true) ?? 0, counts.get(false) ?? 0];
      if (facets![0]!.exact) expect([yes, no]).toEqual([100, 200]);
      else if (yes + no > 0) lower++;
      expect(yes).toBeLessThanOrEqual(100);
      expect(no).toBeLessThanOrEqual(200);
      expect(matches!.count).toBeLessThanOrEqual(300);
    }
    expect(lower).toBeGreaterThan(2);
  });
});
