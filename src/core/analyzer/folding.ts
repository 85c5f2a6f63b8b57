// One form for what people type without marks: accents, points and strokes of letters, the vowel signs of Arabic and
// Hebrew, the tones of people in pictures, and what nothing shows; digits of any script are those of ASCII. So has what
// one script writes in two ways: nasals of Hindi, letters of Persian and Urdu, long vowels that end words in Katakana.
// Marks that are letters of their own, as in Thai, Hindi and Japanese, stay.

const ASCII = /^[\0-\x7f]*$/;
const MARKS =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: they are left out one by one
  /[\u093C\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0640\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\u{1F3FB}-\u{1F3FF}]/gu;
/** Soft hyphens, joiners, variation selectors and the like, all but U+200B, which marks where a word ends. */
const INVISIBLE = /(?!\u200B)\p{Default_Ignorable_Code_Point}/gu;
/** Digits of other scripts. In Unicode those of a script stand in a row, from zero to nine. */
const DIGIT = /(?![0-9])\p{Nd}/gu;
/** U+2019 and what else is typed for an apostrophe. */
const APOSTROPHES = /[\u2018\u2019\u02BB\u02BC\u02B9\u055A\u05F3\u2032]/g;
/** Letters that no decomposition leads to those which are typed for them, each before these. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  'ßss ẞSS øo ØO łl ŁL đd ĐD ðd ÐD þth ÞTH æae ÆAE œoe ŒOE ıi ħh ĦH ŧt ŦT ŋn ŊN ĸk əe ƏE ىي یي ےي کك ةه ہه ۃه ٱا װוו ױוי ײיי'
    .split(' ')
    .map((each) => [each[0], each.slice(1)]),
);
const LETTER = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'gu');

/** What follows a number and is none of its digits: fractions, exponents, numbers of notes. */
const BEHIND_NUMBER = /[\u00B2\u00B3\u00B9\u00BC-\u00BE\u2070-\u2079\u2150-\u215E\u2189](?<=\p{Nd}.)/gu;
/** Letters that older texts of Malayalam write with a joiner, without which they are others, in the order of these. */
const CHILLUS = 'ണനരലളക';
const JOINED = /[ണനരലളക]\u0D4D\u200D/g;
/** In Devanagari, each nasal before the consonants that are spoken where it is: there a dot stands for it as well. */
const NASALS = /ङ\u094D(?=[क-घ])|ञ\u094D(?=[च-झ])|ण\u094D(?=[ट-ढ])|न\u094D(?=[त-ध])|म\u094D(?=[प-भ])|\u0901/g;
/**
 * The point between two letters in Catalan, and the mark of a long vowel at the end of a word of four letters or more,
 * as Lucene's JapaneseKatakanaStemFilter has it.
 */
const LEFT_OUT = /(?<=[lL])[\u00B7\u2027](?=[lL])|(?<=[ァ-ヺー]{3})ー(?![ァ-ヺー])/g;

/** What is typed for the mark of an abbreviation in Hebrew; behind a word it parts as ever. */
const GERSHAYIM = /(?<=[\u05D0-\u05EA])"/g;

/** Hyphens that nobody types; the second lets no line end. */
const HYPHENS = /[\u2010\u2011]/g;

/** One kind of apostrophe, of the double one in Hebrew, and of hyphens: those that are typed. */
export function withTypedSigns(text: string): string {
  return text.replace(APOSTROPHES, "'").replace(GERSHAYIM, '\u05F4').replace(HYPHENS, '-');
}

/** A text without what nothing shows. */
export function withoutInvisible(text: string): string {
  return text
    .replace(JOINED, ([letter]) => String.fromCharCode(0xd7a + CHILLUS.indexOf(letter)))
    .replace(INVISIBLE, '');
}

/** A text in compatibility form, in which numbers stay what they are: "2½" is "2 1/2", "10²" is "10 2". */
export function compatible(text: string, form: 'NFKC' | 'NFKD'): string {
  return text.replace(BEHIND_NUMBER, ' $&').normalize(form).replaceAll('\u2044', '/');
}

/** The digit of ASCII that has the same value. */
function asciiDigit(digit: string): string {
  let below = digit.codePointAt(0)!;
  const code = below;
  while (/\p{Nd}/u.test(String.fromCodePoint(below - 1))) below--;
  return String((code - below) % 10);
}

/** A text without what is left out in typing, in compatibility form. */
export function foldedLetters(text: string): string {
  if (ASCII.test(text)) return text;
  return compatible(withTypedSigns(withoutInvisible(text)), 'NFKD')
    .replaceAll('\u06D5\u0654', '\u0647')
    .replace(MARKS, '')
    .replace(DIGIT, asciiDigit)
    .replace(LETTER, (letter) => LETTERS.get(letter) ?? letter)
    .replace(/[Եե][Ււ]/g, 'եվ')
    .replace(NASALS, '\u0902')
    .normalize('NFC')
    .replace(LEFT_OUT, '');
}
