import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Edits } from '../../../../src/query/encode/words/edits.ts';

/** The least number of edits, by trying all ways: optimal string alignment. */
function leastEdits(typed: string, word: string): number {
  if (typed === '' || word === '') return typed.length + word.length;
  if (typed[0] === word[0]) return leastEdits(typed.slice(1), word.slice(1));
  const swapped =
    typed.length > 1 && typed[0] === word[1] && typed[1] === word[0]
      ? leastEdits(typed.slice(2), word.slice(2))
      : Number.POSITIVE_INFINITY;
  return (
    1 +
    Math.min(
      leastEdits(typed.slice(1), word),
      leastEdits(typed, word.slice(1)),
      leastEdits(typed.slice(1), word.slice(1)),
      swapped,
    )
  );
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'e', 'n'), maxLength: 6 });

describe('edits', () => {
  test('are as few as trying all ways finds, up to the most that are looked for', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 3 }), (typed, meant, most) => {
        const least = leastEdits(typed, meant);
        expect(new Edits(typed, most).to(meant)?.edits).toBe(least > most ? undefined : least);
      }),
      { numRuns: 2000 },
    );
  });

  test('one instance measures many words, as new ones do', () => {
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 8 }), (typed, words) => {
        const edits = new Edits(typed, 2);
        for (const meant of words) expect(edits.to(meant)).toEqual(new Edits(typed, 2).to(meant));
      }),
    );
  });

  test.each([
    ['what is swapped costs less than what is taken for a letter elsewhere', 'recieve', 'receive', 'recxeve'],
    ['a neighbour on the keyboard costs less than another letter', 'gluren', 'gluten', 'glupen'],
    ['a vowel for a vowel costs less', 'seperate', 'separate', 'sebperate'],
    ['a letter too few of two costs less', 'acomodate', 'accomodate', 'axcomodate'],
    ['the first letter costs more', 'xluten', 'gluten', 'xlutens'],
  ])('%s', (_, typed, cheaper, dearer) => {
    const edits = new Edits(typed, 2);
    const [one, other] = [edits.to(cheaper)!, edits.to(dearer)!];
    if (typed.startsWith('x')) expect(one.bits).toBeGreaterThan(other.bits);
    else expect(one.bits).toBeLessThan(other.bits);
  });
});
