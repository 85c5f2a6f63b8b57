// DeepImpact: relu(w · h + b) at the first piece of a word's first occurrence, "Learning Passage Impacts for Inverted
// Indexes", Mallia et al., SIGIR 2021; DeeperImpact, 2024, is the same head. A word's other occurrences count for
// nothing, whatever the network says of them.

import type { SparseVector } from '../sparse.ts';
import type { HeadInput } from './input.ts';
import { activationOf } from './outputs/activation.ts';

/** Zeros stay in: they are first occurrences, and later windows must not weigh them anew. */
export function deepimpact({ model, row, window }: HeadInput): SparseVector {
  const activation = activationOf(model);
  const vector = new Map<string, number>();
  for (const { text, position } of window.words) {
    if (!vector.has(text)) vector.set(text, activation(row.values[position]));
  }
  return vector;
}
