// One form for what people type without marks: accents, points and strokes of letters, the vowel signs of Arabic and
// Hebrew, the tones of people in pictures, and what nothing shows; digits of any script are those of ASCII. Marks that
// are letters of their own, as in Thai, Hindi and Japanese, stay.

const ASCII = /^[\0-\x7f]*$/;
const MARKS =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: they are left out one by one
  /[\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u0640\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\u{1F3FB}-\u{1F3FF}]/gu;
/** Soft hyphens, joiners, variation selectors and the like, all but U+200B, which marks where a word ends. */
const INVISIBLE = /(?!\u200B)\p{Default_Ignorable_Code_Point}/gu;
/** Digits of other scripts. In Unicode those of a script stand in a row, from zero to nine. */
const DIGIT = /(?![0-9])\p{Nd}/gu;
/** U+2019 and what else is typed for an apostrophe. */
const APOSTROPHES = /[\u2018\u2019\u02BB\u02BC\u02B9\u055A\u05F3\u2032]/g;
/** Letters that no decomposition leads to those which are typed for them. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  [
    'ß ss ẞ SS ø o Ø O ł l Ł L đ d Đ D ð d Ð D þ th Þ TH æ ae Æ AE œ oe Œ OE ı i ħ h Ħ H ŧ t Ŧ T ŋ n Ŋ N ĸ k ə e Ə E',
    'ى ي ی ي ک ك ة ه ٱ ا',
  ]
    .join(' ')
    .split(' ')
    .reduce<[string, string][]>((pairs, each, i, all) => {
      if (i % 2 === 0) pairs.push([each, all[i + 1]]);
      return pairs;
    }, []),
);
const LETTER = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'gu');

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
  return text.replace(INVISIBLE, '');
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
  return withTypedSigns(withoutInvisible(text))
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(DIGIT, asciiDigit)
    .replace(LETTER, (letter) => LETTERS.get(letter) ?? letter)
    .normalize('NFC');
}
