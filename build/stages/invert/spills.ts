// Spills: files of terms in ascending order of key, each with documents and values. Many are merged into one stream.

import { ByteReader, ByteWriter, compareBytes } from '../../../src/core/format/bytes.ts';
import { RecordReader, RecordWriter } from '../../work/records.ts';

/**
 * A term with all of its documents and raw values. The arrays are filled anew for the next term; until then a reader
 * may change them.
 */
export interface TermValues {
  readonly key: Uint8Array;
  readonly documents: Uint32Array;
  readonly values: Float32Array;
  readonly count: number;
}

/** Writes one spill: terms in ascending order of key, each once. */
export class SpillWriter {
  readonly #records: RecordWriter;
  readonly #record = new ByteWriter(1 << 16);

  constructor(path: string) {
    this.#records = new RecordWriter(path);
  }

  /**
   * Writes a term with the postings from index `start` to `end` (half-open): key, count, then all document gaps, then
   * whether all values are whole numbers, then all values, as varints or as 32-bit floats.
   *
   * @param documents strictly ascending, parallel to `values`
   */
  write(key: Uint8Array, documents: Uint32Array, values: Float32Array, start: number, end: number): void {
    const record = this.#record;
    record.clear();
    record.varint(key.length);
    record.raw(key);
    record.varint(end - start);
    let before = 0;
    let whole = true;
    for (let i = start; i < end; i++) {
      record.varint(documents[i] - before);
      before = documents[i];
      whole &&= Number.isInteger(values[i]) && values[i] < 2 ** 24;
    }
    record.u8(whole ? 1 : 0);
    if (whole) for (let i = start; i < end; i++) record.varint(values[i]);
    else record.raw(new Uint8Array(values.buffer, values.byteOffset + 4 * start, 4 * (end - start)));
    this.#records.write(record.view());
  }

  close(): void {
    this.#records.close();
  }
}

/** One spill, at one of its terms. */
class SpillCursor {
  readonly #records: RecordReader;
  readonly #path: string;
  #body: ByteReader | undefined;
  key: Uint8Array = new Uint8Array();
  count = 0;

  constructor(path: string) {
    this.#path = path;
    this.#records = new RecordReader(path);
  }

  /** Moves to the next term; false, and closed, at the end. */
  advance(): boolean {
    const record = this.#records.next();
    if (!record) {
      this.#records.close();
      return false;
    }
    this.#body = new ByteReader(record, this.#path);
    this.key = this.#body.raw(this.#body.varint());
    this.count = this.#body.varint();
    return true;
  }

  /** Writes the term's documents and values from index `at`. */
  read(documents: Uint32Array, values: Float32Array, at: number): void {
    const body = this.#body!;
    const end = at + this.count;
    let document = 0;
    for (let i = at; i < end; i++) {
      document += body.varint();
      documents[i] = document;
    }
    const whole = body.u8() === 1;
    if (whole) for (let i = at; i < end; i++) values[i] = body.varint();
    // Copied byte by byte: in a record, numbers may begin anywhere.
    else new Uint8Array(values.buffer, values.byteOffset + 4 * at).set(body.raw(4 * this.count));
  }
}

/**
 * The length of an array for so many postings, and some more: the longest list is as long as the collection, so not
 * twice as many.
 */
export function roomFor(count: number): number {
  return Math.ceil(count * 1.25);
}

/**
 * All terms of all spills in ascending order of key, each with all its postings. Spills can be merged again and again,
 * and must be read to their end, which closes them.
 */
export function* mergeSpills(paths: readonly string[]): Generator<TermValues> {
  // Spills are few, so the least is found by looking at each.
  let cursors = paths.map((path) => new SpillCursor(path)).filter((cursor) => cursor.advance());
  let documents = new Uint32Array(1024);
  let values = new Float32Array(1024);
  while (cursors.length > 0) {
    let least = cursors[0];
    for (const cursor of cursors) if (compareBytes(cursor.key, least.key) < 0) least = cursor;
    const key = least.key.slice();
    const holders = cursors.filter((cursor) => compareBytes(cursor.key, key) === 0);
    const count = holders.reduce((sum, cursor) => sum + cursor.count, 0);
    if (documents.length < count) {
      documents = new Uint32Array(roomFor(count));
      values = new Float32Array(roomFor(count));
    }
    let at = 0;
    for (const cursor of holders) {
      cursor.read(documents, values, at);
      at += cursor.count;
      if (!cursor.advance()) cursors = cursors.filter((other) => other !== cursor);
    }
    yield { key, documents, values, count };
  }
}
