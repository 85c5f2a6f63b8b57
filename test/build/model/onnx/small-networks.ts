// Small networks, written field by field: an embedding and what multiplies with it, in every form that exporters write.

import {
  FLOAT32,
  type Network,
  type Node,
  readNetwork,
  type Weight,
  writeNetwork,
} from '../../../../build/model/onnx/network.ts';
import { bytesField, numberField } from '../../../../build/model/onnx/onnx-fields.ts';

const INT64 = 7;

/** Pieces, and width. */
export const [PIECES, WIDTH] = [64, 48];

/** Numbers that look random, the same each time. */
export function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function weight(name: string, dims: readonly number[], values: Float32Array): Weight {
  return { name, type: FLOAT32, dims, data: new Uint8Array(values.buffer) };
}

export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

export function node(
  type: string,
  inputs: string[],
  output: string,
  attributes: Node['attributes'] = {},
): Node {
  return { type, inputs, outputs: [output], attributes };
}

/** A network of input_ids that gives `values`. */
export function network(nodes: readonly Node[], weights: readonly Weight[], opset: number): Network {
  const rest = {
    model: [numberField(1, 7), ...bytesField(8, [numberField(2, opset)])],
    graph: [...bytesField(2, 'graph'), ...bytesField(12, valueInfo('values', FLOAT32, 3))],
  };
  const input = { name: 'input_ids', bytes: Buffer.concat(valueInfo('input_ids', INT64, 2)) };
  const file = writeNetwork({ opset, nodes, weights, inputs: [input], rest });
  return readNetwork(file, 'graph.onnx');
}

/** ValueInfoProto: 1 name, 2 type: 1 tensor: 1 element type, 2 shape: 1 dimension: 2 its name. */
export function valueInfo(name: string, type: number, rank: number): Uint8Array[] {
  const dims = Array.from({ length: rank }, (_, i) => bytesField(1, bytesField(2, `${name}${i}`))).flat();
  const tensor = [numberField(1, type), ...bytesField(2, dims)];
  return [...bytesField(1, name), ...bytesField(2, bytesField(1, tensor))];
}
