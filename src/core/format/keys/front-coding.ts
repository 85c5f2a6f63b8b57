// Front coding: of keys in ascending order, each is stored as how many leading bytes it shares with the one before, and
// the bytes that follow those.

import { corrupt } from '../../errors.ts';
import { type ByteReader, type ByteWriter, compareBytes } from '../bytes.ts';

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

/** Keys that are looked for while front coded ones are passed over, in memory that is used for one after the other. */
export class WantedKeys {
  readonly #wanted: readonly Uint8Array[];
  #next = 0;
  #key = new Uint8Array(64);
  #length = 0;
  /**
   * How many leading bytes the key that was passed last, which comes before the next wanted one, shares with that; −1
   * where nothing more is wanted.
   */
  #matched = 0;

  /** @param wanted ascending, none twice */
  constructor(wanted: readonly Uint8Array[]) {
    this.#wanted = wanted;
  }

  /**
   * Passes the next key of a reader.
   *
   * @returns which of the wanted keys it is, or −1
   * @throws SparsedgeError `corrupt` for a key that shares more than the one before has
   */
  pass(reader: ByteReader): number {
    const shared = reader.varint();
    const suffix = reader.varint();
    if (shared > this.#length) throw corrupt(reader.where, `at most ${this.#length} shared bytes`, shared);
    if (suffix > reader.remaining) {
      throw corrupt(reader.where, `${suffix} bytes at ${reader.position}`, `${reader.remaining} bytes`);
    }
    this.#take(reader, shared, shared + suffix);
    // A key that shares more with the one before than that shares with what is wanted stands where that stood.
    return shared > this.#matched ? -1 : this.#compare();
  }

  #take(reader: ByteReader, shared: number, length: number): void {
    if (length > this.#key.length) {
      const grown = new Uint8Array(length * 2);
      grown.set(this.#key.subarray(0, shared));
      this.#key = grown;
    }
    const { bytes } = reader;
    for (let i = shared, from = reader.position; i < length; i++) this.#key[i] = bytes[from++];
    reader.position += length - shared;
    this.#length = length;
  }

  #compare(): number {
    const key = this.#key.subarray(0, this.#length);
    let order = this.#orderTo(key);
    while (order > 0) {
      this.#next++;
      order = this.#orderTo(key);
    }
    const found = order === 0 ? this.#next++ : -1;
    this.#matched = this.#next < this.#wanted.length ? sharedPrefix(key, this.#wanted[this.#next]) : -1;
    return found;
  }

  /** How a key compares with the next wanted one; before it, where nothing more is wanted. */
  #orderTo(key: Uint8Array): number {
    return this.#next < this.#wanted.length ? compareBytes(key, this.#wanted[this.#next]) : -1;
  }
}
