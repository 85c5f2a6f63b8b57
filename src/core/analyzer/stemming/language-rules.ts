// What is known of the languages that Snowball stems, beside its stemmers: what their words are made of, which of them
// only hold sentences together, and what joins the parts of compounds.

import type { Language } from './inflected.ts';
import type { StemmedCode } from './stemmed-languages.ts';

const LATIN = /^[\p{sc=Latin}\p{M}]+$/u;
const CYRILLIC = /^[\p{sc=Cyrillic}\p{M}]+$/u;
const DEVANAGARI = /^[\p{sc=Devanagari}\p{M}\u200C\u200D]+$/u;
/** What words are made of, where not of Latin letters. */
const WORDS: { readonly [Code in StemmedCode]?: RegExp } = {
  ar: /^[\p{sc=Arabic}\p{M}]+$/u,
  el: /^[\p{sc=Greek}\p{M}]+$/u,
  hi: DEVANAGARI,
  hy: /^[\p{sc=Armenian}\p{M}]+$/u,
  ne: DEVANAGARI,
  ru: CYRILLIC,
  sr: /^[\p{sc=Latin}\p{sc=Cyrillic}\p{M}]+$/u,
  ta: /^[\p{sc=Tamil}\p{M}]+$/u,
};

const SCANDINAVIAN = ['', 's', 'e', 'u', 'o', 'a', 'er'];
/** What joins the parts of compounds, where they are written as one word. */
const LINKS: { readonly [Code in StemmedCode]?: readonly string[] } = {
  da: SCANDINAVIAN,
  de: ['', 's', 'es', 'n', 'en', 'er', 'e', 'ens'],
  nl: ['', 's', 'en', 'e', 'er', 'n'],
  no: SCANDINAVIAN,
  sv: SCANDINAVIAN,
};

/** Lists above this are not Snowball's, and have words that say something: "estado", "trabajo". */
const LONG_LIST = 300;
/** The words of such a list that are taken. */
const SHORT_WORD = 4;

/** A stemmer, and the list of a language's functional words. */
export type Stemming = readonly [stem: (word: string) => string, words: readonly string[]];

/** The rules of a language. */
export function languageBy(code: StemmedCode, [stem, words]: Stemming): Language {
  const taken = words.length > LONG_LIST ? words.filter(({ length }) => length <= SHORT_WORD) : words;
  const functional = new Set(taken.map((each) => each.normalize('NFKC')));
  return { stem, functional, word: WORDS[code] ?? LATIN, links: LINKS[code] };
}
