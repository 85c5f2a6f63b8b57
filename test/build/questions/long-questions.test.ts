import { expect, test } from 'vitest';
import { type chooseSpaces, weighSpaces } from '../../../src/query/encode/spaces.ts';
import {
  MAX_QUERY_TERMS,
  MAX_TOTAL_WEIGHT,
  totalWeight,
  weighTerms,
} from '../../../src/query/search/terms.ts';
import { askedIndex } from './asked-index.ts';

const words = (count: number) => Array.from({ length: count }, (_, i) => `no${i}`);

test.each([165, 300, 1000])('a question of %i words is answered', async (count) => {
  const documents = [
    { id: 'all', text: words(count).join(' ') },
    { id: 'half', text: words(count / 2).join(' ') },
    { id: 'none', text: 'something else' },
  ];
  for (const encoder of ['default', 'english'] as const) {
    if (encoder === 'default' && count > 500) continue;
    const { ask, ids } = await askedIndex(documents, encoder);
    expect(await ids(words(count).join(' '))).toEqual(['all', 'half']);
    const { exact, terms } = await ask({ text: words(count).join(' '), k: 5, documents: false, budget: {} });
    expect(exact).toBe(true);
    expect(totalWeight(terms)).toBeLessThanOrEqual(MAX_TOTAL_WEIGHT);
  }
});

test.each([
  ['130 terms of weight 255', new Map(words(130).map((word) => [word, 255]))],
  ['1,024 terms of all weights', new Map(words(1024).map((word, i) => [word, 1 + ((i * 7919) % 10_000)]))],
  [
    'a heavy term beside light ones',
    new Map([['no0', 1_000_000_000], ...words(900).map((w) => [`${w}x`, 1])] as [string, number][]),
  ],
  ['one term that is too heavy', new Map([['no0', 10_000_000]])],
])('%s are scaled to what scores can hold, and none is lost', (_, weights) => {
  const space = {
    name: 'bm25',
    quantizer: { maximum: 2.55, rounding: 'nearest' },
  } as unknown as ReturnType<typeof chooseSpaces>[number]['space'];
  const given = weighTerms(weights, 'bm25');
  const { terms, unit } = weighSpaces([{ space, weight: 1 }], [{ terms: given, scale: 1 }]);
  expect(terms.map(({ term }) => term)).toEqual(given.map(({ term }) => term));
  expect(totalWeight(terms)).toBeLessThanOrEqual(MAX_TOTAL_WEIGHT);
  for (const [i, { weight }] of terms.entries()) {
    expect(Math.abs(weight * unit - given[i].weight * 0.01)).toBeLessThanOrEqual(unit * 1.0001);
    expect(weight).toBeGreaterThan(0);
  }
});

test('of a question of more terms than are searched, the heaviest are: those that it repeats', async () => {
  const documents = [
    { id: 'repeated', text: 'no1999 and more' },
    { id: 'first', text: 'no0' },
    { id: 'last', text: 'no1998' },
  ];
  const { ask, ids } = await askedIndex(documents, 'english');
  const question = `${words(2000).join(' ')} no1999`;
  expect(await ids(question)).toEqual(['repeated', 'first']);
  const { exact, terms } = await ask({ text: question, k: 5, documents: false, budget: {} });
  expect({ exact, terms: terms.length }).toEqual({ exact: true, terms: MAX_QUERY_TERMS });
});

test('more given terms than are searched are refused by name', () => {
  const weights = new Map(words(1025).map((word) => [word, 1]));
  expect(() => weighTerms(weights, 'bm25')).toThrow('1025 distinct terms; at most 1024');
});
