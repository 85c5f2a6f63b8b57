// What an index stores, read directly and not by searching: whole lists, and documents by number.

import type { Document } from '../../src/core/document.ts';
import type { LongTerm } from '../../src/core/format/keys/long-terms.ts';
import { ID_SPACE } from '../../src/core/format/manifest.ts';
import { decodeDictionary } from '../../src/core/format/page.ts';
import { decodePostings, emptyPostings, impactAt, type Postings } from '../../src/core/format/postings.ts';
import { decodeTier } from '../../src/core/format/tier.ts';
import { documentsFrom, wantedDocuments } from '../../src/query/search/documents.ts';
import { executeReads, planReads } from '../../src/query/search/fetch.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { type NumberedPage, readPages } from './pages.ts';

/** A tier of a long term, counted from 0. */
export interface Tier {
  readonly term: LongTerm;
  readonly number: number;
}

/** A term's list, or the part of it that one page holds, or that one page holds of a window. */
export interface StoredList {
  readonly key: Uint8Array;
  /** The page that holds it. */
  readonly page: number;
  /** What the page is of the term, where the term has it to itself. */
  readonly tier: Tier | undefined;
  /** By the index's document numbers. Filled anew for each list. */
  readonly postings: Postings;
}

/** The lists that pages of a space hold: of a page that is a tier, its pieces; else those of all its entries. */
export async function* listsOfPages(
  pages: AsyncIterable<NumberedPage>,
  { manifest, table, windowStart }: OpenIndex,
  space: string,
): AsyncGenerator<StoredList> {
  const tiers = tiersByPage(table.spaces.get(space)!.longTerms);
  const postings = emptyPostings();
  for await (const { page, bytes, length } of pages) {
    const where = `${space}, page ${page}`;
    const tier = tiers.get(page);
    if (!tier) {
      for (const entry of decodeDictionary(bytes, length, where)) {
        decodePostings(bytes, entry, manifest.documents, postings);
        yield { key: entry.key, page, tier, postings };
      }
      continue;
    }
    const { term, number } = tier;
    const of = { count: term.tierCount[number], firstImpact: term.tierImpact[number] };
    for (const place of decodeTier(bytes, length, of, manifest.windows.length, where)) {
      const { window } = place;
      if (window === undefined) decodePostings(bytes, place, manifest.documents, postings);
      else {
        decodePostings(bytes, place, manifest.windows[window], postings);
        for (let i = 0; i < postings.count; i++) postings.documents[i] += windowStart[window];
      }
      yield { key: term.key, page, tier, postings };
    }
  }
}

function tiersByPage(terms: Iterable<LongTerm>): Map<number, Tier> {
  const tiers = new Map<number, Tier>();
  for (const term of terms) {
    for (let number = 0; number < term.tierCount.length; number++)
      tiers.set(term.firstPage + number, { term, number });
  }
  return tiers;
}

/**
 * Lists of a space, in the order of pages.
 *
 * @param pages their numbers; all pages unless given
 */
export function listsOf(
  index: OpenIndex,
  space: string,
  pages?: readonly number[],
): AsyncGenerator<StoredList> {
  return listsOfPages(readPages(index, space, pages), index, space);
}

/** The impact of a document in a list; 0 when it is not in it. */
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

/** The numbers of all documents: all numbers but those of holes. */
export async function numbersHeld(index: OpenIndex): Promise<number[]> {
  const { documents, holes } = index.manifest;
  const numbers = Array.from({ length: documents }, (_, number) => number);
  if (holes === undefined) return numbers;
  const ids = await allIds(index);
  return numbers.filter((number) => ids[number] !== '');
}

/** The id of every document, by its number; of a hole the empty one, which no document has. */
export async function allIds(index: OpenIndex): Promise<string[]> {
  const ids = new Array<string>(index.manifest.documents).fill('');
  const decoder = new TextDecoder();
  for await (const { key, postings } of listsOf(index, ID_SPACE)) {
    ids[postings.documents[0]] = decoder.decode(key);
  }
  return ids;
}
