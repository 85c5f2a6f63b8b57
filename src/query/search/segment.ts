// One segment's part in a search: its terms, the pages read so far, and what they prove. Holds compressed pages
// between rounds and adds them up afresh each time: scoring costs less than keeping four bytes a document waiting.

import { corrupt } from '../../core/errors.ts';
import { compareBytes } from '../../core/format/bytes.ts';
import { type DictionaryHit, decodeDictionary } from '../../core/format/page.ts';
import { lastAtMost, listOfPage } from '../../core/format/page-table.ts';
import { decodePostings, type ListPlace } from '../../core/format/postings.ts';
import { type OpenPage, pageKey, type WantedPage } from './fetch.ts';
import type { OpenIndex, OpenSegment } from './open.ts';
import {
  type LongState,
  locateTerms,
  planFirst,
  planRest,
  spansTo,
  type TermState,
  unreadBound,
} from './plan.ts';
import { type Proof, prove } from './prove.ts';
import { addPostings, FLAGS, type Scratch } from './score.ts';
import type { QueryTerm } from './terms.ts';

/** A search of one segment. */
export class SegmentSearch {
  readonly segment: OpenSegment;
  /** Postings added up so far, repeats counted. */
  postings = 0;
  readonly #build: string;
  readonly #scratch: Scratch;
  readonly #states: readonly TermState[];
  readonly #pages = new Map<string, OpenPage>();
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
      if (state.kind === 'dictionary') state.read ||= this.#take(pages, state.query.space, state.page);
      else while (state.pagesRead < target && this.#takeNext(pages, state)) state.pagesRead++;
    }
  }

  /**
   * What the pages taken in so far prove, and the plan for what they leave open.
   *
   * @param floor a score that the k-th result is known to reach, from elsewhere
   */
  evaluate(k: number, floor: number): Proof {
    const sums = this.#scratch.clearedSums(this.segment.documents);
    const unfinished = this.#states
      .filter((state) => unreadBound(state) > 0)
      .sort((a, b) => unreadBound(b) - unreadBound(a));
    for (const state of this.#states) {
      const list = unfinished.indexOf(state);
      const flag = list < FLAGS ? list : -1;
      if (state.kind === 'dictionary') this.#addDictionary(state.query, state.page, state.read, sums);
      else this.#addLong(state, flag, sums);
    }
    const proof = prove(sums, unfinished.map(unreadBound), k, floor);
    this.#target = planRest(proof.needed.map((list) => unfinished[list]));
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

  #addDictionary(query: QueryTerm, page: number, read: boolean, sums: Int32Array): void {
    if (!read) return;
    const open = this.#pages.get(this.#key(query.space, page))!;
    const hit = findInDictionary(open, query.key, `${query.space}, page ${page}`);
    if (hit) this.#add(open, hit, query.weight, -1, sums);
  }

  #addLong(state: LongState, flag: number, sums: Int32Array): void {
    const { term, query } = state;
    for (let i = 0; i < state.pagesRead; i++) {
      const open = this.#pages.get(this.#key(query.space, term.firstPage + i))!;
      this.#add(open, listOfPage(term, i, open.length), query.weight, flag, sums);
    }
  }

  #add({ bytes }: OpenPage, place: ListPlace, weight: number, flag: number, sums: Int32Array): void {
    const { postings } = this.#scratch;
    decodePostings(bytes, place, this.segment.documents, postings);
    addPostings(sums, postings, weight, flag);
    this.postings += place.count;
  }
}

/** A key's entry in an opened dictionary page. */
export function findInDictionary(open: OpenPage, key: Uint8Array, where: string): DictionaryHit | undefined {
  const entries = decodeDictionary(open.bytes, open.length, where);
  const found = lastAtMost(entries.length, (i) => compareBytes(entries[i].key, key));
  const entry = found < 0 ? undefined : entries[found];
  if (!entry || compareBytes(entry.key, key) !== 0) return undefined;
  if (entry.end > open.length) throw corrupt(where, `lists within ${open.length} bytes`, entry.end);
  return entry;
}
