// The first of some documents by a field: its values are gone through in their order, a part of their lists at a time,
// until k documents were met.

import type { Document } from '../../../core/document.ts';
import { compareBytes, utf8 } from '../../../core/format/bytes.ts';
import { type KeyRange, keysOfValues } from '../../../core/format/keys/field-keys.ts';
import type { IndexedField } from '../../../core/format/manifest.ts';
import { DocumentSet } from '../../filter/document-set.ts';
import type { Sort } from '../../filter/facets.ts';
import { fieldOfValues } from '../../filter/resolve.ts';
import { bytesOfPages, type OpenPage, type WantedPage } from '../fetch.ts';
import type { FieldLists } from '../lists/field-lists.ts';
import type { OpenIndex } from '../open.ts';
import { precedes, type Scored, TopK } from '../sums/topk.ts';
import { keysOfDocument, textOfKey } from './facet-count.ts';

/** A result of a sorted search, with what of its value stands in its key; nothing where it has none. */
export interface Sorted extends Scored {
  readonly sortKey?: string | undefined;
}

/** Documents that are to be sorted, with their scores; of the windows that are searched here. */
export interface Matches {
  readonly set: DocumentSet;
  readonly count: number;
  scoreOf(window: number, document: number): number;
  /** The index's number of a document. */
  numberOf(window: number, document: number): number;
}

/** So many bytes of lists are read first, and each further time so many times as much. */
const FIRST_BYTES = 64 * 1024;
const GROWTH = 4;

/** Sorting under way. */
export class Sorting {
  readonly #field: IndexedField;
  readonly #descending: boolean;
  readonly #k: number;
  readonly #lists: FieldLists;
  /** In the order in which they are gone through. */
  readonly #parts: readonly KeyRange[];
  #next = 0;
  #met: DocumentSet | undefined;
  readonly #sizes: readonly number[];
  #hits: Sorted[] = [];
  #isDone = false;

  /**
   * @param firstRoundBytes see FIRST_ROUND_BYTES
   * @throws SparsedgeError `bad-query` for a field that the index cannot sort by
   */
  constructor(
    { manifest, windows }: OpenIndex,
    { field, descending }: Sort,
    k: number,
    lists: FieldLists,
    firstRoundBytes: number,
  ) {
    this.#field = fieldOfValues(field, manifest);
    this.#descending = descending;
    this.#k = k;
    this.#lists = lists;
    this.#parts = partsOf(
      lists,
      keysOfValues(this.#field),
      descending,
      Math.min(FIRST_BYTES, firstRoundBytes),
    );
    this.#sizes = manifest.windows.slice(windows.from, windows.to);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** The first results, as far as it is known. */
  get hits(): readonly Sorted[] {
    return this.#hits;
  }

  /** The pages of the next part. */
  get pages(): WantedPage[] {
    return this.#isDone || this.#next >= this.#parts.length
      ? []
      : this.#lists.pagesOf(this.#parts[this.#next]);
  }

  /** About how many bytes of lists it takes to sort so many documents. */
  bytesFor(documents: number): number {
    const left = this.#parts.slice(this.#next).flatMap((keys) => this.#lists.pagesOf(keys));
    return bytesOfPages(left) * Math.min(1, this.#k / Math.max(1, documents));
  }

  /**
   * Goes on through lists, as far as their pages are there.
   *
   * @param hasAll whether all of some pages are there
   */
  goOn(
    matches: Matches,
    pages: ReadonlyMap<string, OpenPage>,
    hasAll: (pages: readonly WantedPage[]) => boolean,
  ): void {
    while (!this.#isDone) {
      if (this.#next === this.#parts.length) this.#takeOthers(matches);
      else if (hasAll(this.pages)) this.#take(this.#parts[this.#next++], matches, pages);
      else return;
    }
  }

  /** Sorts documents by what they say. */
  takeDocuments(matches: Matches, documents: ReadonlyMap<number, Document>): void {
    const hits: Sorted[] = [];
    matches.set.visit((window, document) => {
      const number = matches.numberOf(window, document);
      const keys = keysOfDocument(this.#field, documents.get(number)?.fields).sort(compareBytes);
      const key = this.#descending ? keys.at(-1) : keys[0];
      const sortKey = key && textOfKey(this.#field, key);
      hits.push({ document: number, score: matches.scoreOf(window, document), sortKey });
    });
    this.#hits = firstOf([hits], this.#k, this.#descending);
    this.#isDone = true;
  }

  #take(keys: KeyRange, matches: Matches, pages: ReadonlyMap<string, OpenPage>): void {
    const lists = [...this.#lists.listsOf(keys, pages)];
    if (this.#descending) lists.reverse();
    this.#met ??= new DocumentSet(this.#sizes);
    for (const { key, visit } of lists) {
      const best = new TopK(this.#k - this.#hits.length);
      visit((window, document) => {
        if (!matches.set.has(window, document) || this.#met!.has(window, document)) return;
        this.#met!.add(window, document);
        best.push(matches.scoreOf(window, document), matches.numberOf(window, document));
      });
      const sortKey = textOfKey(this.#field, key);
      for (const hit of best.sorted()) this.#hits.push({ ...hit, sortKey });
      this.#isDone = this.#hits.length === this.#k;
      if (this.#isDone) return;
    }
  }

  /** Those without a value come last. */
  #takeOthers(matches: Matches): void {
    const best = new TopK(this.#k - this.#hits.length);
    matches.set.visit((window, document) => {
      if (this.#met?.has(window, document)) return;
      best.push(matches.scoreOf(window, document), matches.numberOf(window, document));
    });
    this.#hits.push(...best.sorted());
    this.#isDone = true;
  }
}

/** The keys of values in parts of growing size, in the order in which they are to be gone through. */
function partsOf(lists: FieldLists, keys: KeyRange, descending: boolean, firstBytes: number): KeyRange[] {
  const pieces = lists.piecesOf(keys);
  if (descending) pieces.reverse();
  const parts: KeyRange[] = [];
  let most = firstBytes;
  for (let i = 0; i < pieces.length; most *= GROWTH) {
    const first = pieces[i];
    let last = first;
    for (let bytes = 0; i < pieces.length && (bytes === 0 || bytes + pieces[i].bytes <= most); i++) {
      last = pieces[i];
      bytes += last.bytes;
    }
    parts.push(
      descending
        ? { from: last.keys.from, until: first.keys.until }
        : { from: first.keys.from, until: last.keys.until },
    );
  }
  return parts;
}

/** The first of several sorted or unsorted rankings of different documents. */
export function firstOf(rankings: readonly (readonly Sorted[])[], k: number, descending: boolean): Sorted[] {
  return rankings
    .flat()
    .sort((a, b) => {
      const order = orderOf(a.sortKey, b.sortKey, descending);
      return order || (precedes(a.score, a.document, b.score, b.document) ? -1 : 1);
    })
    .slice(0, k);
}

function orderOf(a: string | undefined, b: string | undefined, descending: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const order = compareBytes(utf8(a), utf8(b));
  return descending ? -order : order;
}
