// Spills: files of terms in ascending order of key, each with documents and values. Many are merged into one stream,
// whole or in part: from a term on, up to a term, of a range of documents.

import { corrupt } from '../../../src/core/errors.ts';
import { compareBytes } from '../../../src/core/format/bytes.ts';
import { RecordReader, RecordWriter } from '../../work/records.ts';

/**
 * A term with all of its documents and raw values; one that was added to a document has a negative value there. The
 * arrays are filled anew for the next term; until then a reader may change them.
 */
export interface TermValues {
  readonly key: Uint8Array;
  readonly documents: Uint32Array;
  readonly values: Float32Array;
  readonly count: number;
  /** Whether more of the same term comes next. */
  readonly isContinued: boolean;
}

/** A part of a spill. */
export interface SpillPart {
  readonly path: string;
  /** Where in the file reading begins: what SpillWriter.position said; the beginning unless given. */
  readonly position?: number;
  /** Documents that are wanted, half-open; all unless given. */
  readonly from?: number;
  readonly to?: number;
  /** What is added to the numbers of documents; nothing unless given. */
  readonly shift?: number;
}

/** How a term's values are written. */
const FLOATS = 0;
const VARINTS = 1;
const BYTES = 2;

/** Writes one spill: terms in ascending order of key, each once. */
export class SpillWriter {
  readonly #records: RecordWriter;
  #record = new Uint8Array(1 << 16);

  constructor(path: string) {
    this.#records = new RecordWriter(path);
  }

  /** Where the next term begins. */
  get position(): number {
    return this.#records.position;
  }

  /**
   * Writes a term with the postings from index `start` to `end` (half-open): key, count, then all document gaps, then
   * how values are written, then all values: bytes as they are, whole numbers as varints, others as 32-bit floats.
   *
   * @param documents strictly ascending, parallel to `values`
   */
  write(
    key: Uint8Array,
    documents: Uint32Array,
    values: Float32Array | Uint8Array,
    start: number,
    end: number,
  ): void {
    const most = key.length + 2 * VARINT_BYTES + 1 + 2 * VARINT_BYTES * (end - start);
    if (this.#record.length < most) this.#record = new Uint8Array(roomFor(most));
    const record = this.#record;
    let at = writeVarint(record, 0, key.length);
    for (let i = 0; i < key.length; i++) record[at++] = key[i];
    at = writeVarint(record, at, end - start);
    for (let i = start, before = 0; i < end; i++) {
      at = writeVarint(record, at, documents[i] - before);
      before = documents[i];
    }
    if (values instanceof Uint8Array) {
      record[at++] = BYTES;
      for (let i = start; i < end; i++) record[at++] = values[i];
    } else if (areWhole(values, start, end)) {
      record[at++] = VARINTS;
      for (let i = start; i < end; i++) at = writeVarint(record, at, values[i]);
    } else {
      record[at++] = FLOATS;
      record.set(new Uint8Array(values.buffer, values.byteOffset + 4 * start, 4 * (end - start)), at);
      at += 4 * (end - start);
    }
    this.#records.write(record.subarray(0, at));
  }

  close(): void {
    this.#records.close();
  }
}

/** Of a number below 2^32, at most. */
const VARINT_BYTES = 5;

/** LEB128; returns the index behind what was written. */
function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let [end, rest] = [at, value];
  while (rest >= 0x80) {
    bytes[end++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[end++] = rest;
  return end;
}

function areWhole(values: Float32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const value = values[i];
    if (!(value >= 0 && value < 2 ** 24 && value === Math.trunc(value))) return false;
  }
  return true;
}

/** Bytes of a key that make a number. */
const PREFIX_BYTES = 6;

/** One spill, at one of its terms. */
class SpillCursor {
  readonly #records: RecordReader;
  readonly #part: SpillPart;
  /** Among the spills that are merged. */
  readonly number: number;
  /** Of the whole spill's documents. */
  count = 0;
  /** The term's key, in the reader's memory, and its first bytes as a number, which tells most keys apart. */
  #keyStart = 0;
  #keyEnd = 0;
  #prefix = 0;
  /** What is read next. */
  #at = 0;

  constructor(part: SpillPart, number: number, bufferBytes: number) {
    this.#part = part;
    this.number = number;
    this.#records = new RecordReader(part.path, part.position, bufferBytes);
  }

  /** Moves to the next term; false, and closed, at the end. */
  advance(): boolean {
    if (!this.#records.advance()) {
      this.close();
      return false;
    }
    const { bytes, from } = this.#records;
    this.#at = from;
    const length = this.#varint(bytes);
    this.#keyStart = this.#at;
    this.#keyEnd = this.#at += length;
    this.#prefix = 0;
    for (let i = 0; i < PREFIX_BYTES; i++)
      this.#prefix = this.#prefix * 256 + (i < length ? bytes[this.#keyStart + i] : 0);
    this.count = this.#varint(bytes);
    return true;
  }

  #varint(bytes: Uint8Array): number {
    let value = bytes[this.#at++];
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let factor = 0x80; ; factor *= 0x80) {
      const byte = bytes[this.#at++];
      value += (byte & 0x7f) * factor;
      if (!(byte >= 0x80)) return value;
    }
  }

