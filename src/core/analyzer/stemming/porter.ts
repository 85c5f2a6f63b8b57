// Porter's suffix stripping (M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980) with the two
// later departures of his own programs (-bli, -logi), as Lucene's PorterStemmer runs it: over any characters, where all
// but a, e, i, o, u and some y count as consonants. The package `stemmer` was rejected: it needs a letter before every
// suffix ("ies" → "ie", Lucene "i"; "eed" → "e", Lucene "eed") and never takes a y for a consonant inside a word.

/** [suffix, replacement]: the first suffix that the word ends with counts; none follows one that it ends with. */
type Rules = readonly (readonly [string, string])[];

const STEP_2: Rules = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['logi', 'log'],
];

const STEP_3: Rules = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const STEP_4 = 'al ance ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive ize'.split(
  ' ',
);

/** The stem of a lower-cased word; words of one or two characters are their own. */
export function porter(word: string): string {
  if (word.length < 3) return word;
  return step5(step4(replaced(replaced(step1c(step1b(step1a(word))), STEP_2), STEP_3)));
}

/** Is a character a consonant? A y is one unless it follows one. */
function isConsonant(char: string, followsConsonant: boolean): boolean {
  return char === 'y' ? !followsConsonant : !'aeiou'.includes(char);
}

function consonantAt(word: string, i: number): boolean {
  let first = i;
  while (first > 0 && word[first] === 'y') first--;
  let consonant = false;
  for (let at = first; at <= i; at++) consonant = isConsonant(word[at], consonant);
  return consonant;
}

/** How often a vowel is followed by a consonant in word[0, end): Porter's m. */
function measure(word: string, end: number): number {
  let count = 0;
  let consonant = false;
  for (let i = 0; i < end; i++) {
    const before = consonant;
    consonant = isConsonant(word[i], before);
    if (i > 0 && consonant && !before) count++;
  }
  return count;
}

function hasVowel(word: string, end: number): boolean {
  let consonant = false;
  for (let i = 0; i < end; i++) {
    consonant = isConsonant(word[i], consonant);
    if (!consonant) return true;
  }
  return false;
}

function endsInDoubleConsonant(word: string): boolean {
  const last = word.length - 1;
  return last >= 1 && word[last] === word[last - 1] && consonantAt(word, last);
}

/** Does word[0, end) end consonant, vowel, consonant, the last one not w, x or y? */
function endsShort(word: string, end: number): boolean {
  return (
    end >= 3 &&
    consonantAt(word, end - 1) &&
    !consonantAt(word, end - 2) &&
    consonantAt(word, end - 3) &&
    !'wxy'.includes(word[end - 1])
  );
}

function step1a(word: string): string {
  if (!word.endsWith('s')) return word;
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('ss') ? word : word.slice(0, -1);
}

function step1b(word: string): string {
  if (word.endsWith('eed')) return measure(word, word.length - 3) > 0 ? word.slice(0, -1) : word;
  const length = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0;
  if (length === 0 || !hasVowel(word, word.length - length)) return word;
  const stem = word.slice(0, -length);
  if (stem.endsWith('at') || stem.endsWith('bl') || stem.endsWith('iz')) return `${stem}e`;
  if (endsInDoubleConsonant(stem)) return 'lsz'.includes(stem.at(-1)!) ? stem : stem.slice(0, -1);
  return measure(stem, stem.length) === 1 && endsShort(stem, stem.length) ? `${stem}e` : stem;
}

function step1c(word: string): string {
  return word.endsWith('y') && hasVowel(word, word.length - 1) ? `${word.slice(0, -1)}i` : word;
}

function replaced(word: string, rules: Rules): string {
  for (const [suffix, replacement] of rules) {
    if (!word.endsWith(suffix)) continue;
    const end = word.length - suffix.length;
    return measure(word, end) > 0 ? word.slice(0, end) + replacement : word;
  }
  return word;
}

function step4(word: string): string {
  for (const suffix of STEP_4) {
    if (!word.endsWith(suffix)) continue;
    // -ion falls only after s or t, which stays.
    const end = word.length - (suffix.endsWith('ion') ? 3 : suffix.length);
    return measure(word, end) > 1 ? word.slice(0, end) : word;
  }
  return word;
}

function step5(word: string): string {
  const m = measure(word, word.length);
  let end = word.length;
  if (word.endsWith('e') && (m > 1 || (m === 1 && !endsShort(word, end - 1)))) end--;
  const stem = word.slice(0, end);
  return m > 1 && stem.endsWith('l') && endsInDoubleConsonant(stem) ? stem.slice(0, -1) : stem;
}
