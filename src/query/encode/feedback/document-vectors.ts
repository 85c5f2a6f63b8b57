// What an index holds of single documents: the impacts of their terms in a space. There is no forward index. Long
// terms stand in the vectors of document pages, where it has any; short lists are read whole, so which of them to look
// into must be known: those of the terms that a document's stored text has.

import { compareBytes, fromUtf8, utf8 } from '../../../core/format/bytes.ts';
import { termsOfVectors, vectorBlocks, visitVectors } from '../../../core/format/document-page.ts';
import type { LongTerm } from '../../../core/format/keys/long-terms.ts';
import { findInDictionary } from '../../../core/format/page.ts';
import { findTerm, type TermTable } from '../../../core/format/page-table.ts';
import { decodePostings, emptyPostings, impactAt } from '../../../core/format/postings.ts';
import { decodeTier } from '../../../core/format/tier.ts';
import { type DocumentPlace, placeOf } from '../../search/documents.ts';
import {
  charge,
  executeReads,
  type OpenPage,
  type PageCache,
  pageKey,
  planReads,
  type WantedPage,
} from '../../search/fetch.ts';
import type { Cost } from '../../search/meter.ts';
import { type OpenIndex, windowHolding } from '../../search/open.ts';

/** Whose vectors are wanted: plain data, which other invocations are sent. */
export interface WantedVectors {
  readonly space: string;
  /** Documents by number, none twice, with terms that their texts have. */
  readonly documents: readonly { readonly document: number; readonly terms: readonly string[] }[];
  /** Whether impacts are wanted, or only in how many documents terms are. */
  readonly impacts: boolean;
  /** Whether long lists are read as well, where document pages have no vectors: at most MOST_READ postings each. */
  readonly whole?: boolean | undefined;
}

/** A term of a document. */
export interface VectorTerm {
  readonly term: string;
  /** 0 where impacts are not wanted. */
  readonly impact: number;
  /** How many documents have the term; 0 where that is not looked up, and hardly more than MOST_SHORT. */
  readonly documents: number;
}

/**
 * So many documents are in a list of 4 KiB, which is not a long one, where they are spread evenly over ten times as
 * many. Of terms with short lists it is not looked up in how many of more documents they are, for that alone.
 */
const MOST_SHORT = 8000;
/** Longer lists are not read for what a few documents have in them: their terms tell little apart. */
const MOST_READ = 131_072;

/**
 * Reads vectors, in one round.
 *
 * @returns of each document, in their order, the terms that were given, where impacts are wanted those that it has; and
 *   then all long terms that it has
 * @throws SparsedgeError `corrupt` or `unavailable` from storage
 */
export async function readVectors(
  index: OpenIndex,
  { space, documents, impacts, whole = false }: WantedVectors,
  cost: Cost,
  cache?: PageCache,
): Promise<VectorTerm[][]> {
  const reading = new Reading(index, space, documents);
  const given = new Set(documents.flatMap(({ terms }) => terms));
  reading.locate(given, impacts || index.manifest.documents < 10 * MOST_SHORT);
  const long = impacts && whole && !reading.table.inVectors ? reading.longLists : [];
  const lists = planReads([...reading.dictionary, ...long], cache);
  const pages = planReads(impacts && reading.table.inVectors ? reading.holding : [], cache);
  charge(cost, { postings: lists, documents: pages });
  const [opened, holding] = await Promise.all(
    [lists, pages].map(({ reads, cached }) => executeReads(index.source, reads, cache, new Map(cached))),
  );
  reading.takeLists(opened, impacts);
  if (long.length > 0) reading.takeLongLists(opened);
  reading.takeVectors(holding);
  const { frequency, found } = reading;
  const withFrequency = (term: string, impact: number) => ({ term, impact, documents: frequency.get(term)! });
  if (impacts)
    return found.map((vector) => Array.from(vector, ([term, impact]) => withFrequency(term, impact)));
  return documents.map(({ terms }) =>
    terms.filter((term) => frequency.has(term)).map((term) => withFrequency(term, 0)),
  );
}

/** Vectors of documents as they become known. */
class Reading {
  readonly table: TermTable;
  /** In how many documents terms are. */
  readonly frequency = new Map<string, number>();
  /** Of each document: term → impact. */
  readonly found: readonly Map<string, number>[];
  readonly #index: OpenIndex;
  readonly #space: string;
  readonly #places: readonly DocumentPlace[];
  readonly #numbers: ReadonlyMap<number, number>;
  /** Short lists by dictionary page, ascending. */
  readonly #short = new Map<number, { readonly term: string; readonly key: Uint8Array }[]>();
  /** Long terms that were given. */
  readonly #long: { readonly term: string; readonly list: LongTerm }[] = [];

  constructor(index: OpenIndex, space: string, documents: WantedVectors['documents']) {
    this.table = index.table.spaces.get(space)!;
    this.found = documents.map(() => new Map());
    this.#index = index;
    this.#space = space;
    this.#places = documents.map(({ document }) => placeOf(index, document));
    this.#numbers = new Map(documents.map(({ document }, i) => [document, i]));
  }

