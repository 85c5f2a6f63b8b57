// The lists of fields' values: which pages hold those of a range of keys, and what documents they have. They are read
// whole, since all of their postings have the same impact.

import { compareBytes } from '../../../core/format/bytes.ts';
import type { KeyRange } from '../../../core/format/keys/field-keys.ts';
import { lastAtMost } from '../../../core/format/keys/last-at-most.ts';
import type { LongTerm } from '../../../core/format/keys/long-terms.ts';
import { FIELD_SPACE } from '../../../core/format/manifest.ts';
import { decodeDictionary } from '../../../core/format/page.ts';
import { decodePostings, emptyPostings, type ListPlace } from '../../../core/format/postings.ts';
import { decodeTier } from '../../../core/format/tier.ts';
import type { DocumentSet } from '../../filter/document-set.ts';
import { type OpenPage, pageKey, type WantedPage } from '../fetch.ts';
import type { OpenIndex } from '../open.ts';

/** A value's list, opened. */
export interface FieldList {
  readonly key: Uint8Array;
  /** How many documents of the index it has. */
  readonly count: number;
  /** Visits those that are searched here, by the window among those and their numbers in it. */
  readonly visit: (take: (window: number, document: number) => void) => void;
}

/** Keys whose lists lie together, with what their pages take. */
interface Piece {
  readonly keys: KeyRange;
  readonly bytes: number;
}

/** The lists of an index's fields. */
export class FieldLists {
  readonly #index: OpenIndex;
  readonly #postings = emptyPostings();
  /** Postings decoded so far. */
  postings = 0;

  constructor(index: OpenIndex) {
    this.#index = index;
  }

