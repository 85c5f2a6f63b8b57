// SparTerm, Bai et al., 2020: importance F = Σ_i relu(·) of every piece, times a binary gate G that a second network
// decides. With bow the text's own pieces and G′ the pieces whose probability reaches the threshold, G is bow
// (literal-only), G′ without bow (expansion-only), or both (expansion-enhanced).

import { SparsedgeError } from '../errors.ts';
import type { SparseVector } from '../sparse.ts';
import type { HeadInput } from './input.ts';
import { activationOf } from './outputs/activation.ts';
import { pool } from './outputs/pool.ts';

export function sparterm({ model, row, gate, window, terms }: HeadInput): SparseVector {
  const { mode, threshold } = model.gate!;
  const importance = pool(row, 'sum', activationOf(model));
  const own = new Set(window.ids);
  const probability = mode === 'literal-only' ? undefined : probabilities(gate, model.id);
  const vector = new Map<string, number>();
  for (const [id, term] of terms.entries()) {
    const weight = importance[id];
    if (term === undefined || weight <= 0) continue;
    const open = own.has(id)
      ? mode !== 'expansion-only'
      : probability !== undefined && probability[id] >= threshold;
    if (open) vector.set(term, weight);
  }
  return vector;
}

/** The gate network's own pooling and sigmoid are part of its graph: papers and code differ in them. */
function probabilities(gate: HeadInput['gate'], model: string): Float32Array {
  if (gate?.form === 'pooled') return gate.values;
  throw new SparsedgeError(
    'bad-input',
    `the model ${model}: expected a second output, a probability for each piece; found ${gate ? gate.form : 'none'}`,
    { model, expected: 'pooled', found: gate?.form ?? 'none' },
  );
}
