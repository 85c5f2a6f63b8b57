// Bits, most significant first, with gamma (Elias 1975) and Rice (1979) codes on top.

import { corrupt } from '../errors.ts';

/** A growing string of bits. */
export class BitWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  /** The low `width` bits of `value`, 0 ≤ width ≤ 24. */
  bits(value: number, width: number): void {
    this.#pending = (this.#pending << width) | (value & ((1 << width) - 1));
    this.#pendingBits += width;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#push((this.#pending >>> this.#pendingBits) & 0xff);
    }
    this.#pending &= (1 << this.#pendingBits) - 1;
  }

  /** `count` one-bits, then a zero. */
  unary(count: number): void {
    let rest = count;
    for (; rest >= 24; rest -= 24) this.bits(0xffffff, 24);
    this.bits((1 << rest) - 1, rest);
    this.bits(0, 1);
  }

  /** Rice code: the quotient by 2^parameter in unary, then the remainder. Integers below 2^32, parameter ≤ 24. */
  rice(value: number, parameter: number): void {
    this.unary(value >>> parameter);
    this.bits(value, parameter);
  }

  /** Gamma code of an integer ≥ 1: how many bits follow its leading one, in unary, then those bits. */
  gamma(value: number): void {
    const below = 31 - Math.clz32(value);
    this.unary(below);
    this.bits(value, Math.min(below, 24));
    if (below > 24) throw new RangeError(`gamma codes reach 2^25 − 1 here, not ${value}`);
  }

  /** The bytes, the last one filled with zeros; the writer starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    if (this.#pendingBits > 0) this.bits(0, 8 - this.#pendingBits);
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Zero bytes that must follow the last bit, so that a reader may load a whole window anywhere. */
export const BIT_PADDING = 8;

/**
 * Reads what a BitWriter wrote. Speed decides the cost of a query, so a read loads one 32-bit window and does not
 * look for the end: whoever reads checks `overran` afterwards. Reads past the padding see zeros.
 */
export class BitReader {
  readonly #view: DataView;
  readonly #end: number;
  /** In bits from the first byte. */
  position: number;

  /** @param end where the bits end, in bytes, without the padding */
  constructor(bytes: Uint8Array, start: number, end: number) {
    if (end + BIT_PADDING > bytes.length)
      throw corrupt('bits', `${BIT_PADDING} bytes of padding`, bytes.length - end);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = end * 8;
    this.position = start * 8;
  }

  get overran(): boolean {
    return this.position > this.#end;
  }

  /** The next 32 bits, without moving. */
  #window(): number {
    if (this.position > this.#end) return 0;
    const byte = this.position >>> 3;
    const shift = this.position & 7;
    return (this.#view.getUint32(byte) << shift) | (this.#view.getUint8(byte + 4) >>> (8 - shift));
  }

  bits(width: number): number {
    if (width === 0) return 0;
    const value = this.#window() >>> (32 - width);
    this.position += width;
    return value;
  }

  unary(): number {
    let count = 0;
    for (;;) {
      const ones = Math.clz32(~this.#window());
      count += ones;
      this.position += ones;
      if (ones < 32) break;
    }
    this.position++;
    return count;
  }

  gamma(): number {
    const below = this.unary();
    return below > 24 ? 0 : (1 << below) | this.bits(below);
  }

  /**
   * Reads Rice-coded gaps into strictly ascending numbers: out[i] = out[i − 1] + 1 + gap, for from ≤ i < end.
   * This is the loop in which a query spends its time.
   *
   * @param before the number before the first one, −1 at the start
   * @returns the last number; past 2^32 or past the end of the bits it is whatever damage made of it
   */
  riceGaps(parameter: number, out: Uint32Array, from: number, end: number, before: number): number {
    const view = this.#view;
    const mask = (1 << parameter) - 1;
    const rest = parameter + 1;
    const lastWindow = view.byteLength - 5;
    let position = this.position;
    let number = before;
    for (let i = from; i < end; ) {
      const byte = position >>> 3;
      if (byte > lastWindow) break;
      const shift = position & 7;
      const window = (view.getUint32(byte) << shift) | (view.getUint8(byte + 4) >>> (8 - shift));
      const quotient = Math.clz32(~window);
      const length = quotient + rest;
      if (length > 31) {
        this.position = position;
        number += 1 + this.#rice(parameter);
        position = this.position;
        out[i++] = number;
        continue;
      }
      number += 1 + ((quotient << parameter) | ((window >>> (32 - length)) & mask));
      out[i++] = number;
      // Where the next code begins is known late, so a window that holds two saves half of that wait.
      const next = Math.clz32(~(window << length));
      const both = length + next + rest;
      if (both > 32 || i === end) {
        position += length;
        continue;
      }
      position += both;
      number += 1 + ((next << parameter) | ((window >>> (32 - both)) & mask));
      out[i++] = number;
    }
    this.position = position;
    return number;
  }

  /**
   * Reads as many gaps as riceGaps does, and adds to the sums of those numbers: what is not kept need not be written
   * and read again, and while one code is waited for, others are added.
   *
   * @param into the sums; numbers beyond them, which damage makes, add to none
   */
  addRiceGaps(parameter: number, into: Int32Array, addend: number, count: number, before: number): number {
    const view = this.#view;
    const mask = (1 << parameter) - 1;
    const rest = parameter + 1;
    const lastWindow = view.byteLength - 5;
    let position = this.position;
    let number = before;
    for (let left = count; left > 0; ) {
      const byte = position >>> 3;
      if (byte > lastWindow) break;
      const shift = position & 7;
      const window = (view.getUint32(byte) << shift) | (view.getUint8(byte + 4) >>> (8 - shift));
      const first = Math.clz32(~window);
      const one = first + rest;
      if (one > 31) {
        this.position = position;
        number += 1 + this.#rice(parameter);
        position = this.position;
        into[number] += addend;
        left--;
        continue;
      }
      number += 1 + ((first << parameter) | ((window >>> (32 - one)) & mask));
      into[number] += addend;
      left--;
      const second = Math.clz32(~(window << one));
      const two = one + second + rest;
      if (two > 31 || left === 0) {
        position += one;
        continue;
      }
      number += 1 + ((second << parameter) | ((window >>> (32 - two)) & mask));
      into[number] += addend;
      left--;
      const third = Math.clz32(~(window << two));
      const three = two + third + rest;
      if (three > 32 || left === 0) {
        position += two;
        continue;
      }
      number += 1 + ((third << parameter) | ((window >>> (32 - three)) & mask));
      into[number] += addend;
      left--;
      position += three;
    }
    this.position = position;
    return number;
  }

  /** One Rice code. It is an integer to the compiler, as it would not be by 2 ** parameter: loops add it up. */
  #rice(parameter: number): number {
    return this.unary() * ((1 << parameter) >>> 0) + this.bits(parameter);
  }
}
