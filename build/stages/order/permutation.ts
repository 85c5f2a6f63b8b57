// A new order of the documents of a collection, on disk and applied. Documents stay within their window.

import { RecordReader, RecordWriter } from '../../work/records.ts';

/** Writes the order of each window: the local numbers that its documents had, in their new order. */
export class OrderWriter {
  readonly #records: RecordWriter;
  constructor(path: string) {
    this.#records = new RecordWriter(path);
  }

  write(order: Uint32Array): void {
    this.#records.write(new Uint8Array(order.buffer, order.byteOffset, order.byteLength));
  }

  close(): void {
    this.#records.close();
  }
}

/** An order of all documents, by their numbers in the whole collection. */
export class Renumbering {
  /** The old number of each document, in the new order. */
  readonly before: Uint32Array;
  readonly #after: Uint32Array;
  readonly #impact: Uint8Array;

  /** Reads what an OrderWriter wrote. */
  constructor(path: string, documents: number) {
    this.before = new Uint32Array(documents);
    this.#after = new Uint32Array(documents);
    this.#impact = new Uint8Array(documents);
    const reader = new RecordReader(path);
    let start = 0;
    for (let record = reader.next(); record; record = reader.next()) {
      const order = new Uint32Array(record.slice().buffer);
      for (const [i, document] of order.entries()) {
        this.before[start + i] = start + document;
        this.#after[start + document] = start + i;
      }
      start += order.length;
    }
    reader.close();
  }

  /** Gives postings, ascending by document, their new numbers and brings them into ascending order again. */
  apply(documents: Uint32Array, impacts: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const document = this.#after[documents[i]];
      documents[i] = document;
      this.#impact[document] = impacts[i];
    }
    if (count < 2) return;
    documents.subarray(0, count).sort();
    for (let i = 0; i < count; i++) impacts[i] = this.#impact[documents[i]];
  }
}
