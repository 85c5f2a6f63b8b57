// A set of keys that stays resident, as a Bloom filter: whoever asks for one that is not in it need not read the page
// that would have it.

import { bitsOf, hashesOf, type KeyHashes } from '../../analyzer/words/bloom.ts';
import { corrupt } from '../../errors.ts';
import { type ByteReader, type ByteWriter, fromUtf8 } from '../bytes.ts';

/** A byte for each key, up to here: of keys that are not in such a set, one in 46 is taken for one that is. */
const MOST_BYTES = 32 * 1024;
/** With less than a bit for each, hardly any key is found not to be there, and no set is kept. */
const MOST_KEYS = MOST_BYTES * 8;

/** A set of keys; where it has none of their bits, it is of all that there may be. */
export class KeySet {
  /** Of each key; 0 where there is no set. */
  readonly bitsOfKey: number;
  readonly bytes: Uint8Array;

  constructor(bitsOfKey = 0, bytes: Uint8Array = new Uint8Array()) {
    this.bitsOfKey = bitsOfKey;
    this.bytes = bytes;
  }

  /** Whether a key may be in the set: true of all that are. */
  has(key: Uint8Array): boolean {
    return bitsOf(hashesOfKey(key), this.bitsOfKey, this.bytes.length * 8).every(
      (bit) => (this.bytes[bit >>> 3] >>> (bit & 7)) & 1,
    );
  }
}

/** Collects keys of which there is to be a set. */
export class KeySetBuilder {
  readonly #hashes: KeyHashes[] = [];
  #keys = 0;

  add(key: Uint8Array): void {
    if (++this.#keys <= MOST_KEYS) this.#hashes.push(hashesOfKey(key));
  }

  finish(): KeySet {
    if (this.#keys > MOST_KEYS) return new KeySet();
    const keys = Math.max(1, this.#keys);
    const bytes = new Uint8Array(Math.min(keys, MOST_BYTES));
    const bitsOfKey = Math.max(1, Math.round((Math.LN2 * bytes.length * 8) / keys));
    for (const hashes of this.#hashes)
      for (const bit of bitsOf(hashes, bitsOfKey, bytes.length * 8)) bytes[bit >>> 3] |= 1 << (bit & 7);
    return new KeySet(bitsOfKey, bytes);
  }
}

function hashesOfKey(key: Uint8Array): KeyHashes {
  return hashesOf(fromUtf8(key, 'a key'));
}

/** How many bits a key has and, unless those are none, how many bytes there are, and these. */
export function writeKeySet(writer: ByteWriter, { bitsOfKey, bytes }: KeySet): void {
  writer.u8(bitsOfKey);
  if (bitsOfKey === 0) return;
  writer.varint(bytes.length);
  writer.raw(bytes);
}

/**
 * Reads what writeKeySet wrote.
 *
 * @throws SparsedgeError `corrupt`
 */
export function readKeySet(reader: ByteReader): KeySet {
  const bitsOfKey = reader.u8();
  if (bitsOfKey === 0) return new KeySet();
  const bytes = reader.raw(reader.varint());
  if (bytes.length === 0) throw corrupt(reader.where, 'bits of a set of keys', 'none');
  return new KeySet(bitsOfKey, bytes);
}
