// Sparse vectors: what encoders make and what the index stores.

/** Term → weight. Weights are finite and not negative; a weight of zero is the same as an absent term. */
export type SparseVector = ReadonlyMap<string, number>;
