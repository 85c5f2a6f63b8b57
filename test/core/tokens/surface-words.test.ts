import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { encodeDictionary } from '../../../src/core/format/page.ts';
import { eachSurfaceWord, LONGEST_WORD } from '../../../src/core/tokens/surface-words.ts';
import {
  backwards,
  forwards,
  frequent,
  isFrequent,
  levelOf,
  timesOf,
  wordOfKey,
} from '../../../src/core/tokens/word-keys.ts';

function wordsOf(text: string): string[] {
  const words: string[] = [];
  eachSurfaceWord(text, (word) => words.push(word));
  return words;
}

describe('words as they are typed', () => {
  test.each([
    ['Crème brûlée, twice', ['creme', 'brulee', 'twice']],
    ["the baker's ovens; don't", ['the', 'baker', 'ovens', "don't"]],
    ['max_connections of example.com', ['max', 'connections', 'of', 'example', 'com']],
    ['版本 two สวัสดี', ['two']],
    [`${'x'.repeat(LONGEST_WORD + 1)} short`, ['short']],
    ['–– … 12 v3', ['12', 'v3']],
  ])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));

  test('stand where they say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        let before = 0;
        eachSurfaceWord(text, (word, start, end) => {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(wordsOf(text.slice(start, end))).toContain(word);
          before = end;
        });
      }),
    );
  });
});

describe('keys of words', () => {
  test('give their words back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        for (const word of wordsOf(text)) {
          expect(wordOfKey(forwards(word))).toBe(word);
          expect(wordOfKey(backwards(word))).toBe(word);
          const [beginning] = word;
          expect(wordOfKey(frequent(beginning, word))).toBe(word);
          expect(isFrequent(frequent(beginning, word), word)).toBe(true);
          expect(isFrequent(frequent('?', word), word)).toBe(false);
        }
      }),
    );
  });

  test('levels are bytes that ascend, and tell frequencies to a twelfth', () => {
    let before = 0;
    for (let times = 1; times < 2 ** 30; times = Math.ceil(times * 1.01)) {
      const level = levelOf(times);
      expect(level).toBeGreaterThanOrEqual(before);
      expect(level).toBeLessThanOrEqual(255);
      expect(timesOf(level)).toBeLessThanOrEqual(times * 1.0001);
      expect(timesOf(level) * 2 ** (1 / 8)).toBeGreaterThan(times * 0.9999);
      before = level;
    }
  });
});

test('a page of one word is the bytes of the example in FORMAT.md', () => {
  const key = utf8(forwards('gluten'));
  const entry = { key, count: 1, firstImpact: levelOf(3), list: new Uint8Array() };
  const hex = Array.from(encodeDictionary([entry]), (byte) => byte.toString(16).padStart(2, '0'));
  expect(hex.join('')).toBe('0100073e676c7574656e010d00');
});
