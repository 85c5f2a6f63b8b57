// Networks that read one text at a time, texts of one length, or padding as if it were text: a batch in the rows that
// such a network takes, and what it gave put together again.

import { SparsedgeError } from '../errors.ts';
import type { Batch, Outputs } from './batch.ts';
import type { Tensor } from './outputs/output.ts';

/** What a network takes: the fixed sizes of its inputs, and their type. */
export interface InputShape {
  /** Texts at a time; any number unless given. */
  readonly texts?: number | undefined;
  /** Tokens of a text; any number unless given. */
  readonly tokens?: number | undefined;
  /** Its outputs for a text depend on the texts and the padding beside it. */
  readonly alone?: boolean | undefined;
}

/** An input as an ONNX runtime describes it. */
export interface InputDescription {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/**
 * What a network takes, from its inputs.
 *
 * @throws SparsedgeError `bad-input` for sizes in which texts cannot be given
 */
export function inputShapeOf(inputs: readonly InputDescription[], where: string): InputShape {
  const found: { texts?: number; tokens?: number } = {};
  for (const { name, shape = [] } of inputs) {
    const [texts, tokens] = shape;
    if (shape.length !== 2 && shape.length !== 0) throw wrong(where, name, shape);
    if (typeof texts === 'number' && texts > 0) {
      if (texts !== 1) throw wrong(where, name, shape);
      found.texts = texts;
    }
    if (typeof tokens === 'number' && tokens > 0) found.tokens = tokens;
  }
  return found;
}

function wrong(where: string, name: string, shape: InputDescription['shape']): SparsedgeError {
  const found = `[${shape?.join(', ')}]`;
  return new SparsedgeError(
    'bad-input',
    `${where}: expected the input ${name} to be [texts, tokens], of any number of texts or of one; found ${found}`,
    { file: where, found },
  );
}

/** Runs a network over a batch in rows that it takes. */
export async function runInShape(
  batch: Batch,
  { texts, tokens, alone }: InputShape,
  run: (batch: Batch) => Promise<Outputs>,
  where: string,
): Promise<Outputs> {
  const fits = (tokens ?? batch.tokens) === batch.tokens;
  if (fits && !alone && (texts === undefined || batch.windows.length === 1)) return run(batch);
  const rows = batch.windows.map(({ ids }, row) => {
    if (tokens !== undefined && ids.length > tokens) throw tooLong(where, tokens, ids.length);
    return rowOf(batch, row, tokens ?? ids.length);
  });
  const outputs: Outputs[] = [];
  for (const row of rows) outputs.push(await run(row));
  const gates = outputs.map(({ gate }) => gate).filter((gate) => gate !== undefined);
  const values = outputs.map((output) => output.values);
  return {
    values: joined(values, rows, batch),
    gate: gates.length > 0 ? joined(gates, rows, batch) : undefined,
  };
}

/** By how much of the largest number two outputs of one text may differ: sums that are added up in another order do. */
const TOLERANCE = 1e-3;

/**
 * Whether what a network gives for a text depends on the padding behind it: it takes no mask, or pools over all tokens.
 *
 * @returns nothing where no window of the batch is padded, which tells nothing
 */
export async function readsPadding(
  batch: Batch,
  run: (batch: Batch) => Promise<Outputs>,
): Promise<boolean | undefined> {
  const row = batch.windows.findIndex(({ ids }) => ids.length < batch.tokens);
  if (row === -1) return undefined;
  const [bare, padded] = [rowOf(batch, row, batch.windows[row].ids.length), rowOf(batch, row, batch.tokens)];
  const [expected, found] = [await run(bare), await run(padded)];
  return differ(expected.values, found.values) || differ(expected.gate, found.gate);
}

/** Rows are one, so that what a longer output has beyond a shorter one is of padding, and comes last. */
function differ(expected: Tensor | undefined, found: Tensor | undefined): boolean {
  if (expected === undefined || found === undefined) return false;
  let [largest, difference] = [1, 0];
  for (const [i, value] of expected.data.entries()) {
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - found.data[i]));
  }
  return difference > TOLERANCE * largest;
}

function tooLong(where: string, tokens: number, found: number): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `${where}: expected at most ${tokens} tokens, for which the network was made, found ${found}`,
    { file: where, expected: tokens, found },
  );
}

/** A row by itself, with so many tokens. */
function rowOf({ windows, tokens, ids, mask, types }: Batch, row: number, wanted: number): Batch {
  const cut = (values: BigInt64Array) => {
    const own = new BigInt64Array(wanted);
    own.set(values.subarray(row * tokens, row * tokens + Math.min(tokens, wanted)));
    return own;
  };
  return {
    windows: [windows[row]],
    tokens: wanted,
    ids: cut(ids),
    mask: cut(mask),
    ...(types && { types: cut(types) }),
  };
}

/** The outputs of rows as that of their batch: what there is for each token gets as many as the batch has. */
function joined(rows: readonly Tensor[], read: readonly Batch[], { tokens }: Batch): Tensor {
  const [{ dims, data: first }] = rows;
  const ofTokens = dims.length > 1 && rows.every((row, i) => row.dims[1] === read[i].tokens);
  const width = dims.slice(2).reduce((product, size) => product * size, 1);
  const size = ofTokens ? tokens * width : first.length;
  const data = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) data.set(row.data.subarray(0, size), i * size);
  return { data, dims: [rows.length, ...(ofTokens ? [tokens] : dims.slice(1, 2)), ...dims.slice(2)] };
}
