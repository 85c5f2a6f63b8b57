// Documents' values → terms' values, in memory bounded by RUN_POSTINGS whatever the collection: postings gather in
// flat arrays until a run is full, which is sorted by term and written; reading merges the runs.
//
// Invariant: documents are added in ascending order, so a term's documents ascend within a run and from run to run.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ByteReader, ByteWriter, compareBytes } from '../../../src/core/format/bytes.ts';
import { RecordReader, RecordWriter } from '../../work/records.ts';

/** Postings held in memory before a run is written, at 12 bytes each. */
const RUN_POSTINGS = 2_000_000;
/** Distinct terms held in memory, at roughly 150 bytes each. */
const RUN_TERMS = 200_000;
/** Runs merged at once, with a buffer of a megabyte each. */
const FAN_IN = 32;

/** A run in order of term, while it is being written. */
const sortedDocument = new Uint32Array(RUN_POSTINGS);
const sortedValue = new Float32Array(RUN_POSTINGS);

/** A term with all of its documents and raw values; the arrays are reused for the next term. */
export interface TermValues {
  readonly key: Uint8Array;
  readonly documents: Uint32Array;
  readonly values: Float32Array;
  readonly count: number;
}

/** Gathers values and writes sorted runs. */
export class Inverter {
  readonly #folder: string;
  readonly #name: string;
  readonly #runTerms: number;
  #runs = 0;
  #terms = new Map<string, number>();
  readonly #term = new Uint32Array(RUN_POSTINGS);
  readonly #document = new Uint32Array(RUN_POSTINGS);
  readonly #value = new Float32Array(RUN_POSTINGS);
  #count = 0;

  /** Runs become files `name.0`, `name.1` ... in the folder. */
  constructor(folder: string, name: string, runTerms = RUN_TERMS) {
    this.#folder = folder;
    this.#name = name;
    this.#runTerms = runTerms;
  }

  /** Adds a posting; `document` must not be below any earlier one, and not repeat with the same term. */
  add(term: string, document: number, value: number): void {
    if (this.#count === RUN_POSTINGS || this.#terms.size >= this.#runTerms) this.#flush();
    let id = this.#terms.get(term);
    if (id === undefined) {
      id = this.#terms.size;
      this.#terms.set(term, id);
    }
    this.#term[this.#count] = id;
    this.#document[this.#count] = document;
    this.#value[this.#count++] = value;
  }

  /** Writes what is left; returns the paths of the runs, FAN_IN at most: what a large vocabulary has made more is merged. */
  finish(): string[] {
    if (this.#count > 0) this.#flush();
    let runs = Array.from({ length: this.#runs }, (_, run) => this.#path(run));
    while (runs.length > FAN_IN) {
      // As few at once as leave no more than FAN_IN, so that one pass does for two thousand.
      const together = Math.min(2 * FAN_IN, Math.ceil(runs.length / FAN_IN));
      const merged: string[] = [];
      for (let first = 0; first < runs.length; first += together)
        merged.push(this.#merge(runs.slice(first, first + together)));
      runs = merged;
    }
    return runs;
  }

  /** Runs that follow one another become one. */
  #merge(runs: readonly string[]): string {
    if (runs.length === 1) return runs[0];
    const path = this.#path(this.#runs++);
    const writer = new RunWriter(path);
    for (const { key, documents, values, count } of mergeRuns(runs))
      writer.write(key, documents, values, 0, count);
    writer.close();
    for (const run of runs) rmSync(run);
    return path;
  }

  #path(run: number): string {
    return join(this.#folder, `${this.#name}.${run}`);
  }

  #flush(): void {
    const keys = new PackedKeys(this.#terms);
    const ends = new Uint32Array(this.#terms.size);
    for (let i = 0; i < this.#count; i++) ends[this.#term[i]]++;
    for (let id = 1; id < ends.length; id++) ends[id] += ends[id - 1];
    const starts = ends.slice();
    for (let i = this.#count - 1; i >= 0; i--) {
      const at = --starts[this.#term[i]];
      sortedDocument[at] = this.#document[i];
      sortedValue[at] = this.#value[i];
    }
    const run = new RunWriter(this.#path(this.#runs++));
    for (const id of keys.inOrder())
      run.write(keys.of(id), sortedDocument, sortedValue, starts[id], ends[id]);
    run.close();
    this.#terms = new Map();
    this.#count = 0;
  }
}

/**
 * The terms of a run as UTF-8, one behind the other: hundreds of thousands of small arrays, freed at every run, would leave the
 * process with several times their memory.
 */
class PackedKeys {
  readonly #bytes: Buffer;
  readonly #end: Uint32Array;

  /** @param terms each with its number, from 0 on */
  constructor(terms: ReadonlyMap<string, number>) {
    let size = 0;
    for (const term of terms.keys()) size += Buffer.byteLength(term);
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#end = new Uint32Array(terms.size);
    let end = 0;
    for (const [term, id] of terms) {
      end += this.#bytes.write(term, end);
      this.#end[id] = end;
    }
  }

  of(id: number): Uint8Array {
    return this.#bytes.subarray(this.#start(id), this.#end[id]);
  }

  /** The terms' numbers in ascending order of key. */
  inOrder(): Uint32Array {
    return this.#end.map((_, id) => id).sort((a, b) => this.#compare(a, b));
  }

  #start(id: number): number {
    return id === 0 ? 0 : this.#end[id - 1];
  }

  #compare(a: number, b: number): number {
    const [startA, startB] = [this.#start(a), this.#start(b)];
    const [lengthA, lengthB] = [this.#end[a] - startA, this.#end[b] - startB];
    const shorter = Math.min(lengthA, lengthB);
    for (let i = 0; i < shorter; i++) {
      const difference = this.#bytes[startA + i] - this.#bytes[startB + i];
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}

/** Writes one run: terms in ascending order of key, each once. */
export class RunWriter {
  readonly #records: RecordWriter;
  readonly #record = new ByteWriter(1 << 16);

  constructor(path: string) {
    this.#records = new RecordWriter(path);
  }

  /**
   * Writes a term with the postings from index `start` to `end` (half-open): key, count, then all document gaps, then
   * whether all values are whole numbers, then all values.
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
    for (let i = start; i < end; i++) {
      if (whole) record.varint(values[i]);
      else record.u32(bitsOf(values[i]));
    }
    this.#records.write(record.view());
  }

  close(): void {
    this.#records.close();
  }
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0];
}

function floatOf(pattern: number): number {
  bits[0] = pattern;
  return float[0];
}

/** One run, at one of its terms. */
class RunCursor {
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
    for (let i = at; i < end; i++) values[i] = whole ? body.varint() : floatOf(body.u32());
  }
}

/** The length of an array for so many postings, and some more: the longest list is as long as the collection, so not twice as many. */
export function roomFor(count: number): number {
  return Math.ceil(count * 1.25);
}

/** All terms of all runs in ascending order of key, each with all its postings. Can be called again and again. */
export function* mergeRuns(paths: readonly string[]): Generator<TermValues> {
  // Runs are few, so the least is found by looking at each.
  let cursors = paths.map((path) => new RunCursor(path)).filter((cursor) => cursor.advance());
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
