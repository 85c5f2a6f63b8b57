// The part of a text that best shows why it was found.

import { documentTerms } from '../core/analyzer/analysis.ts';
import { analysisNamed } from '../core/analyzer/analyzer.ts';
import type { Space } from '../core/format/manifest.ts';
import type { QueryTerm } from './search/terms.ts';

/** What a reader takes in at a glance. */
const WORDS = 32;
/** Words before the first match, so that it can be understood. */
const LEAD = 6;
/** What stands without white space for longer than this is no word to a reader: it is looked at in parts. */
const WORD_CHARACTERS = 40;
/** The passage is sought in so much of a text: every word of it is analyzed. */
const SOUGHT_CHARACTERS = 65_536;

/** Marks of a sentence around a word. */
const OPENING = /^[\p{Ps}\p{Pi}"'¿¡]+(?=.)/u;
const CLOSING = /(?<=.)[\p{Pe}\p{Pf}"'.,;:!?…]+$/u;

/** A passage of a text, with an ellipsis where text was left out. */
export interface Snippet {
  readonly text: string;
  /** Which parts of it are of the query: each from its first character to the one behind it, in order. */
  readonly matches: readonly (readonly [start: number, end: number])[];
}

/** Which terms of a query a word has. */
export type Matcher = (word: string) => readonly string[];

/** Matches words with the terms of a query in any of the spaces that it was asked in. */
export function matcherOf(spaces: readonly Space[], terms: readonly QueryTerm[]): Matcher {
  const known = spaces.map(({ name, analyzer }) => ({
    analysis: analysisNamed(analyzer),
    terms: new Set(terms.filter(({ space }) => space === name).map(({ term }) => term)),
  }));
  return (word) =>
    known.flatMap(({ analysis, terms }) => documentTerms(analysis(word)).filter((term) => terms.has(term)));
}

/** The words in a row that hold the most distinct terms; the first such place, or the text's beginning. */
export function snippetOf(text: string, match: Matcher): Snippet {
  const words = wordsOf(text.slice(0, SOUGHT_CHARACTERS));
  const found = words.map(({ word }) => match(word));
  const start = bestStart(found);
  let line = start > 0 ? '… ' : '';
  const matches: [number, number][] = [];
  const end = Math.min(words.length, start + WORDS);
  for (let i = start; i < end; i++) {
    const { word, spaced } = words[i];
    if (i > start && spaced) line += ' ';
    if (found[i].length > 0) {
      const opening = OPENING.exec(word)?.[0].length ?? 0;
      const bare = word.length - (CLOSING.exec(word.slice(opening))?.[0].length ?? 0);
      matches.push([line.length + opening, line.length + bare]);
    }
    line += word;
  }
  const behind = end < words.length || text.length > SOUGHT_CHARACTERS;
  return { text: behind ? `${line} …` : line, matches };
}

/** Words, and whether white space stands before them. */
function wordsOf(text: string): { word: string; spaced: boolean }[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      if (word.length <= WORD_CHARACTERS) return [{ word, spaced: true }];
      const characters = [...word];
      const parts = Array.from({ length: Math.ceil(characters.length / WORD_CHARACTERS) }, (_, i) =>
        characters.slice(i * WORD_CHARACTERS, (i + 1) * WORD_CHARACTERS).join(''),
      );
      return parts.map((part, i) => ({ word: part, spaced: i === 0 }));
    });
}

/** Where the passage begins: a little before the first match of the words in a row with the most distinct terms. */
function bestStart(found: readonly (readonly string[])[]): number {
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
  // But never past the last.
  const earliest = Math.max(0, last - WORDS + 1);
  const first = found.findIndex((terms, i) => i >= earliest && terms.length > 0);
  const wanted = Math.max(earliest, first - LEAD);
  return Math.max(0, Math.min(wanted, found.length - WORDS));
}

/** A snippet with its matches passed through `emphasize`, and everything else through `plain`. */
export function emphasized(
  { text, matches }: Snippet,
  emphasize: (match: string) => string,
  plain: (text: string) => string,
): string {
  let line = '';
  let at = 0;
  for (const [start, end] of matches) {
    line += plain(text.slice(at, start)) + emphasize(text.slice(start, end));
    at = end;
  }
  return line + plain(text.slice(at));
}
