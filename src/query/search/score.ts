// Adding up postings: score at a time. Every read posting adds weight × impact to its document's sum, in any order,
// since the sums are exact integers. The caller proves which sums are final.
//
// A sum is a non-negative 32-bit integer: 23 bits of score above 8 flags, one flag for each of the (at most eight)
// unfinished lists that the document has been seen in. A list holds a document at most once, so adding a flag never
// carries; and since scores are the high bits, sums compare as scores do.

import { emptyPostings, type Postings } from '../../core/format/postings.ts';

/** How many unfinished lists can be told apart. */
export const FLAGS = 8;

/** No score may reach this. */
export const SCORE_LIMIT = 2 ** (31 - FLAGS);

/** The score in a sum. */
export function scoreOf(sum: number): number {
  return sum >> FLAGS;
}

/** The flags in a sum: bit f is set when the document was seen in unfinished list f. */
export function flagsOf(sum: number): number {
  return sum & ((1 << FLAGS) - 1);
}

/** The largest sum whose score is below `score`, for scores that may be: sums above it have at least that score. */
export function sumBelow(score: number): number {
  return (score << FLAGS) - 1;
}

/** Names the search that sums belong to. */
export type SumsOwner = object;

/**
 * Memory that an index's searches decode and add up in, kept from one to the next. A search that comes back to it finds
 * its sums again unless another one was there meanwhile, so it must not count on them across an await.
 */
export class Scratch {
  /** What the list that is being added was decoded into. */
  readonly postings: Postings = emptyPostings();
  #sums = new Int32Array(0);
  #owner: SumsOwner | undefined;

  /** A sum for every document: those that this owner left, or zeros. */
  sumsOf(owner: SumsOwner, documentCount: number): { readonly sums: Int32Array; readonly kept: boolean } {
    const kept = this.#owner === owner;
    this.#owner = owner;
    if (this.#sums.length < documentCount) this.#sums = new Int32Array(documentCount);
    const sums = this.#sums.subarray(0, documentCount);
    if (!kept) sums.fill(0);
    return { sums, kept };
  }
}

/**
 * Adds a list, or a part of one.
 *
 * @param flag which unfinished list this is, or −1
 */
export function addPostings(into: Int32Array, postings: Postings, weight: number, flag: number): void {
  const { documents, runImpact, runEnd, runs } = postings;
  const mark = flag < 0 ? 0 : 1 << flag;
  let i = 0;
  for (let run = 0; run < runs; run++) {
    const addend = weight * runImpact[run] * (1 << FLAGS) + mark;
    for (const end = runEnd[run]; i < end; i++) into[documents[i]] += addend;
  }
}
