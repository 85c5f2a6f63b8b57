import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/core/document.ts';
import { divide, type Group, GroupedIndex } from '../../../src/query/grouped-index.ts';
import { conditionsOf } from '../../../src/query/language/conditions.ts';
import {
  findSatisfying,
  MOST_CANDIDATES,
  searchSatisfying,
} from '../../../src/query/language/find-satisfying.ts';
import type { Operator } from '../../../src/query/language/operators.ts';
import { localIndex } from '../../../src/query/local-index.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { COARSE, type Cut, FINE, type ImpactVector, indexObjects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { searchExhaustively } from '../search/exhaustive.ts';

const clock = () => 0;
const runs = SLOW ? 10_000 : 300;

/** Words that the analyzer leaves as they are, "the" being a functional one. */
const WORDS = ['river', 'boat', 'fish', 'wind', 'the'];
const words = (most: number) =>
  fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: most }).map((some) => some.join(' '));

interface Said {
  readonly document: Document;
  readonly vector: ImpactVector;
}

const said = fc
  .record({
    title: fc.option(words(3)),
    text: words(8),
    shelf: fc.option(fc.oneof(words(2), fc.array(words(2), { minLength: 1, maxLength: 3 }))),
    base: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ title, text, shelf, base }) => ({ title, text, shelf, base }));

/** Documents of words; an impact is how often its word stands there, and something of the document's own. */
const collection = fc.array(said, { minLength: 1, maxLength: 120 }).map((all) =>
  all.map(({ title, text, shelf, base }, i): Said => {
    const vector = new Map<string, number>();
    for (const word of `${title ?? ''} ${text}`.split(' ').filter((each) => each !== '' && each !== 'the'))
      vector.set(word, (vector.get(word) ?? base) + 1);
    return {
      document: { id: `d${i}`, text, ...(title && { title }), ...(shelf && { fields: { shelf } }) },
      vector,
    };
  }),
);

const operator = fc
  .record({
    text: words(3),
    field: fc.constantFrom(undefined, undefined, 'title', 'shelf', 'nothing'),
    excluded: fc.boolean(),
  })
  .map(({ text, field, excluded }): Operator => ({ text, field, ...(excluded && { excluded }) }));
const operators = fc.array(operator, { minLength: 1, maxLength: 3 });
const cut = fc
  .record({ windows: fc.integer({ min: 1, max: 4 }), fine: fc.boolean(), vectors: fc.boolean() })
  .map(({ fine, ...of }): Cut => ({ ...(fine ? FINE : COARSE), ...of }));

/** The oracle's reading of an operator, which knows only spaces. */
function satisfies(
  { title = '', text, fields = {} }: Document,
  { text: sought, field, excluded }: Operator,
): boolean {
  const parts =
    field === undefined ? [title, text] : field === 'title' ? [title] : [fields[field] ?? ''].flat();
  return parts.some((part) => ` ${part} `.includes(` ${sought} `)) !== (excluded === true);
}

function expected(
  all: readonly Said[],
  wanted: readonly Operator[],
  weights: ReadonlyMap<string, number>,
  k: number,
) {
  const vectors = all.map(({ document, vector }) =>
    wanted.every((each) => satisfies(document, each)) ? vector : new Map<string, number>(),
  );
  return searchExhaustively(vectors, weights, k);
}

async function open(all: readonly Said[], cutting: Cut): Promise<OpenIndex> {
  const documents = all.map(({ document, vector }) => ({ document, vectors: new Map([['test', vector]]) }));
  const boundary = (window: number) => Math.floor((all.length * window) / cutting.windows);
  const windows = Array.from({ length: cutting.windows }, (_, i) =>
    documents.slice(boundary(i), boundary(i + 1)),
  );
  const content = { spaces: new Map([['test', 255]]), windows };
  return openIndex(memorySource(indexObjects('0123456789abcdef', content, cutting)));
}

function grouped(index: OpenIndex): GroupedIndex {
  const groups = divide(index.manifest).map((windows): Group => {
    const context = { index: { ...index, windows }, clock, firstRoundBytes: 40 };
    const local = localIndex(context, () => Promise.reject(new Error('queries come encoded')));
    return {
      windows,
      // As it travels to another invocation.
      find: ({ terms, ...request }) => findSatisfying({ terms, ...structuredClone(request) }, context),
      show: async (numbers) => {
        const cost = noCost();
        return { documents: await local.show(numbers, cost), cost };
      },
      vectors: () => Promise.reject(new Error('nobody asks for vectors')),
      impacts: () => Promise.reject(new Error('nobody asks for impacts')),
      byId: () => Promise.reject(new Error('nobody asks for an id')),
      words: () => Promise.reject(new Error('nobody asks for words')),
    };
  });
  return new GroupedIndex(index.manifest, groups, clock, () =>
    Promise.reject(new Error('queries come encoded')),
  );
}

const WEIGHTS = new Map([
  ['river', 3],
  ['boat', 2],
  ['fish', 1],
]);
const terms = weighTerms(WEIGHTS, 'test');
const conditions = (wanted: readonly Operator[]) => conditionsOf(wanted, 'english');
const plain = (hits: readonly { document: number; score: number }[]) =>
  hits.map(({ document, score }) => ({ document, score }));

