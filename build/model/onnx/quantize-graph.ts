// Dynamic quantization: weights in eight bits, activations put into eight bits as the network runs, products summed as
// integers. A network then takes a quarter of its bytes, in its file and in memory: the runtime unfolds a weight that
// is only stored in eight bits, and leaves alone one that MatMulInteger or Gather reads.
//
// A weight has a scale for each output: row of an embedding, column of a matrix. An activation has one for each token,
// and not DynamicQuantizeLinear's one for the whole batch, by which a document's weights would depend on its neighbours
// and on padding. Both are symmetric about 128 in unsigned bytes: with signed weights onnxruntime-node saturates sums
// on older x86.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { FLOAT32, type Network, type Node, UINT8, type Weight, writeNetwork } from './network.ts';

/** What quantization made of a network. */
export interface Quantized {
  readonly file: Uint8Array;
  /** Parameters in eight bits, and those that stayed as they were. */
  readonly quantized: number;
  readonly kept: number;
}

/** The first operator set that has MatMulInteger and a Round. */
const LEAST_OPSET = 11;
/** Parameters of a weight that is worth it: biases, norms and a head of one column are not. */
const LEAST_PARAMETERS = 2048;
const ZERO = 128;
const LEVELS = 127;
/** What a row of nothing but zeros is taken to reach: a scale must not be 0. */
const LEAST_RANGE = 1e-30;

/**
 * Quantizes a network.
 *
 * @param where it comes from, for errors
 * @throws SparsedgeError `bad-input` for a network that cannot be
 */
export function quantizeNetwork(network: Network, where: string): Quantized {
  if (network.opset < LEAST_OPSET) {
    throw new SparsedgeError(
      'bad-input',
      `${where}: expected operators of ONNX ${LEAST_OPSET} or newer, found ${network.opset}: ` +
        'export it anew, or leave it in float32',
      { file: where, expected: LEAST_OPSET, found: network.opset },
    );
  }
  const { views, plans } = planWeights(network);
  const constants = [
    floats('int8_step', [], [1 / LEVELS]),
    floats('int8_least', [], [LEAST_RANGE]),
    floats('int8_zero_float', [], [ZERO]),
    { name: 'int8_zero', type: UINT8, dims: [], data: Uint8Array.of(ZERO) },
  ];
  const nodes: Node[] = [];
  const quantizedInputs = new Set<string>();
  for (const node of network.nodes) {
    const use = useOf(node, views);
    const plan = use && plans.get(use.weight.name);
    if (!plan) {
      // What made a view of a weight that is gone is gone as well.
      if (!plans.has(views.get(node.outputs[0])?.weight.name ?? '')) nodes.push(node);
    } else if (use.kind === 'lookup') nodes.push(...lookup(node, plan));
    else nodes.push(...multiply(node, use.kind, plan, network.opset, quantizedInputs));
  }
  const gone = new Set([...views].flatMap(([name, { weight }]) => (plans.has(weight.name) ? [name] : [])));
  const kept = network.weights.filter(({ name }) => !gone.has(name));
  const weights = [...plans.values()].flatMap(({ weight, byColumn, channel }) =>
    quantize(weight, byColumn, channel),
  );
  return {
    file: writeNetwork({
      ...network,
      nodes,
      weights: [...kept, ...constants, ...weights],
      inputs: network.inputs.filter(({ name }) => !gone.has(name)),
    }),
    quantized: [...plans.values()].reduce((sum, { weight }) => sum + parameters(weight), 0),
    kept: kept.reduce((sum, weight) => sum + (weight.type === FLOAT32 ? parameters(weight) : 0), 0),
  };
}

/** A name in the graph that stands for a weight, or for its transpose. */
interface View {
  readonly weight: Weight;
  readonly transposed: boolean;
}

/**
 * How a node uses a weight of two dimensions. `columns`: x · W. `rows`: W · x, which some exporters write for a tied
 * embedding. `lookup`: rows of an embedding.
 */
interface Use extends View {
  readonly kind: 'columns' | 'rows' | 'lookup';
}

/** How a weight is to be kept. */
interface Plan {
  readonly weight: Weight;
  /** The axis of its outputs, each of which has a scale. */
  readonly channel: 0 | 1;
  /** Laid out as [inputs, outputs], for who multiplies with its columns; else as [outputs, inputs]. */
  readonly byColumn: boolean;
}

