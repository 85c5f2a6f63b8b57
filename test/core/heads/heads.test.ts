import { describe, expect, test } from 'vitest';
import { mergeWindows, termsOf, windowVector } from '../../../src/core/heads/head.ts';
import { outputRows } from '../../../src/core/heads/outputs/output.ts';
import type { Head, ModelContract } from '../../../src/core/model/contract.ts';
import { cutWindows } from '../../../src/core/tokens/tokens.ts';
import { PIECES, tinyModel, tinyVocabulary } from './tiny-model.ts';

const V = PIECES.length;
const windowOf = (text: string) => cutWindows(tinyVocabulary.tokenize(text), tinyVocabulary, 8, 'windows')[0];

/** What a head makes of rows of numbers for one text; `padding` more rows are put behind them. */
function vectorOf(
  model: ModelContract,
  text: string,
  rows: readonly (readonly number[])[],
  { padding = 0, clusters, gate }: { padding?: number; clusters?: number[]; gate?: number[] } = {},
): Record<string, number> {
  const window = windowOf(text);
  expect(rows.length).toBe(window.ids.length);
  const width = rows[0].length;
  const padded = [...rows, ...Array.from({ length: padding }, () => Array(width).fill(1e6))];
  const shape = { lengths: [rows.length], tokens: padded.length, pieces: V };
  const dims = width === 1 ? [1, padded.length] : [1, padded.length, width];
  const [row] = outputRows({ data: Float32Array.from(padded.flat()), dims }, model, shape);
  const gated = gate && outputRows({ data: Float32Array.from(gate), dims: [1, V] }, model, shape)[0];
  const terms = termsOf(model, tinyVocabulary, clusters);
  return Object.fromEntries(windowVector({ model, window, row: row!, gate: gated, terms }));
}

// "cats": [CLS] cat ##s [SEP]; columns PAD UNK CLS SEP cat dog ##s !
const LOGITS = [
  [9, 9, 9, 9, 0.5, -1, -1, 0],
  [9, 9, 9, 9, 2, 1, -1, 0],
  [9, 9, 9, 9, -3, 3, -1, 0],
  [9, 9, 9, 9, 1, -1, -1, 0],
];
const sparse = (x: number) => Math.log1p(Math.max(0, x));

const close = (expected: Record<string, number>) =>
  Object.fromEntries(Object.entries(expected).map(([term, weight]) => [term, expect.closeTo(weight, 5)]));

describe.each([0, 3])('with %i rows of padding', (padding) => {
  test('SPLADE sums, or takes the largest, without special pieces and zeros', () => {
    expect(vectorOf(tinyModel('splade-sum'), 'cats', LOGITS, { padding })).toEqual(
      close({ cat: sparse(0.5) + sparse(2) + sparse(1), dog: sparse(1) + sparse(3) }),
    );
    for (const head of ['splade-max', 'splade-doc'] as const) {
      expect(vectorOf(tinyModel(head), 'cats', LOGITS, { padding })).toEqual(
        close({ cat: sparse(2), dog: sparse(3) }),
      );
    }
    expect(
      vectorOf(tinyModel('splade-max', { activation: 'log1p-log1p-relu' }), 'cats', LOGITS, { padding }),
    ).toEqual(close({ cat: sparse(sparse(2)), dog: sparse(sparse(3)) }));
  });

  test('LENS takes the largest of a cluster', () => {
    const clusters = [-1, -1, 0, 0, 7, 7, 7, 2];
    expect(vectorOf(tinyModel('lens'), 'cats', LOGITS, { padding, clusters })).toEqual(
      close({ 7: sparse(3) }),
    );
  });

  test('DeepImpact weighs the first piece of the first occurrence, and no marks', () => {
    const scalars = [[9], [1], [9], [9], [-2], [5]];
    expect(
      vectorOf(tinyModel('deepimpact'), 'cats! dog', [...scalars.slice(0, 4), [-2], [5]], { padding }),
    ).toEqual({
      cats: 1,
      dog: 0,
    });
    expect(
      vectorOf(tinyModel('deepimpact'), 'cat dog cat !', [[9], [1], [2], [3], [9], [9]], { padding }),
    ).toEqual({
      cat: 1,
      dog: 2,
    });
  });

  test('DeepCT rounds a hundredfold, keeps the best occurrence and drops what is below one', () => {
    const scalars = [[9], [0.014], [0.5], [0.318], [0.009], [9]];
    expect(vectorOf(tinyModel('deepct'), 'cat dog cat zebra', scalars, { padding })).toEqual({
      cat: 32,
      dog: 50,
    });
  });

  test('a residual sums what occurrences count for, unknown words too', () => {
    const scalars = [[9], [0], [2], [-1], [100], [9]];
    expect(vectorOf(tinyModel('residual'), 'cat dog cat zebra', scalars, { padding })).toEqual(
      close({ cat: 1 + Math.exp(-0.5), dog: Math.E, zebra: Math.exp(2) }),
    );
  });

  test.each([
    ['literal-only', { cat: 3.5 }],
    ['expansion-only', { dog: 4 }],
    ['expansion-enhanced', { cat: 3.5, dog: 4 }],
  ])('SparTerm, %s', (mode, expected) => {
    const gate = [1, 1, 1, 1, 0, 0.7, 0.9, 0.69].map(Math.fround);
    const threshold = Math.fround(0.7);
    const model = tinyModel('sparterm', { gate: { mode, threshold } });
    expect(vectorOf(model, 'cats', LOGITS, { padding, gate })).toEqual(expected);
  });
});

