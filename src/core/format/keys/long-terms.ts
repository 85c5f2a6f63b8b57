// The terms of a space whose lists are long, packed as they stay resident: an index of ten million documents has tens
// of thousands, and each as an object with its arrays takes half a kilobyte.

import { corrupt } from '../../errors.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { KeyList, writeKeys } from './key-list.ts';

/** A term whose list has pages of its own, one for each of its tiers. */
export interface LongTerm {
  readonly key: Uint8Array;
  /** Document frequency. */
  readonly count: number;
  /** Of its first tier; the others follow. */
  readonly firstPage: number;
  /** Of each of its tiers, in order: the highest impact, which is below all of the tier before, and the postings. */
  readonly tierImpact: readonly number[];
  readonly tierCount: readonly number[];
  /**
   * The k-th largest impact for each k of KTH, 0 where the list is shorter: a safe threshold before anything is read.
   */
  readonly kthImpact: readonly number[];
}

/** The ranks whose impacts a long term records. */
export const KTH = [10, 100, 1000] as const;

/** Pages and postings are counted in 32 bits. */
const COUNT_LIMIT = 2 ** 32;

/** Long terms, ascending by key. */
export class LongTerms implements Iterable<LongTerm> {
  readonly keys: KeyList;
  readonly #firstPage: Uint32Array;
  /** Where each term's tiers end, counted over all. */
  readonly #tierEnd: Uint32Array;
  readonly #tierImpact: Uint8Array;
  readonly #tierCount: Uint32Array;
  readonly #kthImpact: Uint8Array;

  private constructor(keys: KeyList, terms: readonly Omit<LongTerm, 'key' | 'count'>[]) {
    let end = 0;
    this.keys = keys;
    this.#firstPage = Uint32Array.from(terms, ({ firstPage }) => firstPage);
    this.#tierEnd = Uint32Array.from(terms, ({ tierImpact }) => (end += tierImpact.length));
    this.#tierImpact = Uint8Array.from(terms.flatMap(({ tierImpact }) => tierImpact));
    this.#tierCount = Uint32Array.from(terms.flatMap(({ tierCount }) => tierCount));
    this.#kthImpact = Uint8Array.from(terms.flatMap(({ kthImpact }) => kthImpact));
  }

  static of(terms: readonly LongTerm[]): LongTerms {
    return new LongTerms(KeyList.of(terms.map(({ key }) => key)), terms);
  }

  /**
   * Reads what writeLongTerms wrote.
   *
   * @param pages of the space
   * @throws SparsedgeError `corrupt`
   */
  static read(reader: ByteReader, pages: number): LongTerms {
    const keys = KeyList.read(reader);
    let page = 0;
    const firstPages = Array.from(keys, () => {
      page += reader.varint();
      return page;
    });
    return new LongTerms(
      keys,
      firstPages.map((firstPage) => readTerm(reader, firstPage, pages)),
    );
  }

  /** How many there are. */
  get length(): number {
    return this.keys.length;
  }

  at(i: number): LongTerm {
    const from = i === 0 ? 0 : this.#tierEnd[i - 1];
    const to = this.#tierEnd[i];
    const tierCount = [...this.#tierCount.subarray(from, to)];
    return {
      key: this.keys.at(i),
      count: tierCount.reduce((sum, of) => sum + of, 0),
      firstPage: this.#firstPage[i],
      tierImpact: [...this.#tierImpact.subarray(from, to)],
      tierCount,
      kthImpact: [...this.#kthImpact.subarray(i * KTH.length, (i + 1) * KTH.length)],
    };
  }

  *[Symbol.iterator](): Iterator<LongTerm> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}

/** Writes their keys, the first page of each, and the tiers of each. */
export function writeLongTerms(writer: ByteWriter, terms: LongTerms): void {
  writeKeys(writer, terms.keys);
  let before = 0;
  for (const { firstPage } of terms) {
    writer.varint(firstPage - before);
    before = firstPage;
  }
  for (const { tierImpact, tierCount, kthImpact } of terms) {
    writer.varint(tierImpact.length);
    for (const impact of kthImpact) writer.u8(impact);
    tierImpact.forEach((impact, tier) => {
      writer.u8(impact);
      writer.varint(tierCount[tier]);
    });
  }
}

function readTerm(reader: ByteReader, firstPage: number, pages: number): Omit<LongTerm, 'key' | 'count'> {
  const tiers = reader.varint();
  if (firstPage + tiers > pages) throw corrupt(reader.where, `pages below ${pages}`, firstPage + tiers - 1);
  const kthImpact = KTH.map(() => reader.u8());
  const tierImpact: number[] = [];
  const tierCount: number[] = [];
  for (let tier = 0; tier < tiers; tier++) {
    tierImpact.push(reader.u8());
    const count = reader.varint();
    if (count >= COUNT_LIMIT) throw corrupt(reader.where, `postings below ${COUNT_LIMIT}`, count);
    tierCount.push(count);
  }
  return { firstPage, tierImpact, tierCount, kthImpact };
}