function planWeights(network: Network): { views: Map<string, View>; plans: Map<string, Plan> } {
  const views = viewsOf(network);
  const uses = new Map<string, Set<Use['kind'] | 'computed lookup' | 'other'>>();
  const plans = new Map<string, Plan>();
  for (const node of network.nodes) {
    if (views.has(node.outputs[0])) continue;
    const use = useOf(node, views);
    for (const name of new Set(node.inputs)) {
      const view = views.get(name);
      if (!view) continue;
      const { weight, transposed } = view;
      const known = uses.get(weight.name) ?? new Set();
      uses.set(weight.name, known.add(use?.weight === weight ? use.kind : 'other'));
      if (use?.kind === 'lookup' && !isInput(network, node.inputs[1])) known.add('computed lookup');
      const channel = (use?.kind === 'columns') === transposed ? 0 : 1;
      // Outputs along both axes cannot each have a scale.
      if ((plans.get(weight.name)?.channel ?? channel) !== channel) known.add('other');
      plans.set(weight.name, { weight, channel, byColumn: known.has('columns') });
    }
  }
  for (const [name, kinds] of uses) {
    // One layout serves products of one side alone; and columns are looked up by ids of two dimensions, as inputs have.
    const both = kinds.has('columns') && (kinds.has('rows') || kinds.has('computed lookup'));
    if (kinds.has('other') || both) plans.delete(name);
  }
  return { views, plans };
}

function isInput({ inputs }: Network, name: string): boolean {
  return inputs.some((input) => input.name === name);
}

function viewsOf(network: Network): Map<string, View> {
  const { weights, nodes } = network;
  const views = new Map<string, View>();
  const large = weights.filter(
    (weight) => weight.type === FLOAT32 && weight.dims.length === 2 && parameters(weight) >= LEAST_PARAMETERS,
  );
  const looked = new Set(
    nodes.flatMap(({ type, inputs: [data, ids] }) =>
      type === 'Gather' && isInput(network, ids!) ? [data] : [],
    ),
  );
  const embeddings = large.filter(({ name }) => looked.has(name));
  for (const weight of large) {
    // Exporters fold the transpose of a tied embedding into a second weight.
    const twin = looked.has(weight.name) ? undefined : embeddings.find((other) => isTranspose(weight, other));
    views.set(weight.name, twin ? { weight: twin, transposed: true } : { weight, transposed: false });
  }
  for (const { type, inputs, outputs, attributes } of nodes) {
    const view = views.get(inputs[0]);
    if (!view) continue;
    const turns = type === 'Transpose' && String(attributes.perm ?? '1,0') === '1,0';
    if (turns || type === 'Identity')
      views.set(outputs[0], { ...view, transposed: view.transposed !== turns });
  }
  return views;
}

function useOf({ type, inputs, attributes }: Node, views: ReadonlyMap<string, View>): Use | undefined {
  const [first, second] = inputs.map((name) => views.get(name));
  if (type === 'MatMul' && second && !first) return { ...second, kind: 'columns' };
  if (type === 'MatMul' && first && !second) return { ...first, kind: 'rows' };
  if (type === 'Gather' && first && !first.transposed && (attributes.axis ?? 0) === 0)
    return { ...first, kind: 'lookup' };
  return undefined;
}

/** Rows of an embedding, made floats once they are few. */
function lookup({ inputs, outputs }: Node, { weight, byColumn }: Plan): Node[] {
  const [out, ids] = [outputs[0], inputs[1]];
  const axis = { axis: byColumn ? 1 : 0 };
  const rows = [
    node('Gather', [`${weight.name}_int8`, ids], `${out}_int8`, axis),
    node('Cast', [`${out}_int8`], `${out}_float`, { to: FLOAT32 }),
    node('Sub', [`${out}_float`, 'int8_zero_float'], `${out}_centred`),
  ];
  const scaled = byColumn ? `${out}_columns` : out;
  return [
    ...rows,
    node('Gather', [`${weight.name}_scale`, ids], `${out}_scale`, { axis: 0 }),
    node('Mul', [`${out}_centred`, `${out}_scale`], scaled),
    ...(byColumn ? [node('Transpose', [scaled], out, { perm: [1, 2, 0] })] : []),
  ];
}

