// A slice of a string keeps the whole string in memory (V8: from 13 characters on). A dictionary of terms that were
// sliced from passages would hold the passages.

/** A string equal to a slice, in memory of its own. */
export function owned(slice: string): string {
  let copy = '';
  for (let i = 0; i < slice.length; i++) copy += slice[i];
  return copy;
}

const SHORTEST_SHARED = 13;
const LONGEST_KEPT = 40;
const MAX_KEPT = 1 << 15;
const kept = new Map<string, string>();

/** As `owned`, for words that come again and again: those seen lately are copied once. */
export function ownedWord(slice: string): string {
  if (slice.length < SHORTEST_SHARED) return slice;
  if (slice.length > LONGEST_KEPT) return owned(slice);
  const seen = kept.get(slice);
  if (seen !== undefined) return seen;
  const copy = owned(slice);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(copy, copy);
  return copy;
}
