// The documents of a window, or any others that are worked on together, as slices of spools.
//
// Invariant: slices follow one another, and together number their documents from 0.

import { join } from 'node:path';
import { RecordFile, RecordReader } from '../../work/records.ts';
import type { SpillPart } from './spills.ts';
import type { Spool, SpoolFiles } from './spool.ts';

/** Documents of a spool, by their numbers in it: half-open. */
export interface Slice {
  readonly spool: SpoolFiles;
  readonly from: number;
  readonly to: number;
  /** The number that the first of them has here. */
  readonly at: number;
}

/** The documents `first` to `limit` (half-open) of all that spools have one after the other. */
export function slicesOf(spools: readonly Spool[], first: number, limit: number): Slice[] {
  const slices: Slice[] = [];
  for (const spool of spools) {
    const from = Math.max(0, first - spool.first);
    const to = Math.min(spool.documents, limit - spool.first);
    if (from < to) slices.push({ spool, from, to, at: spool.first + from - first });
  }
  return slices;
}

/** All documents of spools. */
export function wholeOf(spools: readonly Spool[]): Slice[] {
  return slicesOf(spools, 0, documentsOf(spools));
}

/** How many documents spools have. */
export function documentsOf(spools: readonly Spool[]): number {
  return spools.reduce((sum, { documents }) => sum + documents, 0);
}

/** How many documents slices have. */
export function documentsIn(slices: readonly Slice[]): number {
  const last = slices.at(-1);
  return last ? last.at + last.to - last.from : 0;
}

/** A space by its number, or one of those that every index has: of ids, and of values of fields. */
export type AnySpace = number | 'ids' | 'fields';

/** What is to be merged of the spills of a space. */
export function spillsOf(slices: readonly Slice[], space: AnySpace): SpillPart[] {
  return partsOf(slices, ({ idSpills, fieldSpills, spaces }) =>
    space === 'ids' ? idSpills : space === 'fields' ? fieldSpills : spaces[space].spills,
  );
}

/** What is to be merged to know which terms of a space are of the titles of documents' pages. */
export function titleSpillsOf(slices: readonly Slice[], space: number): SpillPart[] {
  return partsOf(slices, ({ spaces }) => spaces[space].titleSpills ?? []);
}

function partsOf(slices: readonly Slice[], namesOf: (spool: SpoolFiles) => readonly string[]): SpillPart[] {
  return slices.flatMap(({ spool, from, to, at }) =>
    namesOf(spool).map((name): SpillPart => ({ path: join(spool.folder, name), from, to, shift: at - from })),
  );
}

/** The lengths of documents in a space. */
export function lengthsOf(slices: readonly Slice[], space: number): Float32Array {
  const lengths = new Float32Array(documentsIn(slices));
  for (const { spool, from, to, at } of slices) {
    const reader = new RecordReader(join(spool.folder, spool.spaces[space].lengths.file));
    // Copied, since in a record numbers may begin anywhere.
    const all = new Float32Array(reader.next()!.slice().buffer);
    lengths.set(all.subarray(from, to), at);
    reader.close();
  }
  return lengths;
}

/** The records of documents, by their numbers. */
export class SlicedRecords {
  readonly #files: { readonly slice: Slice; readonly file: RecordFile }[];

  constructor(slices: readonly Slice[]) {
    this.#files = slices.map((slice) => {
      const { folder, documentsFile, documents } = slice.spool;
      return { slice, file: new RecordFile(join(folder, documentsFile), documents) };
    });
  }

  /** A record, valid until the next call. */
  at(number: number): Uint8Array {
    const { slice, file } = this.#files.findLast(({ slice: { at } }) => at <= number)!;
    return file.at(number - slice.at + slice.from);
  }

  close(): void {
    for (const { file } of this.#files) file.close();
  }
}
