// What is typed for letters with marks, and for what nothing shows.

import { expect, test } from 'vitest';
import { documentTerms, questionTerms } from '../../../src/core/analyzer/analysis.ts';
import { foldedLetters } from '../../../src/core/analyzer/folding.ts';
import { stems, stemsAnalysis } from '../../../src/core/analyzer/stems.ts';
import { unicodeAnalysis } from '../../../src/core/analyzer/unicode.ts';

test.each([
  ['a soft hyphen', 'super\u00ADcali\u00ADfragil', 'supercalifragil'],
  ['a word joiner', 'no\u2060join', 'nojoin'],
  ['joiners', 'a\u200Cb\u200Dc', 'abc'],
  ['digits of Arabic, Persian, Hindi and fullwidth ones', '٣٤٥ ۳۴۵ ३४५ ３４５', '345 345 345 345'],
  ['digits of Tai Tham, which follow others', '\u{1A80}\u{1A89}\u{1A90}\u{1A99}', '0909'],
  ['a hyphen that lets no line end', 'Wi\u2011Fi co\u2010operate', 'Wi-Fi co-operate'],
  ['nasals of Hindi before their consonants', 'हिन्दी सम्बन्ध हँसी जन्म', 'हिंदी संबंध हंसी जन्म'],
  ['points of Hindi', 'ज़रूर पढ़ना', 'जरूर पढना'],
  ['letters of Malayalam with a joiner', 'അവന്\u200D നാള്\u200D', 'അവൻ നാൾ'],
  ['letters of Persian and Urdu', 'خانۀ ہے', 'خانه هي'],
  ['letters of Yiddish in one', 'װײַס ױ', 'ווייס וי'],
  ['Armenian and', 'Երևան Երեւան ԵՐԵՒԱՆ', 'Երեվան Երեվան ԵՐեվԱՆ'],
  ['long endings in Katakana', 'コンピューター サーバー カー', 'コンピュータ サーバ カー'],
  ['the point of Catalan', 'col·lecció PARAL·LEL coŀlecció', 'colleccio PARALLEL colleccio'],
  ['fractions and exponents', '½ 2½ 10² m² H₂O 2019¹', '1/2 2 1/2 10 2 m2 H2O 2019 1'],
  ['letters with marks', 'Smørrebrød, Łódź, Straße', 'Smorrebrod, Lodz, Strasse'],
])('%s are read as they are typed', (_, text, typed) => {
  expect(foldedLetters(text)).toBe(typed);
});

test('a space of no width is left, since it ends a word', () => {
  expect(foldedLetters('a\u200Bb')).toBe('a\u200Bb');
});

test.each([
  ['super\u00ADcalifragil', 'supercalifragil'],
  ['٣٤٥', '345'],
])('%j is found by %j', (text, typed) => {
  expect(stems(text)).toEqual(stems(typed));
  const { inOrder, names } = unicodeAnalysis(text);
  expect([...inOrder, ...names]).toContain(typed);
});

test.each([
  ["l'hôpital", 'hopital'],
  ["Beyoncé's", 'beyonce'],
])('of %j in any language, the part is found by %j', (text, typed) => {
  expect(unicodeAnalysis(text).names).toContain(typed);
});

/** What a page has, and what is typed for it, in analyzers that know no language. */
const TYPED: readonly (readonly string[])[] = [
  ['Müller', 'Mueller', 'mueller', 'MÜLLER'],
  ['Müller', 'Muller', 'muller'],
  ['Größe', 'Groesse', 'Grösse', 'grosse'],
  ['Århus', 'Aarhus', 'arhus'],
  ['Tromsø', 'Tromsoe', 'tromso'],
  [
    '1000000',
    '1,000,000',
    '1 000 000',
    '1\u202F000\u202F000',
    "1'000'000",
    '1’000’000',
    '1.000.000',
    '1_000_000',
  ],
  ['1234567', '12,34,567', '1 234 567'],
  ['½', '1/2', '1⁄2'],
  ['کتاب\u200Cها', 'کتاب', 'كتاب'],
  ['می\u200Cخواهم', 'می خواهم', 'میخواهم'],
  ['น้ำ', 'นํ้า', 'น้ํา'],
  ['ນ້ຳ', 'ນໍ້າ', 'ນ້ໍາ'],
  ['๑๒๓', '123'],
  ['サーバー', 'サーバ', 'ｻｰﾊﾞｰ'],
  ['हिन्दी', 'हिंदी'],
  ['അവന്\u200D', 'അവൻ'],
  ['col·lecció', 'collecció', 'coŀlecció'],
];

test.each(TYPED)('%s is found by all that is typed for it, and finds it', (page, ...typed) => {
  for (const analyze of [stemsAnalysis, unicodeAnalysis])
    for (const form of typed)
      for (const [asked, written] of [
        [form, page],
        [page, form],
      ]) {
        const terms = new Set(documentTerms(analyze(written)));
        expect(questionTerms(analyze(asked), asked).filter((term) => terms.has(term))).not.toEqual([]);
      }
});

test.each([
  ['28 11 2026', []],
  ['RFC 9110 200', []],
  ['1.000 and 3,14', []],
  ['192.168.100.1', []],
  ['pages 1,000-2,000, $1,000.50', ['1000', '2000']],
  ['2019 1,000 or 12 345', ['1000', '12345']],
])('of numbers in %j, those in groups are in one', (text, expected) => {
  const { names } = stemsAnalysis(text);
  expect(names.filter((name) => /^\d+(?:[.,]\d+)?$/.test(name))).toEqual(expected);
});
