// What a set of sums proves. With some lists unfinished, a document's score lies between its sum and its sum plus what
// the unread postings of the lists it was not yet seen in could add. The k best by sum are *the* k best when no other
// document's upper bound comes before the last of them, and their own scores are final.
//
// In MaxScore's terms: lists whose unread bounds together stay below the threshold are non-essential, so documents not
// seen at all are out, and only seen ones can still be unsettled.

import { FLAGS, flagsOf, scoreOf, sumBelow } from './score.ts';
import type { Scored } from './topk.ts';
import { precedes, TopK } from './topk.ts';

/** What an evaluation found out. */
export interface Proof {
  /** The k best by sum, best first. */
  readonly top: Scored[];
  /** No unread posting can change `top` or its scores. */
  readonly exact: boolean;
  /** No document outside `top` scores more than this, and none in it gains more than to this. 0 when exact. */
  readonly bound: number;
  /** Could a document that no read list holds be among the k best? */
  readonly unseenMatter: boolean;
  /** Unfinished lists (by index into `bounds`) that unsettled documents were not seen in. */
  readonly needed: readonly number[];
}

/**
 * Finds the k best sums and what could still change them.
 *
 * @param bounds what each unfinished list's unread postings could add, at most; list i is flag i while i < FLAGS
 * @param floor a score that the k-th result is known to reach
 */
export function prove(sums: Int32Array, bounds: readonly number[], k: number, floor: number): Proof {
  const top = best(sums, k, floor);
  const total = bounds.reduce((sum, bound) => sum + bound, 0);
  if (total === 0) return { top, exact: true, bound: 0, unseenMatter: false, needed: [] };

  // The last result that counts: others must come before it to matter.
  const last = top.length === k ? top[k - 1] : { score: 0, document: sums.length };
  const threshold = Math.max(last.score, floor);
  const lastDocument = last.score >= floor ? last.document : sums.length;
  const missing = missingBounds(bounds);
  let needed = 0;
  let bound = 0;
  // A sum up to this stays below the threshold with all bounds added: nearly every document, told by one comparison.
  const hopeless = Math.max(0, sumBelow(threshold - total));
  for (let document = 0; document < sums.length; document++) {
    const sum = sums[document];
    if (sum <= hopeless) continue;
    const score = scoreOf(sum);
    const upper = score + missing[flagsOf(sum)];
    if (upper < threshold || upper === score) continue;
    if (document !== lastDocument && !precedes(upper, document, threshold, lastDocument)) continue;
    needed |= ~flagsOf(sum);
    if (upper > bound) bound = upper;
  }
  // An unseen document may have any number, so at equal scores it may come first.
  const unseenMatter = total >= threshold;
  if (unseenMatter && total > bound) bound = total;
  const lists: number[] = [];
  bounds.forEach((listBound, list) => {
    const wanted = unseenMatter || (bound > 0 && (list >= FLAGS || ((needed >>> list) & 1) === 1));
    if (wanted && listBound > 0) lists.push(list);
  });
  return { top, exact: bound === 0, bound, unseenMatter, needed: lists };
}

/** Sums looked at in one call of the innermost loop: called often, it is compiled well, whatever the query. */
const STRIDE = 4096;

/** The k best sums of at least `floor`, best first. */
function best(sums: Int32Array, k: number, floor: number): Scored[] {
  const kept = new TopK(k);
  let skip = Math.max(0, sumBelow(floor));
  for (let start = 0; start < sums.length; start += STRIDE) {
    const end = Math.min(start + STRIDE, sums.length);
    for (let document = nextAbove(sums, start, end, skip); document < end; ) {
      kept.push(scoreOf(sums[document]), document);
      // Documents come in ascending order, so one that only equals the worst kept score comes too late.
      if (kept.full) skip = Math.max(skip, sumBelow(kept.threshold + 1));
      document = nextAbove(sums, document + 1, end, skip);
    }
  }
  return kept.sorted();
}

/** The first document from `from` on, below `end`, whose sum is above `skip`; `end` when there is none. */
function nextAbove(sums: Int32Array, from: number, end: number, skip: number): number {
  let document = from;
  while (document < end && sums[document] <= skip) document++;
  return document;
}

/** For each set of flags, what the lists outside it could add; lists without a flag could always add. */
function missingBounds(bounds: readonly number[]): Float64Array {
  const flagged = Math.min(bounds.length, FLAGS);
  let unflagged = 0;
  for (let list = FLAGS; list < bounds.length; list++) unflagged += bounds[list];
  const missing = new Float64Array(1 << FLAGS);
  for (let flags = 0; flags < 1 << FLAGS; flags++) {
    let sum = unflagged;
    for (let list = 0; list < flagged; list++) if (((flags >>> list) & 1) === 0) sum += bounds[list];
    missing[flags] = sum;
  }
  return missing;
}
