// Ascending keys that stay resident: packed, since each as an object of its own takes some two hundred bytes.

import { type ByteReader, ByteWriter } from '../bytes.ts';
import { readKey, writeKey } from './front-coding.ts';
import { lastAtMost } from './last-at-most.ts';

/** Ascending keys. */
export class KeyList implements Iterable<Uint8Array> {
  readonly #bytes: Uint8Array;
  /** Where each key ends in `#bytes`. */
  readonly #end: Uint32Array;

  private constructor(bytes: Uint8Array, end: Uint32Array) {
    this.#bytes = bytes;
    this.#end = end;
  }

  static of(keys: Iterable<Uint8Array>): KeyList {
    const bytes = new ByteWriter();
    const end: number[] = [];
    for (const key of keys) {
      bytes.raw(key);
      end.push(bytes.length);
    }
    return new KeyList(bytes.finish(), Uint32Array.from(end));
  }

  /**
   * Reads what writeKeys wrote.
   *
   * @throws SparsedgeError `corrupt`
   */
  static read(reader: ByteReader): KeyList {
    return KeyList.of(readKeys(reader));
  }

  /** How many there are. */
  get length(): number {
    return this.#end.length;
  }

  /** A key: a view, nothing is copied. */
  at(i: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(i), this.#end[i]);
  }

  /** The last that is at most a key, or −1. */
  lastAtMost(key: Uint8Array): number {
    return lastAtMost(this.length, (i) => this.#order(i, key));
  }

  /** The last that comes before a key, or −1. */
  lastBefore(key: Uint8Array): number {
    return lastAtMost(this.length, (i) => (this.#order(i, key) < 0 ? -1 : 1));
  }

  *[Symbol.iterator](): Iterator<Uint8Array> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  /** As compareBytes orders the two, without a view: a query of a thousand terms compares thirty thousand times. */
  #order(i: number, key: Uint8Array): number {
    const start = this.#startOf(i);
    const length = this.#end[i] - start;
    const both = Math.min(length, key.length);
    for (let at = 0; at < both; at++) {
      const difference = this.#bytes[start + at] - key[at];
      if (difference !== 0) return difference;
    }
    return length - key.length;
  }

  #startOf(i: number): number {
    return i === 0 ? 0 : this.#end[i - 1];
  }
}

/** Writes how many keys there are, and each after the one before. */
export function writeKeys(writer: ByteWriter, keys: KeyList): void {
  writer.varint(keys.length);
  let before: Uint8Array = new Uint8Array();
  for (const key of keys) {
    writeKey(writer, key, before);
    before = key;
  }
}

function* readKeys(reader: ByteReader): Generator<Uint8Array> {
  let before: Uint8Array = new Uint8Array();
  for (let rest = reader.varint(); rest > 0; rest--) {
    before = readKey(reader, before);
    yield before;
  }
}
