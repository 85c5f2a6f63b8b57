// Names of which signs are part, and parts of names: what a text is searched by beside its words. "useLayoutEffect" is
// found by "layout", "v3.11.7" by "3.11" and "v3", "python3" by "python", "l'hôpital" by "hôpital" and "Hawai'i" by
// "hawaii"; and "--dry-run", "std::vector", "@scope/pkg", "AT&T" and "max_connections" are terms of their own, so that
// the exact name comes before its parts. What is written in two parts or in one, as "Wi-Fi" and "wifi" or "RFC 9110"
// and "rfc9110", has the form in one for a term.
//
// A name is found in documents and questions alike, so neither has to know how the other wrote it.

import { foldedLetters } from './folding.ts';
import { withoutParticles } from './stemming/korean.ts';

/** A name's terms that its words do not give. */
export interface NameTerms {
  /** As they stand, in lower case. */
  readonly whole: string[];
  /** Words, which an analyzer may stem. */
  readonly parts: string[];
}

/** Words that analyzers keep together: parts of them are named here. */
export interface NameRules {
  /** Whether words hold full stops and underscores, as those of UAX #29 do. */
  readonly joined: boolean;
  /** Whether a letter and its sign are two, as C++ is to Lucene. */
  readonly letters: boolean;
  /** Whether words hold colons between letters, as those of UAX #29 do. */
  readonly colons: boolean;
  /** Whether words keep the 's of possessives. */
  readonly possessives: boolean;
}

