// A search under way: its lists, what was read of them, and what that proves. While all is open, each evaluation adds up
// everything that was read, window after window; once only some documents can still be among the best, what is read
// later is added to those alone.

import type { Postings } from '../../core/format/postings.ts';
import type { OpenPage, WantedPage } from './fetch.ts';
import { type OpenIndex, windowHolding } from './open.ts';
import { planFirst, planRest, type TermState, unreadBound } from './plan.ts';
import { type OpenDocuments, type Proof, Prover } from './prove.ts';
import { PartDecoder, QueryLists } from './query-lists.ts';
import { addPostings, addPostingsOf, FLAGS } from './score.ts';
import type { QueryTerm } from './terms.ts';

/** A search of the windows that are searched here. */
export class Evaluation {
  /** Postings decoded so far, repeats counted. */
  postings = 0;
  readonly #index: OpenIndex;
  readonly #lists: QueryLists;
  /** The lists that were unfinished when all was added up; list i has flag i. */
  #unfinished: readonly TermState[] = [];
  #flags: ReadonlyMap<TermState, number> = new Map();
  #open: OpenDocuments | undefined;
  #target: ReadonlyMap<TermState, number>;

  constructor(index: OpenIndex, query: readonly QueryTerm[], firstRoundBytes: number) {
    this.#index = index;
    this.#lists = new QueryLists(index, query);
    this.#target = planFirst(this.#lists.states, firstRoundBytes);
  }

  /** The pages that the plan wants now. */
  wanted(): WantedPage[] {
    return this.#lists.wanted(this.#target);
  }

  /** The same, most valuable first: what to keep when not all can be had. */
  wantedByValue(): { readonly value: number; readonly pages: WantedPage[] }[] {
    return [...this.#target]
      .map(([state, tiers]) => ({
        value: unreadBound(state),
        pages: this.#lists.wanted(new Map([[state, tiers]])),
      }))
      .filter(({ pages }) => pages.length > 0)
      .sort((a, b) => b.value - a.value);
  }

  /** Takes in pages; those that were wanted and are missing stay unread. */
  supply(pages: ReadonlyMap<string, OpenPage>): void {
    this.#lists.supply(pages, this.#target);
  }

  /**
   * What the pages taken in so far prove, and the plan for what they leave open.
   *
   * @param floor a score that the k-th result is known to reach, from elsewhere
   */
  evaluate(k: number, floor: number): Proof {
    if (!this.#open) {
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
      this.#addAll(prover);
    }
    const proof = prover.proof();
    this.#open = proof.open;
    if (this.#open) this.#lists.forget();
    this.#target = planRest(proof.needed.map((list) => this.#unfinished[list]));
    return proof;
  }

  #addAll(prover: Prover): void {
    const { manifest, windows, windowStart, scratch } = this.#index;
    const decoder = new PartDecoder(this.#index);
    for (let window = windows.from; window < windows.to; window++) {
      const sums = scratch.zeros(manifest.windows[window]);
      this.#eachPart(decoder, window, (postings, weight, flag) => addPostings(sums, postings, weight, flag));
      prover.window(sums, windowStart[window]);
    }
  }

  #addToOpen({ documents, sums }: OpenDocuments): void {
    const { manifest, windowStart, scratch } = this.#index;
    const decoder = new PartDecoder(this.#index);
    for (let i = 0; i < documents.length; ) {
      const window = windowHolding(windowStart, documents[i]);
      const places = scratch.zeros(manifest.windows[window]);
      for (; i < documents.length && documents[i] < windowStart[window + 1]; i++)
        places[documents[i] - windowStart[window]] = i + 1;
      this.#eachPart(decoder, window, (postings, weight, flag) =>
        addPostingsOf(places, sums, postings, weight, flag),
      );
    }
  }

  /** The postings in a window of all that was read and is not added up. */
  #eachPart(
    decoder: PartDecoder,
    window: number,
    add: (postings: Postings, weight: number, flag: number) => void,
  ): void {
    for (const part of this.#lists.parts) {
      const postings = decoder.postingsIn(part, window);
      if (!postings) continue;
      add(postings, part.state.query.weight, this.#flags.get(part.state) ?? -1);
      this.postings += postings.count;
    }
  }
}