  /** The pages that hold the lists of some keys. */
  pagesOf(keys: KeyRange): WantedPage[] {
    const long = this.#longIn(keys);
    const isLongAlone = long.length === 1 && compareBytes(long[0].key, keys.from) === 0 && isOneKey(keys);
    const pages = isLongAlone ? [] : this.#dictionaryPagesIn(keys);
    for (const { firstPage, tierImpact } of long)
      for (let tier = 0; tier < tierImpact.length; tier++) pages.push(firstPage + tier);
    return pages.map((page) => this.#page(page));
  }

  /** How many documents a list has, where the page table says so. */
  countOf(keys: KeyRange): number | undefined {
    const long = isOneKey(keys) ? this.#longIn(keys) : [];
    return long.length === 1 ? long[0].count : undefined;
  }

  /** Some keys cut where pages of their lists begin, in ascending order. */
  piecesOf({ from, until }: KeyRange): Piece[] {
    const { dictionaryKeys, dictionaryPage, pageStart } = this.#table;
    const bytesOf = (page: number, pages = 1) => pageStart[page + pages] - pageStart[page];
    const starts = [
      ...this.#dictionaryPagesIn({ from, until }).map((page) => {
        const key = dictionaryKeys.at(lastAtMost(dictionaryPage.length, (i) => dictionaryPage[i] - page));
        return { key: compareBytes(key, from) < 0 ? from : key, bytes: bytesOf(page) };
      }),
      ...this.#longIn({ from, until }).map(({ key, firstPage, tierImpact }) => ({
        key,
        bytes: bytesOf(firstPage, tierImpact.length),
      })),
    ].sort((a, b) => compareBytes(a.key, b.key));
    return starts.map(({ key, bytes }, i) => ({
      keys: { from: i === 0 ? from : key, until: starts[i + 1]?.key ?? until },
      bytes,
    }));
  }

  /** Adds the documents of some keys to a set over the windows that are searched here. */
  include(set: DocumentSet, keys: KeyRange, pages: ReadonlyMap<string, OpenPage>): void {
    for (const { visit } of this.listsOf(keys, pages)) visit((window, document) => set.add(window, document));
  }

  /** The lists of some keys, all of whose pages are there, in the order of their keys. */
  *listsOf(keys: KeyRange, pages: ReadonlyMap<string, OpenPage>): Generator<FieldList> {
    const long = this.#longIn(keys);
    let next = 0;
    for (const page of this.#dictionaryPagesIn(keys)) {
      const open = pages.get(pageKey(this.#page(page)));
      if (!open) continue;
      const { bytes, length } = open;
      for (const entry of decodeDictionary(bytes, length, `${FIELD_SPACE}, page ${page}`)) {
        if (compareBytes(entry.key, keys.from) < 0) continue;
        if (compareBytes(entry.key, keys.until) >= 0) break;
        for (; next < long.length && compareBytes(long[next].key, entry.key) < 0; next++)
          yield this.#longList(long[next], pages);
        const { key, count } = entry;
        yield { key, count, visit: (take) => this.#visitUndivided(bytes, entry, take) };
      }
    }
    for (; next < long.length; next++) yield this.#longList(long[next], pages);
  }

  #longList(term: LongTerm, pages: ReadonlyMap<string, OpenPage>): FieldList {
    const { key, count, firstPage, tierCount, tierImpact } = term;
    const { manifest, windows } = this.#index;
    const visit: FieldList['visit'] = (take) => {
      for (const [tier, of] of tierCount.entries()) {
        const { bytes, length } = pages.get(pageKey(this.#page(firstPage + tier)))!;
        const said = { count: of, firstImpact: tierImpact[tier] };
        const where = `${FIELD_SPACE}, page ${firstPage + tier}`;
        for (const place of decodeTier(bytes, length, said, manifest.windows.length, where)) {
          const { window } = place;
          if (window === undefined) this.#visitUndivided(bytes, place, take);
          else if (windows.from <= window && window < windows.to)
            this.#visitPiece(bytes, place, window, take);
        }
      }
    };
    return { key, count, visit };
  }

  #visitPiece(
    bytes: Uint8Array,
    place: ListPlace,
    window: number,
    take: (window: number, document: number) => void,
  ): void {
    const { manifest, windows } = this.#index;
    const { documents, count } = decodePostings(bytes, place, manifest.windows[window], this.#postings);
    for (let i = 0; i < count; i++) take(window - windows.from, documents[i]);
    this.postings += count;
  }

  /** Visits a list that is numbered by the index: its documents ascend, since all have one impact. */
  #visitUndivided(
    bytes: Uint8Array,
    place: ListPlace,
    take: (window: number, document: number) => void,
  ): void {
    const { manifest, windows, windowStart } = this.#index;
    const { documents, count } = decodePostings(bytes, place, manifest.documents, this.#postings);
    const end = windowStart[windows.to];
    let window = windows.from;
    for (let i = 0; i < count && documents[i] < end; i++) {
      const document = documents[i];
      if (document < windowStart[windows.from]) continue;
      while (document >= windowStart[window + 1]) window++;
      take(window - windows.from, document - windowStart[window]);
    }
    this.postings += count;
  }

  get #table() {
    return this.#index.table.spaces.get(FIELD_SPACE)!;
  }

  #page(page: number): WantedPage {
    return { place: { build: this.#index.manifest.build, space: FIELD_SPACE, page }, run: this.#table };
  }

  /** The pages whose keys may be among some, in order. */
  #dictionaryPagesIn({ from, until }: KeyRange): number[] {
    const { dictionaryKeys, dictionaryPage } = this.#table;
    const first = Math.max(0, dictionaryKeys.lastAtMost(from));
    return [...dictionaryPage.subarray(first, dictionaryKeys.lastBefore(until) + 1)];
  }

  #longIn({ from, until }: KeyRange): LongTerm[] {
    const { longTerms } = this.#table;
    const first = longTerms.keys.lastBefore(from) + 1;
    const count = longTerms.keys.lastBefore(until) + 1 - first;
    return Array.from({ length: Math.max(0, count) }, (_, i) => longTerms.at(first + i));
  }
}

/** Whether a key is in a range. */
export function isInKeys(key: Uint8Array, { from, until }: KeyRange): boolean {
  return compareBytes(from, key) <= 0 && compareBytes(key, until) < 0;
}

/** Whether a range has one key alone: the next one is that with a zero behind. */
function isOneKey({ from, until }: KeyRange): boolean {
  return until.length === from.length + 1 && until[from.length] === 0 && compareBytes(from, until) < 0;
}
