// A digest of records whatever their order: a build reads documents in one order and writes them in another, and this
// says that they are the same ones.

import { createHash } from 'node:crypto';

/** The sum, modulo 2^64, of the first eight bytes of each record's SHA-256. */
export class UnorderedDigest {
  #sum = 0n;

  add(record: Uint8Array): void {
    const digest = createHash('sha256').update(record).digest();
    this.#sum = BigInt.asUintN(64, this.#sum + digest.readBigUInt64BE());
  }

  /** In 16 hexadecimal digits. */
  get value(): string {
    return this.#sum.toString(16).padStart(16, '0');
  }
}
