// A new order of the documents of a window, in a file and applied to lists.

import { readFileSync, writeFileSync } from 'node:fs';
import { naming } from '../../work/system-error.ts';

/** Stands in an order for a document where a number is of none. */
export const HOLE = 0xffffffff;

/** An order of documents, by their numbers in the window. */
export class Renumbering {
  readonly #after: Uint32Array;
  readonly #impact: Uint8Array;
  readonly #sorter: DocumentSorter;
  /** Whether there are documents that the window does not have. */
  readonly #isPart: boolean;

  /**
   * @param before the old number of each document, in the new order, or HOLE
   * @param documents how many old numbers there are: documents whose number is not in the order are of other windows
   */
  constructor(before: Uint32Array, documents = before.length) {
    this.#after = new Uint32Array(documents).fill(HOLE);
    this.#impact = new Uint8Array(before.length);
    this.#sorter = new DocumentSorter(before.length);
    for (const [after, document] of before.entries()) if (document !== HOLE) this.#after[document] = after;
    this.#isPart = this.#after.includes(HOLE);
  }

  /**
   * Drops what is of documents of other windows.
   *
   * @param documents by their old numbers
   * @param values parallel to them
   * @returns how many are left
   */
  select(documents: Uint32Array, values: Float32Array, count: number): number {
    if (!this.#isPart) return count;
    let left = 0;
    for (let i = 0; i < count; i++) {
      if (this.#after[documents[i]] === HOLE) continue;
      documents[left] = documents[i];
      values[left++] = values[i];
    }
    return left;
  }

  /**
   * Gives postings of the window's documents, ascending by these, their new numbers and brings them into ascending
   * order again.
   */
  apply(documents: Uint32Array, impacts: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const document = this.#after[documents[i]];
      documents[i] = document;
      this.#impact[document] = impacts[i];
    }
    if (count < 2) return;
    this.#sorter.sort(documents, count);
    for (let i = 0; i < count; i++) impacts[i] = this.#impact[documents[i]];
  }
}

/** Sorts numbers of documents that differ. */
export class DocumentSorter {
  /** A bit of each document, 0 between calls. */
  readonly #marks: Uint32Array;

  /** @param documents how many there are */
  constructor(documents: number) {
    this.#marks = new Uint32Array(Math.ceil(documents / 32));
  }

  /** Sorts the first so many numbers: where they are many of all, by going through all. */
  sort(documents: Uint32Array, count: number): void {
    const marks = this.#marks;
    if (count * FEW < marks.length) {
      documents.subarray(0, count).sort();
      return;
    }
    for (let i = 0; i < count; i++) marks[documents[i] >>> 5] |= 1 << (documents[i] & 31);
    for (let place = 0, at = 0; at < count; place++) {
      for (let marked = marks[place]; marked !== 0; marked &= marked - 1)
        documents[at++] = (place << 5) + 31 - Math.clz32(marked & -marked);
      marks[place] = 0;
    }
  }
}

/** Of so many times as many places of marks, sorting takes as long as going through the marks. */
const FEW = 16;

/** Writes an order: the old number of each document, in the new order, or HOLE. */
export function writeOrder(path: string, order: Uint32Array): void {
  const bytes = new Uint8Array(order.buffer, order.byteOffset, order.byteLength);
  naming(path, 'written', () => writeFileSync(path, bytes));
}

/** What writeOrder wrote. */
export function readOrder(path: string): Uint32Array {
  const bytes = naming(path, 'read', () => readFileSync(path));
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
