// What is done to a whole vector, a document's or a query's, once all of its windows are merged.

import type { ModelContract } from '../model/contract.ts';
import type { SparseVector } from '../sparse.ts';

/** A vector of a model: its heaviest terms, and of length 1 where scores are cosines. */
export function wholeVector(
  vector: SparseVector,
  { maxTerms, similarity }: Pick<ModelContract, 'maxTerms' | 'similarity'>,
): SparseVector {
  const kept = maxTerms === undefined || vector.size <= maxTerms ? vector : heaviest(vector, maxTerms);
  if (similarity !== 'cosine') return kept;
  const length = Math.sqrt([...kept.values()].reduce((sum, weight) => sum + weight * weight, 0));
  return length === 0 ? kept : new Map([...kept].map(([term, weight]) => [term, weight / length]));
}

/** In the order that they had; of equal ones those that come first. */
function heaviest(vector: SparseVector, count: number): SparseVector {
  const chosen = [...vector.keys()].sort((a, b) => vector.get(b)! - vector.get(a)!).slice(0, count);
  const kept = new Set(chosen);
  return new Map([...vector].filter(([term]) => kept.has(term)));
}
