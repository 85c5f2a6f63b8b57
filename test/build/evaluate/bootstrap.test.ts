import { expect, test } from 'vitest';
import { askedFor, pairedBootstrap } from '../../../build/evaluate/bootstrap.ts';

const scores = (values: number[]) => new Map(values.map((value, i) => [`q${i}`, value]));
const alternating = (count: number, high: number, low: number) =>
  scores(Array.from({ length: count }, (_, i) => (i % 2 === 0 ? high : low)));

test('two equal systems differ by nothing, and p is 1', () => {
  const same = scores([0.2, 0.9, 0.4]);
  expect(pairedBootstrap(same, same)).toEqual({ queries: 3, difference: 0, interval: [0, 0], p: 1 });
});

test('the difference is candidate minus baseline', () => {
  const { difference } = pairedBootstrap(scores([0.5, 0.5]), scores([0.75, 0.5]));
  expect(difference).toBe(0.125);
});

test('an improvement on every query is certain', () => {
  const { interval, p } = pairedBootstrap(scores(Array(20).fill(0)), scores(Array(20).fill(0.5)));
  expect(interval).toEqual([0.5, 0.5]);
  expect(p).toBeCloseTo(1 / 10_001, 12);
});

test('the interval is that of the normal distribution where there are many queries', () => {
  // 400 differences of +0.3 and -0.2: mean 0.05, standard error 0.25 / 20, so z is 4.
  const { interval, p } = pairedBootstrap(alternating(400, 0, 0), alternating(400, 0.3, -0.2));
  expect(interval[0]).toBeCloseTo(0.05 - 1.96 * 0.0125, 2);
  expect(interval[1]).toBeCloseTo(0.05 + 1.96 * 0.0125, 2);
  expect(p).toBeLessThan(0.001);
});

test('p is that of the binomial distribution where the differences take two values', () => {
  // 100 differences of +0.275 and -0.225: mean 0.025. A resample with k of the former averages 0.025 + (k - 50) / 200,
  // so p is the chance that 100 tosses of a coin are 5 or more away from 50: .3682.
  const { interval, p } = pairedBootstrap(alternating(100, 0, 0), alternating(100, 0.275, -0.225));
  expect(Math.abs(p - 0.3682)).toBeLessThan(0.015);
  expect(interval[0]).toBeLessThan(0);
});

test('queries of one group are drawn together: alike ones say no more than one', () => {
  const [baseline, candidate] = [alternating(40, 0, 0), alternating(40, 0.3, -0.2)];
  const tenfold = (system: ReadonlyMap<string, number>) =>
    new Map(
      [...system].flatMap(([query, value]) => Array.from({ length: 10 }, (_, i) => [`${query}.${i}`, value])),
    );
  const groups = new Map([...tenfold(baseline).keys()].map((query) => [query, query.split('.')[0]]));
  const alone = pairedBootstrap(baseline, candidate);
  const together = pairedBootstrap(tenfold(baseline), tenfold(candidate), { groups });
  expect(together).toMatchObject({ queries: 400, difference: expect.closeTo(alone.difference, 12) });
  for (const end of [0, 1] as const) expect(together.interval[end]).toBeCloseTo(alone.interval[end], 12);
  const apart = pairedBootstrap(tenfold(baseline), tenfold(candidate));
  expect(apart.interval[0]).toBeGreaterThan(together.interval[0] + 0.03);
});

test('the mean is over queries, not over groups', () => {
  const [baseline, candidate] = [scores([0, 0, 0, 0]), scores([1, 1, 1, 0])];
  const groups = new Map([...baseline.keys()].map((query, i) => [query, i < 3 ? 'large' : 'small']));
  const { difference, interval } = pairedBootstrap(baseline, candidate, { groups });
  expect(difference).toBe(0.75);
  expect(interval).toEqual([0, 1]);
});

test('a query must be in a group where there are groups', () => {
  const groups = new Map([['q0', 'a']]);
  expect(() => pairedBootstrap(scores([1, 2]), scores([1, 2]), { groups })).toThrow(
    'query q1 is in no group',
  );
});

test('the same scores give the same answer, in whatever order the queries come', () => {
  const baseline = scores([0.1, 0.5, 0.3, 0.9, 0.2]);
  const candidate = scores([0.3, 0.4, 0.6, 0.9, 0.4]);
  const reversed = new Map([...candidate].reverse());
  expect(pairedBootstrap(baseline, reversed)).toEqual(pairedBootstrap(baseline, candidate));
});

test('another seed draws other samples', () => {
  const [baseline, candidate] = [alternating(50, 0, 0), alternating(50, 0.3, -0.2)];
  const first = pairedBootstrap(baseline, candidate, { samples: 1_001, seed: 1 });
  expect(pairedBootstrap(baseline, candidate, { samples: 1_001, seed: 2 }).p).not.toBe(first.p);
});

test('scores of different queries, or of none, cannot be paired', () => {
  const other = new Map([['elsewhere', 1]]);
  expect(() => pairedBootstrap(scores([1]), other)).toThrow('same queries');
  expect(() => pairedBootstrap(scores([1]), scores([1, 2]))).toThrow('same queries');
  expect(() => pairedBootstrap(new Map(), new Map())).toThrow('one at least');
});

test('a question asks for its most relevant document, of several the first', () => {
  const judged = new Map([
    ['c', 0],
    ['b', 1],
    ['d', 2],
    ['a', 2],
  ]);
  expect(askedFor(new Map([['q', judged]]))).toEqual(new Map([['q', 'd']]));
});
