// What an index stores, read directly and not by searching: whole lists, and documents by number.

import type { Document } from '../../src/core/document.ts';
import { ID_SPACE } from '../../src/core/format/manifest.ts';
import { decodeDictionary } from '../../src/core/format/page.ts';
import { type LongTerm, listOfPage } from '../../src/core/format/page-table.ts';
import { decodePostings, emptyPostings, impactAt, type Postings } from '../../src/core/format/postings.ts';
import { documentsFrom, wantedDocuments } from '../../src/query/search/documents.ts';
import { executeReads, planReads } from '../../src/query/search/fetch.ts';
import type { OpenIndex, OpenSegment } from '../../src/query/search/open.ts';
import { type NumberedPage, readPages } from './pages.ts';

/** A term's list, or the part of a long list that one page holds. */
export interface StoredList {
  readonly key: Uint8Array;
  /** The page that holds it. */
  readonly page: number;
  /** Whether the page is one of those that the term has to itself. */
  readonly long: boolean;
  /** Filled anew for each list. */
  readonly postings: Postings;
}

/** The lists that pages of a space hold: the one of the long term that owns the page, else those of all its entries. */
export async function* listsOfPages(
  pages: AsyncIterable<NumberedPage>,
  { number, documents, table }: OpenSegment,
  space: string,
): AsyncGenerator<StoredList> {
  const owners = new Map<number, LongTerm>();
  for (const term of table.spaces.get(space)!.longTerms) {
    for (let part = 0; part < term.pageCount.length; part++) owners.set(term.firstPage + part, term);
  }
  const postings = emptyPostings();
  for await (const { page, bytes, length } of pages) {
    const owner = owners.get(page);
    if (owner) {
      const place = listOfPage(owner, page - owner.firstPage, length);
      yield { key: owner.key, page, long: true, postings: decodePostings(bytes, place, documents, postings) };
      continue;
    }
    const where = `segment ${number}, ${space}, page ${page}`;
    for (const entry of decodeDictionary(bytes, length, where)) {
      decodePostings(bytes, entry, documents, postings);
      yield { key: entry.key, page, long: false, postings };
    }
  }
}

/** Every list of a space in a segment, in the order of pages. */
export function listsOf(index: OpenIndex, segment: OpenSegment, space: string): AsyncGenerator<StoredList> {
  return listsOfPages(readPages(index, segment, space), segment, space);
}

/** The impact of one of the segment's documents in a list; 0 when it is not in it. */
export function impactIn(postings: Postings, document: number): number {
  const at = postings.documents.subarray(0, postings.count).indexOf(document);
  return at < 0 ? 0 : impactAt(postings, at);
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
