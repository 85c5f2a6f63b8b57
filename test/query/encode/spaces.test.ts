import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../../src/core/format/manifest.ts';
import { ask, type Question } from '../../../src/query/ask.ts';
import { readSpaceWeights } from '../../../src/query/encode/space-weights.ts';
import { chooseSpaces, type SpaceChoice, weighSpaces } from '../../../src/query/encode/spaces.ts';
import { type Index, localIndex } from '../../../src/query/local-index.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { MAX_TOTAL_WEIGHT, weighTerms } from '../../../src/query/search/terms.ts';
import { buildInMemory, COARSE, FINE, type ImpactVector } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { searchExhaustively } from '../search/exhaustive.ts';

const clock = () => 0;
const SPACES = ['test', 'words', 'pieces'];

const vector = fc
  .array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 255 })), { maxLength: 6 })
  .map((entries): ImpactVector => new Map(entries.map(([term, impact]) => [`t${term}`, impact])));
const weights = fc
  .array(fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 300 })), { maxLength: 8 })
  .map((entries) => new Map(entries.map(([term, weight]) => [`t${term}`, weight])));
/** What a space has: vectors, the weight of impact 255, how much it counts, and the query's terms there. */
interface SpaceCase {
  readonly vectors: readonly ImpactVector[];
  readonly maximum: number;
  readonly weight: number;
  readonly query: ReadonlyMap<string, number>;
  readonly scale: number;
}
type Case = readonly SpaceCase[];

const collection: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 200 }).chain((documents) => {
  const space = (maximum: number): fc.Arbitrary<SpaceCase> =>
    fc.record({
      vectors: fc.array(vector, { minLength: documents, maxLength: documents }),
      maximum: fc.constant(maximum),
      weight: fc.constantFrom(0.001, 0.7, 1, 12.5),
      query: weights,
      scale: fc.constantFrom(1, 100),
    });
  return fc.tuple(space(255), space(0.37), space(3.2));
});

async function opened(spaces: Case, cut = FINE): Promise<OpenIndex> {
  const [first, ...others] = spaces;
  const more = new Map(others.map((space, i) => [SPACES[i + 1], space]));
  return openIndex(memorySource(buildInMemory(first!.vectors, cut, undefined, more)));
}

/** An index whose encoder says what the case says, whatever the text. */
function indexOf(index: OpenIndex, spaces: Case, firstRoundBytes: number): Index {
  return localIndex({ index, clock, firstRoundBytes }, async (_, space) => {
    const { query, scale } = spaces[SPACES.indexOf(space.name)];
    return { terms: weighTerms(query, space.name), scale };
  });
}

function questionOf(index: OpenIndex, spaces: Case, more: Partial<Question> = {}): Question {
  const weights = new Map(spaces.map(({ weight }, i) => [SPACES[i], weight]));
  const chosen = chooseSpaces(index.manifest, { spaces: weights });
  return { text: 'as the case says', spaces: chosen, k: 10, documents: false, budget: {}, ...more };
}

describe('a search of several spaces', () => {
  test('gives the ids and scores that scoring every document gives, and the sum of their weights within the unit', async () => {
    let open = 0;
    let mixed = 0;
    await fc.assert(
      fc.asyncProperty(collection, fc.integer({ min: 1, max: 12 }), fc.nat(300), async (spaces, k, limit) => {
        const index = await opened(spaces);
        const found = await ask(questionOf(index, spaces, { k }), indexOf(index, spaces, limit));
        // One vector a document over the terms of all spaces, and the integers that were searched with.
        const joined = spaces[0].vectors.map(
          (_, document) =>
            new Map(
              spaces.flatMap(({ vectors }, i) =>
                Array.from(vectors[document], ([term, impact]) => [`${SPACES[i]} ${term}`, impact] as const),
              ),
            ),
        );
        const integers = new Map(found.terms.map(({ space, term, weight }) => [`${space} ${term}`, weight]));
        expect(found.exact).toBe(true);
        expect(found.hits).toEqual(searchExhaustively(joined, integers, k));
        if (found.cost.rounds > 1) open++;
        if (new Set(found.terms.map(({ space }) => space)).size > 1) mixed++;
        for (const { document, score } of found.hits) {
          let exact = 0;
          let error = 0;
          for (const { query, vectors, maximum, weight, scale } of spaces) {
            for (const [term, times] of query) {
              const impact = vectors[document].get(term) ?? 0;
              const factor = (weight * times * maximum) / 255 / scale;
              exact += factor * impact;
              // A factor below half a unit counts as one: no term is rounded away.
              if (times > 0) error += impact * Math.max(0.5 * found.unit!, found.unit! - factor);
            }
          }
          expect(Math.abs(score * found.unit! - exact)).toBeLessThanOrEqual(error * (1 + 1e-9));
        }
      }),
      { numRuns: 1500 },
    );
    expect(open).toBeGreaterThan(50);
    expect(mixed).toBeGreaterThan(500);
  });

  test('weighs one space as if it were alone: what it is multiplied with is in the unit', async () => {
    await fc.assert(
      fc.asyncProperty(collection, fc.nat(300), async (spaces, limit) => {
        const index = await opened(spaces);
        const terms = weighTerms(spaces[1].query, 'words');
        const alone = await search({ terms, k: 10, documents: false }, { index, clock });
        const chosen = chooseSpaces(index.manifest, { spaces: new Map([['words', 0.3]]) });
        const question = { ...questionOf(index, spaces), spaces: chosen };
        const { hits, unit } = await ask(question, indexOf(index, spaces, limit));
        expect(hits).toEqual(alone.hits);
        expect(unit).toBeCloseTo((0.3 * spaces[1].maximum) / 255 / spaces[1].scale, 12);
      }),
      { numRuns: 200 },
    );
  });

  test('uses nearly all of the integers that there are, and never more', async () => {
    const index = await opened(Array.from({ length: 3 }, () => emptySpace()));
    const spaces = chooseSpaces(index.manifest, {
      spaces: new Map([
        ['test', 1],
        ['words', 1e-6],
      ]),
    });
    fc.assert(
      fc.property(weights, weights, (one, two) => {
        const queries = [one, two].map((query, i) => ({ terms: weighTerms(query, SPACES[i]), scale: 1 }));
        const { terms } = weighSpaces(spaces, queries);
        const total = terms.reduce((sum, { weight }) => sum + weight, 0);
        expect(total).toBeLessThanOrEqual(MAX_TOTAL_WEIGHT);
        if (queries.some((query) => query.terms.length > 0)) expect(total).toBeGreaterThan(32_000);
      }),
    );
  });

  function emptySpace(): SpaceCase {
    return { vectors: [new Map()], maximum: 1, weight: 1, query: new Map(), scale: 1 };
  }
});

