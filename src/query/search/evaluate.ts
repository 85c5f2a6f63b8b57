// A search under way: its lists, what was read of them, and what that proves. While all is open, each evaluation adds
// everything that was read, window after window; once only some documents can still be among the best, what is read
// later is added to those alone, or they are looked up.

import { documentsIn } from '../../core/format/manifest.ts';
import type { Postings } from '../../core/format/postings.ts';
import { lieOn, MOST_PAGES } from './documents.ts';
import { bytesOfPages, type ListCache, type OpenPage, type WantedPage } from './fetch.ts';
import type { KeptDocuments } from './lists/kept-documents.ts';
import { lookUp } from './lists/look-up.ts';
import { PartDecoder, QueryLists, type ReadPart } from './lists/query-lists.ts';
import { type OpenIndex, windowHolding } from './open.ts';
import {
  bytesTo,
  type LongState,
  mostAdded,
  planFirst,
  planHeads,
  planRest,
  type TermState,
  unreadBound,
} from './plan.ts';
import { ArticleRuns, MOST_OF_BEST, SECTION_UNIT } from './sums/article-scores.ts';
import { addBlocks, addBlocksOf, BLOCK_BITS, blocksOf, type WeightedList } from './sums/blocks.ts';
import type { Factors } from './sums/factors.ts';
import { MOST_OPEN, type OpenDocuments, type Proof, Prover } from './sums/prove.ts';
import { ArticleProver } from './sums/prove-articles.ts';
import { addPostingsOf, addPostingsWithTops, FLAGS, keepOnly } from './sums/score.ts';
import type { QueryTerm } from './terms.ts';

/** What is left of lists is read to its end where it is no more than this: that ends the search in this round. */
const REST_BYTES = 1024 * 1024;
/** With fewer postings to a document of a window, sums are added up by blocks; at .5 both ways take as long. */
const SPARSE_SHARE = 0.4;
/** Reading further, unread postings may add this share of the k-th score. */
const DEEPER_SHARE = 0.04;

/** What is looked for. */
export interface Question {
  readonly terms: readonly QueryTerm[];
  readonly k: number;
  /** A score that the k-th result is known to reach, from elsewhere. */
  readonly floor: number;
  readonly firstRoundBytes: number;
  /** The documents that may be results; all unless given. */
  readonly kept?: KeptDocuments | undefined;
  /** Whether articles are looked for: `k` and `floor` are of them. */
  readonly articles?: boolean | undefined;
  /** What sums are multiplied by. */
  readonly factors?: Factors | undefined;
}

