import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachStemmedWord, markedStem, stems } from '../../../src/core/analyzer/stems.ts';

function marked(text: string): string {
  const words: string[] = [];
  eachStemmedWord(text, (word) => words.push(markedStem(word)));
  return words.join(' ');
}

test('words are stemmed in order, and functional ones marked', () => {
  expect(marked('When did the 1973 oil crises begin?')).toBe('_when _did _the 1973 oil crisi begin');
  expect(stems('When did the 1973 oil crises begin?')).toEqual(['1973', 'oil', 'crisi', 'begin']);
});

test('accents, case, compatibility forms and possessives make no difference', () => {
  expect(new Set(stems("café CAFÉ cafe\u0301 ｃａｆé café's café\u2019s CAFE\uFF07S"))).toEqual(
    new Set(['cafe']),
  );
  expect(marked("don't don\u2019t It\u2019s")).toBe("_don't _don't _it");
  expect(stems('\u0130stanbul ΌΔΟΣ όδος ½')).toEqual(['istanbul', 'οδος', 'οδος', '1', '2']);
});

test('a character that decomposes into several words gives several', () => {
  expect(stems('\uFDFA')).toEqual(['صلي', 'الله', 'عليه', 'وسلم']);
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

test.each([
  ['write writes writing wrote written', 'write'],
  ['die died dies dying', 'die'],
  ['crisis crises', 'crisi'],
  ['organize organise organized organised organizing organization organisations', 'organize'],
  ['revise revised revision', 'revis'],
  ['optimise optimize optimal', 'optim'],
  ['analyze analysed analyses analysis', 'analysi'],
  ['colour colors coloured', 'color'],
  ['centre centers centred', 'center'],
  ['haemoglobin hemoglobin', 'hemoglobin'],
  ['US U.S. U.S u.s.', 'us'],
  ['use uses used using', 'use'],
  ['university universities', 'university'],
  ['universe', 'universe'],
])('%s: one term', (text, term) => {
  expect(new Set(stems(text))).toEqual(new Set([term]));
});

test.each([
  ['It ended.The war', ['end', 'war']],
  ['example.com v1.2 3.14', ['exampl', 'com', 'v1.2', '3.14']],
  ['J.R.R. Tolkien, Ph.D.', ['jrr', 'tolkien', 'ph', 'd']],
])('a full stop joins initials and numbers, and parts words: %s', (text, terms) => {
  expect(stems(text)).toEqual(terms);
});

test('the terms are the words that are not functional', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const words = marked(text).split(' ');
      expect(words.filter((word) => word !== '' && !word.startsWith('_'))).toEqual(stems(text));
    }),
  );
});
