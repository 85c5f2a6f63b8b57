// One segment's part in a search: its terms, the pages read so far, and what they prove. Holds compressed pages between
// rounds. What they add up to lies in memory that other searches use as well: if none did meanwhile, only new pages are
// added, and else all of them afresh, since scoring costs less than keeping four bytes a document for each who waits.

import { compareBytes } from '../../core/format/bytes.ts';
import { findInDictionary } from '../../core/format/page.ts';
import { listOfPage } from '../../core/format/page-table.ts';
import { decodePostings, type ListPlace } from '../../core/format/postings.ts';
import { type OpenPage, pageKey, type WantedPage } from './fetch.ts';
import type { OpenIndex, OpenSegment } from './open.ts';
import {
  type DictionaryState,
  type LongState,
  locateTerms,
  planFirst,
  planRest,
  spansTo,
  type TermState,
  unreadBound,
} from './plan.ts';
import { type Proof, prove } from './prove.ts';
import { addPostings, FLAGS, type Scratch, type SumsOwner } from './score.ts';
import type { QueryTerm } from './terms.ts';

/** A search of one segment. */
export class SegmentSearch {
  readonly segment: OpenSegment;
  /** Postings added up so far, repeats counted. */
  postings = 0;
  readonly #build: string;
  readonly #scratch: Scratch;
  readonly #states: readonly TermState[];
  readonly #inDictionary: ReadonlyMap<string, readonly DictionaryState[]>;
  readonly #pages = new Map<string, OpenPage>();
  /** Where the lists of terms lie in dictionary pages that were read; not of terms that those do not have. */
  readonly #places = new Map<TermState, ListPlace>();
  readonly #owner: SumsOwner = {};
  /** Pages of each term that are in the sums. */
  readonly #added = new Map<TermState, number>();
  /** The lists that were unfinished when the sums were begun; list i has flag i. */
  #open: readonly TermState[] = [];
  #target: ReadonlyMap<TermState, number>;

  constructor(
    segment: OpenSegment,
    { manifest, scratch }: OpenIndex,
    query: readonly QueryTerm[],
    firstRoundBytes: number,
  ) {
    this.segment = segment;
    this.#build = manifest.build;
    this.#scratch = scratch;
    this.#states = locateTerms(query, segment.table.spaces);
    this.#inDictionary = byDictionaryPage(this.#states, (space, page) => this.#key(space, page));
    this.#target = planFirst(this.#states, firstRoundBytes);
  }

  /** The pages that the plan wants now. */
  wanted(): WantedPage[] {
    return spansTo(this.#target).flatMap(({ space, from, to }) => {
      const pages: WantedPage[] = [];
      for (let page = from; page < to; page++) pages.push(this.#wantedPage(space, page));
      return pages;
    });
  }

