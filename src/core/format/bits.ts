// Bits, least significant first, with gamma (Elias 1975) and Rice (1979) codes on top.
//
// Rice codes of a chunk lie apart: first the remainders of all, then the quotients of all in unary. So where a code's
// remainder is depends on no other code, and quotients are found as a word's lowest one-bits are cleared, of which the
// next does not wait for how long the last was. Interleaved codes of as many bits took 1.2 times as long to add up.

import { corrupt } from '../errors.ts';

/** A growing string of bits. */
export class BitWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  /** The low `width` bits of `value`, 0 ≤ width ≤ 24. */
  bits(value: number, width: number): void {
    this.#pending |= (value & ((1 << width) - 1)) << this.#pendingBits;
    this.#pendingBits += width;
    while (this.#pendingBits >= 8) {
      this.#push(this.#pending & 0xff);
      this.#pending >>>= 8;
      this.#pendingBits -= 8;
    }
  }

  /** `count` zeros, then a one. */
  unary(count: number): void {
    let rest = count;
    for (; rest >= 24; rest -= 24) this.bits(0, 24);
    this.bits(0, rest);
    this.bits(1, 1);
  }

  /** Gamma code of an integer ≥ 1: how many bits follow its leading one, in unary, then those bits. */
  gamma(value: number): void {
    const below = 31 - Math.clz32(value);
    this.unary(below);
    this.bits(value, Math.min(below, 24));
    if (below > 24) throw new RangeError(`gamma codes reach 2^25 − 1 here, not ${value}`);
  }

  /**
   * Rice codes of a chunk, from index `start` to `end` (half-open): the remainders of division by 2^parameter, then the
   * quotients in unary. Integers below 2^32, parameter ≤ 24.
   */
  rice(values: Uint32Array, start: number, end: number, parameter: number): void {
    for (let i = start; i < end; i++) this.bits(values[i], parameter);
    for (let i = start; i < end; i++) this.unary(values[i] >>> parameter);
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
 *
 * Arithmetic in the loops is of 32-bit integers and says so by `| 0`, without which V8 checks each sum for overflow.
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

  bits(width: number): number {
    if (this.position > this.#end) return 0;
    const value = this.#view.getUint32(this.position >>> 3, true) >>> (this.position & 7);
    this.position += width;
    return value & ((1 << width) - 1);
  }

  unary(): number {
    const start = this.position;
    while (this.position <= this.#end) {
      const byte = this.position >>> 3;
      const window = this.#view.getInt32(byte, true) & (-1 << (this.position & 7));
      if (window !== 0) {
        const one = byte * 8 + lowestOne(window);
        this.position = one + 1;
        return one - start;
      }
      this.position = byte * 8 + 32;
    }
    return this.position - start;
  }

  gamma(): number {
    const below = this.unary();
    return below > 24 ? 0 : (1 << below) | this.bits(below);
  }

  /**
   * Reads the Rice codes of a chunk of gaps into strictly ascending numbers: out[i] = out[i − 1] + 1 + gap, for from ≤
   * i < end.
   *
   * @param before the number before the first one, −1 at the start
   * @returns the last number, which damage may make any number above `before`; `before` past the end of the bits
   */
  riceGaps(parameter: number, out: Uint32Array, from: number, end: number, before: number): number {
    const view = this.#view;
    const lastByte = this.#end >> 3;
    const scale = 1 << parameter;
    const mask = scale - 1;
    const quotients = this.position + (end - from) * parameter;
    if (quotients > this.#end) return this.#overrun(before);
    let remainder = this.position | 0;
    let byte = quotients >> 3;
    let word = view.getInt32(byte, true) & (-1 << (quotients & 7));
    let highest = ((byte << 3) + 31) | 0;
    let one = (quotients - 1) | 0;
    let number = before | 0;
    for (let i = from; i < end; i++) {
      while (word === 0) {
        byte = (byte + 4) | 0;
        if (byte > lastByte) return this.#overrun(before);
        word = view.getInt32(byte, true);
        highest = (highest + 32) | 0;
      }
      const lowest = word & (-word | 0);
      word ^= lowest;
      const next = (highest - Math.clz32(lowest)) | 0;
      const high = Math.imul((next - one - 1) | 0, scale);
      const low = (view.getInt32(remainder >> 3, true) >>> (remainder & 7)) & mask;
      number = (number + 1 + (high | low)) | 0;
      out[i] = number;
      one = next;
      remainder = (remainder + parameter) | 0;
    }
    return this.#endOfChunk(parameter, end - from, before, quotients, one, number);
  }

  /**
   * Reads as many gaps as riceGaps does, and adds to the sums of those numbers: what is not kept need not be written
   * and read again.
   *
   * @param into the sums; numbers beyond them, which damage makes, add to none
   */
  addRiceGaps(parameter: number, into: Int32Array, addend: number, count: number, before: number): number {
    const view = this.#view;
    const lastByte = this.#end >> 3;
    const scale = 1 << parameter;
    const mask = scale - 1;
    const quotients = this.position + count * parameter;
    if (quotients > this.#end) return this.#overrun(before);
    let remainder = this.position | 0;
    let byte = quotients >> 3;
    let word = view.getInt32(byte, true) & (-1 << (quotients & 7));
    let highest = ((byte << 3) + 31) | 0;
    let one = (quotients - 1) | 0;
    let number = before | 0;
    for (let left = count; left > 0; left--) {
      while (word === 0) {
        byte = (byte + 4) | 0;
        if (byte > lastByte) return this.#overrun(before);
        word = view.getInt32(byte, true);
        highest = (highest + 32) | 0;
      }
      const lowest = word & (-word | 0);
      word ^= lowest;
      const next = (highest - Math.clz32(lowest)) | 0;
      const high = Math.imul((next - one - 1) | 0, scale);
      const low = (view.getInt32(remainder >> 3, true) >>> (remainder & 7)) & mask;
      number = (number + 1 + (high | low)) | 0;
      into[number] = (into[number] + addend) | 0;
      one = next;
      remainder = (remainder + parameter) | 0;
    }
    return this.#endOfChunk(parameter, count, before, quotients, one, number);
  }

  #overrun(before: number): number {
    this.position = this.#end + 1;
    return before;
  }

  /**
   * Moves behind a chunk.
   *
   * @param quotients where they begin
   * @param one where the last of them ends
   * @param number the last number's low 32 bits
   * @returns the whole of that number
   */
  #endOfChunk(
    parameter: number,
    count: number,
    before: number,
    quotients: number,
    one: number,
    number: number,
  ): number {
    this.position = one + 1;
    // Remainders add less than 2^32, as a chunk has at most 256 of them.
    const least = before + count + (one + 1 - quotients - count) * ((1 << parameter) >>> 0);
    return least + ((number - least) >>> 0);
  }
}

/** The place of the lowest bit that is set, in a word that has one. */
function lowestOne(word: number): number {
  return 31 - Math.clz32(word & -word);
}
