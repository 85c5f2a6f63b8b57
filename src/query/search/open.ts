// Opening an index: the manifest and its page table, which then stay resident.

import { corrupt, SparsedgeError } from '../../core/errors.ts';
import { lastAtMost } from '../../core/format/keys/last-at-most.ts';
import {
  FIELD_SPACE,
  ID_SPACE,
  type Manifest,
  readManifest,
  type Space,
  WORDS_SPACE,
} from '../../core/format/manifest.ts';
import { decodeTable, type PageTable, pageCount } from '../../core/format/page-table.ts';
import { readAs, type Source } from '../../core/source.ts';
import { Scratch } from './sums/score.ts';

/** Some windows of an index: half-open. */
export interface WindowRange {
  readonly from: number;
  readonly to: number;
}

/** An index ready to be searched. Immutable: it is one generation, whatever is published later. */
export interface OpenIndex {
  readonly source: Source;
  readonly manifest: Manifest;
  readonly table: PageTable;
  /** windowStart[w] .. windowStart[w + 1] are the documents of window w. */
  readonly windowStart: readonly number[];
  /** The windows that are searched here: all of them, unless others search the rest. */
  readonly windows: WindowRange;
  readonly scratch: Scratch;
}

/**
 * Opens the current generation, or that of a named build: one read for the manifest, one for the page table.
 *
 * @throws SparsedgeError `not-found` when there is none, `corrupt`, `format-too-old` or `format-too-new`
 */
export async function openIndex(source: Source, build?: string): Promise<OpenIndex> {
  return openGeneration(source, await readManifest(source, build));
}

/**
 * Opens the generation of a manifest.
 *
 * @throws SparsedgeError as openIndex does
 */
export async function openGeneration(source: Source, manifest: Manifest): Promise<OpenIndex> {
  const { name, bytes: expected, crc32 } = manifest.table;
  const table = await readAs(
    source,
    name,
    undefined,
    (bytes) => {
      if (bytes.length !== expected) throw corrupt(name, `${expected} bytes`, bytes.length);
      return decodeTable(bytes, manifest.build, crc32, name);
    },
    expected,
  );
  const { firstDocument } = table.documents;
  const documents = firstDocument[pageCount(table.documents)];
  if (documents !== manifest.documents) throw corrupt(name, `${manifest.documents} documents`, documents);
  const words = manifest.words === undefined ? [] : [WORDS_SPACE];
  for (const space of [ID_SPACE, FIELD_SPACE, ...words, ...manifest.spaces.map((each) => each.name)]) {
    if (!table.spaces.has(space))
      throw corrupt(name, `a space ${space}`, [...table.spaces.keys()].join(', '));
  }
  const windows = { from: 0, to: manifest.windows.length };
  return { source, manifest, table, windowStart: windowStarts(manifest), windows, scratch: new Scratch() };
}

/** Where each window begins, and where the last one ends. */
export function windowStarts({ windows }: Manifest): number[] {
  const starts = [0];
  for (const documents of windows) starts.push(starts[starts.length - 1] + documents);
  return starts;
}

/** Which window holds a document. */
export function windowHolding(windowStart: readonly number[], document: number): number {
  return lastAtMost(windowStart.length - 1, (window) => windowStart[window] - document);
}

/** The space of that name, or the index's first. */
export function spaceNamed({ manifest }: { readonly manifest: Manifest }, name?: string): Space {
  if (name === undefined) return manifest.spaces[0];
  const space = manifest.spaces.find((candidate) => candidate.name === name);
  if (space) return space;
  const known = manifest.spaces.map((candidate) => candidate.name).join(', ');
  throw new SparsedgeError('bad-query', `the index has no space "${name}"; it has ${known}`);
}
