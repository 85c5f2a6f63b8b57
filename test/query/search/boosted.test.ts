import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupedIndex } from '../../../src/query/grouped-index.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { FactorRuns, type Factors, MAX_FACTOR } from '../../../src/query/search/sums/factors.ts';
import { precedes } from '../../../src/query/search/sums/topk.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { fullCache } from '../../fakes/full-cache.ts';
import { buildInMemory, COARSE, type Cut, FINE, type ImpactVector } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { localGroups } from '../local-groups.ts';
import {
  articlesExhaustively,
  countExhaustively,
  isKept,
  searchExhaustively,
  sortExhaustively,
} from './exhaustive.ts';
import { documents, facets, query as fieldQuery, filter, SCHEMA, sort } from './fields/random-fields.ts';

const clock = () => 0;
const runs = SLOW ? 10_000 : 300;
/** Ten thousand cases take minutes where others work beside them. */
const timeout = 3_600_000;

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
const resultCount = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1000));
const factor = fc.oneof(
  fc.constantFrom(0, 1, 32, 64, 64, 64, 96, 128),
  fc.integer({ min: 0, max: MAX_FACTOR }),
);
/** Runs of documents, and their factors; none in some cases. */
const boosts = fc.option(
  fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), factor), { minLength: 1, maxLength: 30 }),
  { freq: 8, nil: undefined },
);
const hidden = fc.array(fc.nat(40), { maxLength: 4 });

interface Case {
  readonly vectors: readonly ImpactVector[];
  readonly weights: ReadonlyMap<string, number>;
  readonly k: number;
  readonly boosts: readonly (readonly [number, number])[] | undefined;
  readonly without: readonly number[];
}
const cases = fc.record<Case>({
  vectors: collection,
  weights: query,
  k: resultCount,
  boosts,
  without: hidden,
});

/** One factor a document. */
function factorsOf({ vectors, boosts }: Case): number[] | undefined {
  const said = boosts?.flatMap(([count, factor]) => new Array<number>(count).fill(factor));
  return said && vectors.map((_, i) => said[i] ?? said.at(-1)!);
}

function runsOf(factors: readonly number[] | undefined): Factors | undefined {
  if (!factors) return undefined;
  const starts = [...factors.keys()].filter((i) => i === 0 || factors[i] !== factors[i - 1]);
  return new FactorRuns(
    Uint32Array.from(starts),
    Uint16Array.from(starts, (start) => factors[start]!),
  );
}

function expected(given: Case, k = given.k) {
  const factors = factorsOf(given);
  return searchExhaustively(given.vectors, given.weights, given.vectors.length)
    .map(({ document, score }) => ({ document, score: score * (factors?.[document] ?? 1) }))
    .filter(({ document, score }) => score > 0 && !given.without.includes(document))
    .sort((a, b) => (precedes(a.score, a.document, b.score, b.document) ? -1 : 1))
    .slice(0, k);
}

function open({ vectors }: Case, cutting: Cut): Promise<OpenIndex> {
  return openIndex(memorySource(buildInMemory(vectors, cutting)));
}

function grouped(index: OpenIndex, factors: Factors | undefined): GroupedIndex {
  const encode = () => Promise.reject(new Error('queries come encoded'));
  return new GroupedIndex(index.manifest, localGroups(index, 40, factors), clock, encode);
}

