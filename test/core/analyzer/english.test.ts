import fc from 'fast-check';
import { expect, test } from 'vitest';
import { english } from '../../../src/core/analyzer/english.ts';

test('words are lower-cased and stemmed, and the 33 stop words of Lucene dropped', () => {
  expect(english('The Relational databases ARE not such into their queries')).toEqual([
    'relat',
    'databas',
    'queri',
  ]);
  expect(
    english(
      'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with',
    ),
  ).toEqual([]);
  expect(english('from have i we')).toEqual(['from', 'have', 'i', 'we']);
});

test('a possessive is stripped in both cases and with three apostrophes, before the stop words', () => {
  expect(english("Knuth's KNUTH'S Knuth\u2019s Knuth\uFF07S knuths' it's")).toEqual(Array(5).fill('knuth'));
  expect(english("o'neil's don't s's")).toEqual(["o'neil", "don't", 's']);
});

test('case follows Java: no dot is left of a Turkish capital, and a final sigma is none', () => {
  expect(english('\u0130stanbul ΣΟΦΟΣ')).toEqual(['istanbul', 'σοφοσ']);
});

test('the same text gives the same terms after a million others have passed the cache', () => {
  const text = "Porter's algorithms, running 1.5 times";
  const before = english(text);
  for (let i = 0; i < 100_000; i++) english(`word${i} w${i}`);
  expect(english(text)).toEqual(before);
});

test('analysing words apart gives what analysing them together gives', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
      expect(english(texts.join('\n'))).toEqual(texts.flatMap(english));
    }),
  );
});
