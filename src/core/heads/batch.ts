// Windows → the tensors that a graph takes, and what it gave → vectors. Free of any ONNX runtime: Node's and the edge's
// sessions differ, and what goes in and comes out may not.

import type { ModelContract } from '../model/contract.ts';
import type { SparseVector } from '../sparse.ts';
import type { Tokenizer, Window } from '../tokens/tokens.ts';
import { windowVector } from './head.ts';
import { outputRows, type Tensor } from './outputs/output.ts';

/** Windows side by side, padded: what a graph takes, each [batch, tokens]. */
export interface Batch {
  readonly windows: readonly Window[];
  readonly tokens: number;
  readonly ids: BigInt64Array;
  readonly mask: BigInt64Array;
  /** Token types; all 0 unless given. */
  readonly types?: BigInt64Array;
}

/** What a graph gave. */
export interface Outputs {
  readonly values: Tensor;
  readonly gate?: Tensor | undefined;
}

/** A model without its network: what turns outputs into terms. */
export interface Vocabulary {
  readonly pieces: Tokenizer;
  /** As termsOf gives them. */
  readonly terms: readonly (string | undefined)[];
}

/** Pads windows to a number of tokens. */
export function padWindows(
  windows: readonly Window[],
  tokens: number,
  { pad }: Pick<Tokenizer, 'pad'>,
): Batch {
  const ids = new BigInt64Array(windows.length * tokens).fill(BigInt(pad));
  const mask = new BigInt64Array(windows.length * tokens);
  for (const [row, window] of windows.entries()) {
    for (const [i, id] of window.ids.entries()) ids[row * tokens + i] = BigInt(id);
    mask.fill(1n, row * tokens, row * tokens + window.ids.length);
  }
  return { windows, tokens, ids, mask };
}

/** The raw values of each window's terms. */
export function batchVectors(
  model: ModelContract,
  { windows, tokens }: Batch,
  outputs: Outputs,
  { pieces, terms }: Vocabulary,
): SparseVector[] {
  const shape = { lengths: windows.map(({ ids }) => ids.length), tokens, pieces: pieces.pieces.length };
  const rows = outputRows(outputs.values, model, shape);
  const gates = outputs.gate && outputRows(outputs.gate, { ...model, output: 'pooled' }, shape);
  return windows.map((window, i) => windowVector({ model, window, row: rows[i], gate: gates?.[i], terms }));
}
