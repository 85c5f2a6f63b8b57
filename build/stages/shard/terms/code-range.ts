// The lists of all windows, merged for a range of terms and coded. A list that is too long for memory goes through a
// file.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareBytes } from '../../../../src/core/format/bytes.ts';
import { RecordReader, RecordWriter } from '../../../work/records.ts';
import { mergeSpills, roomFor, type TermValues } from '../../invert/spills.ts';
import { CodedTermWriter } from './coded-terms.ts';
import type { CodedTerm, ListPiece, TermCoder } from './term-coder.ts';
import { type ListFile, listsFrom, type TermRange } from './term-ranges.ts';

/** Postings of a list in memory, at most: they take up to thirty bytes each while they are coded. */
const MOST_POSTINGS = 1 << 24;

/** A range of terms, coded: files by their names in a folder. */
export interface CodedRange {
  readonly folder: string;
  /** What a CodedTermWriter wrote. */
  readonly terms: string;
  /** A record file: the keys of the long terms. */
  readonly longKeys: string;
  readonly termCount: number;
}

/** What codes a range, and is told of it. */
export interface RangeCoding {
  readonly coder: TermCoder;
  readonly folder: string;
  /** Is shown each term before it is coded, or a piece of one. */
  readonly check: (term: TermValues) => void;
  readonly mostPostings?: number;
}

/**
 * Merges and codes the terms of a range.
 *
 * @param lists of the windows, in their order
 */
export function codeRange(lists: readonly ListFile[], range: TermRange, coding: RangeCoding): CodedRange {
  const { coder, folder, check, mostPostings = MOST_POSTINGS } = coding;
  const [terms, longKeys] = ['terms', 'long-keys'];
  const writer = new CodedTermWriter(join(folder, terms));
  const keys = new RecordWriter(join(folder, longKeys));
  const list = new ListInPieces(join(folder, '_pieces'));
  let impacts = new Uint8Array(1024);
  let termCount = 0;
  for (const term of mergeSpills(listsFrom(lists, range), range.until, mostPostings)) {
    const { key, documents, values, count, isContinued } = term;
    if (range.from && compareBytes(key, range.from) < 0) continue;
    check(term);
    if (impacts.length < count) impacts = new Uint8Array(roomFor(count));
    for (let i = 0; i < count; i++) impacts[i] = values[i];
    const piece = { documents: documents.subarray(0, count), impacts: impacts.subarray(0, count) };
    if (isContinued || list.isBegun) list.add(piece);
    if (isContinued) continue;
    const coded = list.isBegun ? list.code(key, coder) : coder.code(key, piece.documents, piece.impacts);
    writer.write(coded);
    if (coded.kind === 'long') keys.write(key);
    termCount++;
  }
  writer.close();
  keys.close();
  return { folder, terms, longKeys, termCount };
}

/** A long list in a file: for each piece its documents and its impacts. */
class ListInPieces {
  readonly #path: string;
  #records: RecordWriter | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get isBegun(): boolean {
    return this.#records !== undefined;
  }

  add({ documents, impacts }: ListPiece): void {
    this.#records ??= new RecordWriter(this.#path);
    this.#records.write(new Uint8Array(documents.buffer, documents.byteOffset, documents.byteLength));
    this.#records.write(impacts);
  }

  /** Codes the list, which ends here. */
  code(key: Uint8Array, coder: TermCoder): CodedTerm {
    this.#records?.close();
    this.#records = undefined;
    const coded = coder.codeLong(key, () => this.#pieces());
    rmSync(this.#path);
    return coded;
  }

  *#pieces(): Generator<ListPiece> {
    const records = new RecordReader(this.#path);
    for (let record = records.next(); record; record = records.next()) {
      // Copied: in a record numbers may begin anywhere, and the next one takes its place.
      const documents = new Uint32Array(record.slice().buffer);
      yield { documents, impacts: records.next()! };
    }
    records.close();
  }
}
