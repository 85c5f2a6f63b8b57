// Runs of scripts that are written without spaces. Chinese, Japanese and Thai are parted by the dictionaries of the
// runtime's ICU, on which Node 24 (ICU 78) and workerd agree: on 20,000 random letters each of Han, Hiragana and Thai
// they did. On Lao and Khmer they do not, and what they make of a Burmese word depends on those around it, so that it
// is not found by itself. These three are parted by rules that need no dictionary: at each letter that begins a
// syllable's spelling, and two such pieces in a row are a term, too.

const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
/** Text parted by this has unspaced runs at its odd places. The point of Catalan belongs to Han since Unicode 16. */
export const UNSPACED_RUN = new RegExp(`((?![\\p{M}\u00B7])[${UNSPACED}][${UNSPACED}\\p{M}]*)`, 'u');
const SOUTHEAST_ASIAN = '\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
/** The same of South-East Asian scripts alone. */
export const SOUTHEAST_ASIAN_RUN = new RegExp(
  `((?!\\p{M})[${SOUTHEAST_ASIAN}][${SOUTHEAST_ASIAN}\\p{M}]*)`,
  'u',
);
const RULED_RUN = /([\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}][\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{M}]*)/u;

/**
 * A written vowel that stands before its consonant, a consonant with those below it, and all marks; in Burmese with the
 * consonants that end the syllable, which have a mark of their own.
 */
const PIECE = new RegExp(
  [
    String.raw`[\u1000-\u102A\u103F\u104E](?:\u1039[\u1000-\u1021]|\p{M}|[\u1000-\u1021]\u1037?\u103A)*`,
    String.raw`[\u0EC0-\u0EC4]?[\u0E81-\u0EAE\u0EDC-\u0EDF](?:[\u0EB0-\u0EBD\u0EC6\p{M}])*`,
    String.raw`[\u1780-\u17B3](?:\u17D2[\u1780-\u17B3]|\p{M})*|[\p{L}\p{N}]\p{M}*`,
  ].join('|'),
  'gu',
);

/** A syllable has a few marks; whatever has more is no text. */
const LONGEST_PAIR = 64;

let segmenter: Intl.Segmenter | undefined;

/** Calls `visit` with each word of an unspaced run, and `pair` with two pieces of words that stand together. */
export function partRun(run: string, visit: (word: string) => void, pair: (words: string) => void): void {
  for (const [i, part] of inOneOrder(run).split(RULED_RUN).entries()) {
    if (part === '') continue;
    if (i % 2 === 1) partByRule(part, visit, pair);
    else partByDictionary(part, visit);
  }
}

function partByRule(run: string, visit: (word: string) => void, pair: (words: string) => void): void {
  let before = '';
  let end = -1;
  for (const { 0: piece, index } of run.matchAll(PIECE)) {
    visit(piece);
    if (index === end && before.length + piece.length <= LONGEST_PAIR) pair(before + piece);
    before = piece;
    end = index + piece.length;
  }
}

function partByDictionary(run: string, visit: (word: string) => void): void {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    if (isWordLike) visit(segment);
  }
}

/**
 * Compatibility forms part the vowels U+0E33 of Thai, which dictionaries know whole, and U+0EB3 of Lao; the mark of a
 * tone may be typed before or within either.
 */
function inOneOrder(run: string): string {
  return run
    .replace(/\u0E4D([\u0E48-\u0E4B]?)\u0E32/g, '$1\u0E33')
    .replace(/\u0ECD([\u0EC8-\u0ECB])\u0EB2/g, '$1\u0ECD\u0EB2');
}
