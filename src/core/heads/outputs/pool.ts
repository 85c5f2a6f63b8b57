// Logits for each token → one weight for each piece of the vocabulary.

import type { OutputRow } from './output.ts';

/**
 * Pools over the tokens of a window, [CLS] and [SEP] among them as in training. What is pooled already passes as it is:
 * the activation is then in the graph too.
 */
export function pool(row: OutputRow, how: 'max' | 'sum', activation: (x: number) => number): Float32Array {
  const { form, width, values } = row;
  if (form === 'pooled') return values;
  const pooled = new Float32Array(width);
  if (how === 'max') {
    pooled.set(values.subarray(0, width));
    for (let at = width; at < values.length; at += width) {
      // Math.max keeps what is not a number.
      for (let i = 0; i < width; i++) pooled[i] = Math.max(pooled[i], values[at + i]);
    }
    for (let i = 0; i < width; i++) pooled[i] = activation(pooled[i]);
    return pooled;
  }
  for (let at = 0; at < values.length; at += width) {
    // Most logits of a sparse model are negative, and every activation that is summed is 0 there.
    for (let i = 0; i < width; i++) if (!(values[at + i] <= 0)) pooled[i] += activation(values[at + i]);
  }
  return pooled;
}
