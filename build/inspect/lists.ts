// What an index stores, read directly and not by searching: whole lists, and documents by number.

import type { Document } from '../../src/core/document.ts';
import { corrupt } from '../../src/core/errors.ts';
import { ID_SPACE } from '../../src/core/format/manifest.ts';
import { decodeDictionary } from '../../src/core/format/page.ts';
import { type LongTerm, pageCount } from '../../src/core/format/page-table.ts';
import { decodePostings, emptyPostings, type Postings } from '../../src/core/format/postings.ts';
import { documentsFrom, wantedDocuments } from '../../src/query/search/documents.ts';
import { executeReads, planReads } from '../../src/query/search/fetch.ts';
import type { OpenIndex, OpenSegment } from '../../src/query/search/open.ts';
import { readPages } from './pages.ts';

/** Pages read at once while everything is read: about a megabyte. */
const TOGETHER = 64;

/** A term's list, or the part of a long list that one page holds. */
export interface StoredList {
  readonly key: Uint8Array;
  /** Filled anew for each list. */
  readonly postings: Postings;
}

/** Every list of a space in a segment, in the order of pages. */
export async function* listsOf(
  index: OpenIndex,
  segment: OpenSegment,
  space: string,
): AsyncGenerator<StoredList> {
  const run = segment.table.spaces.get(space)!;
  const owners = new Map<number, { term: LongTerm; part: number }>();
  for (const term of run.longTerms) {
    for (let part = 0; part < term.pageCount.length; part++)
      owners.set(term.firstPage + part, { term, part });
  }
  const postings = emptyPostings();
  const decode = (bytes: Uint8Array, start: number, end: number, count: number, impact: number) =>
    decodePostings(bytes, start, end, count, impact, segment.documents, postings);
  for (let from = 0; from < pageCount(run); from += TOGETHER) {
    const to = Math.min(from + TOGETHER, pageCount(run));
    const pages = Array.from({ length: to - from }, (_, i) => from + i);
    const open = await readPages(index, segment, space, pages);
    for (const [i, { bytes, length }] of open.entries()) {
      const owner = owners.get(from + i);
      if (owner) {
        const { key, pageCount: counts, pageImpact } = owner.term;
        yield { key, postings: decode(bytes, 0, length, counts[owner.part], pageImpact[owner.part]) };
        continue;
      }
      const where = `segment ${segment.number}, ${space}, page ${from + i}`;
      for (const { key, start, end, count, firstImpact } of decodeDictionary(bytes, length, where)) {
        yield { key, postings: decode(bytes, start, end, count, firstImpact) };
      }
    }
  }
}

/** The impact of one of the segment's documents in a list; 0 when it is not in it. */
export function impactIn({ documents, count, runImpact, runEnd, runs }: Postings, document: number): number {
  const at = documents.subarray(0, count).indexOf(document);
  if (at < 0) return 0;
  for (let run = 0; run < runs; run++) if (at < runEnd[run]) return runImpact[run];
  throw corrupt('posting list', `${count} postings in its runs`, runEnd[runs - 1] ?? 0);
}

/** Documents by their numbers. */
export async function documentsByNumber(
  index: OpenIndex,
  numbers: readonly number[],
): Promise<Map<number, Document>> {
  const { reads } = planReads(wantedDocuments(index, numbers));
  return documentsFrom(index, numbers, await executeReads(index.source, reads));
}

/** The id of every document, by its number. */
export async function allIds(index: OpenIndex): Promise<string[]> {
  const ids = new Array<string>(index.manifest.documents);
  const decoder = new TextDecoder();
  for (const segment of index.segments) {
    for await (const { key, postings } of listsOf(index, segment, ID_SPACE)) {
      ids[segment.firstDocument + postings.documents[0]] = decoder.decode(key);
    }
  }
  return ids;
}
