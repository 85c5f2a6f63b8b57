// Where an index's bytes are.

import { HEADER_BYTES } from '../../src/core/format/header.ts';
import { encodeManifest, FIELD_SPACE, ID_SPACE, WORDS_SPACE } from '../../src/core/format/manifest.ts';
import { type PageRun, pageCount } from '../../src/core/format/page-table.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';

/** Bytes of an index by what they are for. */
export interface IndexSizes {
  /** Of each space's posting pages, by its name. */
  readonly postings: Readonly<Record<string, number>>;
  /** Page table and manifest: what a Worker keeps in memory. */
  readonly tables: number;
  readonly documents: number;
  /** The way from an id to its document. */
  readonly ids: number;
  /** Values of fields. */
  readonly fields: number;
  /** Words as they are typed, to complete and correct by. */
  readonly words: number;
  readonly total: number;
  readonly objects: number;
  readonly pages: number;
  /** Posting pages and table over all postings: what queries need, documents left out. */
  readonly bytesPerPosting: number;
}

/** Adds up an index from its page table, without reading anything. */
export function sizesOf({ manifest, table }: OpenIndex): IndexSizes {
  const postings = Object.fromEntries(
    manifest.spaces.map(({ name }) => [name, bytesOf(table.spaces.get(name)!)]),
  );
  const manifestBytes = encodeManifest(manifest).length;
  const tables = manifestBytes + manifest.table.bytes;
  const documents = bytesOf(table.documents);
  const ids = bytesOf(table.spaces.get(ID_SPACE)!);
  const fields = bytesOf(table.spaces.get(FIELD_SPACE)!);
  const typed = table.spaces.get(WORDS_SPACE);
  const words = typed ? bytesOf(typed) : 0;
  let [objects, pages] = [0, 0];
  for (const run of [...table.spaces.values(), table.documents]) {
    objects += run.shards.length > 0 ? run.shards.length : pageCount(run);
    pages += pageCount(run);
  }
  const ofPostings = Object.values(postings).reduce((sum, bytes) => sum + bytes, 0);
  const postingCount = manifest.spaces.reduce((sum, space) => sum + space.postings, 0);
  return {
    postings,
    tables,
    documents,
    ids,
    fields,
    words,
    // `current` is a second copy of the manifest.
    total: ofPostings + tables + documents + ids + fields + words + manifestBytes,
    // The page table, the manifest and `current`.
    objects: objects + 3,
    pages,
    bytesPerPosting: postingCount === 0 ? 0 : (ofPostings + tables) / postingCount,
  };
}

function bytesOf(run: PageRun): number {
  return run.pageStart[pageCount(run)] + run.shards.length * HEADER_BYTES;
}
