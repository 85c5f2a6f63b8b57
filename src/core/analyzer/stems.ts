// English for the models that weigh words: words as words.ts gives them, without possessives, accents or case, stemmed.
// Where it departs from `english`, which has to agree with Lucene: compatibility forms and accents are folded (café is
// cafe), words part at underscores, as in _emphasis_ and snake_case, and between sentences without a space; British and
// American spellings and irregular forms are one term; and more words are functional. Functional words are no terms,
// but a network reads them: "to be or not to be" is context, too.

import { stemsOfForms } from './forms.ts';
import { porter } from './porter.ts';
import { americanSpelling } from './spelling.ts';
import { boundedMemo } from './words/owned.ts';
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
  const terms: string[] = [];
  eachStemmedWord(text, ({ stem, functional }) => {
    if (!functional) terms.push(stem);
  });
  return terms;
}

/** Calls `visit` with every word of a text, in order. */
export function eachStemmedWord(text: string, visit: (word: StemmedWord) => void): void {
  eachWord(folded(text), (word) => {
    if (!word.includes('.') || IN_NUMBER.test(word)) visit(stemmed(word));
    else if (INITIALS.test(word)) visit(stemmed(word.replaceAll('.', '')));
    else for (const part of word.split('.')) visit(stemmed(part));
  });
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

const ASCII = /^[\0-\x7f]*$/;

/** One form for what looks alike. All of a text at once: some characters decompose into several words. */
export function folded(text: string): string {
  const plain = ASCII.test(text)
    ? text
    : text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('\u2019', "'");
  return plain.replaceAll('_', ' ');
}

// Made by the first word, so that a Worker whose index has no stems does not pay for it when it starts.
let formStems: ReadonlyMap<string, string> | undefined;

const stemmed = boundedMemo(1 << 16, (word): StemmedWord => {
  const lower = (/'[sS]$/.test(word) ? word.slice(0, -2) : word).toLowerCase();
  const spelt = americanSpelling(lower);
  formStems ??= stemsOfForms(porter);
  return { stem: formStems.get(spelt) ?? porter(spelt), functional: FUNCTIONAL.has(lower) };
});