describe('a search among documents that satisfy conditions', () => {
  test('gives the ids and scores that looking at every document gives, here and over groups', async () => {
    let rejected = 0;
    let deeper = 0;
    await fc.assert(
      fc.asyncProperty(
        collection,
        operators,
        cut,
        fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(100)),
        fc.nat(400),
        async (all, wanted, cutting, k, firstRoundBytes) => {
          const index = await open(all, cutting);
          const request = { terms, k, documents: true, conditions: conditions(wanted) };
          const right = expected(all, wanted, WEIGHTS, k);
          const here = await searchSatisfying(request, { index, clock, firstRoundBytes });
          expect(here).toMatchObject({ exact: true, bound: 0 });
          expect(plain(here.hits)).toEqual(right);
          for (const { document, shown } of here.hits) expect(shown).toEqual(all[document]!.document);
          const apart = await grouped(index).search(request);
          expect(apart).toMatchObject({ exact: true, bound: 0 });
          expect(plain(apart.hits)).toEqual(right);
          if (right.length < expected(all, [], WEIGHTS, k).length) rejected++;
          // What a deeper search wants, the one before has read.
          if (here.cost.cachedPages > 0) deeper++;
        },
      ),
      { numRuns: runs },
    );
    expect(rejected).toBeGreaterThan(runs / 10);
    expect(deeper).toBeGreaterThan(runs / 100);
  });

  test('within any budget claims no more than it knows', async () => {
    // One in twenty has hits and no proof: of 300 there are at times too few to tell.
    const cases = Math.max(runs, 1000);
    let unproved = 0;
    let withHits = 0;
    await fc.assert(
      fc.asyncProperty(
        collection,
        operator,
        cut,
        fc.integer({ min: 1, max: 4 }),
        // Most budgets end a search half-way: it needs some three to fifteen reads.
        fc.oneof({ arbitrary: fc.integer({ min: 2, max: 9 }), weight: 3 }, fc.nat(60)),
        async (all, one, cutting, k, maxReads) => {
          const wanted = [one];
          const index = await open(all, { ...cutting, apart: true });
          const request = {
            terms,
            k,
            documents: false,
            conditions: conditions(wanted),
            budget: { maxReads },
          };
          const right = expected(all, wanted, WEIGHTS, 1000);
          for (const result of [
            await searchSatisfying(request, { index, clock, firstRoundBytes: 40 }),
            await grouped(index).search(request),
          ]) {
            const { hits, exact, bound, cost } = result;
            expect(cost.postingReads + cost.documentReads).toBeLessThanOrEqual(maxReads);
            if (exact) {
              expect(plain(hits)).toEqual(right.slice(0, k));
              continue;
            }
            unproved++;
            if (hits.length > 0) withHits++;
            const scores = new Map(right.map(({ document, score }) => [document, score]));
            const found = new Map(hits.map(({ document, score }) => [document, score]));
            for (const { document, score } of hits) {
              // All of them satisfy, and gain no more than to the bound.
              expect(scores.get(document)).toBeGreaterThanOrEqual(score);
              if (scores.get(document)! > score) expect(scores.get(document)).toBeLessThanOrEqual(bound);
            }
            const last = hits.length === k ? hits[k - 1]!.score : 0;
            for (const { document, score } of right)
              if (!found.has(document)) expect(score).toBeLessThanOrEqual(Math.max(bound, last));
          }
        },
      ),
      { numRuns: cases },
    );
    expect(unproved).toBeGreaterThan(cases / 10);
    expect(withHits).toBeGreaterThan(cases / 50);
  });

  test('looks at so many candidates and then says what a further one could score', async () => {
    const all = Array.from(
      { length: MOST_CANDIDATES + 200 },
      (_, i): Said => ({
        document: { id: `d${i}`, text: i % 400 === 399 ? 'river fish' : 'river boat' },
        vector: new Map([['river', 255 - (i % 200)]]),
      }),
    );
    const index = await open(all, { ...FINE, windows: 1 });
    const wanted = [{ text: 'river fish' }];
    const ask = (k: number) =>
      searchSatisfying({ terms, k, documents: false, conditions: conditions(wanted) }, { index, clock });
    const right = expected(all, wanted, WEIGHTS, 10);
    expect(right).toHaveLength(3);
    // The least of all impacts: what satisfies comes last.
    const cut = await ask(3);
    expect(cut.exact).toBe(false);
    // A thousand texts of which none satisfies are read in few rounds, and not sixteen in each.
    expect(cut.cost.rounds).toBeLessThan(20);
    expect(cut.bound).toBeGreaterThanOrEqual(right[0]!.score);
    expect(plain((await ask(300)).hits)).toEqual(right);
    expect((await ask(300)).exact).toBe(true);
  });

  test('fails where a document cannot be read', async () => {
    const index = await open(
      [{ document: { id: 'd', text: 'river' }, vector: new Map([['river', 1]]) }],
      COARSE,
    );
    const source = {
      read: (name: string, range?: { start: number; end: number }) =>
        name.includes('_documents') ? Promise.reject(new Error('gone')) : index.source.read(name, range),
    };
    const request = { terms, k: 1, documents: false, conditions: conditions([{ text: 'river' }]) };
    await expect(searchSatisfying(request, { index: { ...index, source }, clock })).rejects.toThrow('gone');
  });
});
