// An ONNX file, as far as its weights must be found and its nodes rewritten. The schema is onnx.proto of onnx/onnx:
//
//   ModelProto      7 graph, 8 opset_import (OperatorSetIdProto: 1 domain, 2 version)
//   GraphProto      1 node, 5 initializer, 11 input (ValueInfoProto: 1 name)
//   NodeProto       1 input, 2 output, 3 name, 4 op_type, 5 attribute, 7 domain
//   AttributeProto  1 name, 3 i, 6 g, 8 ints, 11 graphs
//   TensorProto     1 dims, 2 data_type, 4 float_data, 8 name, 9 raw_data, 14 data_location

import { SparsedgeError } from '../../../src/core/errors.ts';
import { bytesField, noOnnx, numberField, readFields } from './onnx-fields.ts';

/** Element types, as TensorProto numbers them. */
export const FLOAT32 = 1;
export const UINT8 = 2;

/** An operation. `attributes` has those that are whole numbers, or lists of them. */
export interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
  /** As in the file it came from; a node without is written from the rest. */
  readonly bytes?: Uint8Array;
}

/** A constant tensor. */
export interface Weight {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  /** Row by row, little-endian. */
  readonly data: Uint8Array;
  readonly bytes?: Uint8Array;
}

/** A network's graph, and around it what is passed on unread. */
export interface Network {
  /** Version of ONNX's own operators. */
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly weights: readonly Weight[];
  /** What comes from outside; in old files also what `weights` has. */
  readonly inputs: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly rest: { readonly model: readonly Uint8Array[]; readonly graph: readonly Uint8Array[] };
}

/**
 * Reads a network.
 *
 * @throws SparsedgeError `bad-input` for what is no ONNX model, or keeps its weights in another file
 */
export function readNetwork(file: Uint8Array, where: string): Network {
  const nodes: Node[] = [];
  const weights: Weight[] = [];
  const inputs: { name: string; bytes: Uint8Array }[] = [];
  const rest = { model: [] as Uint8Array[], graph: [] as Uint8Array[] };
  let opset = 0;
  let graphs = 0;
  for (const { field, bytes, whole } of readFields(file, where)) {
    if (field !== 7) rest.model.push(whole);
    if (field === 8) opset = readOpset(bytes, where) ?? opset;
    if (field !== 7) continue;
    graphs++;
    for (const each of readFields(bytes, where)) {
      if (each.field === 1) nodes.push(readNode(each.bytes, where));
      else if (each.field === 5) weights.push(readWeight(each.bytes, where));
      else if (each.field === 11) inputs.push({ name: nameOf(each.bytes, where), bytes: each.bytes });
      else rest.graph.push(each.whole);
    }
  }
  if (graphs !== 1 || opset === 0) {
    throw noOnnx(
      where,
      `${graphs} graphs, of the operator set ${opset === 0 ? 'that it does not name' : opset}`,
    );
  }
  return { opset, nodes, weights, inputs, rest };
}

function readOpset(bytes: Uint8Array, where: string): number | undefined {
  let domain = '';
  let version = 0;
  for (const field of readFields(bytes, where)) {
    if (field.field === 1) domain = text(field.bytes);
    if (field.field === 2) version = field.number;
  }
  return domain === '' || domain === 'ai.onnx' ? version : undefined;
}

function readNode(bytes: Uint8Array, where: string): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, number | number[]> = {};
  let type = '';
  let domain = '';
  for (const field of readFields(bytes, where)) {
    if (field.field === 1) inputs.push(text(field.bytes));
    else if (field.field === 2) outputs.push(text(field.bytes));
    else if (field.field === 4) type = text(field.bytes);
    else if (field.field === 5) readAttribute(field.bytes, attributes, where);
    else if (field.field === 7) domain = text(field.bytes);
  }
  return {
    type: domain === '' || domain === 'ai.onnx' ? type : `${domain}.${type}`,
    inputs,
    outputs,
    attributes,
    bytes,
  };
}

