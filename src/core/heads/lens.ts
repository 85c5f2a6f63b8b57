// LENS, "Enhancing Lexicon-Based Text Embeddings with Large Language Models", Lei et al., 2025: SPLADE-max over
// clusters of the vocabulary (k-means of the language model's output embeddings); a cluster weighs what its heaviest
// piece does.

import type { SparseVector } from '../sparse.ts';
import type { HeadInput } from './input.ts';
import { activationOf } from './outputs/activation.ts';
import { pool } from './outputs/pool.ts';

export function lens({ model, row, terms }: HeadInput): SparseVector {
  const weights = pool(row, 'max', activationOf(model));
  const vector = new Map<string, number>();
  for (const [id, cluster] of terms.entries()) {
    const weight = weights[id];
    if (cluster !== undefined && !(weight <= (vector.get(cluster) ?? 0))) vector.set(cluster, weight);
  }
  return vector;
}
