// No term is longer than this, in UTF-16 units: a dictionary of terms should not hold a document.

import { owned, ownedWord } from './owned.ts';

/** StandardTokenizer's limit, for every analyzer. */
const MAX_TERM = 255;

/** Appends a word to `terms`, in pieces if it is too long for one; no piece ends between two surrogates. */
export function pushTerm(terms: string[], word: string): void {
  let from = 0;
  while (word.length - from > MAX_TERM) {
    const end = from + MAX_TERM;
    const to = word.codePointAt(end - 1)! > 0xffff ? end - 1 : end;
    terms.push(owned(word.slice(from, to)));
    from = to;
  }
  if (from < word.length) terms.push(ownedWord(from === 0 ? word : word.slice(from)));
}
