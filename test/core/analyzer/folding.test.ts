// What is typed for letters with marks, and for what nothing shows.

import { expect, test } from 'vitest';
import { foldedLetters } from '../../../src/core/analyzer/folding.ts';
import { stems } from '../../../src/core/analyzer/stems.ts';
import { unicodeAnalysis } from '../../../src/core/analyzer/unicode.ts';

test.each([
  ['a soft hyphen', 'super\u00ADcali\u00ADfragil', 'supercalifragil'],
  ['a word joiner', 'no\u2060join', 'nojoin'],
  ['joiners', 'a\u200Cb\u200Dc', 'abc'],
  ['digits of Arabic, Persian, Hindi and fullwidth ones', '٣٤٥ ۳۴۵ ३४५ ３４５', '345 345 345 345'],
  ['digits of Tai Tham, which follow others', '\u{1A80}\u{1A89}\u{1A90}\u{1A99}', '0909'],
  ['a hyphen that lets no line end', 'Wi\u2011Fi co\u2010operate', 'Wi-Fi co-operate'],
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
