// Which part of a word is of a query: all of "happiness", and of "getElementById" what was asked for.

import { HUMP } from '../../core/analyzer/names.ts';

/** Of a word of more pieces than this, all is of the query or nothing. */
const MOST_PIECES = 8;

/** Marks of a sentence around a word. */
const OPENING = /^[\p{Ps}\p{Pi}"'¿¡]+(?=.)/u;
const CLOSING = /(?<=.)[\p{Pe}\p{Pf}"'.,;:!?…]+$/u;
/** Letters and figures in a row, with what an apostrophe takes on, as in "moon's". */
const RUN = /[\p{L}\p{N}\p{M}]+(?:['’]\p{L}{1,2}(?!\p{L}))?/gu;

/** A part of a text: from its first character to the one behind it. */
export type Range = readonly [start: number, end: number];

/**
 * What of a word is of the query: of a name such as "getElementById" or "max_connections", the fewest pieces that have
 * each term. A word whose pieces do not have them by themselves, as those of a compound, is a match as it is.
 *
 * @param start where the word stands
 * @param terms of the query that it has
 */
export function matchesIn(
  word: string,
  start: number,
  terms: readonly string[],
  termsIn: (text: string) => readonly string[],
): readonly Range[] {
  if (terms.length === 0) return [];
  const pieces = piecesOf(word);
  if (pieces.length < 2 || pieces.length > MOST_PIECES) return [bareWord(word, start)];
  let sought = terms;
  const isFound = pieces.map(() => false);
  for (const length of [1, 2, 3, pieces.length]) {
    const found = new Set<string>();
    for (let i = 0; sought.length > 0 && i + length <= pieces.length; i++)
      for (const term of termsIn(word.slice(pieces[i][0], pieces[i + length - 1][1])))
        if (sought.includes(term)) {
          found.add(term);
          isFound.fill(true, i, i + length);
        }
    sought = sought.filter((term) => !found.has(term));
  }
  if (sought.length > 0) return [bareWord(word, start)];
  const matches: [number, number][] = [];
  for (const [i, [from, to]] of pieces.entries()) {
    if (!isFound[i]) continue;
    if (i > 0 && isFound[i - 1]) matches.at(-1)![1] = start + to;
    else matches.push([start + from, start + to]);
  }
  return matches;
}

/** Parts of names, as they are terms, and what marks part. */
function piecesOf(word: string): Range[] {
  const pieces: Range[] = [];
  for (const { 0: run, index } of word.matchAll(RUN)) {
    let at = index;
    for (const piece of run.split(HUMP)) {
      pieces.push([at, at + piece.length]);
      at += piece.length;
    }
  }
  return pieces;
}

/** Where a word begins and ends that stands at `start` with marks of its sentence around it. */
function bareWord(word: string, start: number): Range {
  const opening = OPENING.exec(word)?.[0].length ?? 0;
  const closing = CLOSING.exec(word.slice(opening))?.[0].length ?? 0;
  return [start + opening, start + word.length - closing];
}
