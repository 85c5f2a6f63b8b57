// Adding up postings: score at a time. Every read posting adds weight × impact to its document's sum, in any order,
// since the sums are exact integers. The caller proves which sums are final.
//
// A sum is 32 bits: 24 of score and 8 flags, one for each of the (at most eight) unfinished lists that a document has
// been seen in. A list holds a document at most once, so adding a flag never carries.

import type { Postings } from '../core/postings.ts';

/** How many unfinished lists can be told apart. */
export const FLAGS = 8;
const FLAG_SHIFT = 24;
const SCORE_MASK = (1 << FLAG_SHIFT) - 1;

/** The score in a sum. */
export function scoreOf(sum: number): number {
  return sum & SCORE_MASK;
}

/** The flags in a sum: bit f is set when the document was seen in unfinished list f. */
export function flagsOf(sum: number): number {
  return sum >>> FLAG_SHIFT;
}

let sums = new Uint32Array(0);

/**
 * A sum of zero for every document. The memory is shared by all searches of the isolate, so it must not be used
 * across an await.
 */
export function clearedSums(documentCount: number): Uint32Array {
  if (sums.length < documentCount) sums = new Uint32Array(documentCount);
  const cleared = sums.subarray(0, documentCount);
  cleared.fill(0);
  return cleared;
}

/**
 * Adds a list, or a part of one.
 *
 * @param flag which unfinished list this is, or −1
 */
export function addPostings(into: Uint32Array, postings: Postings, weight: number, flag: number): void {
  const { documents, runImpact, runEnd, runs } = postings;
  const mark = flag < 0 ? 0 : 2 ** (FLAG_SHIFT + flag);
  let i = 0;
  for (let run = 0; run < runs; run++) {
    const addend = weight * runImpact[run]! + mark;
    for (const end = runEnd[run]!; i < end; i++) into[documents[i]!]! += addend;
  }
}
