// Little-endian bytes, LEB128 variable-length integers and UTF-8 strings, written and read in one place.
// A reader never runs past its end: it throws `corrupt` with the position.

import { corrupt, SparsedgeError } from '../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The string that UTF-8 bytes spell; `where` names them if they spell none. */
export function fromUtf8(bytes: Uint8Array, where: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw corrupt(where, 'UTF-8', 'other bytes');
  }
}

/** The value that UTF-8 bytes of JSON spell; `where` names them if they spell none. */
export function parseJson(bytes: Uint8Array, where: string): unknown {
  const text = fromUtf8(bytes, where);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt(where, 'JSON', String(cause));
  }
}

/** The same of a file that someone brought: whatever is wrong with it is no damage to an index. */
export function parseGivenJson(bytes: Uint8Array, where: string): unknown {
  try {
    return parseJson(bytes, where);
  } catch (cause) {
    const { message, details } = cause as SparsedgeError;
    throw new SparsedgeError('bad-input', message, details, { cause });
  }
}

/** Orders byte strings as unsigned bytes, a prefix before what it begins. UTF-8 keeps code point order. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}

/** A growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#length++] = (value >>> shift) & 0xff;
  }

  /** LEB128: seven bits a byte, least significant first. Takes integers up to 2^53 − 1. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A string as the varint of its UTF-8 length and its bytes. */
  text(value: string): void {
    const bytes = utf8(value);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** What was written so far: a view, valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Forgets what was written and keeps the memory. */
  clear(): void {
    this.#length = 0;
  }
}

/** Reads what a ByteWriter wrote. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly where: string;
  position: number;

  constructor(bytes: Uint8Array, where: string, position = 0) {
    this.bytes = bytes;
    this.where = where;
    this.position = position;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    if (this.position >= this.bytes.length) {
      throw corrupt(this.where, `1 bytes at ${this.position}`, `${this.remaining} bytes`);
    }
    return this.bytes[this.position++];
  }

  u32(): number {
    const bytes = this.raw(4);
    return (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      if (this.position >= this.bytes.length)
        throw corrupt(this.where, 'more bytes', `the end at ${this.position}`);
      const byte = this.bytes[this.position++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 0x80;
      if (factor > 2 ** 49)
        throw corrupt(this.where, 'an integer below 2^53', `a longer one at ${this.position}`);
    }
    return value;
  }

  raw(count: number): Uint8Array {
    if (count > this.remaining) {
      throw corrupt(this.where, `${count} bytes at ${this.position}`, `${this.remaining} bytes`);
    }
    this.position += count;
    return this.bytes.subarray(this.position - count, this.position);
  }

  text(): string {
    return fromUtf8(this.raw(this.varint()), this.where);
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.remaining > 0) throw corrupt(this.where, 'the end', `${this.remaining} more bytes`);
  }
}
