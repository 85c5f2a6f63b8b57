// Postings of long terms → vectors of documents: terms come one after the other, each with all of its documents, and
// vectors are wanted document after document. So postings go to a file for each range of documents, and a range at a
// time is sorted in memory.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { naming } from '../../../work/system-error.ts';
import { type DocumentVector, joinTerm } from './page-vectors.ts';

/** Documents of a file: at 200 terms each, 20 MB in memory. */
const RANGE = 16_384;
/** Place of the document within its range, space and term, impact. */
const RECORD_BYTES = 2 + 4 + 1;
/** Records held for a file before they are written. */
const HELD = 2048;

/** Takes terms in, in ascending order of space and number, and then gives documents out. */
export class VectorSpool {
  readonly #folder: string;
  readonly #held: { readonly bytes: DataView; count: number; isBegun: boolean }[] = [];
  #range = -1;
  #start = new Uint32Array(0);
  #terms = new Uint32Array(0);
  #impacts = new Uint8Array(0);

  /** @param folder of intermediate files */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Takes in a term.
   *
   * @param space its number in the manifest
   * @param term its number among the space's long terms
   * @param documents ascending
   */
  add(space: number, term: number, documents: Uint32Array, impacts: Uint8Array): void {
    const joined = joinTerm(space, term);
    for (let i = 0; i < documents.length; i++) {
      const range = Math.floor(documents[i] / RANGE);
      this.#held[range] ??= {
        bytes: new DataView(new ArrayBuffer(HELD * RECORD_BYTES)),
        count: 0,
        isBegun: false,
      };
      const held = this.#held[range];
      const at = held.count * RECORD_BYTES;
      held.bytes.setUint16(at, documents[i] % RANGE, true);
      held.bytes.setUint32(at + 2, joined, true);
      held.bytes.setUint8(at + 6, impacts[i]);
      if (++held.count === HELD) this.#write(range);
    }
  }

  /** The vector of a document, valid until the next one's; documents are asked for in ascending order. */
  of(document: number): DocumentVector {
    const range = Math.floor(document / RANGE);
    if (range !== this.#range) this.#read(range);
    const place = document % RANGE;
    const [start, end] = [this.#start[place], this.#start[place + 1]];
    return { terms: this.#terms.subarray(start, end), impacts: this.#impacts.subarray(start, end) };
  }

  #path(range: number): string {
    return join(this.#folder, `_vectors.${range}`);
  }

  #write(range: number): void {
    const held = this.#held[range];
    const path = this.#path(range);
    const bytes = new Uint8Array(held.bytes.buffer, 0, held.count * RECORD_BYTES);
    // What a build that was stopped has left there is not gone on from.
    naming(path, 'written', () => writeFileSync(path, bytes, { flag: held.isBegun ? 'a' : 'w' }));
    held.isBegun = true;
    held.count = 0;
  }

  /** Sorts a range: by document, and each one's terms as they came. */
  #read(range: number): void {
    if (this.#held[range]) this.#write(range);
    const path = this.#path(range);
    const bytes = this.#held[range] ? naming(path, 'read', () => readFileSync(path)) : Buffer.alloc(0);
    const records = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = bytes.length / RECORD_BYTES;
    const start = new Uint32Array(RANGE + 1);
    for (let i = 0; i < count; i++) start[records.getUint16(i * RECORD_BYTES, true) + 1]++;
    for (let place = 0; place < RANGE; place++) start[place + 1] += start[place];
    const next = start.slice();
    this.#terms = new Uint32Array(count);
    this.#impacts = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const at = next[records.getUint16(i * RECORD_BYTES, true)]++;
      this.#terms[at] = records.getUint32(i * RECORD_BYTES + 2, true);
      this.#impacts[at] = records.getUint8(i * RECORD_BYTES + 6);
    }
    this.#start = start;
    this.#range = range;
    rmSync(path, { force: true });
  }
}
