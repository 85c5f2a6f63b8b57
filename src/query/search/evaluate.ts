// A search under way: its lists, what was read of them, and what that proves. While all is open, each evaluation adds
// everything that was read, window after window; once only some documents can still be among the best, what is read
// later is added to those alone, or they are looked up.

import type { Postings } from '../../core/format/postings.ts';
import { lieOn } from './documents.ts';
import { type ListCache, type OpenPage, pageKey, type WantedPage } from './fetch.ts';
import { lookUp } from './look-up.ts';
import { type OpenIndex, windowHolding } from './open.ts';
import {
  bytesTo,
  type LongState,
  planFirst,
  planHeads,
  planRest,
  type TermState,
  unreadBound,
} from './plan.ts';
import { PartDecoder, QueryLists, type ReadPart } from './query-lists.ts';
import { addBlocks, BLOCK_BITS, blocksOf } from './sums/blocks.ts';
import { type OpenDocuments, type Proof, Prover } from './sums/prove.ts';
import { addPostings, addPostingsOf, addPostingsWithTops, FLAGS } from './sums/score.ts';
import type { QueryTerm } from './terms.ts';

/** Open documents on more pages than this are not looked up: their lists are read further first. */
const MOST_PAGES = 32;
/** What is left of lists is read to its end where it is no more than this: that ends the search in this round. */
const REST_BYTES = 1024 * 1024;
/** Reading further, unread postings may add this share of the k-th score. */
const DEEPER_SHARE = 0.04;

/** What is looked for. */
export interface Question {
  readonly terms: readonly QueryTerm[];
  readonly k: number;
  /** A score that the k-th result is known to reach, from elsewhere. */
  readonly floor: number;
  readonly firstRoundBytes: number;
}

/** A search of the windows that are searched here. */
export class Evaluation {
  /** Postings decoded so far, repeats counted. */
  postings = 0;
  readonly #index: OpenIndex;
  readonly #question: Question;
  readonly #lists: QueryLists;
  /** Whether documents' vectors have all terms of the query that dictionary pages have not. */
  readonly #canLookUp: boolean;
  /** The lists that were unfinished when all was added up; list i has flag i. */
  #unfinished: readonly TermState[] = [];
  #flags: ReadonlyMap<TermState, number> = new Map();
  #open: OpenDocuments | undefined;
  #target: ReadonlyMap<TermState, number>;
  #lookUps: readonly number[] = [];
  #rounds = 0;
  /** How many of the parts are in the sums that the scratch memory may still hold. */
  #added = 0;

