// The lists of a query: what of them has been read, and their postings window by window. Holds compressed pages between
// rounds, since decoding costs less than keeping four bytes a posting for each query that waits.

import { compareBytes } from '../../../core/format/bytes.ts';
import { findInDictionary } from '../../../core/format/page.ts';
import { addEncoded, decodePostings, emptyPostings, type Postings } from '../../../core/format/postings.ts';
import { decodeTier, type PiecePlace } from '../../../core/format/tier.ts';
import { type ListCache, type OpenPage, pageKey, type WantedPage } from '../fetch.ts';
import type { OpenIndex } from '../open.ts';
import { type DictionaryState, type LongState, locateTerms, spansTo, type TermState } from '../plan.ts';
import {
  blocksOf,
  bytesInBlocks,
  isKeptInBlocks,
  makeBlockList,
  openBlockList,
  type WeightedList,
} from '../sums/blocks.ts';
import { addendOf, addPostings } from '../sums/score.ts';
import type { QueryTerm } from '../terms.ts';

/** A list that was read, or a tier of one. */
export interface ReadPart {
  readonly state: TermState;
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Of each window that has postings of it; or the one place of postings numbered by the index. */
  readonly places: readonly PiecePlace[];
}

/** The lists of a query's terms in an index. */
export class QueryLists {
  /** Of the terms that the index may hold. */
  readonly states: readonly TermState[];
  readonly #index: OpenIndex;
  readonly #inDictionary: ReadonlyMap<string, readonly DictionaryState[]>;
  readonly #kept: ListCache | undefined;
  /** Of each window that is searched here its first block, and behind the last how many there are. */
  readonly #firstBlock: readonly number[];
  /** What was read, in the order in which it came, and has not been taken. */
  #parts: ReadPart[] = [];
  readonly #inBlocks: WeightedList[] = [];
  /** Pages that those lists saved. */
  savedPages = 0;

  /** @param kept lists in blocks, for this search and later ones */
  constructor(index: OpenIndex, query: readonly QueryTerm[], kept?: ListCache) {
    this.#index = index;
    this.#kept = kept;
    this.#firstBlock = firstBlocks(index);
    this.states = locateTerms(query, index.table.spaces);
    this.#inDictionary = byDictionaryPage(this.states, (space, page) => this.#key(space, page));
    for (const state of this.states) if (state.kind === 'long') this.#takeBlocks(state);
  }

  /** The first of the blocks of a window, among those of lists. */
  firstBlockOf(window: number): number {
    return this.#firstBlock[window - this.#index.windows.from];
  }

  /** Whether the dictionary pages taken in say that no document has a term. */
  isAbsent(term: QueryTerm): boolean {
    const state = this.states.find(({ query }) => query === term);
    return !state || (state.kind === 'dictionary' && state.absent === true);
  }

