import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupedIndex } from '../../../src/query/grouped-index.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { buildInMemory, COARSE, type Cut, FINE, type ImpactVector } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { localGroups } from '../local-groups.ts';
import { articlesExhaustively, isKept } from './exhaustive.ts';
import { documents, query as fieldQuery, filter, SCHEMA } from './fields/random-fields.ts';

const clock = () => 0;
const RUNS = SLOW ? 10_000 : 400;

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
const mostly = fc.constantFrom(true, true, true, false);
const cut = fc
  .record({ windows: fc.integer({ min: 1, max: 4 }), fine: mostly, vectors: mostly })
  .map(({ fine, ...of }): Cut => ({ ...(fine ? FINE : COARSE), ...of }));
/** Of documents in a row, how many are of one page; and now and then one that goes on with an earlier page. */
const pages = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 12 }),
  returning: fc.array(fc.nat(40), { maxLength: 8 }),
});
const resultCount = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1000));

/** Of each document the first one of its article, in its window. */
function articlesOf(
  documents: number,
  windows: number,
  { lengths, returning }: { lengths: readonly number[]; returning: readonly number[] },
): number[] {
  const articleOf: number[] = [];
  for (let window = 0, run = 0; window < windows; window++) {
    const [first, end] = [window, window + 1].map((at) => Math.floor((documents * at) / windows));
    const here: number[] = [];
    for (let document = first; document < end; run++) {
      const again = returning[run % (returning.length || 1)];
      const back = again !== undefined && again < here.length ? here[again] : undefined;
      const article = back ?? document;
      if (back === undefined) here.push(document);
      for (let left = lengths[run % lengths.length]; left > 0 && document < end; left--, document++)
        articleOf.push(article);
    }
  }
  return articleOf;
}

