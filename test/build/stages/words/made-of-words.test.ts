import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MadeOfWords } from '../../../../build/stages/words/made-of-words.ts';
import { eachWord } from '../../../../src/core/analyzer/words/words.ts';

/** Few words that come again, and many that do not, short and long, some of which need the rules of UAX #29. */
const word = fc.oneof(
  fc.constantFrom(
    'the',
    'The',
    "don't",
    'U.S',
    'caf\u00e9',
    '\u{1d4d0}\u{1d4d1}',
    'a'.repeat(16),
    'a'.repeat(17),
  ),
  fc.stringMatching(/^[a-z0-9]{1,4}$/),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));

test('what is made of words is made of each word of every text, and ends where it does', () => {
  let [made, visited] = [0, 0];
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
      const words = new MadeOfWords((each) => {
        made++;
        return { word: each };
      });
      for (const each of texts) {
        const expected: [string, number][] = [];
        eachWord(each, (found, end) => expected.push([found, end]));
        const found: [string, number][] = [];
        words.each(each, ({ word }, end) => found.push([word, end]));
        expect(found).toEqual(expected);
        visited += found.length;
      }
    }),
    { numRuns: 300 },
  );
  expect(made, 'of some words nothing is made again').toBeLessThan(visited);
});