  /** The pages that bring terms to a target. */
  wanted(target: ReadonlyMap<TermState, number>): WantedPage[] {
    return spansTo(target).flatMap(({ space, from, to }) =>
      Array.from({ length: to - from }, (_, i) => this.#page(space, from + i)),
    );
  }

  /** Takes in pages; those that were wanted and are missing stay unread. */
  supply(pages: ReadonlyMap<string, OpenPage>, target: ReadonlyMap<TermState, number>): void {
    for (const [state, tiers] of target) {
      if (state.kind === 'dictionary') this.#readDictionary(state, pages);
      else while (state.tiersRead < tiers && this.#readTier(state, pages)) state.tiersRead++;
    }
  }

  /** Keeps lists in blocks that were whole at hand and are asked for often, to add blocks instead of all postings. */
  keepInBlocks(atHand: ReadonlyMap<string, OpenPage>): void {
    const lists = this.#kept;
    if (!lists) return;
    const blocks = this.#blocks;
    for (const state of this.states) {
      if (state.kind !== 'long' || !this.#isWholeIn(state, atHand)) continue;
      const key = this.#blocksKey(state);
      if (!lists.admits(key, bytesInBlocks(state.term.count, blocks))) continue;
      const parts = this.#parts.filter((part) => part.state === state);
      const bytes = makeBlockList(state.term.count, blocks, (take) => {
        const { from, to } = this.#index.windows;
        const decoder = new PartDecoder(this.#index);
        for (let window = from; window < to; window++) {
          for (const part of parts) {
            const postings = decoder.postingsIn(part, window);
            if (postings) take(postings, this.firstBlockOf(window));
          }
        }
      });
      lists.set(key, bytes);
      this.#parts = this.#parts.filter((part) => part.state !== state);
      this.#addInBlocks(state, bytes);
    }
  }

  /** The lists that are whole and in blocks, those with the highest bounds first. */
  get inBlocks(): readonly WeightedList[] {
    return this.#inBlocks;
  }

  /** What was read and not forgotten. */
  get parts(): readonly ReadPart[] {
    return this.#parts;
  }

  /** Lets go of what was read so far: it has been added up, and will not be again. */
  forget(): void {
    this.#parts = [];
  }

  #page(space: string, page: number): WantedPage {
    const { manifest, table } = this.#index;
    return { place: { build: manifest.build, space, page }, run: table.spaces.get(space)! };
  }

  #key(space: string, page: number): string {
    return pageKey(this.#page(space, page));
  }

  get #blocks(): number {
    return this.#firstBlock[this.#firstBlock.length - 1];
  }

  #blocksKey({ query, number }: LongState): string {
    const { manifest, windows } = this.#index;
    return `${manifest.build}/${query.space}/list ${number} of ${windows.from}-${windows.to}`;
  }

  #takeBlocks(state: LongState): void {
    const blocks = this.#blocks;
    if (!isKeptInBlocks(state.term.count, blocks)) return;
    const kept = this.#kept?.get(this.#blocksKey(state));
    if (!kept) return;
    this.savedPages += state.tierBytes.length;
    state.tiersRead = state.tierBytes.length;
    this.#addInBlocks(state, kept);
  }

  #addInBlocks({ term, query: { weight } }: LongState, bytes: Uint8Array): void {
    const bound = weight * term.tierImpact[0];
    const before = this.#inBlocks.findIndex((other) => other.bound < bound);
    const list = openBlockList(bytes, term.count, this.#blocks);
    this.#inBlocks.splice(before < 0 ? this.#inBlocks.length : before, 0, { list, weight, bound });
  }

  #isWholeIn(state: LongState, atHand: ReadonlyMap<string, OpenPage>): boolean {
    return (
      state.tiersRead === state.tierBytes.length &&
      isKeptInBlocks(state.term.count, this.#blocks) &&
      state.tierBytes.every((_, tier) =>
        atHand.has(this.#key(state.query.space, state.term.firstPage + tier)),
      )
    );
  }

  #readTier(state: LongState, pages: ReadonlyMap<string, OpenPage>): boolean {
    const { query, term, tiersRead } = state;
    const page = term.firstPage + tiersRead;
    const open = pages.get(this.#key(query.space, page));
    if (!open) return false;
    const of = { count: term.tierCount[tiersRead], firstImpact: term.tierImpact[tiersRead] };
    const where = `${query.space}, page ${page}`;
    const places = decodeTier(open.bytes, open.length, of, this.#index.manifest.windows.length, where);
    this.#parts.push({ state, bytes: open.bytes, count: of.count, places });
    return true;
  }

  /** Finds all of a query's terms in a dictionary page at once. */
  #readDictionary({ query, page, read }: DictionaryState, pages: ReadonlyMap<string, OpenPage>): void {
    const key = this.#key(query.space, page);
    const open = pages.get(key);
    if (read || !open) return;
    const states = this.#inDictionary.get(key)!;
    const keys = states.map((state) => state.query.key);
    const places = findInDictionary(open.bytes, open.length, keys, `${query.space}, page ${page}`);
    for (const [i, place] of places.entries()) {
      states[i].read = true;
      if (place === undefined) {
        states[i].absent = true;
        continue;
      }
      const { bytes } = open;
      this.#parts.push({
        state: states[i],
        bytes,
        count: place.count,
        places: [{ ...place, window: undefined }],
      });
    }
  }
}