function readAttribute(bytes: Uint8Array, into: Record<string, number | number[]>, where: string): void {
  let name = '';
  let value: number | number[] | undefined;
  for (const field of readFields(bytes, where)) {
    if (field.field === 1) name = text(field.bytes);
    else if (field.field === 3) value = field.number;
    else if (field.field === 8) value = [...(Array.isArray(value) ? value : []), ...numbers(field, where)];
    else if (field.field === 6 || field.field === 11) {
      throw new SparsedgeError('bad-input', `${where}: expected one graph, found a graph within a node`, {
        file: where,
      });
    }
  }
  if (value !== undefined) into[name] = value;
}

/** A repeated number, packed or not. */
function numbers(field: { number: number; bytes: Uint8Array; whole: Uint8Array }, where: string): number[] {
  if ((field.whole[0] & 7) === 0) return [field.number];
  // Packed numbers are varints without tags; a tag before each makes them fields.
  const found: number[] = [];
  let start = 0;
  for (const [at, byte] of field.bytes.entries()) {
    if (byte > 127) continue;
    const tagged = Buffer.concat([Uint8Array.of(8), field.bytes.subarray(start, at + 1)]);
    for (const { number } of readFields(tagged, where)) found.push(number);
    start = at + 1;
  }
  return found;
}

function readWeight(bytes: Uint8Array, where: string): Weight {
  const dims: number[] = [];
  const floats: Uint8Array[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  for (const field of readFields(bytes, where)) {
    if (field.field === 1) dims.push(...numbers(field, where));
    else if (field.field === 2) type = field.number;
    else if (field.field === 4) floats.push(field.bytes);
    else if (field.field === 8) name = text(field.bytes);
    else if (field.field === 9) raw = field.bytes;
    else if (field.field === 14 && field.number !== 0) {
      throw new SparsedgeError(
        'bad-input',
        `${where}: expected a network in one file, found weights in another (${name}): export it without external data`,
        { file: where, weight: name },
      );
    }
  }
  const data = raw ?? Buffer.concat(floats);
  const expected = 4 * dims.reduce((product, size) => product * size, 1);
  if (type === FLOAT32 && data.length !== expected)
    throw noOnnx(where, `the weight ${name} of ${data.length} bytes where its shape takes ${expected}`);
  return { name, type, dims, data, bytes };
}

function nameOf(valueInfo: Uint8Array, where: string): string {
  for (const { field, bytes } of readFields(valueInfo, where)) if (field === 1) return text(bytes);
  throw noOnnx(where, 'an input without a name');
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

/** A network's file. */
export function writeNetwork({ nodes, weights, inputs, rest }: Network): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => bytesField(1, node.bytes ? [node.bytes] : writeNode(node))),
    ...weights.flatMap((weight) => bytesField(5, weight.bytes ? [weight.bytes] : writeWeight(weight))),
    ...inputs.flatMap(({ bytes }) => bytesField(11, [bytes])),
    ...rest.graph,
  ];
  return Buffer.concat([...rest.model, ...bytesField(7, graph)]);
}

const INT = 2;
const INTS = 7;

function writeNode({ type, inputs, outputs, attributes }: Node): Uint8Array[] {
  return [
    ...inputs.flatMap((name) => bytesField(1, name)),
    ...outputs.flatMap((name) => bytesField(2, name)),
    ...bytesField(3, outputs[0]),
    ...bytesField(4, type),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      bytesField(5, [
        ...bytesField(1, name),
        ...(typeof value === 'number' ? [numberField(3, value)] : value.map((each) => numberField(8, each))),
        numberField(20, typeof value === 'number' ? INT : INTS),
      ]),
    ),
  ];
}

function writeWeight({ name, type, dims, data }: Weight): Uint8Array[] {
  return [
    ...dims.map((size) => numberField(1, size)),
    numberField(2, type),
    ...bytesField(8, name),
    ...bytesField(9, [data]),
  ];
}
