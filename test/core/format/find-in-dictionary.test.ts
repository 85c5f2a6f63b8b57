import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, utf8 } from '../../../src/core/format/bytes.ts';
import { decodeDictionary, encodeDictionary, findInDictionary } from '../../../src/core/format/page.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' '), minLength: 1, maxLength: 6 });
const keys = fc
  .uniqueArray(key, { maxLength: 40 })
  .map((texts) => texts.map((text) => utf8(text)).sort(compareBytes));

test('finding keys in place gives what decoding the whole page gives', () => {
  fc.assert(
    fc.property(keys, keys, (held, wanted) => {
      const entries = held.map((held, i) => ({
        key: held,
        count: i,
        firstImpact: i % 255,
        list: new Uint8Array(i % 3),
      }));
      const page = encodeDictionary(entries);
      const decoded = decodeDictionary(page, page.length, 'a page');
      const found = findInDictionary(page, page.length, wanted, 'a page');
      const expected = wanted.map((key) => {
        const entry = decoded.find((each) => compareBytes(each.key, key) === 0);
        if (entry === undefined) return undefined;
        const { count, firstImpact, start, end } = entry;
        return { count, firstImpact, start, end };
      });
      expect(found).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});

test('a page cut short is damage, wherever it is cut', () => {
  const entries = ['moon', 'moonlight', 'sea'].map((text) => ({
    key: utf8(text),
    count: 1,
    firstImpact: 7,
    list: new Uint8Array(4),
  }));
  const page = encodeDictionary(entries);
  for (let length = 0; length < page.length; length++) {
    const cut = () => findInDictionary(page, length, [utf8('sea')], 'a page');
    expect(cut).toThrow(expect.objectContaining({ code: 'corrupt' }));
  }
});
