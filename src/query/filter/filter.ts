// A filter as a tree: which documents may be results. It is parsed from text or given as JSON; resolve.ts finds the
// documents.

/** A value that a filter compares with. Dates are strings of ISO 8601. */
export type FilterValue = string | number | boolean;

/**
 * Which documents may be results: those for which it holds. A document without a field is kept by no comparison with
 * it, and of a list of keywords one is enough.
 */
export type Filter =
  /** All of them hold; of none, every document is kept. */
  | { readonly and: readonly Filter[] }
  /** One of them holds at least; of none, no document is kept. */
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly field: string; readonly is: FilterValue }
  | FilterRange
  /** The document has the field, or has it not. */
  | { readonly field: string; readonly exists: boolean };

/** A range of numbers or dates, with one bound or two: `from` and `to` are in it, `above` and `below` are not. */
export interface FilterRange {
  readonly field: string;
  readonly from?: FilterValue | undefined;
  readonly to?: FilterValue | undefined;
  readonly above?: FilterValue | undefined;
  readonly below?: FilterValue | undefined;
}

/** A filter has no more comparisons: each is a list to read, or several. */
export const MAX_COMPARISONS = 256;

/** How JSON writes numbers: facets are answered so, and what is chosen of them becomes a filter as text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** The number that a value stands for where a field has numbers, if it is one. */
export function numberGiven(value: FilterValue): number | undefined {
  if (typeof value === 'boolean' || !NUMBER.test(String(value))) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
