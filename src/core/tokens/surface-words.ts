// Words as people type them: what is completed and corrected, where analyzers stem. A word is folded and in lower case,
// without a possessive; full stops and underscores part words. Scripts that are written without spaces have none.

import { foldedLetters } from '../analyzer/folding.ts';
import { UNSPACED_RUN } from '../analyzer/unspaced.ts';
import { boundedMemo } from '../analyzer/words/owned.ts';
import { eachWord } from '../analyzer/words/words.ts';

/** Longer runs of letters and digits are hashes and the like, which nobody types. */
export const LONGEST_WORD = 32;

/** A run that is one word as it stands. */
const PLAIN = /^[A-Za-z0-9]+$/;
const PARTS = /[^._:\u00B7\u0387\u2024\u2027\uFE52\uFF0E]+/g;
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}']*$/u;
const POSSESSIVE = /'s?$/;

/** A word, and where in a text it stands as it was typed. */
export interface SurfaceWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Calls `visit` with each word of a text, in order. */
export function eachSurfaceWord(
  text: string,
  visit: (word: string, start: number, end: number) => void,
): void {
  eachWord(text, (run, end) => {
    const at = end - run.length;
    for (const part of partsOf(run)) visit(part.word, at + part.start, at + part.end);
  });
}

const partsOf = boundedMemo(1 << 16, surfaceWordsIn);

/** The words in a run of letters, as `eachWord` gives it. */
export function surfaceWordsIn(run: string): readonly SurfaceWord[] {
  if (PLAIN.test(run))
    return run.length > LONGEST_WORD ? [] : [{ word: run.toLowerCase(), start: 0, end: run.length }];
  return [...run.matchAll(PARTS)]
    .map(({ 0: part, index }) => ({ word: formOf(part), start: index, end: index + part.length }))
    .filter(({ word }) => word !== '');
}

/** Nothing where it is no word that could be typed. */
function formOf(part: string): string {
  const word = foldedLetters(part).toLowerCase().replace(POSSESSIVE, '');
  return word.length > LONGEST_WORD || !WORD.test(word) || UNSPACED_RUN.test(word) ? '' : word;
}
