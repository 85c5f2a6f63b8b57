// What the reserved space `_words` has for keys, and how it tells frequencies. FORMAT.md, "Words".
//
// A word stands there forwards, so that what begins alike stands together, and backwards, so that what ends alike does:
// a word with a wrong letter still begins or ends as it should.

/** Begins the key of a word, of one spelt backwards, and of a frequent word with a beginning: in descending order. */
const FORWARDS = '>';
const BACKWARDS = '<';
const FREQUENT = '*';
/** Stands between a beginning and a frequent word with it. */
const NUL = '\0';

/** A beginning that more words have than this has its most frequent words beside one another. */
export const FEW_WORDS = 256;
/** So many of them. */
export const FREQUENT_WORDS = 32;
/** Beginnings of more letters have few words. */
export const LONGEST_BEGINNING = 8;

/** The key of a word. */
export function forwards(word: string): string {
  return FORWARDS + word;
}

/** The key of a word that is found by how it ends. */
export function backwards(word: string): string {
  return BACKWARDS + reversed(word);
}

/** The key of a frequent word that begins so. */
export function frequent(beginning: string, word = ''): string {
  return FREQUENT + beginning + NUL + word;
}

/** Whether a key is that of a word as a frequent one of a beginning. */
export function isFrequent(key: string, word: string): boolean {
  const beginning = key.slice(1, -word.length - 1);
  return key === frequent(beginning, word) && beginning !== '' && word.startsWith(beginning);
}

/** The word of a key. */
export function wordOfKey(key: string): string {
  if (key.startsWith(BACKWARDS)) return reversed(key.slice(1));
  return key.startsWith(FREQUENT) ? key.slice(key.indexOf(NUL) + 1) : key.slice(1);
}

/** By code points. */
function reversed(word: string): string {
  return [...word].reverse().join('');
}

const STEPS_AN_OCTAVE = 8;
const MOST = 255;

/** How often a word is said, from once on, as a byte: eight steps double it. */
export function levelOf(times: number): number {
  return Math.min(MOST, 1 + Math.floor(STEPS_AN_OCTAVE * Math.log2(times)));
}

/** How often a word of that level is said, at least. */
export function timesOf(level: number): number {
  return 2 ** ((level - 1) / STEPS_AN_OCTAVE);
}
