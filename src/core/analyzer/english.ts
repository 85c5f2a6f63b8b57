// English as Lucene's EnglishAnalyzer (and so Anserini) takes it apart: StandardTokenizer, EnglishPossessiveFilter,
// LowerCaseFilter, StopFilter, PorterStemFilter, in this order.

import { porter } from './porter.ts';
import { MAX_WORD, stepPast, wordEnd } from './word-break.ts';
import { classesOf, DIGIT, EMOJI, LETTER, WORD } from './word-classes.ts';

/** EnglishAnalyzer.ENGLISH_STOP_WORDS_SET. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such ' +
    'that the their then there these they this to was will with'
  ).split(' '),
);

/** The terms of an English text. */
export function english(text: string): string[] {
  const terms: string[] = [];
  const { length } = text;
  for (let at = 0; at < length; ) {
    const kind = kindAt(text, at);
    if (kind === GAP) {
      at++;
      continue;
    }
    let end = kind === PLAIN ? plainEnd(text, at) : 0;
    if (end === 0) end = wordEnd(text, at);
    if (end === at) {
      at = stepPast(text, at);
      continue;
    }
    const term = termOf(text.slice(at, end));
    if (term !== '') terms.push(term);
    at = end;
  }
  return terms;
}

// The fast path. Most of an English text is ASCII letters and digits between characters that cannot join them; such a
// word needs no rule of UAX #29. Whatever else is met is left to `wordEnd`.

/** Belongs to no word, whatever stands beside it. */
const GAP = 0;
/** An ASCII letter or digit. */
const PLAIN = 1;
/** Joins letters or digits if it stands between them. */
const MIDDLE = 2;
/** Needs the rules. */
const OTHER = 3;

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const flags = classesOf(code);
  if (flags & (LETTER | DIGIT)) return PLAIN;
  if (flags & (WORD | EMOJI)) return OTHER;
  return ".:,;'".includes(String.fromCharCode(code)) ? MIDDLE : GAP;
});

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? KINDS[code]! : OTHER;
}

/** Where the word of ASCII letters and digits that begins at `start` ends; 0 if the rules have to say. */
function plainEnd(text: string, start: number): number {
  const { length } = text;
  let end = start + 1;
  while (end < length && kindAt(text, end) === PLAIN) end++;
  if (end - start > MAX_WORD) return 0;
  if (end === length) return end;
  const kind = kindAt(text, end);
  if (kind === GAP) return end;
  if (kind !== MIDDLE) return 0;
  return end + 1 === length || kindAt(text, end + 1) === GAP || kindAt(text, end + 1) === MIDDLE ? end : 0;
}

// Few words make most of a text, and looking one up costs a tenth of stemming it.

/** Word as it stands in a text → its term, or '' for a stop word. */
const known = new Map<string, string>();
const MAX_KNOWN = 1 << 16;
const MAX_KNOWN_LENGTH = 40;

function termOf(word: string): string {
  const cached = known.get(word);
  if (cached !== undefined) return cached;
  // A slice keeps the text that it was cut from in memory; neither the cache nor a caller's dictionary may do that.
  const own = unshared(word);
  const term = filtered(own);
  if (own.length <= MAX_KNOWN_LENGTH) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(own, term);
  }
  return term;
}

/** The same string in memory of its own. */
function unshared(word: string): string {
  let copy = '';
  for (let i = 0; i < word.length; i++) copy += word[i];
  return copy;
}

/** What the token filters make of a token. */
function filtered(token: string): string {
  const lower = lowerCased(/['\u2019\uFF07][sS]$/.test(token) ? token.slice(0, -2) : token);
  return STOP_WORDS.has(lower) ? '' : porter(lower);
}

/**
 * Lower case by character, as Java's Character.toLowerCase: İ gives i without the dot that JavaScript keeps as a
 * combining mark, and Σ gives σ at the end of a word too.
 */
function lowerCased(token: string): string {
  return token.replaceAll('\u0130', 'i').replaceAll('\u03A3', '\u03C3').toLowerCase();
}
