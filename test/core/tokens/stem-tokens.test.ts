import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { readStems } from '../../../src/core/tokens/stem-tokens.ts';
import { cutWindows } from '../../../src/core/tokens/tokens.ts';

const STEMS = ['_the', 'oil', '_of', 'crisi'];
const BUCKETS = 1016;
const tokenizer = readStems(utf8(`${STEMS.join('\n')}\n`), 'vocab.txt', BUCKETS);

test('known stems have the ids of their lines, and others those of their hash', () => {
  const hashed = (stem: string) => 8 + (crc32(stem) % BUCKETS);
  expect(tokenizer.tokenize('The oil prices of Zoë').ids).toEqual([
    1024,
    1025,
    hashed('price'),
    1026,
    hashed('zoe'),
  ]);
  expect(tokenizer.tokenize('crisis, whom').ids).toEqual([1027, hashed('_whom')]);
  expect(tokenizer.pieces[1025]).toBe('oil');
  expect(tokenizer.pieces).toHaveLength(8 + BUCKETS + STEMS.length);
});

test('every word is read, and those that are not functional may be terms', () => {
  expect(tokenizer.tokenize('the crisis of the oil')).toMatchObject({
    words: [
      { text: 'crisi', position: 1 },
      { text: 'oil', position: 4 },
    ],
    starts: [0, 1, 2, 3, 4],
  });
});

test('a window is [CLS] and words, and a longer text has several', () => {
  const windows = cutWindows(tokenizer.tokenize('oil crisis of oil crisis'), tokenizer, 4, 'windows');
  expect(windows.map(({ ids }) => ids)).toEqual([
    [2, 1025, 1027, 1026],
    [2, 1025, 1027],
  ]);
  expect(windows[1].words).toEqual([
    { text: 'oil', position: 1 },
    { text: 'crisi', position: 2 },
  ]);
  expect(cutWindows(tokenizer.tokenize(''), tokenizer, 4, 'windows')).toEqual([{ ids: [2], words: [] }]);
});

test.each([
  ['one stem twice', 'oil\nsea\noil\n'],
  ['an empty line', 'oil\n\nsea\n'],
  ['nothing', ''],
])('a vocabulary with %s is refused', (found, text) => {
  expect(() => readStems(utf8(text), 'm/vocab.txt', 8)).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: `the tokenizer m/vocab.txt: expected stems that differ, one a line; found ${found}`,
    }),
  );
});
