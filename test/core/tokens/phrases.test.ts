import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { isPhrase, phrasesOf } from '../../../src/core/tokens/phrases.ts';

const ids = new Map(['water', 'oil', 'crisi', 'suez'].map((stem, id) => [stem, id]));

test('a key begins with the rarer word and keeps the order', () => {
  expect(phrasesOf(['oil', 'crisi'], ids)).toEqual(['crisi <oil']);
  expect(phrasesOf(['crisi', 'oil'], ids)).toEqual(['crisi oil']);
  expect(phrasesOf(['suez', 'crisi', 'oil', 'oil', 'water'], ids)).toEqual([
    'suez crisi',
    'crisi oil',
    'oil <oil',
    'oil water',
  ]);
});

test('a word that the vocabulary does not have is rarer than all, and of two such the greater', () => {
  expect(phrasesOf(['zyx', 'suez', 'abc'], ids)).toEqual(['zyx suez', 'abc <suez']);
  expect(phrasesOf(['zyx', 'abc'], ids)).toEqual(['zyx abc']);
  expect(phrasesOf(['abc', 'zyx'], ids)).toEqual(['zyx <abc']);
});

test('fewer than two words have no phrase', () => {
  expect(phrasesOf([], ids)).toEqual([]);
  expect(phrasesOf(['oil'], ids)).toEqual([]);
});

const word = fc.oneof(fc.constantFrom(...ids.keys()), fc.stringMatching(/^[a-z0-9é]{1,4}$/));

test('two pairs have one key only if they are the same words in the same order', () => {
  fc.assert(
    fc.property(word, word, word, word, (a, b, c, d) => {
      expect(phrasesOf([a, b], ids)[0] === phrasesOf([c, d], ids)[0]).toBe(a === c && b === d);
    }),
  );
});

test('whatever stands around two neighbours, their phrase is the same', () => {
  fc.assert(
    fc.property(fc.array(word), word, word, fc.array(word), (before, a, b, after) => {
      expect(phrasesOf([...before, a, b, ...after], ids)).toContain(phrasesOf([a, b], ids)[0]);
    }),
  );
});

test('no word lies between a word and its phrases in the order of keys', () => {
  fc.assert(
    fc.property(word, word, word, (a, b, other) => {
      const [phrase] = phrasesOf([a, b], ids);
      const key = Buffer.from(phrase!);
      const first = Buffer.from(phrase!.split(' ')[0]);
      const between =
        Buffer.compare(first, Buffer.from(other)) < 0 && Buffer.compare(Buffer.from(other), key) < 0;
      expect([isPhrase(key), isPhrase(utf8(other)), between]).toEqual([true, false, false]);
    }),
  );
});
