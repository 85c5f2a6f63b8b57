// What a document's sum is multiplied by: boosts of rules, as integers, so that scores stay exact. A document of factor
// 0 is no result.

/** The factor of a document that nothing boosts, where any document is boosted: factors are in so many parts of one. */
export const FACTOR_UNIT = 64;
/** No factor is higher. */
export const MAX_FACTOR = 64 * FACTOR_UNIT;

/** Factors of documents by their numbers. */
export interface Factors {
  /** No document has a higher one. */
  readonly most: number;
  of(document: number): number;
}

/** Runs of documents in a row that share a factor. */
export class FactorRuns implements Factors {
  readonly most: number;
  /** Where each run begins; the first at 0. */
  readonly #starts: Uint32Array;
  readonly #factors: Uint16Array;

  /** @param starts ascending, the first of them 0; at least one */
  constructor(starts: Uint32Array, factors: Uint16Array) {
    this.#starts = starts;
    this.#factors = factors;
    this.most = factors.reduce((most, factor) => Math.max(most, factor), 1);
  }

  of(document: number): number {
    let low = 0;
    for (let high = this.#starts.length; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle] <= document) low = middle;
      else high = middle;
    }
    return this.#factors[low];
  }
}

/** The same factors, but 0 for some documents. */
export function withoutDocuments(
  factors: Factors | undefined,
  documents: readonly number[] = [],
): Factors | undefined {
  if (documents.length === 0) return factors;
  const left = new Set(documents);
  const { most, of } = factors
    ? { most: factors.most, of: (document: number) => factors.of(document) }
    : PLAIN;
  return { most, of: (document) => (left.has(document) ? 0 : of(document)) };
}

const PLAIN: Factors = { most: 1, of: () => 1 };