describe('a search for pages', () => {
  test('gives the pages, scores and sections that scoring every section gives', async () => {
    let unsettledRounds = 0;
    let lookedUp = 0;
    let scattered = 0;
    await fc.assert(
      fc.asyncProperty(
        collection,
        query,
        cut,
        pages,
        resultCount,
        fc.nat(400),
        async (vectors, weights, cutting, shape, k, limit) => {
          const articles = articlesOf(vectors.length, cutting.windows, shape);
          const index = await openIndex(memorySource(buildInMemory(vectors, { ...cutting, articles })));
          const terms = weighTerms(weights, 'test');
          const context = { index, clock, firstRoundBytes: limit };
          const { hits, exact, cost } = await search({ terms, k, documents: true, articles: true }, context);
          expect(exact).toBe(true);
          const right = articlesExhaustively(vectors, articles, weights, k);
          expect(hits.map(({ document, score, sections }) => ({ document, score, sections }))).toEqual(
            right.map(({ score, sections }) => ({
              document: sections[0]!.document,
              score,
              sections: sections
                .slice(0, 3)
                .map((section) => ({ ...section, shown: shownOf(section.document) })),
            })),
          );
          for (const { document, shown } of hits) expect(shown).toEqual(shownOf(document));
          if (cost.rounds > 2) unsettledRounds++;
          if (index.table.articles!.further.size > 0) scattered++;
          const bare = await search({ terms, k, documents: false, articles: true }, context);
          if (bare.cost.documentReads > 0) lookedUp++;
        },
      ),
      { numRuns: RUNS },
    );
    expect(unsettledRounds).toBeGreaterThan(RUNS / 100);
    expect(lookedUp).toBeGreaterThan(RUNS / 200);
    expect(scattered).toBeGreaterThan(RUNS / 10);
  });

  test('with a filter adds up the sections that it keeps', async () => {
    let filtered = 0;
    let unsettledRounds = 0;
    await fc.assert(
      fc.asyncProperty(
        documents,
        fieldQuery,
        filter,
        cut,
        pages,
        resultCount,
        fc.nat(400),
        async (all, weights, filter, cutting, shape, k, limit) => {
          const vectors = all.map(([vector]) => vector);
          const values = all.map(([, fields]) => fields);
          const articles = articlesOf(vectors.length, cutting.windows, shape);
          const fields = { schema: SCHEMA, values };
          const objects = buildInMemory(vectors, { ...cutting, articles }, undefined, undefined, fields);
          const index = await openIndex(memorySource(objects));
          const terms = weighTerms(weights, 'test');
          const context = { index, clock, firstRoundBytes: limit };
          const { hits, exact, cost } = await search(
            { terms, k, documents: false, filter, articles: true },
            context,
          );
          const isResult = (document: number) => isKept(filter, values[document]!);
          const right = articlesExhaustively(vectors, articles, weights, k, isResult);
          expect(exact).toBe(true);
          expect(hits).toEqual(right.map(shownHit));
          if (right.length > 0 && values.some((fields) => !isKept(filter, fields))) filtered++;
          if (cost.rounds > 1) unsettledRounds++;
        },
      ),
      { numRuns: RUNS },
    );
    expect(filtered).toBeGreaterThan(RUNS / 10);
    expect(unsettledRounds).toBeGreaterThan(RUNS / 50);
  });

  test('gives the same over groups of windows', async () => {
    let askedAgain = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(vector, { minLength: 40, maxLength: 200 }),
        query,
        pages,
        fc.integer({ min: 1, max: 25 }),
        resultCount,
        async (vectors, weights, shape, windows, k) => {
          const articles = articlesOf(vectors.length, windows, shape);
          const open = await openIndex(memorySource(buildInMemory(vectors, { ...FINE, windows, articles })));
          const encode = () => Promise.reject(new Error('queries come encoded'));
          const grouped = new GroupedIndex(open.manifest, localGroups(open, 40), clock, encode);
          const terms = weighTerms(weights, 'test');
          const { hits, exact, cost } = await grouped.search({ terms, k, documents: false, articles: true });
          expect(exact).toBe(true);
          const right = articlesExhaustively(vectors, articles, weights, k);
          expect(hits).toEqual(right.map(shownHit));
          if (cost.rounds > 1) askedAgain++;
        },
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
    expect(askedAgain).toBeGreaterThan(RUNS / 100);
  });

  test('never claims more than a budget let it prove', async () => {
    let inexact = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(vector, { minLength: 100, maxLength: 300 }),
        query,
        cut,
        pages,
        fc.record({ maxReads: fc.nat(12), maxBytes: fc.nat(2000) }, { requiredKeys: [] }),
        async (vectors, weights, cutting, shape, budget) => {
          const articles = articlesOf(vectors.length, cutting.windows, shape);
          const index = await openIndex(memorySource(buildInMemory(vectors, { ...cutting, articles })));
          const terms = weighTerms(weights, 'test');
          const result = await search(
            { terms, k: 5, documents: false, budget, articles: true },
            { index, clock, firstRoundBytes: 60 },
          );
          const right = articlesExhaustively(vectors, articles, weights, vectors.length);
          const scoreOf = new Map(right.map(({ document, score }) => [document, score]));
          const found = new Map(result.hits.map(({ document, score }) => [articles[document]!, score]));
          if (result.exact) {
            expect([...found]).toEqual(right.slice(0, 5).map(({ document, score }) => [document, score]));
            return;
          }
          inexact++;
          expect(result.cost.postingReads).toBeLessThanOrEqual(budget.maxReads ?? Number.POSITIVE_INFINITY);
          const last = result.hits.at(-1);
          for (const [article, score] of scoreOf) {
            const known = found.get(article);
            if (known !== undefined) expect(score).toBeLessThanOrEqual(Math.max(known, result.bound));
            else if (result.hits.length < 5 || score > last!.score)
              expect(score).toBeLessThanOrEqual(result.bound);
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(inexact).toBeGreaterThan(RUNS / 20);
  });
});

/** The hit that a page is. */
function shownHit({ score, sections }: ReturnType<typeof articlesExhaustively>[number]) {
  return { document: sections[0]!.document, score, sections: sections.slice(0, 3) };
}

function shownOf(document: number) {
  return { id: `d${document}`, text: `text ${document}` };
}
