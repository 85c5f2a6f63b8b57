// SPLADE: the masked language model says of each token which pieces could stand there, and w_j = Σ_i log(1 +
// relu(w_ij)) (splade-sum: Formal, Piwowarski and Clinchant, SIGIR 2021) or max_i (splade-max: SPLADE v2, 2021;
// DistilSPLADE too). splade-doc is splade-max whose queries no network reads.

import type { SparseVector } from '../sparse.ts';
import type { HeadInput } from './input.ts';
import { activationOf } from './outputs/activation.ts';
import { pool } from './outputs/pool.ts';

export function splade({ model, row, terms }: HeadInput): SparseVector {
  const weights = pool(row, model.head === 'splade-sum' ? 'sum' : 'max', activationOf(model));
  const vector = new Map<string, number>();
  for (const [id, term] of terms.entries()) {
    const weight = weights[id];
    // Not `weight > 0`: what is not a number must not pass for nothing.
    if (term !== undefined && !(weight <= 0)) vector.set(term, weight);
  }
  return vector;
}