const LETTERS_WITH_SIGN = /^[\p{L}\p{N}]{1,2}(?:\+\+|#)$/u;
/** No names, as prose has them: words joined by hyphens or strokes, pages from and to, "e.g.", initials, a dash. */
const PROSE = /^(?:[/-]?\p{L}{2,}(?:[-/]\p{L}{2,})*|\d+(?:-\d+)+|-*\p{L}(?:\.\p{L}{1,2})+)$/u;
const LONGEST = 100;
const IN_CANDIDATE = /[\p{L}\p{N}\p{M}_.@:/\\+#~$&'-]/u;
const CANDIDATE = new RegExp(`${IN_CANDIDATE.source}{2,}`, 'uy');
/** What makes a run of characters more than a word. */
const SIGNED =
  /[_@/\\~$]|[+#]$|\+\+|::|^\.?\p{L}[^.]*\.\p{L}|^\.\p{L}|^--?\p{L}|[\p{L}\p{N}]-[\p{L}\p{N}]|\p{L}[:#&]\p{L}/u;
/** Where parts of a name meet: "get" and "Element", "HTML" and "Parser". */
export const HUMP = /(?<=\p{Ll}\p{N}*)(?=\p{Lu}[\p{L}\p{N}])|(?<=[\p{Lu}\p{N}])(?=\p{Lu}\p{Ll}{2})/u;
const HUMPED = /\p{Ll}\p{N}*\p{Lu}[\p{L}\p{N}]|[\p{Lu}\p{N}]\p{Lu}\p{Ll}{2}/u;
/** What every run of characters has that gives terms: nearly all words are passed over by it, in one step. */
const TELLING = new RegExp(`[_@/\\\\~$+#&]|::|[.:'-][\\p{L}\\p{N}]|${HUMPED.source}`, 'gu');
const VERSION = /(?<![\p{N}.])(\p{L}*)(\d+(?:\.\d+)+)/gu;
/** French, Italian and Catalan words that lose their vowel; English has no such word of three letters after it. */
const ELIDED = /(?<![\p{L}'])\p{L}{1,7}'(\p{L}{3,})/gu;
/** Words that many type without the apostrophe in them: "Hawai'i", "O'Brien", "комп'ютер"; no "we're" and "it's". */
const APOSTROPHED =
  /(?<![\p{L}'])(\p{L}{0,20}(?:[aeiou]|\p{sc=Cyrillic}))'(?!(?:s|t|d|m|ll|re|ve)(?!\p{L}))(\p{L}+)(?![\p{L}'])/giu;
/** The owner is a word of three letters or more: "it's" has none. */
const POSSESSIVE = /(?<![\p{L}\p{N}'])([\p{L}\p{N}]{3,})'s(?![\p{L}\p{N}'])/giu;
/** What a colon joins with what stands before or behind it: "node:fs". */
const AT_COLON = /[\p{L}\p{N}\p{M}]*\p{L}(?=:\p{L})|(?<=\p{L}:)\p{L}[\p{L}\p{N}\p{M}]*/gu;
/** The number behind a word of three letters or more, as in "Python3"; one with a full stop in it is a version. */
const COUNTED = /\d(?<=\p{L}{3}\d)\d?(?![\p{L}\p{N}]|\.\d)/gu;
const LETTERS_BEFORE = /(?<![\p{L}\p{N}\p{M}])\p{L}+$/u;
const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/**
 * Two parts of a name that is written in one as well. A hyphen may be between any; a stroke between capitals, or
 * letters and a number; a full stop, which ends sentences and begins endings, between a letter and a number and before
 * a few.
 */
const PARTED = new RegExp(
  String.raw`^(?:[\p{L}\p{N}\p{M}]+-[\p{L}\p{N}\p{M}]+|` +
    String.raw`\p{Lu}[\p{Lu}\p{N}]*\/\p{Lu}{2,}|\p{Lu}{2,}\/\p{Lu}|\p{L}+\/\p{N}+|` +
    String.raw`\p{L}\.\p{N}+|[\p{L}\p{N}]+\.(?:js|JS|net|NET|io|IO))$`,
  'u',
);
/** Longer ones are seldom written in one, and most are of a text alone: "half-frightened". */
const LONGEST_PARTED = 13;
/** Two numbers are from and to. */
const NUMBERS = /\p{N}[-/]\p{N}/u;
/** No name with a number behind it is longer. */
const LONGEST_COUNTED = 30;
/** What is no part of a name in one. */
const APART = /[^\p{L}\p{N}\p{M}./-]+/u;
/** Of standards and the like, as in "RFC 9110". */
const NUMBERED = /(?<![\p{L}\p{N}_.'/-])([A-Z]{2,5})[ \u00A0](\d{1,8})(?![\p{L}\p{N}_]|[.,]\d)/gu;

/**
 * A number in groups, as people write large ones: by commas, as India has them, too, by apostrophes, underscores or
 * spaces, and by full stops, of which one alone begins a fraction.
 */
const GROUPED =
  /(?=\d)(?<![\p{L}\p{N}_]|\d[.,'])\d{1,3}(?:(?:,\d{2,3}){0,9},\d{3}|(?:['_]\d{3}){1,9}|(?:\.\d{3}){2,9}|(?<!\d\s\d{1,3})(?:[^\S\n]\d{3}){1,9}(?!\s\d))(?![\p{L}\p{N}_]|[.,']\p{N})/gu;
/** Vowels that are written as two letters where a keyboard lacks them; a joiner that keeps letters apart parts. */
const SPELT_OUT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  å: 'aa',
  '\u200C': ' ',
};
const SPELT_IN_ONE = /[äöüøå\u200C]/g;
/** The same in capitals, too, and however they are composed: most texts have none. */
const MAY_BE_SPELT = /[äöüøåÄÖÜØÅ\u200C\u212B]|[\u0308\u030A]/;
/** A run of letters, and of what joins them and shows nothing. */
const LETTERS = /[\p{L}\p{M}\u200C]+/gu;

/** The sign that makes a name of the word that ends there: C++, F#. */
const SIGN = /\+\+(?![\p{L}+])|#(?![\p{L}\p{N}#])/uy;

/** The sign of the name whose letters end at `end`, if it is one. */
export function signAt(text: string, end: number): string {
  const code = text.charCodeAt(end);
  if (code !== 0x2b && code !== 0x23) return '';
  SIGN.lastIndex = end;
  return SIGN.exec(text)?.[0] ?? '';
}

/** Longer words keep their own term beside that of the name: "Notepad++" is found by "notepad". */
const LONGEST_LETTERS = 2;

/** Whether a word is nothing without its sign: the C of "C++" is not the language C. */
export function isLetters(word: string): boolean {
  return word.length <= LONGEST_LETTERS;
}

/** The names in a text, which is in its own case. */
export function nameTerms(text: string, rules: NameRules): NameTerms {
  const terms: NameTerms = { whole: [], parts: [] };
  for (const candidate of candidatesIn(text)) {
    if (candidate.length > LONGEST || candidate.includes('://')) continue;
    if (SIGNED.test(candidate)) pushWhole(terms.whole, candidate, rules.letters);
    if (HUMPED.test(candidate)) pushHumps(terms.parts, candidate);
    if (rules.joined) pushJoined(terms.parts, candidate);
    pushInOne(terms.parts, candidate);
    if (candidate.includes('.')) pushVersions(terms, candidate, rules.joined);
    if (rules.colons && candidate.includes(':'))
      for (const [part] of candidate.matchAll(AT_COLON)) if (part.length > 1) terms.parts.push(part);
    if (candidate.includes("'")) pushApostrophed(terms.parts, candidate, rules.possessives);
  }
  terms.parts.push(...withoutParticles(text));
  for (const [, name, number] of text.matchAll(NUMBERED)) terms.parts.push(name + number);
  for (const [number] of text.matchAll(GROUPED)) terms.whole.push(number.replace(/\D/g, ''));
  for (const { index } of text.matchAll(COUNTED)) {
    const [word] = LETTERS_BEFORE.exec(text.slice(Math.max(0, index - LONGEST_COUNTED), index)) ?? [];
    if (word !== undefined) terms.parts.push(word);
  }
  return terms;
}

/**
 * Words of a text as they are typed where a keyboard lacks their letters, "Mueller" for "Müller", and the parts of
 * those that a joiner keeps apart, as in Persian "کتاب‌ها".
 */
export function otherSpellings(text: string): string[] {
  const found: string[] = [];
  if (!MAY_BE_SPELT.test(text)) return found;
  const lower = text.normalize('NFC').toLowerCase();
  for (const [run] of lower.matchAll(LETTERS)) {
    const spelt = run.replace(SPELT_IN_ONE, (sign) => SPELT_OUT[sign]);
    if (spelt !== run) for (const part of foldedLetters(spelt).split(' ')) found.push(part);
  }
  return found.filter(({ length }) => length <= LONGEST);
}

/** The runs of characters that may be names or hold some, in order. */
function* candidatesIn(text: string): Generator<string> {
  TELLING.lastIndex = 0;
  for (let told = TELLING.exec(text); told; told = TELLING.exec(text)) {
    let start = told.index;
    while (start > 0) {
      const before = text.codePointAt(start - 2)! > 0xffff ? start - 2 : start - 1;
      if (!IN_CANDIDATE.test(text.slice(before, start))) break;
      start = before;
    }
    CANDIDATE.lastIndex = start;
    const candidate = CANDIDATE.exec(text)?.[0];
    TELLING.lastIndex = start + (candidate?.length ?? 1);
    if (candidate) yield candidate;
  }
}

function pushWhole(into: string[], candidate: string, letters: boolean): void {
  const cased = trimmed(candidate);
  const name = cased.toLowerCase();
  if (!SIGNED.test(name) || PROSE.test(name) || (!letters && LETTERS_WITH_SIGN.test(name))) return;
  if (isParted(cased)) return;
  into.push(name);
  const core = cased.replace(/^[.@$~/\\-]+/, '');
  if (core !== cased && SIGNED.test(core) && !isParted(core)) into.push(core.toLowerCase());
}

/** Without the marks of the sentence that a name stands in. */
function trimmed(candidate: string): string {
  const end = candidate.replace(/[.:'/\\~$@-]+$/, '').replace(/(?<!\+)\+$|##+$/, '');
  return end.replace(/^(?:[:'+#\\]|\.(?!\p{L}))+/u, '');
}

function pushHumps(into: string[], candidate: string): void {
  for (const [run] of candidate.matchAll(RUN)) {
    const humps = run.split(HUMP);
    if (humps.length < 2) continue;
    // "OAuth2Client" has "OAuth2" as well as "Auth2"; the last hump is never a letter alone.
    humps.forEach((hump, i) => into.push(hump.length > 1 ? hump : hump + humps[i + 1]));
  }
}

function pushJoined(into: string[], candidate: string): void {
  for (const word of candidate.split(/[^\p{L}\p{N}\p{M}_.]+/u)) {
    if (!/[\p{L}\p{N}][_.]+[\p{L}\p{N}]/u.test(word) || /^v?[\d.]+$/i.test(word)) continue;
    for (const [run] of word.matchAll(RUN)) if (/\p{L}/u.test(run) && run.length > 1) into.push(run);
  }
}

/** A name in one: "wifi" of "Wi-Fi", "sha256" of "SHA-256", "nodejs" of "Node.js". */
function pushInOne(into: string[], candidate: string): void {
  for (const run of candidate.split(APART)) {
    const name = run.replace(/^[./-]+|[./-]+$/g, '');
    if (isParted(name)) into.push(name.replace(/[./-]/, ''));
  }
}

function isParted(name: string): boolean {
  return name.length <= LONGEST_PARTED && PARTED.test(name) && !NUMBERS.test(name);
}

function pushApostrophed(into: string[], candidate: string, possessives: boolean): void {
  if (possessives) for (const [, owner] of candidate.matchAll(POSSESSIVE)) into.push(owner);
  for (const [, rest] of candidate.matchAll(ELIDED)) into.push(rest);
  for (const [, before, rest] of candidate.matchAll(APOSTROPHED)) into.push(before + rest);
}

/**
 * A version without its v or the name before it, as in "python3.11" and "TLSv1.3", and all that it begins with: "3.11."
 * stands for whatever begins so, and "v3" for what is before the first full stop.
 *
 * @param joined whether that is a part already, as of "python3.11"
 */
function pushVersions({ whole: into, parts }: NameTerms, candidate: string, joined: boolean): void {
  for (const [, before, number] of candidate.matchAll(VERSION)) {
    if (before) into.push(number);
    if (before && !(joined && before[1])) into.push(before + number.split('.')[0]);
    if (before[1]) parts.push(before);
    const numbers = number.split('.');
    for (let count = 2; count <= numbers.length; count++) into.push(`${numbers.slice(0, count).join('.')}.`);
  }
}
