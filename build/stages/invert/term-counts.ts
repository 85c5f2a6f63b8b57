// What a weighting asks of the whole collection about a term, counted spool by spool: how many documents hold it, and
// what their values add up to. Whoever weighs terms in ascending order merges the counts of all spools beside them, so
// that no vocabulary is in memory.

import { ByteReader, ByteWriter, compareBytes } from '../../../src/core/format/bytes.ts';
import { RecordReader, RecordWriter } from '../../work/records.ts';
import { mergeSpills } from './spills.ts';

const SUM_BYTES = 8;
/** Read at a time of a file, at most, and of all of them. */
const MOST_BUFFER_BYTES = 1 << 18;
const ALL_BUFFER_BYTES = 1 << 24;

/** Writes the counts of the terms of spills, in ascending order of key. Who was lent one does not count. */
export function writeTermCounts(spills: readonly string[], path: string): void {
  const records = new RecordWriter(path);
  const record = new ByteWriter();
  const sum = new Float64Array(1);
  for (const { key, values, count } of mergeSpills(spills)) {
    let holders = 0;
    sum[0] = 0;
    for (let i = 0; i < count; i++) {
      if (values[i] <= 0) continue;
      holders++;
      sum[0] += values[i];
    }
    record.clear();
    record.varint(key.length);
    record.raw(key);
    record.varint(holders);
    record.raw(new Uint8Array(sum.buffer));
    records.write(record.view());
  }
  records.close();
}

/** What is known of a term. */
export interface TermCount {
  /** Documents whose texts hold it. */
  readonly count: number;
  /** Of its values. */
  readonly sum: number;
}

/** Answers for terms in ascending order. */
export class TermCounts {
  #cursors: CountCursor[];

  /** @param paths of what writeTermCounts wrote of each spool, in their order */
  constructor(paths: readonly string[]) {
    const bufferBytes = Math.min(MOST_BUFFER_BYTES, Math.ceil(ALL_BUFFER_BYTES / paths.length));
    this.#cursors = paths
      .map((path) => new CountCursor(path, bufferBytes))
      .filter((cursor) => cursor.advance());
  }

  /** @param key above that of the question before */
  of(key: Uint8Array): TermCount {
    let [count, sum] = [0, 0];
    let hasEnded = false;
    for (const cursor of this.#cursors) {
      let order = -1;
      while (!cursor.isAtEnd) {
        order = compareBytes(cursor.key, key);
        if (order >= 0) break;
        cursor.advance();
      }
      hasEnded ||= cursor.isAtEnd;
      if (cursor.isAtEnd || order > 0) continue;
      count += cursor.count;
      sum += cursor.sum;
    }
    if (hasEnded) this.#cursors = this.#cursors.filter(({ isAtEnd }) => !isAtEnd);
    return { count, sum };
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }
}

/** The counts of one spool, at one of its terms. */
class CountCursor implements TermCount {
  readonly #records: RecordReader;
  readonly #path: string;
  readonly #sum = new Float64Array(1);
  isAtEnd = false;
  key: Uint8Array = new Uint8Array();
  count = 0;

  constructor(path: string, bufferBytes: number) {
    this.#path = path;
    this.#records = new RecordReader(path, 0, bufferBytes);
  }

  get sum(): number {
    return this.#sum[0];
  }

  /** Moves to the next term; false, and closed, at the end. */
  advance(): boolean {
    const record = this.#records.next();
    if (!record) {
      this.isAtEnd = true;
      this.close();
      return false;
    }
    const body = new ByteReader(record, this.#path);
    this.key = body.raw(body.varint());
    this.count = body.varint();
    new Uint8Array(this.#sum.buffer).set(body.raw(SUM_BYTES));
    return true;
  }

  close(): void {
    this.#records.close();
  }
}
