// A residual on BM25: the network says of each occurrence of a word how much more or less it counts than one, in
// logarithms, tf′ = Σ exp(½ · gate), and BM25 weighs tf′ with the document frequencies of the user's own collection.
// Words that the network never saw count as the gate of their unknown piece says, so the vocabulary stays open.

import type { SparseVector } from '../sparse.ts';
import type { HeadInput } from './input.ts';
import { activationOf } from './outputs/activation.ts';

export function residual({ model, row, window }: HeadInput): SparseVector {
  const activation = activationOf(model);
  const vector = new Map<string, number>();
  for (const { text, position } of window.words) {
    vector.set(text, (vector.get(text) ?? 0) + activation(row.values[position]));
  }
  return vector;
}