  /** @param kept lists in blocks, for this search and later ones */
  constructor(index: OpenIndex, question: Question, kept?: ListCache) {
    this.#index = index;
    this.#question = question;
    this.#lists = new QueryLists(index, question.terms, kept);
    const { states } = this.#lists;
    this.#canLookUp = states.every(
      ({ kind, query }) => kind === 'dictionary' || index.table.spaces.get(query.space)!.inVectors,
    );
    const { k, firstRoundBytes: limit } = question;
    this.#target = planFirst(states, { k, limit, canLookUp: this.#canLookUp });
  }

  /** Pages of postings that needed no look, since their lists are at hand in blocks. */
  get savedPages(): number {
    return this.#lists.savedPages;
  }

  /** About how many bytes of postings the search will hold: of the first round's pages, and of what may follow. */
  get bytesHeld(): number {
    const sizes = this.wanted().map((wanted): [string, number] => {
      const { pageStart } = wanted.run;
      const { page } = wanted.place;
      return [pageKey(wanted), pageStart[page + 1] - pageStart[page]];
    });
    const first = [...new Map(sizes).values()].reduce((sum, bytes) => sum + bytes, 0);
    const left = bytesTo(planRest(this.#lists.states)) - bytesTo(this.#target);
    return first + (this.#canLookUp ? Math.min(left, REST_BYTES) : left);
  }

  /** The pages of postings that the plan wants now. */
  wanted(): WantedPage[] {
    return this.#lists.wanted(this.#target);
  }

  /** The documents whose pages the plan wants now. */
  get lookUps(): readonly number[] {
    return this.#lookUps;
  }

  /** The pages of postings, most valuable first: what to keep when not all can be had. */
  wantedByValue(): { readonly value: number; readonly pages: WantedPage[] }[] {
    return [...this.#target]
      .map(([state, tiers]) => ({
        value: unreadBound(state),
        pages: this.#lists.wanted(new Map([[state, tiers]])),
      }))
      .filter(({ pages }) => pages.length > 0)
      .sort((a, b) => b.value - a.value);
  }

  /**
   * Takes in pages of postings and of documents; those that were wanted and are missing stay unread.
   *
   * @param atHand those of postings that did not have to be read
   */
  supply(
    postings: ReadonlyMap<string, OpenPage>,
    documents: ReadonlyMap<string, OpenPage>,
    atHand: ReadonlyMap<string, OpenPage>,
  ): void {
    this.#lists.supply(postings, this.#target);
    if (!this.#open) this.#lists.keepInBlocks(atHand);
    if (this.#open && this.#lookUps.length > 0) {
      const unfinished = this.#unfinished.filter((state) => unreadBound(state) > 0);
      lookUp(this.#index, unfinished as LongState[], this.#open, documents);
    }
  }

  /** What the pages taken in so far prove, and the plan for what they leave open. */
  evaluate(): Proof {
    const { k, floor } = this.#question;
    const kept = this.#open ? undefined : this.#keptSums();
    if (!this.#open && !kept) {
      this.#unfinished = this.#lists.states
        .filter((state) => unreadBound(state) > 0)
        .sort((a, b) => unreadBound(b) - unreadBound(a));
      this.#flags = new Map(this.#unfinished.slice(0, FLAGS).map((state, flag) => [state, flag]));
    }
    const prover = new Prover({ k, floor, bounds: this.#unfinished.map(unreadBound) });
    if (this.#open) {
      this.#addToOpen(this.#open);
      prover.documents(this.#open);
    } else {
      this.#addAll(prover, kept);
    }
    const proof = prover.proof();
    this.#open = proof.open;
    if (this.#open) this.#lists.forget();
    this.#plan(proof);
    return proof;
  }

  /** Look-ups where few pages settle all; else first deeper heads, and then what is left of the lists that matter. */
  #plan({ exact, open, needed, top }: Proof): void {
    this.#rounds++;
    this.#lookUps = [];
    const rest = planRest(needed.map((list) => this.#unfinished[list]));
    this.#target = rest;
    if (exact || !open || !this.#canLookUp) return;
    const unfinished = this.#unfinished.filter((state) => unreadBound(state) > 0);
    if (unfinished.some(({ kind }) => kind === 'dictionary')) return;
    const unsettled = [...open.documents].filter((_, i) => open.settled[i] === 0);
    if (lieOn(MOST_PAGES, this.#index, unsettled)) {
      this.#lookUps = unsettled;
      this.#target = new Map();
    } else if (this.#rounds === 1 && bytesTo(rest) > REST_BYTES) {
      const { k, floor, firstRoundBytes } = this.#question;
      const aim = DEEPER_SHARE * Math.max(floor, top[k - 1]?.score ?? 0);
      const deeper = planHeads(unfinished, aim, firstRoundBytes);
      if (this.#lists.wanted(deeper).length > 0) this.#target = deeper;
    }
  }

  /** The sums of what was added up before: those of an index of one window, if no other search came between. */
  #keptSums(): Int32Array | undefined {
    const { manifest, scratch } = this.#index;
    if (this.#lists.inBlocks.length > 0) return undefined;
    return manifest.windows.length === 1 ? scratch.kept(manifest.documents, this) : undefined;
  }

  /** @param kept sums that have all parts but those that were read last */
  #addAll(prover: Prover, kept: Int32Array | undefined): void {
    const { manifest, windows, windowStart, scratch } = this.#index;
    const decoder = new PartDecoder(this.#index);
    const parts = kept ? this.#lists.parts.slice(this.#added) : this.#lists.parts;
    for (let window = windows.from; window < windows.to; window++) {
      const sums = kept ?? scratch.zeros(manifest.windows[window], this);
      if (this.#lists.inBlocks.length > 0) {
        this.#addWithBlocks(prover, decoder, sums, window);
        continue;
      }
      this.#addParts(decoder, parts, window, (postings, weight, flag) =>
        addPostings(sums, postings, weight, flag),
      );
      prover.window(sums, windowStart[window]);
    }
    this.#added = this.#lists.parts.length;
  }

  /** Adds the parts, and of the lists in blocks what can matter then. */
  #addWithBlocks(prover: Prover, decoder: PartDecoder, sums: Int32Array, window: number): void {
    const tops = this.#index.scratch.zerosOfBlocks(blocksOf(sums.length));
    this.#addParts(decoder, this.#lists.parts, window, (postings, weight, flag) =>
      addPostingsWithTops(sums, tops, BLOCK_BITS, postings, weight, flag),
    );
    const firstBlock = this.#lists.firstBlockOf(window);
    const firstDocument = this.#index.windowStart[window];
    this.postings += addBlocks({ sums, tops, firstBlock, firstDocument }, this.#lists.inBlocks, prover);
  }

  #addToOpen({ documents, sums, settled }: OpenDocuments): void {
    if (this.#lists.parts.length === 0) return;
    const { manifest, windowStart, scratch } = this.#index;
    const decoder = new PartDecoder(this.#index);
    for (let i = 0; i < documents.length; ) {
      const window = windowHolding(windowStart, documents[i]);
      const places = scratch.zeros(manifest.windows[window]);
      for (; i < documents.length && documents[i] < windowStart[window + 1]; i++)
        if (settled[i] === 0) places[documents[i] - windowStart[window]] = i + 1;
      this.#addParts(decoder, this.#lists.parts, window, (postings, weight, flag) =>
        addPostingsOf(places, sums, postings, weight, flag),
      );
    }
  }

  /** Hands the postings of parts in a window over. */
  #addParts(
    decoder: PartDecoder,
    parts: readonly ReadPart[],
    window: number,
    add: (postings: Postings, weight: number, flag: number) => void,
  ): void {
    for (const part of parts) {
      const postings = decoder.postingsIn(part, window);
      if (!postings) continue;
      add(postings, part.state.query.weight, this.#flags.get(part.state) ?? -1);
      this.postings += postings.count;
    }
  }
}
