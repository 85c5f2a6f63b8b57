import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SPACES } from '../../src/query/encode/spaces.ts';
import { divide, GroupedIndex } from '../../src/query/grouped-index.ts';
import { type OpenIndex, openIndex, type WindowRange } from '../../src/query/search/open.ts';
import { weighTerms } from '../../src/query/search/terms.ts';
import { buildInMemory, FINE, type ImpactVector } from '../fakes/memory-index.ts';
import { memorySource } from '../fakes/memory-source.ts';
import { localGroups } from './local-groups.ts';
import { searchExhaustively } from './search/exhaustive.ts';

const clock = () => 0;

const encode = () => Promise.reject(new Error('queries come encoded'));

function grouped(open: OpenIndex, groups = localGroups(open, 40)): GroupedIndex {
  return new GroupedIndex(open.manifest, groups, clock, encode);
}

/** The windows of several ranges. */
function numbersOf(ranges: readonly WindowRange[]): number[] {
  return ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
}

const vector = fc
  .array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 255 })), { maxLength: 6 })
  .map((entries): ImpactVector => new Map(entries.map(([term, impact]) => [`t${term}`, impact])));

describe('a search over groups of windows', () => {
  test('gives the ids, scores and documents that scoring every document gives', async () => {
    let askedAgain = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(vector, { minLength: 40, maxLength: 200 }),
        fc.uniqueArray(fc.nat(9), { maxLength: 8 }),
        fc.integer({ min: 1, max: 25 }),
        fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(1000)),
        async (vectors, query, windows, k) => {
          const index = await openIndex(memorySource(buildInMemory(vectors, { ...FINE, windows })));
          const weights = new Map(query.map((term, i) => [`t${term}`, 1 + i * 3]));
          const terms = weighTerms(weights, 'test');
          const result = await grouped(index).search({ terms, k, documents: true });
          expect(result.exact).toBe(true);
          expect(result.hits.map(({ document, score }) => ({ document, score }))).toEqual(
            searchExhaustively(vectors, weights, k),
          );
          for (const { document, shown } of result.hits) expect(shown?.id).toBe(`d${document}`);
          if (result.cost.rounds > 2) askedAgain++;
        },
      ),
      { numRuns: 1000 },
    );
    expect(askedAgain).toBeGreaterThan(50);
  });

  test('stays within its budget over all groups, and says when it was not enough', async () => {
    const vectors = Array.from(
      { length: 200 },
      (_, i): ImpactVector =>
        new Map(
          Array.from({ length: 5 }, (_, t): [string, number] => [`t${t}`, 1 + ((i * 7 + t * 13) % 255)]),
        ),
    );
    const index = await openIndex(memorySource(buildInMemory(vectors, { ...FINE, windows: 8 })));
    const weights = new Map(Array.from({ length: 5 }, (_, t): [string, number] => [`t${t}`, 1]));
    const right = searchExhaustively(vectors, weights, 5);
    for (let maxReads = 0; maxReads <= 120; maxReads += 5) {
      const terms = weighTerms(weights, 'test');
      const result = await grouped(index).search({ terms, k: 5, documents: false, budget: { maxReads } });
      expect(result.cost.postingReads).toBeLessThanOrEqual(maxReads);
      if (result.exact) expect(result.hits).toEqual(right);
      else expect(Math.max(result.bound, result.hits[0]?.score ?? 0)).toBeGreaterThanOrEqual(right[0].score);
    }
  });

  test('fails when a group fails', async () => {
    const vectors = Array.from({ length: 20 }, (): ImpactVector => new Map([['t', 1]]));
    const index = await openIndex(memorySource(buildInMemory(vectors, { ...FINE, windows: 2 })));
    const [whole, broken] = localGroups(index, 40);
    const groups = [whole!, { ...broken!, find: () => Promise.reject(new Error('gone')) }];
    const terms = weighTerms(new Map([['t', 1]]), 'test');
    await expect(grouped(index, groups).search({ terms, k: 5, documents: false })).rejects.toThrow('gone');
  });

  test.each([1, 2, 9, 10, 11, 100])(
    'divides %i windows into at most ten groups, each window in one',
    (count) => {
      const windows = Array.from({ length: count }, () => 1);
      const table = { name: '', bytes: 0, crc32: 0 };
      const groups = divide({ build: '', documents: count, spaces: [], windows, table });
      expect(groups.length).toBe(Math.min(10, count));
      expect(numbersOf(groups)).toEqual(windows.map((_, number) => number));
    },
  );
});

test('several searches of a request share the invocations that it may cause', async () => {
  const vectors = Array.from({ length: 40 }, (_, i): ImpactVector => new Map([['a', i + 1]]));
  const { manifest } = await openIndex(memorySource(buildInMemory(vectors, { ...FINE, windows: 40 })));
  for (let searches = 1; searches <= MAX_SPACES; searches++) {
    const groups = divide(manifest, { searches });
    // Each group is asked twice for each search and once for documents; one invocation is the request itself.
    expect(1 + groups.length * (2 * searches + 1)).toBeLessThanOrEqual(32);
    expect(numbersOf(groups)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  }
  expect(divide(manifest)).toHaveLength(10);
});
