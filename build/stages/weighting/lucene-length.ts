// Document lengths as Lucene stores them: one byte, exact up to 39 and then with four significant bits, rounded down.
// Only for comparing with Lucene's numbers: exact lengths cost nothing here. After Lucene's SmallFloat.intToByte4.

/** Lengths below this are stored as they are. */
const FREE = 24;

/** The length that Lucene computes with. */
export function luceneLength(length: number): number {
  if (length < FREE) return length;
  const rest = length - FREE;
  const dropped = Math.max(0, 32 - Math.clz32(rest) - 4);
  return FREE + (rest >>> dropped) * 2 ** dropped;
}
