import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareVectors, mustBeFaithful, spearman } from '../../../../build/model/add/fidelity.ts';
import { add, CHECKPOINTS } from './checkpoints.ts';

const vector = (weights: Readonly<Record<string, number>>) => new Map(Object.entries(weights));

test.each<[number[], number[], number]>([
  [[1, 2, 3], [10, 20, 30], 1],
  [[1, 2, 3], [3, 2, 1], -1],
  // Published example: https://en.wikipedia.org/wiki/Spearman's_rank_correlation_coefficient, IQ and hours of TV.
  [[106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17], -29 / 165],
  // Equal values share the mean of their ranks: 0.5, 0.5, 2, 3 against 0, 1, 2, 3.
  [[1, 1, 2, 3], [1, 2, 3, 4], 4.5 / Math.sqrt(4.5 * 5)],
  [[2, 2], [5, 5], 1],
  [[2, 2], [5, 6], 0],
])('the rank correlation of %j and %j is %d', (left, right, expected) => {
  expect(spearman(left, right)).toBeCloseTo(expected, 12);
});

test('a term that only one model gives counts in every measure', () => {
  const before = [vector({ moon: 3, sea: 2, tide: 1 }), vector({})];
  const after = [vector({ moon: 3, sea: 2, boat: 0.5 }), vector({})];
  expect(compareVectors(before, after)).toEqual({
    texts: 1,
    overlap: { mean: 2 / 3, least: 2 / 3 },
    // Ranks 3, 2, 1, 0 against 3, 2, 0, 1.
    correlation: { mean: expect.closeTo(0.8, 12), least: expect.closeTo(0.8, 12) },
    difference: 1,
    largest: 3,
  });
});

test('what is below the least, or not a number, is refused by name of the measure', () => {
  const fidelity = compareVectors([vector({ a: 1, b: 2 })], [vector({ a: 1, b: 2 })]);
  expect(() => mustBeFaithful(fidelity, 'x.onnx')).not.toThrow();
  const worse = { ...fidelity, correlation: { mean: 0.8999, least: 0 } };
  expect(() => mustBeFaithful(worse, 'x.onnx')).toThrow(
    /x\.onnx in eight bits: expected a mean correlation of at least 0\.9/,
  );
  const broken = { ...fidelity, overlap: { mean: Number.NaN, least: 0 } };
  expect(() => mustBeFaithful(broken, 'x.onnx')).toThrow(
    /mean overlap of at least 0\.9 with the original, found NaN/,
  );
});

test('a model that eight bits change too much for its samples is refused, unless its owner accepts that', async () => {
  const checkpoint = join(CHECKPOINTS, 'deep-impact');
  const samples = ['pulls salt'];
  await expect(add(checkpoint, { samples })).rejects.toThrow(
    /expected a mean correlation[\s\S]*--accept-loss/,
  );
  const { networks } = await add(checkpoint, { samples, acceptLoss: true });
  expect(networks[0].eight!.fidelity.correlation.mean).toBeLessThan(0.9);
});
