// The stems of a text in its language, which stand beside its words: a word is still found as it is, and before other
// forms of it. They have a mark behind them, so that the stem of one language is never taken for the word of another;
// in an index they stand right behind the words that begin like them, and one read brings both.

import { foldedLetters, withTypedSigns } from '../folding.ts';
import { UNSPACED_RUN } from '../unspaced.ts';
import { boundedMemo } from '../words/owned.ts';
import { eachWord } from '../words/words.ts';
import { compoundParts, partsIn } from './compounds.ts';
import type { Inflected } from './stemmed-languages.ts';

/** Ends a stem, and no word and no name. */
const STEM_MARK = '*';
/** A term has at most 255 UTF-16 units, and folding may make four of one. */
const LONGEST = 60;
/** French, Italian and Catalan words that lost their vowel, and what English names have behind them. */
const BEFORE_WORD = /^\p{L}{1,7}'(?=\p{L}{2})/u;
const BEHIND_WORD = /'s?$/;

/** What is known of a language. */
export interface Language {
  /** A word in lower case, with its marks → its stem. */
  readonly stem: (word: string) => string;
  /** Words that hold sentences together and say nothing of what they are about: they have no stem. */
  readonly functional: ReadonlySet<string>;
  /** What words are made of that its stemmer is for. */
  readonly word: RegExp;
  /** What stands between the parts of its compounds, where it writes them as one word; nothing is one of them. */
  readonly links?: readonly string[] | undefined;
}

/**
 * Stems texts in a language: the stem of each word, and those of the parts of compounds.
 *
 * @param parts the set of stems by which compounds are cut, if they are: see compounds.ts
 */
export function inflecting(language: Language, parts?: string): Inflected {
  const knows = parts === undefined || language.links === undefined ? undefined : partsIn(parts);
  const stemOf = boundedMemo(1 << 16, (word) => stemIn(language, word));
  const termsOf = boundedMemo(1 << 16, (given): readonly string[] => {
    const word = given.replace(BEFORE_WORD, '').replace(BEHIND_WORD, '');
    if (word.length > LONGEST || !language.word.test(word) || language.functional.has(word)) return [];
    const cut = knows === undefined ? [] : compoundParts(word, language.links ?? [], stemOf, knows);
    return [stemOf(word), ...cut].map((stem) => stem + STEM_MARK);
  });
  return (text) => {
    const stems: string[] = [];
    const shown = lowerCased(withTypedSigns(text.normalize('NFKC'))).replace(/[:_.\u200B]/g, ' ');
    for (const [i, part] of shown.split(UNSPACED_RUN).entries()) {
      // `split` puts runs without spaces at the odd places; no language that writes them is stemmed.
      if (i % 2 === 0) eachWord(part, (word) => stems.push(...termsOf(word)));
    }
    return stems;
  };
}

/**
 * The stem of a word as terms have it, without their mark: without letters' marks either, and never empty.
 *
 * @param word in lower case, with its marks
 */
export function stemIn({ stem }: Pick<Language, 'stem'>, word: string): string {
  return foldedLetters(stem(word)) || foldedLetters(word) || word;
}

/** İ loses its dot, as folding has it; soft hyphens and joiners are none of a word. */
function lowerCased(text: string): string {
  return text
    .replaceAll('\u0130', 'i')
    .replace(/\u00AD/g, '')
    .toLowerCase();
}
