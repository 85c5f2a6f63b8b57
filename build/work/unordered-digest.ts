// A digest of records whatever their order: a build reads documents in one order and writes them in another, and this
// says that they are the same ones.

import { hash } from 'node:crypto';

/** The sum, modulo 2^64, of the first eight bytes of each record's SHA-256. */
export class UnorderedDigest {
  #sum = 0n;

  add(record: Uint8Array): void {
    const digest = hash('sha256', record, 'buffer');
    this.#sum = BigInt.asUintN(64, this.#sum + digest.readBigUInt64BE());
  }

  get value(): string {
    return asText(this.#sum);
  }
}

/** The digest of all records of which digests are given. */
export function addedDigests(values: readonly string[]): string {
  return asText(
    BigInt.asUintN(
      64,
      values.reduce((sum, value) => sum + BigInt(`0x${value}`), 0n),
    ),
  );
}

/** In 16 hexadecimal digits. */
function asText(sum: bigint): string {
  return sum.toString(16).padStart(16, '0');
}
