// Front coding: of keys in ascending order, each is stored as how many leading bytes it shares with the one before, and
// the bytes that follow those.

import { corrupt } from '../errors.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** Writes a key after the one before; the first key comes after an empty one. */
export function writeKey(writer: ByteWriter, key: Uint8Array, before: Uint8Array): void {
  const shared = sharedPrefix(before, key);
  writer.varint(shared);
  writer.varint(key.length - shared);
  writer.raw(key.subarray(shared));
}

/**
 * Reads what writeKey wrote.
 *
 * @throws SparsedgeError `corrupt` for a key that shares more than the one before has
 */
export function readKey(reader: ByteReader, before: Uint8Array): Uint8Array {
  const shared = reader.varint();
  const suffix = reader.raw(reader.varint());
  if (shared > before.length) throw corrupt(reader.where, `at most ${before.length} shared bytes`, shared);
  const key = new Uint8Array(shared + suffix.length);
  key.set(before.subarray(0, shared));
  key.set(suffix, shared);
  return key;
}

/** How many leading bytes two byte strings share. */
function sharedPrefix(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < length && a[shared] === b[shared]) shared++;
  return shared;
}
