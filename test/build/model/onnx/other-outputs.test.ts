// Networks that read padding as if it were text, and outputs that are no weights: the fixture's network, with what
// exporters leave out or put in.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FLOAT32, type Network, readNetwork, writeNetwork } from '../../../../build/model/onnx/network.ts';
import { bytesField } from '../../../../build/model/onnx/onnx-fields.ts';
import { add, ask, copyOf, encode, TEXTS } from '../add/checkpoints.ts';
import { node, valueInfo, weight } from './small-networks.ts';

const GRAPH = 'onnx/model.onnx';
const INT64 = 7;

/** Adds the fixture with its network changed. */
function addWith(change: (network: Network) => Network, values?: string) {
  const folder = copyOf('masked-bert');
  const path = join(folder, GRAPH);
  writeFileSync(path, writeNetwork(change(readNetwork(readFileSync(path), path))));
  const stated = { head: 'splade-max', outputs: { values } } as never;
  return add(folder, { stated, quantize: false });
}

/** The network with another output behind its logits. */
function withOutput(network: Network, name: string, nodes: Network['nodes'], rank: number): Network {
  const output = Buffer.concat(bytesField(12, valueInfo(name, FLOAT32, rank)));
  const { rest } = network;
  return {
    ...network,
    nodes: [...network.nodes, ...nodes],
    rest: { ...rest, graph: [...rest.graph, output] },
  };
}

/** The network without a mask: it takes all that it is given for text. */
function withoutMask(network: Network): Network {
  const ones = [
    node('Equal', ['input_ids', 'input_ids'], 'same'),
    node('Cast', ['same'], 'attention_mask', { to: INT64 }),
  ];
  const inputs = network.inputs.filter(({ name }) => name !== 'attention_mask');
  return { ...network, inputs, nodes: [...ones, ...network.nodes] };
}

/** The network with its pooling, which leaves no padding out. */
function pooling(network: Network): Network {
  const nodes = [
    node('Relu', ['logits'], 'positive'),
    node('ReduceMax', ['positive'], 'pooled', { axes: [1], keepdims: 0 }),
  ];
  return withOutput(network, 'pooled', nodes, 2);
}

describe('networks that read padding', () => {
  const usual = async () => encode((await addWith((network) => network)).path, TEXTS);

  test.each([
    ['have no mask', withoutMask, undefined, (weight: number) => weight],
    ['pool without it', pooling, 'pooled', Math.expm1],
  ] as const)('since they %s are given none', async (_, change, values, from) => {
    const { path } = await addWith(change, values);
    const [expected, found] = [await usual(), await encode(path, TEXTS)];
    for (const [i, vector] of expected.entries()) {
      expect([...found[i]!.keys()].sort()).toEqual([...vector.keys()].sort());
      for (const [term, weight] of vector) expect(found[i]!.get(term)).toBeCloseTo(from(weight), 3);
    }
  });
});

describe('outputs that are no weights are refused', () => {
  const shifted = (by: number) => (network: Network) => {
    const shift = weight('shift', [1], Float32Array.of(by));
    const changed = withOutput(network, 'shifted', [node('Add', ['logits', 'shift'], 'shifted')], 3);
    return { ...changed, weights: [...changed.weights, shift] };
  };

  test.each([
    [Number.NaN, /expected finite weights, found NaN of "/],
    [Number.POSITIVE_INFINITY, /expected finite weights, found Infinity of "/],
    [-1000, /expected terms, found none in 8 texts: is the head splade-max right\?/],
  ])('%d more than logits', async (by, message) => {
    await expect(addWith(shifted(by), 'shifted')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message),
    });
  });
});

test('small weights of queries become integers that tell them apart', async () => {
  const smaller = (network: Network) => {
    const factor = weight('factor', [1], Float32Array.of(0.01));
    const changed = withOutput(network, 'smaller', [node('Mul', ['logits', 'factor'], 'smaller')], 3);
    return { ...changed, weights: [...changed.weights, factor] };
  };
  const { path, contract } = await addWith(smaller, 'smaller');
  expect(contract.query).toMatchObject({ kind: 'neural', scale: 1000 });
  const [text] = TEXTS;
  const [vector] = await encode(path, [text!]);
  const asked = new Map(await ask(path, text!));
  for (const [term, weight] of vector!) expect(asked.get(term) ?? 0).toBeCloseTo(weight, 3);
});
