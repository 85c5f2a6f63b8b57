// The part of a text that best shows why it was found.

import type { Analyzer } from '../../../src/core/analyzer/analyzer.ts';

/** What a reader takes in at a glance. */
const WORDS = 32;
/** Words before the first match, so that it can be understood. */
const LEAD = 6;

/** A passage of a text, and which of its words are of the query. */
export interface Snippet {
  readonly words: readonly { readonly text: string; readonly match: boolean }[];
  /** Whether text was left out before and behind. */
  readonly before: boolean;
  readonly behind: boolean;
}

/** The words in a row that hold the most distinct terms; the first such place, or the text's beginning. */
export function snippetOf(text: string, terms: ReadonlySet<string>, analyze: Analyzer): Snippet {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const found = words.map((word) => analyze(word).filter((term) => terms.has(term)));
  const inWindow = new Map<string, number>();
  let last = -1;
  let distinct = 0;
  for (const [i, entering] of found.entries()) {
    for (const term of entering) inWindow.set(term, (inWindow.get(term) ?? 0) + 1);
    for (const term of found[i - WORDS] ?? []) {
      const left = inWindow.get(term)! - 1;
      if (left === 0) inWindow.delete(term);
      else inWindow.set(term, left);
    }
    if (inWindow.size <= distinct) continue;
    last = i;
    distinct = inWindow.size;
  }
  // From a little before the first match on, but never past the last.
  const earliest = Math.max(0, last - WORDS + 1);
  const first = found.findIndex((terms, i) => i >= earliest && terms.length > 0);
  const wanted = Math.max(earliest, first - LEAD);
  const start = Math.max(0, Math.min(wanted, words.length - WORDS));
  return {
    words: words
      .slice(start, start + WORDS)
      .map((word, i) => ({ text: word, match: found[start + i].length > 0 })),
    before: start > 0,
    behind: start + WORDS < words.length,
  };
}

/** A snippet as one line; matches are passed through `emphasize`. */
export function snippetLine({ words, before, behind }: Snippet, emphasize: (word: string) => string): string {
  const line = words.map(({ text, match }) => (match ? emphasize(text) : text)).join(' ');
  return `${before ? '… ' : ''}${line}${behind ? ' …' : ''}`;
}
