// A slice of a string keeps the whole string in memory (V8: from 13 characters on). A dictionary of terms that were
// sliced from passages would hold the passages.

/** A string equal to a slice, in memory of its own. */
export function owned(slice: string): string {
  let copy = '';
  for (let i = 0; i < slice.length; i++) copy += slice[i];
  return copy;
}

/** Longer words seldom come again. */
const LONGEST_KEPT = 40;

/**
 * A function of words that keeps what it made. Few words make most of a text, and looking one up costs a tenth of
 * stemming it.
 *
 * @param size how many words are kept; one more, and all are forgotten
 * @param make is given a word in memory of its own
 */
export function boundedMemo<Made>(size: number, make: (word: string) => Made): (word: string) => Made {
  const kept = new Map<string, Made>();
  return (word) => {
    const found = kept.get(word);
    if (found !== undefined) return found;
    const own = owned(word);
    const made = make(own);
    if (own.length <= LONGEST_KEPT) {
      if (kept.size >= size) kept.clear();
      kept.set(own, made);
    }
    return made;
  };
}

const SHORTEST_SHARED = 13;
const copied = boundedMemo(1 << 15, (word) => word);

/** As `owned`, for words that come again and again: those seen lately are copied once. */
export function ownedWord(slice: string): string {
  return slice.length < SHORTEST_SHARED ? slice : copied(slice);
}