test('what is pooled already passes as it is', () => {
  const model = tinyModel('splade-max');
  const data = Float32Array.from([9, 9, 9, 9, 0.5, 0, 0, 0, 9, 9, 9, 9, 0, 0.25, 0, 0]);
  const rows = outputRows({ data, dims: [2, V] }, model, { lengths: [4, 3], tokens: 5, pieces: V });
  const vectors = rows.map((row) =>
    windowVector({ model, window: windowOf(''), row, terms: termsOf(model, tinyVocabulary) }),
  );
  expect(rows.map(({ form }) => form)).toEqual(['pooled', 'pooled']);
  expect(vectors).toEqual([new Map([['cat', 0.5]]), new Map([['dog', 0.25]])]);
});

test.each<[Head, number[], object]>([
  ['splade-max', [1, V - 1], {}],
  ['splade-max', [1, 4], {}],
  ['splade-max', [2, 4, V], {}],
  ['splade-max', [1, 4, V], { output: 'pooled' }],
  ['deepimpact', [1, V], {}],
  ['deepimpact', [1, 4, 2], {}],
])('%s refuses an output of shape %j', (head, dims, more) => {
  const data = new Float32Array(dims.reduce((a, b) => a * b));
  const shape = { lengths: [4], tokens: 4, pieces: V };
  expect(() => outputRows({ data, dims }, tinyModel(head, more), shape)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(`[${dims.join(', ')}]`) }),
  );
});

test('what is not a number stays, for the build to refuse', () => {
  const rows = LOGITS.map((row) => row.map((x, i) => (i === 4 ? Number.NaN : x)));
  for (const head of ['splade-max', 'splade-sum'] as const) {
    expect(vectorOf(tinyModel(head), 'cats', rows).cat).toBeNaN();
  }
});

test('windows merge as the head means it', () => {
  const windows = [
    new Map([
      ['a', 1],
      ['z', 0],
    ]),
    new Map([
      ['a', 3],
      ['b', 2],
      ['z', 5],
    ]),
  ];
  expect(mergeWindows('splade-max', windows)).toEqual(
    new Map([
      ['a', 3],
      ['z', 5],
      ['b', 2],
    ]),
  );
  expect(mergeWindows('residual', windows)).toEqual(
    new Map([
      ['a', 4],
      ['z', 5],
      ['b', 2],
    ]),
  );
  expect(mergeWindows('deepimpact', windows)).toEqual(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  );
});
