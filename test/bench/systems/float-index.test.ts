import { expect, test } from 'vitest';
import { searchFloats } from './float-index.ts';

const list = (documents: number[], weights: number[]) => ({
  documents: Uint32Array.from(documents),
  weights: Float32Array.from(weights),
});
const index = {
  ids: ['a', 'b', 'c'],
  lists: new Map([
    ['tide', list([0, 2], [0.5, 1.25])],
    ['moon', list([0, 1], [1, 0.25])],
  ]),
};

test('weights are added up, times those of the query, and the best come first', () => {
  const terms = [
    { term: 'tide', weight: 2 },
    { term: 'moon', weight: 3 },
    { term: 'absent', weight: 9 },
  ];
  expect(searchFloats(index, terms, 10)).toEqual([
    { id: 'a', score: 4 },
    { id: 'c', score: 2.5 },
    { id: 'b', score: 0.75 },
  ]);
  expect(searchFloats(index, terms, 1)).toEqual([{ id: 'a', score: 4 }]);
});

test('what scores nothing is no result', () => {
  expect(searchFloats(index, [{ term: 'tide', weight: 1 }], 10).map(({ id }) => id)).toEqual(['c', 'a']);
});
