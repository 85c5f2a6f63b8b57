// Quantization of every form in which a tied embedding is written, run by ONNX Runtime against the network it was made
// from.

import * as runtime from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import {
  type Network,
  type Node,
  readNetwork,
  type Weight,
  writeNetwork,
} from '../../../../build/model/onnx/network.ts';
import { quantizeNetwork } from '../../../../build/model/onnx/quantize-graph.ts';
import { network, node, noise, PIECES, transposed, WIDTH, weight } from './small-networks.ts';

runtime.env.wasm.numThreads = 1;

const embedding = noise(PIECES * WIDTH, 1);
const E = weight('E', [PIECES, WIDTH], embedding);
const folded = weight('folded', [WIDTH, PIECES], transposed(embedding, PIECES, WIDTH));
const W = weight('W', [WIDTH, WIDTH], noise(WIDTH * WIDTH, 2));
const bias = weight('bias', [WIDTH], noise(WIDTH, 3));

/** Looks pieces up and multiplies: what comes before each form's way back to the vocabulary. */
const start = [
  node('Gather', ['E', 'input_ids'], 'rows'),
  node('MatMul', ['rows', 'W'], 'product'),
  node('Add', ['product', 'bias'], 'hidden'),
];

const forms: Readonly<Record<string, { nodes: Node[]; weights: Weight[]; quantized: number }>> = {
  'a transpose folded into a weight of its own': {
    nodes: [...start, node('MatMul', ['hidden', 'folded'], 'values')],
    weights: [E, W, bias, folded],
    quantized: PIECES * WIDTH + WIDTH * WIDTH,
  },
  'a folded transpose that comes first': {
    nodes: [...start, node('MatMul', ['hidden', 'folded'], 'values')],
    weights: [folded, E, W, bias],
    quantized: PIECES * WIDTH + WIDTH * WIDTH,
  },
  'a transpose in the graph': {
    nodes: [
      node('Transpose', ['E'], 'turned', { perm: [1, 0] }),
      ...start,
      node('MatMul', ['hidden', 'turned'], 'values'),
    ],
    weights: [E, W, bias],
    quantized: PIECES * WIDTH + WIDTH * WIDTH,
  },
  'an alias of the embedding': {
    nodes: [
      node('Identity', ['E'], 'alias'),
      node('Transpose', ['alias'], 'turned', { perm: [1, 0] }),
      ...start,
      node('MatMul', ['hidden', 'turned'], 'values'),
    ],
    weights: [E, W, bias],
    quantized: PIECES * WIDTH + WIDTH * WIDTH,
  },
  'the embedding times columns': {
    nodes: [
      ...start,
      node('Transpose', ['hidden'], 'columns', { perm: [0, 2, 1] }),
      node('MatMul', ['E', 'columns'], 'rows of values'),
      node('Transpose', ['rows of values'], 'values', { perm: [0, 2, 1] }),
    ],
    weights: [E, W, bias],
    quantized: PIECES * WIDTH + WIDTH * WIDTH,
  },
  'pieces that are computed first': {
    nodes: [
      node('Identity', ['input_ids'], 'ids'),
      node('Gather', ['E', 'ids'], 'rows'),
      ...start.slice(1),
      node('MatMul', ['hidden', 'folded'], 'values'),
    ],
    weights: [E, W, bias, folded],
    quantized: 2 * PIECES * WIDTH + WIDTH * WIDTH,
  },
  'pieces that are computed first, with a transpose in the graph': {
    nodes: [
      node('Identity', ['input_ids'], 'ids'),
      node('Transpose', ['E'], 'turned', { perm: [1, 0] }),
      node('Gather', ['E', 'ids'], 'rows'),
      ...start.slice(1),
      node('MatMul', ['hidden', 'turned'], 'values'),
    ],
    weights: [E, W, bias],
    quantized: WIDTH * WIDTH,
  },
  'an embedding that is also used otherwise': {
    nodes: [
      ...start,
      node('Abs', ['E'], 'sizes'),
      node('Transpose', ['sizes'], 'turned', { perm: [1, 0] }),
      node('MatMul', ['hidden', 'turned'], 'values'),
    ],
    weights: [E, W, bias],
    quantized: WIDTH * WIDTH,
  },
};