  /** Whether its term comes before another's, or is the same one of earlier documents. */
  isBefore(other: SpillCursor): boolean {
    if (this.#prefix !== other.#prefix) return this.#prefix < other.#prefix;
    const [mine, others] = [this.#records.bytes, other.#records.bytes];
    const [length, otherLength] = [this.#keyEnd - this.#keyStart, other.#keyEnd - other.#keyStart];
    for (let i = PREFIX_BYTES; i < length && i < otherLength; i++) {
      const difference = mine[this.#keyStart + i] - others[other.#keyStart + i];
      if (difference !== 0) return difference < 0;
    }
    return length === otherLength ? this.number < other.number : length < otherLength;
  }

  /** A copy of its term's key. */
  copyKey(): Uint8Array {
    return this.#records.bytes.slice(this.#keyStart, this.#keyEnd);
  }

  has(key: Uint8Array): boolean {
    if (key.length !== this.#keyEnd - this.#keyStart) return false;
    const { bytes } = this.#records;
    for (let i = 0; i < key.length; i++) if (bytes[this.#keyStart + i] !== key[i]) return false;
    return true;
  }

  close(): void {
    this.#records.close();
  }

  /** Writes the term's documents and values from index `at`; returns the index behind them. */
  read(documents: Uint32Array, values: Float32Array, at: number): number {
    const { bytes, to } = this.#records;
    const end = at + this.count;
    for (let i = at, document = 0; i < end; i++) {
      document += this.#varint(bytes);
      documents[i] = document;
    }
    const form = bytes[this.#at++];
    if (form === VARINTS) for (let i = at; i < end; i++) values[i] = this.#varint(bytes);
    else {
      const stored = bytes.subarray(this.#at, to);
      if (form === BYTES) values.set(stored, at);
      // Copied byte by byte: in a record, numbers may begin anywhere.
      else new Uint8Array(values.buffer, values.byteOffset + 4 * at).set(stored);
      this.#at = to;
    }
    if (this.#at !== to) throw corrupt(this.#part.path, `a record that ends at ${to}`, this.#at);
    return this.#keepWanted(documents, values, at, end);
  }

  #keepWanted(documents: Uint32Array, values: Float32Array, at: number, end: number): number {
    const { from = 0, to = Number.POSITIVE_INFINITY, shift = 0 } = this.#part;
    let first = at;
    let limit = end;
    while (first < limit && documents[first] < from) first++;
    while (limit > first && documents[limit - 1] >= to) limit--;
    if (first > at) {
      documents.copyWithin(at, first, limit);
      values.copyWithin(at, first, limit);
    }
    const kept = at + limit - first;
    if (shift !== 0) for (let i = at; i < kept; i++) documents[i] += shift;
    return kept;
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
 * All terms of all spills in ascending order of key, each with all its postings. Spills can be merged again and again.
 *
 * @param spills in the order of their documents
 * @param until the first term that is not wanted
 * @param most postings of a term at a time, but for those of one spill: one of more comes in pieces
 */
export function* mergeSpills(
  spills: readonly (string | SpillPart)[],
  until?: Uint8Array,
  most = Number.POSITIVE_INFINITY,
): Generator<TermValues> {
  const parts = spills.map((spill) => (typeof spill === 'string' ? { path: spill } : spill));
  const bufferBytes = Math.min(MOST_BUFFER_BYTES, Math.ceil(ALL_BUFFER_BYTES / parts.length));
  const heap = parts
    .map((part, number) => new SpillCursor(part, number, bufferBytes))
    .filter((cursor) => cursor.advance())
    .sort((a, b) => (a.isBefore(b) ? -1 : 1));
  let documents = new Uint32Array(1024);
  let values = new Float32Array(1024);
  try {
    while (heap.length > 0) {
      const key = heap[0].copyKey();
      if (until && compareBytes(key, until) >= 0) return;
      let count = 0;
      while (heap.length > 0 && heap[0].has(key)) {
        const [cursor] = heap;
        if (count > 0 && count + cursor.count > most) {
          yield { key, documents, values, count, isContinued: true };
          count = 0;
        }
        if (documents.length < count + cursor.count) {
          documents = grown(documents, new Uint32Array(roomFor(count + cursor.count)));
          values = grown(values, new Float32Array(roomFor(count + cursor.count)));
        }
        count = cursor.read(documents, values, count);
        if (!cursor.advance()) {
          const last = heap.pop()!;
          if (heap.length > 0) heap[0] = last;
        }
        sink(heap);
      }
      if (count > 0) yield { key, documents, values, count, isContinued: false };
    }
  } finally {
    for (const cursor of heap) cursor.close();
  }
}

/** Read at a time of a spill, at most, and of all that are merged. */
const MOST_BUFFER_BYTES = 1 << 20;
const ALL_BUFFER_BYTES = 1 << 25;

function grown<Numbers extends Uint32Array | Float32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** Restores the order of a heap whose first element may be late. */
function sink(heap: SpillCursor[]): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && heap[right].isBefore(heap[left]) ? right : left;
    if (!heap[child].isBefore(heap[at])) return;
    [heap[at], heap[child]] = [heap[child], heap[at]];
    at = child;
  }
}
