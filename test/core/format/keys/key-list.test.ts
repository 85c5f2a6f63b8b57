// Keys as they stay resident: packed, and found as in a plain array.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, compareBytes } from '../../../../src/core/format/bytes.ts';
import { KeyList, writeKeys } from '../../../../src/core/format/keys/key-list.ts';

/** Few bytes, so that keys begin with each other and are asked for again. */
const key = fc.uint8Array({ maxLength: 4, max: 3 });

test('finds what a scan of all keys finds, there and behind a write', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), fc.array(key, { minLength: 1 }), (drawn, asked) => {
      const keys = drawn
        .sort(compareBytes)
        .filter((each, i) => i === 0 || compareBytes(drawn[i - 1], each) < 0);
      const writer = new ByteWriter();
      writeKeys(writer, KeyList.of(keys));
      const reader = new ByteReader(writer.finish(), 'keys');
      for (const list of [KeyList.of(keys), KeyList.read(reader)]) {
        expect([...list]).toEqual(keys);
        for (const each of asked) {
          expect(list.lastAtMost(each)).toBe(keys.filter((k) => compareBytes(k, each) <= 0).length - 1);
          expect(list.lastBefore(each)).toBe(keys.filter((k) => compareBytes(k, each) < 0).length - 1);
        }
      }
      reader.end();
    }),
    { numRuns: 500 },
  );
});
