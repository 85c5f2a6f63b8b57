// Finds words as Lucene's StandardTokenizer does: the longest match of the rules in StandardTokenizerImpl.jflex, which
// are those of UAX #29 with one token for each ideograph and Hiragana letter, runs of South-East Asian letters kept
// whole, and emoji sequences (UTS #51).

import {
  CONNECTOR,
  classesOf,
  DIGIT,
  EMOJI,
  EXTENDER,
  HEBREW,
  KATAKANA,
  LETTER,
  MID_LETTER,
  MID_NUMBER,
  SINGLE,
  SOUTHEAST_ASIAN,
  WORD,
} from './word-classes.ts';

/** A word is cut here, in UTF-16 units: the size of StandardTokenizer's window over the text. */
export const MAX_WORD = 255;

const ZERO_WIDTH_JOINER = 0x200d;

/** Where the word that begins at `start` ends; `start` itself if none begins there. */
export function wordEnd(text: string, start: number): number {
  const limit = windowEnd(text, start);
  const codePoint = text.codePointAt(start)!;
  const flags = classesOf(codePoint);
  let end = start;
  if (flags & WORD) end = alphanumericEnd(text, start, limit);
  if (flags & SOUTHEAST_ASIAN) end = Math.max(end, southeastAsianEnd(text, start, limit));
  if (flags & SINGLE) end = Math.max(end, skipExtenders(text, start + widthOf(codePoint), limit));
  if (flags & EMOJI) end = Math.max(end, emojiEnd(text, start, limit));
  return end;
}

/**
 * Where a word may begin next, after none began at `at`. A long run of connectors, extenders and joiners is passed in
 * one step, up to where the window reaches what follows the run: trying every place in it would take the square.
 */
export function nextStart(text: string, at: number): number {
  const step = at + widthOf(text.codePointAt(at)!);
  let end = at;
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!;
    const flags = classesOf(codePoint);
    const begins = flags & (SOUTHEAST_ASIAN | EMOJI) && codePoint !== ZERO_WIDTH_JOINER;
    if (begins || !(flags & (CONNECTOR | EXTENDER))) break;
    end += widthOf(codePoint);
  }
  return Math.max(step, end - MAX_WORD);
}

/** StandardTokenizer sees no further than its window, which never ends between two surrogates. */
function windowEnd(text: string, start: number): number {
  const end = start + MAX_WORD;
  if (end >= text.length) return text.length;
  return text.codePointAt(end - 1)! > 0xffff ? end - 1 : end;
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}

function skipExtenders(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit) {
    const codePoint = text.codePointAt(at)!;
    if (!(classesOf(codePoint) & EXTENDER)) break;
    at += widthOf(codePoint);
  }
  return at;
}

/** How the latest letter was reached, which decides what may follow it. */
type Reached = 'directly' | 'over-middle' | 'over-double-quote';

/**
 * The rule WORD_TYPE, which holds NUMERIC_TYPE, HANGUL_TYPE and KATAKANA_TYPE. It differs from UAX #29 in two ways: a
 * run of connectors alone is no word, and a Hebrew letter that stands after `"` or a middle character cannot take a
 * quote itself, because the grammar consumed it with what came before.
 */
function alphanumericEnd(text: string, start: number, limit: number): number {
  let end = start;
  let before = 0;
  let reached: Reached = 'directly';
  for (let at = start; at < limit; ) {
    const codePoint = text.codePointAt(at)!;
    const flags = classesOf(codePoint);
    const next = skipExtenders(text, at + widthOf(codePoint), limit);
    if (flags & (LETTER | DIGIT)) {
      if (before & KATAKANA) break;
      end = next;
      reached = 'directly';
    } else if (flags & KATAKANA) {
      if (before & ~(KATAKANA | CONNECTOR)) break;
      end = next;
    } else if (flags & CONNECTOR) {
      if (end > start) end = next;
    } else {
      const quotable = before & HEBREW && reached === 'directly';
      const following = next < limit ? text.codePointAt(next)! : 0;
      const after = next < limit ? classesOf(following) : 0;
      const past = (): number => skipExtenders(text, next + widthOf(following), limit);
      if (quotable && codePoint === 0x27) {
        // WB7a. What follows is as after a digit: letters and digits join, middle characters do not.
        end = next;
        before = MID_LETTER;
        at = next;
        continue;
      }
      if (quotable && codePoint === 0x22 && after & HEBREW) reached = 'over-double-quote';
      else if (before & LETTER && reached !== 'over-double-quote' && flags & MID_LETTER && after & LETTER) {
        reached = 'over-middle';
      } else if (!(before & DIGIT && flags & MID_NUMBER && after & DIGIT)) break;
      end = past();
      before = after & (LETTER | HEBREW | DIGIT);
      at = end;
      continue;
    }
    before = flags & (LETTER | HEBREW | DIGIT | KATAKANA | CONNECTOR);
    at = next;
  }
  return end;
}

function southeastAsianEnd(text: string, start: number, limit: number): number {
  let at = start;
  while (at < limit) {
    const codePoint = text.codePointAt(at)!;
    if (!(classesOf(codePoint) & SOUTHEAST_ASIAN)) break;
    at = skipExtenders(text, at + widthOf(codePoint), limit);
  }
  return at;
}

const X = '[\\p{Grapheme_Extend}\\p{Mc}\\p{Emoji_Modifier}\\p{Cf}]';
/** Extenders without U+FE0E and U+FE0F, as ExtFmtZwjSansPresSel, and without those that word-classes.ts excludes. */
const EXTENDERS = `(?:(?![\\uFE0E\\uFE0F\\u200B\\uFEFF])${X})*`;
const PICTURE = `\\p{Extended_Pictographic}${EXTENDERS}\\uFE0F?`;
const MODIFIER = `\\p{Emoji_Modifier}${EXTENDERS}`;
/**
 * The rule EMOJI_TYPE. An extender run takes modifiers, tags and joiners greedily, so a sequence goes on after a run
 * that ended in a joiner.
 */
const EMOJI_SEQUENCE = new RegExp(
  `(?:\\u200D*${PICTURE}|${MODIFIER})` +
    `(?:(?<=\\uFE0F)[\\u{E0020}-\\u{E007E}]+\\u{E007F}|(?:(?<=\\u200D)${PICTURE}|\\u200D+${PICTURE}|\\u200D${MODIFIER})*)` +
    `|[#*]${EXTENDERS}\\uFE0F?\\u20E3${EXTENDERS}` +
    `|\\p{Regional_Indicator}${EXTENDERS}\\p{Regional_Indicator}${EXTENDERS}`,
  'uy',
);

function emojiEnd(text: string, start: number, limit: number): number {
  EMOJI_SEQUENCE.lastIndex = 0;
  return EMOJI_SEQUENCE.test(text.slice(start, limit)) ? start + EMOJI_SEQUENCE.lastIndex : start;
}
