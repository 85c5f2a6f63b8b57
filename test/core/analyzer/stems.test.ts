import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachStemmedWord, markedStem, stems } from '../../../src/core/analyzer/stems.ts';

function marked(text: string): string {
  const words: string[] = [];
  eachStemmedWord(text, (word) => words.push(markedStem(word)));
  return words.join(' ');
}

test('words are stemmed in order, and functional ones marked', () => {
  expect(marked('When did the 1973 oil crises begin?')).toBe('_when _did _the 1973 oil crise begin');
  expect(stems('When did the 1973 oil crises begin?')).toEqual(['1973', 'oil', 'crise', 'begin']);
});

test('accents, case, compatibility forms and possessives make no difference', () => {
  expect(new Set(stems("café CAFÉ cafe\u0301 ｃａｆé café's café\u2019s CAFE\uFF07S"))).toEqual(
    new Set(['cafe']),
  );
  expect(marked("don't don\u2019t It\u2019s")).toBe("_don't _don't _it");
  expect(stems('\u0130stanbul ΌΔΟΣ όδος ½')).toEqual(['istanbul', 'οδος', 'οδος', '1\u20442']);
});

test('a character that decomposes into several words gives several', () => {
  expect(stems('\uFDFA')).toEqual(['صلى', 'الله', 'عليه', 'وسلم']);
});

test('words part at underscores, so that none looks like a functional one', () => {
  expect(stems('_emphasis_ snake_case \uFF3Fthe\uFF3F __init__')).toEqual([
    'emphasi',
    'snake',
    'case',
    'init',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a_.\u203F\uFE33\uFF3F1 ') }), (text) => {
      for (const term of stems(text)) expect(term).not.toMatch(/^_/);
    }),
  );
});

test('the terms are the words that are not functional', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const words = marked(text).split(' ');
      expect(words.filter((word) => word !== '' && !word.startsWith('_'))).toEqual(stems(text));
    }),
  );
});
