import { describe, expect, test } from 'vitest';
import { type Batch, type Outputs, padWindows } from '../../../src/core/heads/batch.ts';
import {
  type InputShape,
  inputShapeOf,
  readsPadding,
  runInShape,
} from '../../../src/core/heads/row-by-row.ts';

const WINDOWS = [[7, 8, 9], [5], [1, 2, 3, 4]].map((ids) => ({ ids, words: [] }));
const BATCH = padWindows(WINDOWS, 4, { pad: 0 });
const PIECES = 6;

/** What a network would give: of each row its ids, by the form of the output. */
function network(form: 'pooled' | 'logits' | 'scalars', seen: Batch[]) {
  return async (batch: Batch): Promise<Outputs> => {
    seen.push(batch);
    const { windows, tokens, ids, mask } = batch;
    const rows = windows.length;
    const at = (row: number, token: number) =>
      Number(ids[row * tokens + token]! * mask[row * tokens + token]!);
    if (form === 'scalars') {
      const data = Float32Array.from({ length: rows * tokens }, (_, i) =>
        at(Math.floor(i / tokens), i % tokens),
      );
      return { values: { data, dims: [rows, tokens] } };
    }
    if (form === 'logits') {
      const size = tokens * PIECES;
      const data = Float32Array.from(
        { length: rows * size },
        (_, i) => at(Math.floor(i / size), Math.floor((i % size) / PIECES)) * 10 + (i % PIECES),
      );
      return { values: { data, dims: [rows, tokens, PIECES] } };
    }
    const sum = (row: number) =>
      Array.from({ length: tokens }, (_, token) => at(row, token)).reduce((a, b) => a + b);
    const data = Float32Array.from(
      { length: rows * PIECES },
      (_, i) => sum(Math.floor(i / PIECES)) + (i % PIECES),
    );
    return { values: { data, dims: [rows, PIECES] } };
  };
}

/** Numbers of a window's own tokens; what stands for padding counts for nothing. */
function own({ values }: Outputs, form: string): number[][] {
  const size = values.data.length / WINDOWS.length;
  const width = form === 'logits' ? PIECES : 1;
  return WINDOWS.map(({ ids }, row) => [
    ...values.data.subarray(
      row * size,
      form === 'pooled' ? (row + 1) * size : row * size + ids.length * width,
    ),
  ]);
}

const shapes: readonly [string, InputShape, (batch: Batch, row: number) => void][] = [
  ['one text', { texts: 1 }, ({ windows }) => expect(windows).toHaveLength(1)],
  ['one text alone', { alone: true }, ({ tokens }, row) => expect(tokens).toBe(WINDOWS[row]!.ids.length)],
  ['texts of nine tokens', { tokens: 9 }, ({ tokens }) => expect(tokens).toBe(9)],
  ['one text of five tokens', { texts: 1, tokens: 5 }, ({ tokens }) => expect(tokens).toBe(5)],
];

describe.each(['pooled', 'logits', 'scalars'] as const)('%s', (form) => {
  test.each(shapes)('of a network for %s are those of one for any', async (_, shape, look) => {
    const usual = await network(form, [])(BATCH);
    const seen: Batch[] = [];
    const found = await runInShape(BATCH, shape, network(form, seen), 'x.onnx');
    expect(found.values.dims).toEqual(usual.values.dims);
    expect(own(found, form)).toEqual(own(usual, form));
    expect(seen).toHaveLength(WINDOWS.length);
    for (const [row, batch] of seen.entries()) look(batch, row);
  });
});

test.each(['pooled', 'logits', 'scalars'] as const)('what padding does to %s is seen', async (form) => {
  const masked = network(form, []);
  const unmasked = (batch: Batch) => {
    const { length } = batch.ids;
    return masked({
      ...batch,
      ids: batch.ids.map((id) => id + 1n),
      mask: new BigInt64Array(length).fill(1n),
    });
  };
  expect(await readsPadding(BATCH, masked)).toBe(false);
  // What is pooled has padding in it; what there is for each token has it behind the text's own.
  expect(await readsPadding(BATCH, unmasked)).toBe(form === 'pooled');
  // A network that looks at neighbours has it in the text's own, too.
  const counting = async (batch: Batch) => {
    const { values } = await masked(batch);
    return { values: { ...values, data: values.data.map((value) => value + batch.tokens) } };
  };
  expect(await readsPadding(BATCH, counting)).toBe(true);
  const full = padWindows([WINDOWS[2]!], 4, { pad: 0 });
  expect(await readsPadding(full, counting)).toBeUndefined();
});

test('a batch that fits is given as it is', async () => {
  const seen: Batch[] = [];
  for (const shape of [{}, { tokens: 4 }]) await runInShape(BATCH, shape, network('pooled', seen), 'x.onnx');
  expect(seen).toEqual([BATCH, BATCH]);
});

test('a text that is too long for a network is refused before it runs', async () => {
  const seen: Batch[] = [];
  const running = runInShape(BATCH, { tokens: 3 }, network('pooled', seen), 'x.onnx');
  await expect(running).rejects.toThrow(
    'x.onnx: expected at most 3 tokens, for which the network was made, found 4',
  );
  expect(seen).toEqual([]);
});

test('sizes are read from inputs, and those that no text fits are refused', () => {
  const input = (...shape: (number | string)[]) => [{ name: 'input_ids', shape }];
  expect(inputShapeOf(input('batch', 'tokens'), 'x')).toEqual({});
  expect(inputShapeOf(input(1, 'tokens'), 'x')).toEqual({ texts: 1 });
  expect(inputShapeOf(input('batch', 128), 'x')).toEqual({ tokens: 128 });
  expect(inputShapeOf(input(1, 128), 'x')).toEqual({ texts: 1, tokens: 128 });
  expect(inputShapeOf([{ name: 'input_ids' }], 'x')).toEqual({});
  expect(() => inputShapeOf(input(8, 'tokens'), 'x')).toThrow(
    /of any number of texts or of one; found \[8, tokens\]/,
  );
  expect(() => inputShapeOf(input(1, 128, 3), 'x')).toThrow(/found \[1, 128, 3\]/);
});