/** A search of the windows that are searched here. */
export class Evaluation {
  /** Postings decoded so far, repeats counted. */
  postings = 0;
  readonly #index: OpenIndex;
  readonly #question: Question;
  readonly #lists: QueryLists;
  readonly #kept: KeptDocuments | undefined;
  /** Whether the open documents were all that a filter keeps, so that there are no unseen ones. */
  #isClosed = false;
  /** Whether documents' vectors have all terms of the query that dictionary pages have not. */
  readonly #canLookUp: boolean;
  /** Where articles are looked for. */
  readonly #runs: ArticleRuns | undefined;
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
    const { articles } = index.table;
    this.#runs =
      question.articles && articles ? new ArticleRuns(articles, index.manifest.documents) : undefined;
    // Of lists in blocks, only those are added up that can lift a document: of articles, all sections count.
    this.#lists = new QueryLists(index, question.terms, this.#runs ? undefined : kept);
    this.#kept = question.kept;
    const { states } = this.#lists;
    this.#canLookUp = states.every(
      ({ kind, query }) => kind === 'dictionary' || index.table.spaces.get(query.space)!.inVectors,
    );
    const { k, firstRoundBytes: limit } = question;
    const of = documentsIn(index.manifest);
    const within = this.#kept && { expected: this.#kept.expected, of };
    this.#target = planFirst(states, { k, limit, canLookUp: this.#canLookUp, kept: within });
  }

  /** Pages of postings that needed no look, since their lists are at hand in blocks. */
  get savedPages(): number {
    return this.#lists.savedPages;
  }

  /** Whether what was read says that no document has a term of the query. */
  isAbsent(term: QueryTerm): boolean {
    return this.#lists.isAbsent(term);
  }

  /** About how many bytes of postings the search will hold: of the first round's pages, and of what may follow. */
  get bytesHeld(): number {
    const first = bytesOfPages(this.wanted());
    const left = bytesTo(planRest(this.#lists.states)) - bytesTo(this.#target);
    return first + (this.#canLookUp ? Math.min(left, REST_BYTES) : left);
  }

  /** The pages of postings that the plan wants now. */
  wanted(): WantedPage[] {
    return [...this.#filterPages, ...this.#lists.wanted(this.#target)];
  }

  /** Pages without which nothing is known: they come before all others. */
  get #filterPages(): readonly WantedPage[] {
    return this.#kept?.wanted ?? [];
  }

  /** The documents whose pages the plan wants now. */
  get lookUps(): readonly number[] {
    return this.#lookUps;
  }

  /**
   * The pages of postings, most valuable first: what to keep when not all can be had. Those without which the others
   * are of no use are of infinite value.
   */
  wantedByValue(): { readonly value: number; readonly pages: readonly WantedPage[] }[] {
    const filter = { value: Number.POSITIVE_INFINITY, pages: this.#filterPages };
    const lists = [...this.#target]
      .map(([state, tiers]) => ({
        value: unreadBound(state),
        pages: this.#lists.wanted(new Map([[state, tiers]])),
      }))
      .sort((a, b) => b.value - a.value);
    return [filter, ...lists].filter(({ pages }) => pages.length > 0);
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
    this.#supplyFilter(postings);
    if (!this.#open) this.#lists.keepInBlocks(atHand);
    if (this.#open && this.#lookUps.length > 0) {
      const unfinished = this.#unfinished.filter((state) => unreadBound(state) > 0);
      lookUp(this.#index, unfinished as LongState[], this.#open, documents);
    }
  }

  #supplyFilter(pages: ReadonlyMap<string, OpenPage>): void {
    if (!this.#kept) return;
    const before = this.#kept.postings;
    this.#kept.supply(pages);
    this.postings += this.#kept.postings - before;
  }

  /** What the pages taken in so far prove, and the plan for what they leave open. */
  evaluate(): Proof {
    const { k, floor, factors } = this.#question;
    if (this.#kept && !this.#kept.documents) return this.#nothingKnown();
    const kept = this.#open ? undefined : this.#keptSums();
    if (!this.#open && !kept) {
      this.#unfinished = this.#lists.states
        .filter((state) => unreadBound(state) > 0)
        .sort((a, b) => unreadBound(b) - unreadBound(a));
      this.#flags = new Map(this.#unfinished.slice(0, FLAGS).map((state, flag) => [state, flag]));
    }
    const isFirst = this.#openKept();
    const bounds = this.#unfinished.map(unreadBound);
    const claim = { k, floor, bounds, isClosed: this.#isClosed, factors };
    const prover = this.#runs ? new ArticleProver(claim, this.#runs) : new Prover(claim);
    if (this.#open) {
      this.#addToOpen(this.#open, isFirst ? this.#lists.inBlocks : []);
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

  /** What is proved while it is not known which documents may be results: nothing but what lists can add. */
  #nothingKnown(): Proof {
    const { factors } = this.#question;
    const sum = this.#lists.states.reduce((total, state) => total + mostAdded(state), 0);
    const bound = sum * (factors?.most ?? 1);
    return {
      top: [],
      exact: bound === 0,
      bound: this.#runs ? bound * MOST_OF_BEST : bound,
      needed: [],
      open: undefined,
    };
  }

  /**
   * Where a filter keeps few documents, all of them are open from the beginning, and no others.
   *
   * @returns whether this is the beginning
   */
  #openKept(): boolean {
    if (this.#isClosed || this.#open || !this.#kept || this.#kept.count > MOST_OPEN) return false;
    const { windowStart, windows } = this.#index;
    const documents = new Uint32Array(this.#kept.count);
    let at = 0;
    this.#kept.documents!.visit((window, document) => {
      documents[at++] = windowStart[windows.from + window] + document;
    });
    this.#open = { documents, sums: new Int32Array(at), settled: new Uint8Array(at) };
    this.#isClosed = true;
    return true;
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
      const { k, floor, firstRoundBytes, factors } = this.#question;
      const threshold = Math.max(floor, top[k - 1]?.score ?? 0);
      const aim = (DEEPER_SHARE * threshold) / (factors?.most ?? 1) / (this.#runs ? SECTION_UNIT : 1);
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
  #addAll(prover: Prover | ArticleProver, kept: Int32Array | undefined): void {
    const { manifest, windows, windowStart, scratch } = this.#index;
    const decoder = new PartDecoder(this.#index);
    const parts = kept ? this.#lists.parts.slice(this.#added) : this.#lists.parts;
    for (let window = windows.from; window < windows.to; window++) {
      const sums = kept ?? scratch.zeros(manifest.windows[window], this);
      const byBlocks = this.#lists.inBlocks.length > 0 || (!kept && this.#isSparse(parts, window));
      if (prover instanceof Prover && byBlocks) {
        this.#addByBlocks(prover, decoder, sums, window);
        continue;
      }
      for (const part of parts) this.postings += decoder.add(part, window, sums, this.#flagOf(part));
      const within = this.#keptIn(window);
      if (within) keepOnly(sums, within);
      if (prover instanceof ArticleProver) prover.window(sums, windowStart[window], within);
      else prover.window(sums, windowStart[window]);
    }
    this.#added = this.#lists.parts.length;
  }

  /** Whether so few postings are to be added that keeping each block's highest sum is less than looking at all sums. */
  #isSparse(parts: readonly ReadPart[], window: number): boolean {
    const { windows, documents } = this.#index.manifest;
    let postings = 0;
    for (const { places, count } of parts) {
      const isUndivided = places[0].window === undefined;
      postings += isUndivided
        ? (count * windows[window]) / documents
        : (places.find((place) => place.window === window)?.count ?? 0);
    }
    return postings < SPARSE_SHARE * windows[window];
  }

  /** Adds the parts, and of the lists in blocks what can matter then; most blocks need no look afterwards. */
  #addByBlocks(prover: Prover, decoder: PartDecoder, sums: Int32Array, window: number): void {
    const tops = this.#index.scratch.zerosOfBlocks(blocksOf(sums.length));
    this.#addParts(decoder, this.#lists.parts, window, (postings, weight, flag) =>
      addPostingsWithTops(sums, tops, BLOCK_BITS, postings, weight, flag),
    );
    const firstBlock = this.#lists.firstBlockOf(window);
    const firstDocument = this.#index.windowStart[window];
    const into = { sums, tops, firstBlock, firstDocument, kept: this.#keptIn(window) };
    this.postings += addBlocks(into, this.#lists.inBlocks, prover);
  }

  /** Which documents of a window may be results; nothing where all may. */
  #keptIn(window: number): Uint32Array | undefined {
    return this.#kept?.documents?.words[window - this.#index.windows.from];
  }

  #addToOpen({ documents, sums, settled }: OpenDocuments, inBlocks: readonly WeightedList[]): void {
    if (this.#lists.parts.length === 0 && inBlocks.length === 0) return;
    const { manifest, windowStart, scratch } = this.#index;
    const decoder = new PartDecoder(this.#index);
    for (let i = 0; i < documents.length; ) {
      const window = windowHolding(windowStart, documents[i]);
      const places = scratch.zeros(manifest.windows[window]);
      const from = i;
      for (; i < documents.length && documents[i] < windowStart[window + 1]; i++)
        if (settled[i] === 0) places[documents[i] - windowStart[window]] = i + 1;
      this.#addParts(decoder, this.#lists.parts, window, (postings, weight, flag) =>
        addPostingsOf(places, sums, postings, weight, flag),
      );
      if (inBlocks.length === 0) continue;
      const here = documents.subarray(from, i).map((document) => document - windowStart[window]);
      this.postings += addBlocksOf(here, places, sums, inBlocks, this.#lists.firstBlockOf(window));
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
      add(postings, part.state.query.weight, this.#flagOf(part));
      this.postings += postings.count;
    }
  }

  /** The flag of a part's list, or −1. */
  #flagOf({ state }: ReadPart): number {
    return this.#flags.get(state) ?? -1;
  }
}