/** Where the blocks of each window that is searched here begin, and how many there are. */
function firstBlocks({ manifest, windows: { from, to } }: OpenIndex): number[] {
  const firsts = [0];
  for (const documents of manifest.windows.slice(from, to))
    firsts.push(firsts[firsts.length - 1] + blocksOf(documents));
  return firsts;
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

/** Postings of undivided lists that are kept decoded from window to window; beyond them, each window decodes anew. */
const KEPT_POSTINGS = 2_000_000;

/** Decodes parts, window after window in ascending order. */
export class PartDecoder {
  readonly #index: OpenIndex;
  /** Of each undivided part in an index of several windows: where each run goes on. */
  readonly #cursors = new Map<ReadPart, Uint32Array>();
  readonly #kept = new Map<ReadPart, Postings>();
  #keptPostings = 0;
  #whole: Postings | undefined;

  constructor(index: OpenIndex) {
    this.#index = index;
  }

  /** The postings of a part in a window, numbered by it, valid until the next; undefined where it has none. */
  postingsIn(part: ReadPart, window: number): Postings | undefined {
    const { windowStart, manifest, scratch } = this.#index;
    const place = this.#placeIn(part, window);
    if (place) return decodePostings(part.bytes, place, manifest.windows[window], scratch.postings);
    if (part.places[0].window !== undefined) return undefined;
    return this.#clip(part, windowStart[window], windowStart[window + 1]);
  }

  /**
   * Adds the postings of a part in a window to the sums of the window's documents.
   *
   * @returns how many that were
   */
  add(part: ReadPart, window: number, sums: Int32Array, flag: number): number {
    const { weight } = part.state.query;
    const place = this.#placeIn(part, window);
    if (place) {
      addEncoded(part.bytes, place, sums, addendOf(weight, 1, -1), addendOf(weight, 0, flag));
      return place.count;
    }
    const postings = this.postingsIn(part, window);
    if (!postings) return 0;
    addPostings(sums, postings, weight, flag);
    return postings.count;
  }

  /** Where a list is that has a part's postings in a window, and no others. */
  #placeIn({ places }: ReadPart, window: number): PiecePlace | undefined {
    const [first] = places;
    if (first.window === undefined) return this.#index.manifest.windows.length === 1 ? first : undefined;
    return places.find((each) => each.window === window);
  }

  /** The postings of an undivided part from document `start` to `end`, which is not below the last call's start. */
  #clip(part: ReadPart, start: number, end: number): Postings | undefined {
    const { documents, runImpact, runEnd, runs } = this.#decoded(part);
    const into = this.#index.scratch.postings;
    if (into.documents.length < part.count) into.documents = new Uint32Array(part.count * 2);
    const cursors =
      this.#cursors.get(part) ?? Uint32Array.from({ length: runs }, (_, run) => runEnd[run - 1] ?? 0);
    this.#cursors.set(part, cursors);
    into.count = 0;
    into.runs = 0;
    for (let run = 0; run < runs; run++) {
      let i = cursors[run];
      while (i < runEnd[run] && documents[i] < start) i++;
      const before = into.count;
      for (; i < runEnd[run] && documents[i] < end; i++) into.documents[into.count++] = documents[i] - start;
      cursors[run] = i;
      if (into.count === before) continue;
      into.runImpact[into.runs] = runImpact[run];
      into.runEnd[into.runs++] = into.count;
    }
    return into.count === 0 ? undefined : into;
  }

  #decoded(part: ReadPart): Postings {
    const kept = this.#kept.get(part);
    if (kept) return kept;
    const { documents } = this.#index.manifest;
    const [place] = part.places;
    if (this.#keptPostings + part.count > KEPT_POSTINGS) {
      this.#whole ??= emptyPostings();
      return decodePostings(part.bytes, place, documents, this.#whole);
    }
    this.#keptPostings += part.count;
    const postings = decodePostings(part.bytes, place, documents, emptyPostings(part.count));
    this.#kept.set(part, postings);
    return postings;
  }
}
