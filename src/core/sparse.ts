// Sparse vectors: what encoders make and what the index stores.

/** Term → weight. Weights are finite and not negative; a weight of zero is the same as an absent term. */
export type SparseVector = ReadonlyMap<string, number>;

/** What is wrong with the weight of a term, if anything is. JSON has numbers, such as 1e400, that are none here. */
export function wrongWeight(term: string, weight: unknown): string | undefined {
  if (typeof weight === 'number' && weight >= 0 && weight < Number.POSITIVE_INFINITY) return undefined;
  const found = typeof weight === 'number' ? weight : JSON.stringify(weight);
  return `the weight of ${JSON.stringify(term)} is ${found}; weights are numbers from 0`;
}
