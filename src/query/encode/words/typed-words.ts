// The words of a question as they were typed: which of them may be mistyped, which one is not finished, and the
// question with others in their place.

import { contentWords } from '../../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../../core/analyzer/analyzer.ts';
import type { Space } from '../../../core/format/manifest.ts';
import { eachSurfaceWord, type SurfaceWord } from '../../../core/tokens/surface-words.ts';
import { type Correction, mostEdits, type Stemmed, type WordToCorrect } from './corrections.ts';
import { isNumbered } from './spacings.ts';

/** What is no part of prose: names with signs stand for themselves. */
const SIGN = /[_@/\\#$~+:&=<>{}[\]|^%\d]/;
const JOINED = /^\.[\p{L}\p{N}]/u;
const HUMP = /\p{Ll}\p{Lu}/u;
const LETTERS = /^[\p{L}\p{M}']+$/u;
const ABBREVIATION = /^\p{Lu}{2,5}s?$/u;
const LOWER = /\p{Ll}/u;

/** Whether words of a space can be told to be mistyped: where its terms are words. */
export function hasWordTerms({ analyzer, query }: Space): boolean {
  return analyzer !== 'bert-words' && query !== 'neural';
}

/** The words of a text, in order. */
export function typedWords(text: string): SurfaceWord[] {
  const words: SurfaceWord[] = [];
  eachSurfaceWord(text, (word, start, end) => words.push({ word, start, end }));
  return words;
}

/** The word that a text ends with, where it may be unfinished: nothing comes after it. */
export function unfinishedWord(text: string): SurfaceWord | undefined {
  const last = typedWords(text).at(-1);
  return last?.end === text.length ? last : undefined;
}

/** Whether a word of a text is one that people mistype: long enough, and neither a name with signs nor a number. */
export function mayBeMistyped(text: string, typedWord: SurfaceWord): boolean {
  const { word, start, end } = typedWord;
  const typed = text.slice(start, end);
  if (mostEdits(word) === 0 || !LETTERS.test(word) || HUMP.test(typed)) return false;
  if (ABBREVIATION.test(typed) && LOWER.test(text)) return false;
  return isPlain(text, typedWord);
}

/** Whether a word has a number in it or beside it that others write with a space, or without one. */
export function mayBeSpaced(text: string, words: readonly SurfaceWord[], at: number, space: Space): boolean {
  if (!isPlain(text, words[at])) return false;
  const isPair = (first: SurfaceWord | undefined, second: SurfaceWord | undefined) =>
    first !== undefined &&
    second !== undefined &&
    text.slice(first.end, second.start) === ' ' &&
    isPlain(text, first) &&
    isPlain(text, second) &&
    isNumbered(first.word + second.word) &&
    termsOfWord(first.word, space).length > 0;
  return isNumbered(words[at].word) || isPair(words[at - 1], words[at]) || isPair(words[at], words[at + 1]);
}

/** Whether no sign makes a word a part of a name. */
function isPlain(text: string, { start, end }: SurfaceWord): boolean {
  const [before, after] = [text[start - 1] ?? ' ', text[end] ?? ' '];
  return !SIGN.test(before) && !SIGN.test(after) && before !== '.' && !JOINED.test(text.slice(end));
}

/** The terms that a space has for a word. */
export function termsOfWord(word: string, { analyzer }: Space): string[] {
  return contentWords(analysisNamed(analyzer)(word));
}

/**
 * A word with those beside it that it may be a part of.
 *
 * @param onlySpaces whether its letters are right
 */
export function toCorrect(
  words: readonly SurfaceWord[],
  at: number,
  space: Space,
  onlySpaces = false,
): WordToCorrect {
  const [before, { word }, after] = [words[at - 1], words[at], words[at + 1]];
  return {
    ...stemmed(word, space),
    withBefore: before && stemmed(before.word + word, space),
    withAfter: after && stemmed(word + after.word, space),
    ...(onlySpaces && { onlySpaces }),
  };
}

function stemmed(word: string, space: Space): Stemmed {
  const [stem] = termsOfWord(word, space);
  return { word, ...(stem !== undefined && stem !== word && { stem }) };
}

/** A word of a question that was corrected. */
interface CorrectedWord extends Omit<Correction, 'joins'> {
  /** As it was typed, with the one beside it that is a part of it. */
  readonly typed: string;
}

/** A question with words corrected. */
export interface CorrectedText {
  readonly text: string;
  readonly words: readonly CorrectedWord[];
}

/** Puts corrections in their words' places; of two that want the same word, the first has it. */
export function corrected(
  text: string,
  words: readonly SurfaceWord[],
  corrections: ReadonlyMap<number, Correction>,
): CorrectedText {
  const done: CorrectedWord[] = [];
  let result = '';
  let end = 0;
  for (const [at, { text: meant, edits, joins }] of corrections) {
    const first = words[joins === 'before' ? at - 1 : at];
    const last = words[joins === 'after' ? at + 1 : at];
    if (first.start < end) continue;
    result += text.slice(end, first.start) + meant;
    end = last.end;
    done.push({ typed: text.slice(first.start, last.end), text: meant, edits });
  }
  return { text: result + text.slice(end), words: done };
}
