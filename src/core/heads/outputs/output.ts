// What a graph gave, row by row. Some ONNX files pool over the tokens themselves and some give raw logits, and a
// well-known exporter lost half its recall by mistaking one for the other: here the shape decides. Padding ends here:
// no head sees it.

import { SparsedgeError } from '../../errors.ts';
import type { Head, ModelContract } from '../../model/contract.ts';

/** A tensor as every ONNX runtime gives it. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** `pooled`: a weight for each term. `logits`: a number for each token and term. `token-scalar`: one for each token. */
type OutputForm = NonNullable<ModelContract['output']>;

/** What a graph gave for one window. */
export interface OutputRow {
  readonly form: OutputForm;
  /** Numbers for each token, or all of the row if it is pooled. */
  readonly width: number;
  /** Token by token, padding left out. */
  readonly values: Float32Array;
}

/** What is known before a graph runs. */
export interface BatchShape {
  /** Tokens of each window, without padding. */
  readonly lengths: readonly number[];
  /** Tokens of each row, with it. */
  readonly tokens: number;
  /** Pieces of the vocabulary; a graph may have more columns, for speed. */
  readonly pieces: number;
}

const SCALAR_HEADS: ReadonlySet<Head> = new Set<Head>(['deepimpact', 'deepct', 'residual']);

/**
 * Takes a batch apart.
 *
 * @throws SparsedgeError `bad-input` for a shape that the head cannot use, or that is not what the contract says
 */
export function outputRows(tensor: Tensor, model: ModelContract, shape: BatchShape): OutputRow[] {
  const form = outputForm(tensor.dims, model, shape);
  const rowSize = tensor.data.length / shape.lengths.length;
  const width = form === 'pooled' ? rowSize : rowSize / shape.tokens;
  return shape.lengths.map((length, row) => ({
    form,
    width,
    values: tensor.data.subarray(
      row * rowSize,
      row * rowSize + (form === 'pooled' ? rowSize : length * width),
    ),
  }));
}

/** What an output is, by its shape. */
function outputForm(
  dims: readonly number[],
  { id, head, output }: ModelContract,
  { lengths, tokens, pieces }: BatchShape,
): OutputForm {
  const [batch, second, third] = dims;
  const last = dims.at(-1)!;
  const found =
    batch !== lengths.length || dims.length > 3
      ? undefined
      : SCALAR_HEADS.has(head)
        ? second === tokens && (third ?? 1) === 1 && 'token-scalar'
        : dims.length === 3
          ? second === tokens && last >= pieces && 'logits'
          : last >= pieces && 'pooled';
  if (found && found === (output ?? found)) return found;
  const expected = SCALAR_HEADS.has(head)
    ? `[${lengths.length}, ${tokens}]`
    : `[${lengths.length}, ${pieces}] (pooled) or [${lengths.length}, ${tokens}, ${pieces}] (logits)`;
  throw new SparsedgeError(
    'bad-input',
    `the model ${id} (${head}): expected an output ${expected}${output ? `, and ${output}` : ''}; found [${dims.join(', ')}]`,
    { model: id, expected: output ?? expected, found: `[${dims.join(', ')}]` },
  );
}
