import { expect, test } from 'vitest';
import { luceneLength } from '../../../../build/stages/weighting/lucene-length.ts';

test('lengths up to 39 are exact, longer ones keep four significant bits beyond 24', () => {
  for (let length = 0; length <= 39; length++) expect(luceneLength(length)).toBe(length);
  // From the table of Lucene's Similarity: the values that its length bytes can take.
  expect([40, 41, 42, 56, 59, 60, 100, 105, 1000].map(luceneLength)).toEqual([
    40, 40, 42, 56, 56, 60, 96, 104, 984,
  ]);
});