/** A product of integers, made floats by both scales. */
function multiply(
  { inputs, outputs }: Node,
  kind: Use['kind'],
  { weight }: Plan,
  opset: number,
  done: Set<string>,
): Node[] {
  const out = outputs[0];
  const byRows = kind === 'rows';
  const values = inputs[byRows ? 1 : 0];
  const name = `${values}_int8_${byRows ? 'rows' : 'columns'}`;
  const eighth = `${weight.name}_int8`;
  const product = byRows ? [eighth, name] : [name, eighth];
  const activation = done.has(name) ? [] : quantizeActivation(values, name, byRows, opset);
  done.add(name);
  return [
    ...activation,
    node('MatMulInteger', [...product, 'int8_zero', 'int8_zero'], `${out}_int32`),
    node('Cast', [`${out}_int32`], `${out}_float`, { to: FLOAT32 }),
    node('Mul', [`${out}_float`, `${name}_scale`], `${out}_scaled`),
    node('Mul', [`${out}_scaled`, `${weight.name}_scale`], out),
  ];
}

/** Each token's values in eight bits, by the largest of them. */
function quantizeActivation(values: string, name: string, byRows: boolean, opset: number): Node[] {
  const [sizes, largest] = [`${name}_sizes`, `${name}_largest`];
  const axes = byRows ? -2 : -1;
  // From operator set 18 on the axes are an input.
  const reduce =
    opset < 18
      ? [node('ReduceMax', [sizes], largest, { axes: [axes] })]
      : [
          node('Constant', [], `${name}_axes`, { value_ints: [axes] }),
          node('ReduceMax', [sizes, `${name}_axes`], largest),
        ];
  return [
    node('Abs', [values], sizes),
    ...reduce,
    node('Max', [`${name}_largest`, 'int8_least'], `${name}_range`),
    node('Mul', [`${name}_range`, 'int8_step'], `${name}_scale`),
    node('Div', [values, `${name}_scale`], `${name}_steps`),
    node('Round', [`${name}_steps`], `${name}_rounded`),
    node('Add', [`${name}_rounded`, 'int8_zero_float'], `${name}_float`),
    node('Cast', [`${name}_float`], name, { to: UINT8 }),
  ];
}

function node(type: string, inputs: string[], output: string, attributes: Node['attributes'] = {}): Node {
  return { type, inputs, outputs: [output], attributes };
}

/** A weight in eight bits about 128, and its scales in the shapes in which they are used. */
function quantize(weight: Weight, byColumn: boolean, channel: 0 | 1): Weight[] {
  const [rows, columns] = weight.dims as [number, number];
  const [outputs, inputs] = channel === 0 ? [rows, columns] : [columns, rows];
  const values = asFloats(weight);
  const [outputStep, inputStep] = channel === 0 ? [columns, 1] : [1, columns];
  const data = new Uint8Array(values.length);
  const scales = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    let largest = 0;
    for (let i = 0; i < inputs; i++) {
      largest = Math.max(largest, Math.abs(values[output * outputStep + i * inputStep]));
    }
    const scale = Math.max(largest, LEAST_RANGE) / LEVELS;
    scales[output] = scale;
    for (let i = 0; i < inputs; i++) {
      const at = byColumn ? i * outputs + output : output * inputs + i;
      data[at] = ZERO + Math.round(values[output * outputStep + i * inputStep] / scale);
    }
  }
  const { name } = weight;
  return [
    { name: `${name}_int8`, type: UINT8, dims: byColumn ? [inputs, outputs] : [outputs, inputs], data },
    floats(`${name}_scale`, byColumn ? [outputs] : [outputs, 1], scales),
  ];
}

function isTranspose(a: Weight, b: Weight): boolean {
  const [rows, columns] = a.dims as [number, number];
  if (b.dims[0] !== columns || b.dims[1] !== rows) return false;
  const [left, right] = [asFloats(a), asFloats(b)];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (left[row * columns + column] !== right[column * rows + row]) return false;
    }
  }
  return true;
}

function asFloats({ data }: Weight): Float32Array {
  // Where a weight begins in a file is by chance.
  return new Float32Array(new Uint8Array(data).buffer);
}

function floats(name: string, dims: readonly number[], values: ArrayLike<number>): Weight {
  return { name, type: FLOAT32, dims, data: new Uint8Array(Float32Array.from(values).buffer) };
}

function parameters({ dims }: Weight): number {
  return dims.reduce((product, size) => product * size, 1);
}
