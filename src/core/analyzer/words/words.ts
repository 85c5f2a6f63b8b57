// The words of a text, quickly. Most of an English text is ASCII letters and digits between characters that cannot join
// them; such a word needs no rule of UAX #29. Whatever else is met is left to word-break.ts.

import { MAX_WORD, nextStart, wordEnd } from './word-break.ts';
import { classesOf, DIGIT, EMOJI, LETTER, WORD } from './word-classes.ts';

/** Calls `visit` with each word of a text and where it ends, in order. */
export function eachWord(text: string, visit: (word: string, end: number) => void): void {
  eachPlace(text, (start, end) => visit(text.slice(start, end), end));
}

/** Calls `visit` with where each word of a text begins and ends, in order. */
export function eachPlace(text: string, visit: (start: number, end: number) => void): void {
  const { length } = text;
  for (let at = 0; at < length; ) {
    const kind = kindAt(text, at);
    if (kind === GAP || kind === MIDDLE) {
      at++;
      continue;
    }
    let end = kind === PLAIN ? plainEnd(text, at) : UNDECIDED;
    if (end === UNDECIDED) end = wordEnd(text, at);
    if (end === at) {
      at = nextStart(text, at);
      continue;
    }
    visit(at, end);
    at = end;
  }
}

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
  return code < 128 ? KINDS[code] : OTHER;
}

const UNDECIDED = -1;

/** Where the word of ASCII letters and digits that begins at `start` ends, unless the rules have to say. */
function plainEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_WORD);
  let end = start + 1;
  while (end < limit && kindAt(text, end) === PLAIN) end++;
  if (end === limit) return end;
  const kind = kindAt(text, end);
  if (kind === GAP) return end;
  if (kind !== MIDDLE) return UNDECIDED;
  const after = end + 1 < text.length ? kindAt(text, end + 1) : GAP;
  return after === GAP || after === MIDDLE ? end : UNDECIDED;
}
