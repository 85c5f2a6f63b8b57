// Adding up postings: score at a time. Every read posting adds weight × impact to its document's sum, in any order,
// since the sums are exact integers. The caller proves which sums are final.
//
// A sum is a non-negative 32-bit integer: 23 bits of score above 8 flags, one flag for each of the (at most eight)
// unfinished lists that the document has been seen in. A list holds a document at most once, so adding a flag never
// carries; and since scores are the high bits, sums compare as scores do.

import { emptyPostings, type Postings } from '../../../core/format/postings.ts';

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

/**
 * Memory that an index's searches decode and add up in, one after the other. A search that comes back to it may find
 * what it left, unless another one was there meanwhile.
 */
export class Scratch {
  /** What the list that is being added was decoded into. */
  readonly postings: Postings = emptyPostings();
  #numbers = new Int32Array(0);
  #tops = new Int32Array(0);
  #owner: object | undefined;

  /** A zero for each document of a window; whoever names itself may ask for them again. */
  zeros(documents: number, owner?: object): Int32Array {
    this.#owner = owner;
    if (this.#numbers.length < documents) this.#numbers = new Int32Array(documents);
    return this.#numbers.subarray(0, documents).fill(0);
  }

  /** A zero for each block of a window. */
  zerosOfBlocks(blocks: number): Int32Array {
    if (this.#tops.length < blocks) this.#tops = new Int32Array(blocks);
    return this.#tops.subarray(0, blocks).fill(0);
  }

  /** What zeros became for an owner, if nobody had others since. */
  kept(documents: number, owner: object): Int32Array | undefined {
    return this.#owner === owner ? this.#numbers.subarray(0, documents) : undefined;
  }
}

/**
 * Adds a list, or a part of one.
 *
 * @param flag which unfinished list this is, or −1
 */
export function addPostings(into: Int32Array, postings: Postings, weight: number, flag: number): void {
  const { documents, runImpact, runEnd, runs } = postings;
  let i = 0;
  for (let run = 0; run < runs; run++) {
    const addend = addendOf(weight, runImpact[run], flag);
    for (const end = runEnd[run]; i < end; i++) into[documents[i]] += addend;
  }
}

/**
 * Adds a list, or a part of one, and keeps the highest sum of each block.
 *
 * @param tops of blocks of 2^bits documents
 */
export function addPostingsWithTops(
  into: Int32Array,
  tops: Int32Array,
  bits: number,
  postings: Postings,
  weight: number,
  flag: number,
): void {
  const { documents, runImpact, runEnd, runs } = postings;
  let i = 0;
  for (let run = 0; run < runs; run++) {
    const addend = addendOf(weight, runImpact[run], flag);
    for (const end = runEnd[run]; i < end; i++) {
      const document = documents[i];
      const sum = into[document] + addend;
      into[document] = sum;
      const block = document >>> bits;
      if (sum > tops[block]) tops[block] = sum;
    }
  }
}

/**
 * Adds a list to the sums of some documents alone.
 *
 * @param place of each document's sum in `into`, counted from 1; 0 for documents that have none
 */
export function addPostingsOf(
  place: Int32Array,
  into: Int32Array,
  postings: Postings,
  weight: number,
  flag: number,
): void {
  const { documents, runImpact, runEnd, runs } = postings;
  let i = 0;
  for (let run = 0; run < runs; run++) {
    const addend = addendOf(weight, runImpact[run], flag);
    for (const end = runEnd[run]; i < end; i++) {
      const at = place[documents[i]];
      if (at > 0) into[at - 1] += addend;
    }
  }
}

/**
 * Makes 0 of the sums from `from` to `end` (half-open) of documents that are not kept.
 *
 * @param kept a bit for each document of the window, 32 a word, the lowest first
 * @param from a multiple of 32
 */
export function keepOnly(sums: Int32Array, kept: Uint32Array, from = 0, end = sums.length): void {
  for (let start = from; start < end; start += 32) {
    const word = kept[start >>> 5];
    const stop = Math.min(start + 32, end);
    if (word === 0) sums.fill(0, start, stop);
    else if (word !== 0xffffffff)
      for (let i = start; i < stop; i++) if (((word >>> (i & 31)) & 1) === 0) sums[i] = 0;
  }
}

/** What a posting adds to a sum, in the list of that flag, or −1. */
export function addendOf(weight: number, impact: number, flag: number): number {
  return weight * impact * (1 << FLAGS) + (flag < 0 ? 0 : 1 << flag);
}

/** The first index from `from` on, below `end`, of a sum above `skip`; `end` when there is none. */
export function nextAbove(sums: Int32Array, from: number, end: number, skip: number): number {
  let i = from;
  // One test for eight: sums are no negative numbers, so a difference is negative where a sum is above.
  for (const last = end - 8; i <= last; i += 8) {
    const above =
      (skip - sums[i]) |
      (skip - sums[i + 1]) |
      (skip - sums[i + 2]) |
      (skip - sums[i + 3]) |
      (skip - sums[i + 4]) |
      (skip - sums[i + 5]) |
      (skip - sums[i + 6]) |
      (skip - sums[i + 7]);
    if (above < 0) break;
  }
  while (i < end && sums[i] <= skip) i++;
  return i;
}
