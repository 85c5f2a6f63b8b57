import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addTallies, mostFrequent } from '../../../../src/query/search/matches/facet-tally.ts';

/** Counts of values in one group of windows. */
const counts = fc.dictionary(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 1, max: 6 }));

describe('counts of several groups', () => {
  test('are exact only where the values that were not sent could not change them', () => {
    let [exact, short] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(counts, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (groups, most, top) => {
          const tallies = groups.map((group) => ({
            ...mostFrequent(Object.entries(group), most),
            values: [],
            ranges: [],
            exact: true,
          }));
          const sums = new Map<string, number>();
          for (const group of groups)
            for (const [text, count] of Object.entries(group)) sums.set(text, (sums.get(text) ?? 0) + count);
          const right = [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, top);
          const added = addTallies(tallies, top);
          for (const [text, count] of added.listed) expect(count).toBeLessThanOrEqual(sums.get(text)!);
          if (tallies.some(({ least }) => least > 0)) short++;
          if (!added.exact) return;
          expect(added.listed.slice(0, top)).toEqual(right);
          if (tallies.some(({ least }) => least > 0) && top > 0) exact++;
        },
      ),
      { numRuns: 2000 },
    );
    expect(short).toBeGreaterThan(200);
    expect(exact).toBeGreaterThan(20);
  });

  test('are exact where every group sent all', () => {
    const tally = { ...mostFrequent([['a', 2]]), values: [1], ranges: [0, 3], exact: true };
    expect(addTallies([tally, tally], 1)).toEqual({
      listed: [['a', 4]],
      least: 0,
      values: [2],
      ranges: [0, 6],
      exact: true,
    });
    expect(addTallies([tally, { ...tally, exact: false }], 1).exact).toBe(false);
  });
});
