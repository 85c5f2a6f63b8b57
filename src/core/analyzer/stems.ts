// English for the models that weigh words: words as words.ts gives them, without possessives, accents or case, stemmed.
// Where it departs from `english`, which has to agree with Lucene: compatibility forms and accents are folded (café is
// cafe), words part at underscores, as in _emphasis_ and snake_case, and between sentences without a space; British and
// American spellings and irregular forms are one term; and more words are functional. Functional words are no terms,
// but a network reads them: "to be or not to be" is context, too.

import { type Analysis, contentWords, functionalTerm } from './analysis.ts';
import { foldedLetters } from './folding.ts';
import { isLetters, nameTerms, otherSpellings, signAt } from './names.ts';
import { stemsOfForms } from './stemming/forms.ts';
import { porter } from './stemming/porter.ts';
import { americanSpelling } from './stemming/spelling.ts';
import { partRun, SOUTHEAST_ASIAN_RUN } from './unspaced.ts';
import { boundedMemo } from './words/owned.ts';
import { pushTerm } from './words/term-length.ts';
import { eachWord } from './words/words.ts';

/** A word of a text. */
export interface StemmedWord {
  readonly stem: string;
  /** It holds sentences together and says nothing of what they are about: no term. */
  readonly functional: boolean;
}

/**
 * Lucene's 33 stop words and what questions are made of beyond them: interrogatives, auxiliaries, pronouns,
 * quantifiers, a few adverbs. Passages that answer a question need none of them, so as terms they add noise: BM25 (k1
 * .6, b .75) over SQuAD's 2,067 dev passages has MRR@10 .847 with `english` and .864 with these terms. "us" stays one,
 * since it is mostly a country; "s" and "t" are what tokenized text makes of "it's" and "don't".
 */
export const FUNCTIONAL: ReadonlySet<string> = new Set(
  // Lucene's EnglishAnalyzer.ENGLISH_STOP_WORDS_SET.
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with ' +
    'what which who whom whose when where why how ' +
    'am been being were do does did doing done has have having had can could would should may might must shall ' +
    'i you he she we its his her our your my me him them ' +
    'all any both each few many more most much other own same some only ' +
    'about also from just so than too very s t ' +
    "cannot can't couldn't didn't doesn't don't hadn't hasn't haven't isn't aren't wasn't weren't won't wouldn't shouldn't " +
    "i'm i've i'd i'll you're you've you'd you'll we're we've we'd we'll they're they've they'd they'll"
  ).split(' '),
);

/** The terms of a text. */
export function stems(text: string): string[] {
  return contentWords(stemsAnalysis(text));
}

/** A text's stems, functional ones marked, and its names. */
export function stemsAnalysis(text: string): Analysis {
  const inOrder: string[] = [];
  const names: string[] = [];
  const shown = foldedLetters(text);
  eachStemIn(
    shown,
    ({ stem, functional }) => inOrder.push(functional ? functionalTerm(stem) : stem),
    (pair) => names.push(pair),
  );
  const { whole, parts } = nameTerms(shown, {
    joined: false,
    letters: false,
    colons: true,
    possessives: false,
  });
  names.push(...whole);
  for (const part of [...parts, ...otherSpellings(text)]) {
    const { stem, functional } = stemmed(part);
    if (!functional) names.push(stem);
  }
  return { inOrder, names };
}

/** Calls `visit` with every word of a text, in order. */
export function eachStemmedWord(text: string, visit: (word: StemmedWord) => void): void {
  eachStemIn(foldedLetters(text), visit, () => {});
}

function eachStemIn(shown: string, visit: (word: StemmedWord) => void, pair: (words: string) => void): void {
  const spaced = shown.replaceAll('_', ' ');
  const parts = UNSPACED.test(spaced) ? spaced.split(SOUTHEAST_ASIAN_RUN) : [spaced];
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) partRun(part, (word) => visitPieces(word, visit), pair);
    else eachWord(part, (word, end) => visitWord(word, signAt(part, end), visit));
  }
}

const UNSPACED = /[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u19E0-\u19FF\uA9E0-\uA9FF\uAA60-\uAA7F]/;

/** A dictionary may leave more letters together than a term can have. */
function visitPieces(word: string, visit: (word: StemmedWord) => void): void {
  const pieces: string[] = [];
  pushTerm(pieces, word);
  for (const piece of pieces) visit(stemmed(piece));
}

function visitWord(word: string, sign: string, visit: (word: StemmedWord) => void): void {
  if (sign !== '' && isLetters(word)) visit({ stem: word.toLowerCase() + sign, functional: false });
  else if (!word.includes('.') || IN_NUMBER.test(word)) visit(stemmed(word));
  else if (INITIALS.test(word)) visit(stemmed(word.replaceAll('.', '')));
  else for (const part of word.split('.')) visit(stemmed(part));
}

// UAX #29 joins what a full stop joins, be it "U.S", "example.com" or the end of a sentence: "was.The".
const IN_NUMBER = /\d\.\d/;
const INITIALS = /^(\p{L}\.)+\p{L}(?:'s)?$/iu;

/**
 * How a word is written where functional ones stand among terms, as in a vocabulary: no stem begins with an underscore.
 */
export function markedStem({ stem, functional }: StemmedWord): string {
  return functional ? `_${stem}` : stem;
}

/** A text whose words are to be stemmed. All of it at once: some characters decompose into several words. */
export function folded(text: string): string {
  return foldedLetters(text).replaceAll('_', ' ');
}

// Made by the first word, so that a Worker whose index has no stems does not pay for it when it starts.
let formStems: ReadonlyMap<string, string> | undefined;

const stemmed = boundedMemo(1 << 16, (word): StemmedWord => {
  const lower = (/'[sS]$/.test(word) ? word.slice(0, -2) : word).toLowerCase();
  const spelt = americanSpelling(lower);
  formStems ??= stemsOfForms(porter);
  return { stem: formStems.get(spelt) ?? porter(spelt), functional: FUNCTIONAL.has(lower) };
});
