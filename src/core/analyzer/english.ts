// English as Lucene's EnglishAnalyzer (and so Anserini) takes it apart: StandardTokenizer, EnglishPossessiveFilter,
// LowerCaseFilter, StopFilter, PorterStemFilter, in this order.

import { type Analysis, contentWords, functionalTerm, isFunctional } from './analysis.ts';
import { withTypedSigns } from './folding.ts';
import { nameTerms } from './names.ts';
import { porter } from './stemming/porter.ts';
import { boundedMemo } from './words/owned.ts';
import { eachWord } from './words/words.ts';

/** EnglishAnalyzer.ENGLISH_STOP_WORDS_SET. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such ' +
    'that the their then there these they this to was will with'
  ).split(' '),
);

/** The terms of an English text. */
export function english(text: string): string[] {
  return contentWords(englishAnalysis(text));
}

/** An English text; stop words are its functional ones. What Lucene has no word for stands beside its words. */
export function englishAnalysis(text: string): Analysis {
  const inOrder: string[] = [];
  eachWord(text, (word) => {
    const term = termOf(word);
    if (term !== '') inOrder.push(term);
  });
  const { whole, parts } = nameTerms(withTypedSigns(text), {
    joined: true,
    letters: true,
    colons: true,
    possessives: false,
  });
  const names = whole;
  for (const part of parts) {
    const term = termOf(part);
    if (term !== '') (isFunctional(term) ? inOrder : names).push(term);
  }
  return { inOrder, names };
}

/** Word as it stands in a text → its term: what the token filters make of a token. */
const termOf = boundedMemo(1 << 16, (token) => {
  const lower = lowerCased(/['\u2019\uFF07][sS]$/.test(token) ? token.slice(0, -2) : token);
  return STOP_WORDS.has(lower) ? functionalTerm(lower) : porter(lower);
});

/**
 * Lower case by character, as Java's Character.toLowerCase: İ gives i without the dot that JavaScript keeps as a
 * combining mark, and Σ gives σ at the end of a word too.
 */
function lowerCased(token: string): string {
  return token.replaceAll('\u0130', 'i').replaceAll('\u03A3', '\u03C3').toLowerCase();
}
