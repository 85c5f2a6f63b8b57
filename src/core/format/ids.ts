// Branded numbers, so that the compiler rejects one kind of number where another is meant.

declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** An 8-bit quantized weight of a term in a document: 1 to 255. Zero means "no posting" and is never stored. */
export type Impact = Branded<'Impact'>;

/** The largest impact. */
export const MAX_IMPACT = 255 as Impact;