  /** The same, most valuable first: what to keep when not all can be had. */
  wantedByValue(): { readonly value: number; readonly pages: WantedPage[] }[] {
    return [...this.#target]
      .map(([state, pages]) => ({
        value: unreadBound(state),
        pages: spansTo(new Map([[state, pages]])).flatMap(({ space, from, to }) =>
          Array.from({ length: to - from }, (_, i) => this.#wantedPage(space, from + i)),
        ),
      }))
      .filter(({ pages }) => pages.length > 0)
      .sort((a, b) => b.value - a.value);
  }

  /** Takes in pages; those that were wanted and are missing stay unread. */
  supply(pages: ReadonlyMap<string, OpenPage>): void {
    for (const [state, target] of this.#target) {
      if (state.kind === 'dictionary') this.#readDictionary(state, pages);
      else while (state.pagesRead < target && this.#takeNext(pages, state)) state.pagesRead++;
    }
  }

  /**
   * What the pages taken in so far prove, and the plan for what they leave open.
   *
   * @param floor a score that the k-th result is known to reach, from elsewhere
   */
  evaluate(k: number, floor: number): Proof {
    const { sums, kept } = this.#scratch.sumsOf(this.#owner, this.segment.documents);
    if (!kept) {
      // A flag means one list for as long as these sums stand.
      this.#open = this.#states
        .filter((state) => unreadBound(state) > 0)
        .sort((a, b) => unreadBound(b) - unreadBound(a));
      this.#added.clear();
    }
    const flags = new Map(this.#open.slice(0, FLAGS).map((state, flag) => [state, flag]));
    for (const state of this.#states) this.#addUnadded(state, flags.get(state) ?? -1, sums);
    const proof = prove(sums, this.#open.map(unreadBound), k, floor);
    this.#target = planRest(proof.needed.map((list) => this.#open[list]));
    return proof;
  }

  #wantedPage(space: string, page: number): WantedPage {
    return {
      identity: { build: this.#build, segment: this.segment.number, space, page },
      run: this.segment.table.spaces.get(space)!,
    };
  }

  #key(space: string, page: number): string {
    return pageKey({ build: this.#build, segment: this.segment.number, space, page });
  }

  #take(pages: ReadonlyMap<string, OpenPage>, space: string, page: number): boolean {
    const key = this.#key(space, page);
    const open = pages.get(key);
    if (open) this.#pages.set(key, open);
    return open !== undefined;
  }

  #takeNext(pages: ReadonlyMap<string, OpenPage>, state: LongState): boolean {
    return this.#take(pages, state.query.space, state.term.firstPage + state.pagesRead);
  }

  /** Finds all of a query's terms in a dictionary page at once. */
  #readDictionary({ query, page, read }: DictionaryState, pages: ReadonlyMap<string, OpenPage>): void {
    if (read || !this.#take(pages, query.space, page)) return;
    const key = this.#key(query.space, page);
    const open = this.#pages.get(key)!;
    const states = this.#inDictionary.get(key)!;
    const keys = states.map((state) => state.query.key);
    const places = findInDictionary(open.bytes, open.length, keys, `${query.space}, page ${page}`);
    for (const [i, place] of places.entries()) {
      states[i].read = true;
      if (place !== undefined) this.#places.set(states[i], place);
    }
  }

  /** Adds what was read of a term and is not in the sums. */
  #addUnadded(state: TermState, flag: number, sums: Int32Array): void {
    const from = this.#added.get(state) ?? 0;
    const { query } = state;
    if (state.kind === 'dictionary') {
      const place = this.#places.get(state);
      if (from > 0 || place === undefined) return;
      this.#added.set(state, 1);
      this.#add(this.#pages.get(this.#key(query.space, state.page))!, place, query.weight, -1, sums);
      return;
    }
    for (let i = from; i < state.pagesRead; i++) {
      const open = this.#pages.get(this.#key(query.space, state.term.firstPage + i))!;
      this.#add(open, listOfPage(state.term, i, open.length), query.weight, flag, sums);
    }
    this.#added.set(state, state.pagesRead);
  }

  #add({ bytes }: OpenPage, place: ListPlace, weight: number, flag: number, sums: Int32Array): void {
    const { postings } = this.#scratch;
    decodePostings(bytes, place, this.segment.documents, postings);
    addPostings(sums, postings, weight, flag);
    this.postings += place.count;
  }
}

/** Terms by the dictionary page they may be in, ascending by key. */
function byDictionaryPage(
  states: readonly TermState[],
  keyOf: (space: string, page: number) => string,
): Map<string, DictionaryState[]> {
  const pages = new Map<string, DictionaryState[]>();
  for (const state of states) {
    if (state.kind !== 'dictionary') continue;
    const key = keyOf(state.query.space, state.page);
    const others = pages.get(key);
    if (others) others.push(state);
    else pages.set(key, [state]);
  }
  for (const page of pages.values()) page.sort((a, b) => compareBytes(a.query.key, b.query.key));
  return pages;
}
