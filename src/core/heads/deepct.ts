// DeepCT: predicted term frequencies, round(100 · ŷ), which BM25 then weighs as if they had been counted:
// "Context-Aware Sentence/Passage Term Importance Estimation for First Stage Retrieval", Dai and Callan, 2019. As in
// the authors' code, a word has the value of its first piece, its best occurrence counts, and what is below 1 is
// dropped.

import type { SparseVector } from '../sparse.ts';
import type { HeadInput } from './input.ts';
import { activationOf } from './outputs/activation.ts';

const SCALE = 100;

export function deepct({ model, row, window }: HeadInput): SparseVector {
  const activation = activationOf(model);
  const vector = new Map<string, number>();
  for (const { text, position } of window.words) {
    const scaled = SCALE * activation(row.values[position]);
    const frequency = scaled < 1 ? 0 : Math.round(scaled);
    if (!(frequency <= (vector.get(text) ?? 0))) vector.set(text, frequency);
  }
  return vector;
}
