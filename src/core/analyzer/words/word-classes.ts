// What a code point may do in a word: the Word_Break property of UAX #29 and the few others that Lucene's
// StandardTokenizer (grammar StandardTokenizerImpl.jflex, Unicode 12.1) asks for. JavaScript knows neither Word_Break
// nor Line_Break, so they are derived here from the properties it does know, with the exceptions that UAX #29 table 3
// and LineBreak.txt list. A character younger than Unicode 12.1 is classed by the runtime's Unicode data.

/** ALetter or Hebrew_Letter. */
export const LETTER = 1;
/** Hebrew_Letter; always together with LETTER. */
export const HEBREW = 2;
/** Numeric. */
export const DIGIT = 4;
export const KATAKANA = 8;
/** ExtendNumLet: joins whatever it stands between, such as the low line. */
export const CONNECTOR = 16;
/** MidLetter, MidNumLet or Single_Quote: joins two letters. */
export const MID_LETTER = 32;
/** MidNum, MidNumLet or Single_Quote: joins two digits. */
export const MID_NUMBER = 64;
/** Extend, Format or ZWJ: belongs to whatever it follows. */
export const EXTENDER = 128;
/** Line_Break = Complex_Context (Thai, Lao, Khmer, Myanmar and others): Lucene keeps a run of them whole. */
export const SOUTHEAST_ASIAN = 256;
/** Script = Han or Hiragana: each is a word. */
export const SINGLE = 512;
/** May begin an emoji sequence. */
export const EMOJI = 1024;

const CLASSIFIED = 1 << 15;

/** Words in the sense of UAX #29 are made of these. */
export const WORD = LETTER | DIGIT | KATAKANA | CONNECTOR;

const KATAKANA_CHAR = /[\p{Script=Katakana}\u3031-\u3035\u309B\u309C\u30A0\u30FC\uFF70]/u;
const EXTENDER_CHAR = /[\p{Grapheme_Extend}\p{Mc}\p{Emoji_Modifier}\p{Cf}]/u;
/** U+200B separates words though it is a format character. U+FEFF does so here alone: see `classify`. */
const NO_EXTENDER = /[\u200B\uFEFF]/u;
const SOUTHEAST_ASIAN_SCRIPT =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}\p{Script=Ahom}]/u;
const COMPLEX_CONTEXT =
  /[\p{L}\p{M}\u109E\u109F\u19DA\u19DE\u19DF\u1AA0-\u1AA6\u1AA8-\u1AAD\uAA77-\uAA79\uAADE\uAADF\u{1173A}\u{1173B}\u{1173F}]/u;
const HEBREW_LETTER = /(?=\p{Script=Hebrew})\p{Lo}/u;
/** Not Alphabetic and yet ALetter. */
const LISTED_LETTER =
  /[\u02C2-\u02C5\u02D2-\u02D7\u02DE\u02DF\u02E5-\u02EB\u02ED\u02EF-\u02FF\u055A-\u055C\u055E\u058A\u05F3\uA708-\uA716\uA720\uA721\uA789\uA78A\uAB5B]/u;
const MID_LETTER_ONLY = ':\u00B7\u0387\u055F\u05F4\u2027\uFE13\uFE55\uFF1A';
const MID_BOTH = "'.\u2018\u2019\u2024\uFE52\uFF07\uFF0E";
const MID_NUMBER_ONLY = ',;\u037E\u0589\u060C\u060D\u066C\u07F8\u2044\uFE10\uFE14\uFE50\uFE54\uFF0C\uFF1B';
const EMOJI_START = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}#*\u200D]/u;

/**
 * Two departures from Lucene, because a term here may not hold what `\s` matches: U+202F (ExtendNumLet) and U+FEFF
 * (Format) separate words instead of joining them.
 */
function classify(char: string): number {
  let flags = CLASSIFIED;
  const extender = EXTENDER_CHAR.test(char) && !NO_EXTENDER.test(char);
  const katakana = KATAKANA_CHAR.test(char);
  const southeastAsian = SOUTHEAST_ASIAN_SCRIPT.test(char) && COMPLEX_CONTEXT.test(char) && char !== '\u1A7F';
  if (extender) flags |= EXTENDER;
  if (katakana) flags |= KATAKANA;
  if (southeastAsian) flags |= SOUTHEAST_ASIAN;
  if (/[\p{Script=Han}\p{Script=Hiragana}]/u.test(char)) flags |= SINGLE;
  if (HEBREW_LETTER.test(char)) flags |= HEBREW | LETTER;
  else if (LISTED_LETTER.test(char)) flags |= LETTER;
  else if (!extender && !katakana && !southeastAsian && isAlphabetic(char)) flags |= LETTER;
  if (/[\p{Nd}\u066B]/u.test(char)) flags |= DIGIT;
  if (/\p{Pc}/u.test(char)) flags |= CONNECTOR;
  if (MID_LETTER_ONLY.includes(char)) flags |= MID_LETTER;
  if (MID_NUMBER_ONLY.includes(char)) flags |= MID_NUMBER;
  if (MID_BOTH.includes(char)) flags |= MID_LETTER | MID_NUMBER;
  if (EMOJI_START.test(char)) flags |= EMOJI;
  return flags;
}

function isAlphabetic(char: string): boolean {
  return /\p{Alphabetic}/u.test(char) && !/[\p{Ideographic}\p{Script=Hiragana}]/u.test(char);
}

/** Filled as characters are met: classifying all of them would take longer than most texts. */
const classes = new Uint16Array(0x20000);

/** The classes of a code point; 0 apart from a mark of no meaning if it is in none, as a lone surrogate is. */
export function classesOf(codePoint: number): number {
  if (codePoint >= classes.length) return classify(String.fromCodePoint(codePoint));
  if (classes[codePoint] === 0) classes[codePoint] = classify(String.fromCodePoint(codePoint));
  return classes[codePoint];
}