describe('a fusion of ranks', () => {
  test('is what each list and the formula give, whatever is read first', async () => {
    let partial = 0;
    await fc.assert(
      fc.asyncProperty(
        collection,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(0, 1, 60),
        fc.nat(300),
        async (spaces, depth, k, limit) => {
          const index = await opened(spaces);
          const question = questionOf(index, spaces, { fusion: { k, depth }, documents: true });
          const { hits, exact, fusion, unit } = await ask(question, indexOf(index, spaces, limit));
          expect({ exact, unit }).toEqual({ exact: true, unit: undefined });
          const scores = new Map<number, number[]>();
          for (const { query, vectors, weight } of spaces) {
            for (const [i, { document }] of searchExhaustively(vectors, query, depth).entries()) {
              scores.set(document, [...(scores.get(document) ?? []), weight / (k + i + 1)]);
            }
          }
          if ([...scores.values()].some((shares) => shares.length < 3)) partial++;
          const expected = Array.from(scores, ([document, shares]) => ({
            document,
            score: shares.sort((a, b) => a - b).reduce((sum, share) => sum + share, 0),
          })).sort((a, b) => b.score - a.score || a.document - b.document);
          expect(hits.map(({ document, score }) => ({ document, score }))).toEqual(expected.slice(0, 10));
          for (const { document, shown } of hits) expect(shown?.id).toBe(`d${document}`);
          expect(fusion!.lists.map(({ space }) => space)).toEqual(SPACES);
        },
      ),
      { numRuns: 500 },
    );
    expect(partial).toBeGreaterThan(100);
  });

  test('says which of its lists a budget left open, and how much any document could have', async () => {
    const vectors = Array.from(
      { length: 300 },
      (_, i): ImpactVector =>
        new Map([
          ['a', 1 + (i % 200)],
          ['b', 200 - (i % 200)],
        ]),
    );
    const query = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    const few = Array.from(
      { length: 300 },
      (_, i): ImpactVector => (i === 7 ? new Map([['a', 9]]) : new Map()),
    );
    const space = { vectors, maximum: 255, weight: 1, query, scale: 1 };
    const spaces = [space, { ...space, vectors: few }, { ...space, vectors: few }];
    const index = await opened(spaces);
    const question = questionOf(index, spaces, { fusion: { k: 60, depth: 5 }, budget: { maxReads: 3 } });
    const { exact, bound, fusion } = await ask(question, indexOf(index, spaces, 0));
    expect(exact).toBe(false);
    expect(bound).toBeCloseTo(3 / 61, 12);
    expect(fusion!.lists.map((list) => list.exact)).toEqual([false, true, true]);
  });
});

describe('the spaces of a request', () => {
  const objects = () => {
    const space = { vectors: [new Map([['a', 1]])], maximum: 2 };
    const more = new Map([
      ['words', space],
      ['pieces', space],
    ]);
    return memorySource(buildInMemory(space.vectors, COARSE, undefined, more));
  };
  const chosen = async (choice: SpaceChoice) =>
    chooseSpaces(await readManifest(objects()), choice).map(({ space, weight }) => [space.name, weight]);

  test('are the first, the one named, those weighed, or all of a fusion', async () => {
    expect(await chosen({})).toEqual([['test', 1]]);
    expect(await chosen({ space: 'words' })).toEqual([['words', 1]]);
    expect(await chosen({ spaces: readSpaceWeights('pieces=.7, words') })).toEqual([
      ['pieces', 0.7],
      ['words', 1],
    ]);
    expect(await chosen({ fusion: 'rrf' })).toEqual([
      ['test', 1],
      ['words', 1],
      ['pieces', 1],
    ]);
    expect(await chosen({ fusion: 'rrf', spaces: readSpaceWeights('words=2') })).toEqual([['words', 2]]);
  });

  test.each([
    ['', 'write them as'],
    ['words=', 'write them as'],
    ['words=-1', 'write them as'],
    ['words=1e3', 'write them as'],
    ['words=1=2', 'write them as'],
    ['words,words=2', 'names "words" twice'],
    ['words=0', 'must be above 0'],
    ['words=2000000', 'at most 1000000'],
    ['nowhere=1', 'the index has no space "nowhere"; it has test, words, pieces'],
    ['a,b,c,d,e,f,g,h,i', '1 to 8 spaces, not 9'],
  ])('are refused as %j', async (text, message) => {
    const failure = (async () => chosen({ spaces: readSpaceWeights(text) }))();
    await expect(failure).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.stringContaining(message),
    });
  });
});