  /** Finds out where the lists of terms are, and whether there may be any. */
  locate(terms: Iterable<string>, isLookedUp: boolean): void {
    const keys = Array.from(terms, (term) => ({ term, key: utf8(term) }));
    for (const each of keys.sort((a, b) => compareBytes(a.key, b.key))) {
      const place = findTerm(this.table, each.key);
      if (place.kind === 'long') {
        this.frequency.set(each.term, place.term.count);
        if (place.term.count <= MOST_READ) this.#long.push({ term: each.term, list: place.term });
      }
      if (place.kind !== 'dictionary') continue;
      if (!isLookedUp) this.frequency.set(each.term, 0);
      else this.#short.set(place.page, [...(this.#short.get(place.page) ?? []), each]);
    }
  }

  /** The pages of the short lists. */
  get dictionary(): WantedPage[] {
    return Array.from(this.#short.keys(), (page) => this.#page(page));
  }

  /** All pages of the long lists. */
  get longLists(): WantedPage[] {
    return this.#long.flatMap(({ list }) =>
      list.tierCount.map((_, tier) => this.#page(list.firstPage + tier)),
    );
  }

  /** The pages of the documents. */
  get holding(): WantedPage[] {
    return this.#places.map(({ wanted }) => wanted);
  }

  takeLists(pages: ReadonlyMap<string, OpenPage>, impacts: boolean): void {
    const { documents } = this.#index.manifest;
    for (const [page, terms] of this.#short) {
      const where = pageKey(this.#page(page));
      const { bytes, length } = pages.get(where)!;
      const keys = terms.map(({ key }) => key);
      for (const [i, place] of findInDictionary(bytes, length, keys, where).entries()) {
        if (place === undefined) continue;
        const { term } = terms[i];
        this.frequency.set(term, place.count);
        if (!impacts) continue;
        const postings = decodePostings(bytes, place, documents, emptyPostings(place.count));
        for (let at = 0; at < postings.count; at++) {
          const wanted = this.#numbers.get(postings.documents[at]);
          if (wanted !== undefined) this.found[wanted].set(term, impactAt(postings, at));
        }
      }
    }
  }

  /** Takes long terms out of their whole lists. */
  takeLongLists(pages: ReadonlyMap<string, OpenPage>): void {
    const { manifest, windowStart } = this.#index;
    for (const { term, list } of this.#long) {
      for (const [tier, count] of list.tierCount.entries()) {
        const where = pageKey(this.#page(list.firstPage + tier));
        const { bytes, length } = pages.get(where)!;
        const of = { count, firstImpact: list.tierImpact[tier] };
        const windows = manifest.windows.length;
        const pieces = decodeTier(bytes, length, of, windows, where);
        for (const piece of pieces) {
          const { window } = piece;
          const documents = window === undefined ? manifest.documents : manifest.windows[window];
          const first = window === undefined ? 0 : windowStart[window];
          if (window !== undefined && !this.#isWantedIn(window)) continue;
          const postings = decodePostings(bytes, piece, documents, emptyPostings(piece.count));
          for (let at = 0; at < postings.count; at++) {
            const wanted = this.#numbers.get(first + postings.documents[at]);
            if (wanted !== undefined) this.found[wanted].set(term, impactAt(postings, at));
          }
        }
      }
    }
  }

  #isWantedIn(window: number): boolean {
    const { windowStart } = this.#index;
    return [...this.#numbers.keys()].some((document) => windowHolding(windowStart, document) === window);
  }

  /** Takes all long terms of the documents whose pages are there. */
  takeVectors(pages: ReadonlyMap<string, OpenPage>): void {
    const { manifest, table } = this.#index;
    const space = manifest.spaces.findIndex(({ name }) => name === this.#space);
    const { firstDocument } = table.documents;
    for (const [key, { page, inPage }] of this.#byPage()) {
      const open = pages.get(key);
      if (!open) continue;
      const block = vectorBlocks(open.bytes.subarray(0, open.length), key)[space] ?? new Uint8Array(1);
      const terms = termsOfVectors(block, key);
      const held = firstDocument[page + 1] - firstDocument[page];
      visitVectors(block, terms, held, key, (at, document, impact) => {
        const wanted = inPage.get(document);
        if (wanted === undefined || terms[at] >= this.table.longTerms.length) return;
        const long = this.table.longTerms.at(terms[at]);
        const term = fromUtf8(long.key, key);
        this.frequency.set(term, long.count);
        this.found[wanted].set(term, impact);
      });
    }
  }

  #byPage(): Map<string, { page: number; inPage: Map<number, number> }> {
    const pages = new Map<string, { page: number; inPage: Map<number, number> }>();
    for (const [i, { key, wanted, index }] of this.#places.entries()) {
      const of = pages.get(key) ?? { page: wanted.place.page, inPage: new Map<number, number>() };
      pages.set(key, of);
      of.inPage.set(index, i);
    }
    return pages;
  }

  #page(page: number): WantedPage {
    const { build } = this.#index.manifest;
    return { place: { build, space: this.#space, page }, run: this.table };
  }
}
