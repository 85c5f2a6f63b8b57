// The lists of all windows, merged for a range of terms and coded.

import { join } from 'node:path';
import { compareBytes } from '../../../../src/core/format/bytes.ts';
import { RecordWriter } from '../../../work/records.ts';
import { mergeSpills, roomFor, type TermValues } from '../../invert/spills.ts';
import { CodedTermWriter } from './coded-terms.ts';
import type { TermCoder } from './term-coder.ts';
import { type ListFile, listsFrom, type TermRange } from './term-ranges.ts';

/** A range of terms, coded: files by their names in a folder. */
export interface CodedRange {
  readonly folder: string;
  /** What a CodedTermWriter wrote. */
  readonly terms: string;
  /** A record file: the keys of the long terms. */
  readonly longKeys: string;
  readonly termCount: number;
}

/**
 * Merges and codes the terms of a range.
 *
 * @param lists of the windows, in their order
 * @param check is shown each term before it is coded
 */
export function codeRange(
  lists: readonly ListFile[],
  range: TermRange,
  coder: TermCoder,
  folder: string,
  check: (term: TermValues) => void = () => {},
): CodedRange {
  const [terms, longKeys] = ['terms', 'long-keys'];
  const writer = new CodedTermWriter(join(folder, terms));
  const keys = new RecordWriter(join(folder, longKeys));
  let impacts = new Uint8Array(1024);
  let termCount = 0;
  for (const term of mergeSpills(listsFrom(lists, range), range.until)) {
    const { key, documents, values, count } = term;
    if (range.from && compareBytes(key, range.from) < 0) continue;
    check(term);
    if (impacts.length < count) impacts = new Uint8Array(roomFor(count));
    for (let i = 0; i < count; i++) impacts[i] = values[i];
    const coded = coder.code(key, documents.subarray(0, count), impacts.subarray(0, count));
    writer.write(coded);
    if (coded.kind === 'long') keys.write(key);
    termCount++;
  }
  writer.close();
  keys.close();
  return { folder, terms, longKeys, termCount };
}
