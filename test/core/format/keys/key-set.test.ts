import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, utf8 } from '../../../../src/core/format/bytes.ts';
import {
  type KeySet,
  KeySetBuilder,
  readKeySet,
  writeKeySet,
} from '../../../../src/core/format/keys/key-set.ts';

function setOf(keys: readonly Uint8Array[]): KeySet {
  const builder = new KeySetBuilder();
  for (const key of keys) builder.add(key);
  return builder.finish();
}

function bytesOf(set: KeySet): Uint8Array {
  const writer = new ByteWriter();
  writeKeySet(writer, set);
  return writer.finish();
}

function reread(set: KeySet): KeySet {
  const reader = new ByteReader(bytesOf(set), 'a set');
  const read = readKeySet(reader);
  reader.end();
  return read;
}

const keysOf = (count: number, name: string) =>
  Array.from({ length: count }, (_, i) => utf8(`=${name}=${i}`));

test("FORMAT.md's example of a set of titles is what the codec writes", () => {
  const set = setOf([utf8('=a'), utf8('=getting=started')]);
  expect(Buffer.from(bytesOf(set)).toString('hex')).toBe('060274ba');
  for (const key of ['=a', '=getting=started']) expect(set.has(utf8(key))).toBe(true);
  expect(set.has(utf8('=getting'))).toBe(false);
});

test.each([
  [1526, 1526],
  [40_000, 32 * 1024],
  [200_000, 32 * 1024],
])('of %d keys a set has all, and few others', (count, bytes) => {
  const keys = keysOf(count, 'title');
  const set = reread(setOf(keys));
  expect(keys.every((key) => set.has(key))).toBe(true);
  expect(bytesOf(set).length).toBeLessThanOrEqual(bytes + 4);
  const bitsOfKey = Math.max(1, Math.round((Math.LN2 * bytes * 8) / count));
  const expected = (1 - Math.exp((-bitsOfKey * count) / (bytes * 8))) ** bitsOfKey;
  const found = keysOf(20_000, 'other').filter((key) => set.has(key)).length / 20_000;
  expect(found).toBeLessThan(expected * 1.2 + 0.01);
});

test('a set of nothing has nothing', () => {
  const set = reread(setOf([]));
  expect(keysOf(100, 'any').some((key) => set.has(key))).toBe(false);
});

test('of too many keys there is no set, so any may be there', () => {
  const set = setOf(keysOf(262_145, 'title'));
  expect(bytesOf(set)).toEqual(Uint8Array.of(0));
  expect(keysOf(100, 'any').every((key) => reread(set).has(key))).toBe(true);
});

test('a set of bits that has none is damaged', () => {
  expect(() => readKeySet(new ByteReader(Uint8Array.of(6, 0), 'a set'))).toThrow(
    /a set.*bits of a set of keys/,
  );
});