describe('a search whose documents have factors', () => {
  test('gives the ids and scores that scoring every document gives', { timeout }, async () => {
    let [changed, unsettled, lookedUp] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(cases, cut, fc.nat(400), async (given, cutting, firstRoundBytes) => {
        const index = await open(given, cutting);
        const { k, without } = given;
        const terms = weighTerms(given.weights, 'test');
        const context = { index, clock, firstRoundBytes, factors: runsOf(factorsOf(given)) };
        const { hits, exact, cost } = await search({ terms, k, documents: false, without }, context);
        expect(exact).toBe(true);
        expect(hits).toEqual(expected(given));
        const plain = searchExhaustively(given.vectors, given.weights, k);
        const unsteered = await search({ terms, k, documents: false, unsteered: true }, context);
        expect(unsteered.hits).toEqual(plain);
        if (hits.some(({ document }, i) => document !== plain[i]?.document)) changed++;
        if (cost.rounds > 1) unsettled++;
        if (cost.documentReads > 0) lookedUp++;
      }),
      { numRuns: runs },
    );
    expect(changed).toBeGreaterThan(runs / 10);
    expect(unsettled).toBeGreaterThan(runs / 20);
    expect(lookedUp).toBeGreaterThan(runs / 1000);
  });

  test('gives the same from lists in blocks', { timeout }, async () => {
    let inBlocks = 0;
    await fc.assert(
      fc.asyncProperty(cases, cut, fc.nat(400), async (given, cutting, firstRoundBytes) => {
        const index = await open(given, cutting);
        const { k, without } = given;
        const terms = weighTerms(given.weights, 'test');
        const cache = fullCache();
        // Pages are read, then are at hand, and whole lists of them come to lie in blocks.
        for (let time = 0; time < 2; time++)
          await search({ terms, k: 1, documents: false }, { index, clock, cache });
        const { hits, exact } = await search(
          { terms, k, documents: false, without },
          {
            index,
            clock,
            cache: fullCache(cache.lists),
            firstRoundBytes,
            factors: runsOf(factorsOf(given)),
          },
        );
        expect(exact).toBe(true);
        expect(hits).toEqual(expected(given));
        if (cache.lists.size > 0) inBlocks++;
      }),
      { numRuns: runs },
    );
    expect(inBlocks).toBeGreaterThan(runs / 10);
  });

  test('gives the same over groups of windows', { timeout }, async () => {
    let askedAgain = 0;
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.integer({ min: 1, max: 25 }),
        fc.boolean(),
        async (given, windows, vectors) => {
          const index = await open(given, { ...FINE, windows, vectors });
          const { k, without } = given;
          const terms = weighTerms(given.weights, 'test');
          const groups = grouped(index, runsOf(factorsOf(given)));
          const { hits, exact, cost } = await groups.search({ terms, k, documents: false, without });
          expect(exact).toBe(true);
          expect(hits).toEqual(expected(given));
          if (cost.rounds > 1) askedAgain++;
        },
      ),
      { numRuns: runs },
    );
    expect(askedAgain).toBeGreaterThan(runs / 20);
  });

  test('gives the pages that scoring every section gives', { timeout }, async () => {
    let several = 0;
    await fc.assert(
      fc.asyncProperty(
        cases,
        cut,
        fc.integer({ min: 1, max: 9 }),
        fc.nat(400),
        async (given, cutting, length, firstRoundBytes) => {
          const { vectors, weights, k, without } = given;
          const articles = Array.from({ length: cutting.windows }, (_, window) => {
            const [first, end] = [window, window + 1].map((at) =>
              Math.floor((vectors.length * at) / cutting.windows),
            ) as [number, number];
            return Array.from({ length: end - first }, (_, i) => first + i - (i % length));
          }).flat();
          const index = await openIndex(memorySource(buildInMemory(vectors, { ...cutting, articles })));
          const factors = factorsOf(given);
          const context = { index, clock, firstRoundBytes, factors: runsOf(factors) };
          const terms = weighTerms(weights, 'test');
          const { hits, exact } = await search(
            { terms, k, documents: false, articles: true, without },
            context,
          );
          expect(exact).toBe(true);
          const right = articlesExhaustively(
            vectors,
            articles,
            weights,
            k,
            (document) => !without.includes(document),
            (document) => factors?.[document] ?? 1,
          );
          expect(hits).toEqual(
            right.map(({ score, sections }) => ({
              document: sections[0]!.document,
              score,
              sections: sections.slice(0, 3),
            })),
          );
          if (right.some(({ sections }) => sections.length > 1)) several++;
        },
      ),
      { numRuns: runs },
    );
    expect(several).toBeGreaterThan(runs / 10);
  });

  test('gives the same among documents that a filter keeps', { timeout }, async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        fieldQuery,
        filter,
        cut,
        boosts,
        fc.nat(400),
        async (all, weights, filter, cutting, boosts, firstRoundBytes) => {
          const vectors = all.map(([vector]) => vector);
          const values = all.map(([, fields]) => fields);
          const objects = buildInMemory(vectors, cutting, '0123456789abcdef', new Map(), {
            schema: SCHEMA,
            values,
          });
          const index = await openIndex(memorySource(objects));
          const given = { vectors, weights, k: 5, boosts, without: [] };
          const context = { index, clock, firstRoundBytes, factors: runsOf(factorsOf(given)) };
          const terms = weighTerms(weights, 'test');
          const { hits, exact } = await search({ terms, k: 5, documents: false, filter }, context);
          expect(exact).toBe(true);
          const right = expected(given, vectors.length).filter(({ document }) =>
            isKept(filter, values[document]!),
          );
          expect(hits).toEqual(right.slice(0, 5));
          if (hits.length > 0) kept++;
        },
      ),
      { numRuns: runs },
    );
    expect(kept).toBeGreaterThan(runs / 10);
  });

  test('sorts, counts and browses what scoring and looking at every document gives', {
    timeout,
  }, async () => {
    const times = { browsed: 0, sorted: 0, counted: 0, left: 0, countedFirst: 0, cutShort: 0 };
    const ranked = { weights: fieldQuery, filter, sort: fc.constant(undefined), facets };
    const asked = fc.oneof(
      fc.record({ weights: fieldQuery, filter, sort, facets }, { requiredKeys: [] }),
      fc.record(ranked, { requiredKeys: ['weights', 'facets'] }),
    );
    const steering = fc.record({
      boosts,
      without: hidden,
      putFirst: fc.array(fc.nat(40), { minLength: 3, maxLength: 12 }),
    });
    const where = fc.record({ cutting: cut, isGrouped: fc.boolean(), firstRoundBytes: fc.nat(2000) });
    const all = { arbitrary: fc.constant(undefined), weight: 3 };
    const maxReads = fc.oneof(all, fc.nat(12));
    await fc.assert(
      fc.asyncProperty(documents, asked, steering, where, maxReads, async (all, ask, how, at, maxReads) => {
        const vectors = all.map(([vector]) => vector);
        const values = all.map(([, fields]) => fields);
        const objects = buildInMemory(vectors, at.cutting, '0123456789abcdef', new Map(), {
          schema: SCHEMA,
          values,
        });
        const index = await openIndex(memorySource(objects));
        const { boosts, without } = how;
        const { weights, filter, sort, facets = [] } = ask;
        const browse = weights === undefined;
        // What is put first has no place in an order.
        const putFirst = browse || sort ? [] : how.putFirst;
        const given = { vectors, weights: weights ?? new Map<string, number>(), k: 5, boosts, without };
        const factors = factorsOf(given);
        const result = (document: number) =>
          (!filter || isKept(filter, values[document]!)) &&
          factors?.[document] !== 0 &&
          !without.includes(document);
        const matching = browse
          ? [...vectors.keys()].map((document) => ({ document, score: 0 }))
          : expected(given, vectors.length);
        const right = matching.filter(({ document }) => result(document));
        const ranked = right.filter(({ document }) => !putFirst.includes(document));
        const best = (sort ? sortExhaustively(ranked, sort, values) : ranked).slice(0, 5);
        const fields = right.map(({ document }) => values[document]!);
        const terms = weighTerms(given.weights, 'test');
        const budget = { maxReads };
        const request = { ...ask, terms, browse, k: 5, documents: false, budget, without, putFirst };
        const runs = runsOf(factors);
        const context = { index, clock, firstRoundBytes: at.firstRoundBytes, factors: runs };
        const found = await (at.isGrouped ? grouped(index, runs).search(request) : search(request, context));
        if (found.exact) expect(found.hits.map(({ document, score }) => ({ document, score }))).toEqual(best);
        else {
          times.cutShort++;
          const hits = new Map(found.hits.map(({ document, score }) => [document, score]));
          for (const document of hits.keys())
            expect(ranked.some((each) => each.document === document)).toBe(true);
          for (const { document, score } of sort ? [] : ranked) {
            const isOpen = hits.has(document) || hits.size < 5 || score > found.hits.at(-1)!.score;
            if (isOpen) expect(score).toBeLessThanOrEqual(Math.max(hits.get(document) ?? 0, found.bound));
          }
        }
        if (maxReads === undefined) expect(found.exact).toBe(true);
        if (found.matches?.exact) expect(found.matches.count).toBe(right.length);
        for (const [i, counts] of (found.facets ?? []).entries())
          if (counts.exact) expect(counts).toEqual(countExhaustively(facets[i]!, fields));
        if (maxReads !== undefined || right.length === 0) return;
        expect(found.facets?.map(({ exact }) => exact) ?? []).toEqual(facets.map(() => true));
        if (browse) times.browsed++;
        if (sort && factors) times.sorted++;
        if (facets.length > 0) times.counted++;
        if (right.length < matching.length) times.left++;
        if (facets.length > 0 && ranked.length < right.length) times.countedFirst++;
      }),
      { numRuns: runs, endOnFailure: true },
    );
    for (const [what, count] of Object.entries(times)) expect(count, what).toBeGreaterThan(runs / 100);
  });

  test('never claims more than a budget let it prove', { timeout }, async () => {
    let [inexact, found] = [0, 0];
    await fc.assert(
      fc.asyncProperty(cases, cut, fc.nat(12), async (given, cutting, maxReads) => {
        const index = await open(given, { ...cutting, apart: true });
        const { without } = given;
        const terms = weighTerms(given.weights, 'test');
        const { hits, exact, bound, cost } = await search(
          { terms, k: 5, documents: false, without, budget: { maxReads } },
          { index, clock, firstRoundBytes: 60, factors: runsOf(factorsOf(given)) },
        );
        const right = expected(given, given.vectors.length);
        if (exact) {
          expect(hits).toEqual(right.slice(0, 5));
          return;
        }
        inexact++;
        if (hits.length > 0) found++;
        expect(cost.postingReads + cost.documentReads).toBeLessThanOrEqual(maxReads);
        const known = new Map(hits.map(({ document, score }) => [document, score]));
        const last = hits.length === 5 ? hits[4]!.score : 0;
        for (const { document, score } of right) {
          const sum = known.get(document);
          if (sum !== undefined) expect(score).toBeLessThanOrEqual(Math.max(sum, bound));
          else if (score > last) expect(score).toBeLessThanOrEqual(bound);
        }
      }),
      { numRuns: runs },
    );
    expect(inexact).toBeGreaterThan(runs / 20);
    expect(found).toBeGreaterThan(runs / 100);
  });
});