async function run(file: Uint8Array, ids: readonly (readonly number[])[]): Promise<Float32Array> {
  const session = await runtime.InferenceSession.create(file);
  const dims = [ids.length, ids[0].length];
  const input_ids = new runtime.Tensor('int64', BigInt64Array.from(ids.flat(), BigInt), dims);
  const { values } = await session.run({ input_ids });
  await session.release();
  return values!.data as Float32Array;
}

const TEXTS = [
  [1, 2, 3, 60],
  [7, 7, 0, 63],
];

describe.each([11, 13, 17, 18, 20])('of operator set %i', (opset) => {
  test.each(Object.entries(forms))('%s runs in eight bits', async (_, { nodes, weights, quantized }) => {
    const original = network(nodes, weights, opset);
    const made = quantizeNetwork(original, 'graph.onnx');
    expect(made.quantized).toBe(quantized);
    const [before, after] = [await run(writeNetwork(original), TEXTS), await run(made.file, TEXTS)];
    const largest = before.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const difference = before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i])), 0);
    // Three roundings of at most half of 1/127 of the largest value, whose errors partly cancel over the width.
    expect(difference / largest).toBeLessThan(0.015);
    expect(difference).toBeGreaterThan(0);
    const alone = await run(made.file, [TEXTS[1]]);
    expect(alone).toEqual(after.slice(alone.length));
  });
});

test('a weight is stored once, in eight bits, and its float32 is gone', () => {
  for (const { nodes, weights } of Object.values(forms).slice(0, 5)) {
    const made = readNetwork(quantizeNetwork(network(nodes, weights, 17), 'graph.onnx').file, 'int8.onnx');
    const sizes = made.weights.filter(({ dims }) => dims.length === 2 && Math.min(...dims) > 1);
    expect(sizes.map(({ name }) => name).sort()).toEqual(['E_int8', 'W_int8']);
  }
});

test('a network without large weights stays as it is', () => {
  const small = network(
    [node('Gather', ['e', 'input_ids'], 'values')],
    [weight('e', [4, 4], noise(16, 1))],
    17,
  );
  expect(quantizeNetwork(small, 'graph.onnx')).toMatchObject({ quantized: 0, kept: 16 });
});

const refused: readonly [string, () => unknown, RegExp][] = [
  [
    'operators too old',
    () => quantizeNetwork({ ...network(start, [E, W, bias], 17), opset: 10 } as Network, 'x.onnx'),
    /x\.onnx: expected operators of ONNX 11 or newer, found 10/,
  ],
  [
    'no graph',
    () => readNetwork(new Uint8Array(), 'x.onnx'),
    /x\.onnx: expected an ONNX model, found 0 graphs/,
  ],
  [
    'text',
    () => readNetwork(Buffer.from('{"a": 1}'), 'x.onnx'),
    /x\.onnx: expected an ONNX model, found a field/,
  ],
  [
    'a weight of too few bytes',
    () => network(start, [{ ...E, data: E.data.subarray(4) }], 17),
    /the weight E of 12284 bytes where its shape takes/,
  ],
];

test.each(refused)('%s is refused by a typed error', (_, act, message) => {
  expect(act).toThrow(
    expect.objectContaining({
      name: 'SparsedgeError',
      code: 'bad-input',
      message: expect.stringMatching(message),
    }),
  );
});

test('a file cut anywhere is refused, or is another network', () => {
  const file = writeNetwork(network(start, [E, W, bias], 17));
  for (let end = 1; end < file.length; end += 97) {
    expect(() => readNetwork(file.subarray(0, end), 'x.onnx')).toThrow(/x\.onnx: expected an ONNX model/);
  }
});
