// What sums prove. With some lists unfinished, a document's score lies between its sum and its sum plus what the unread
// postings of the lists it was not yet seen in could add. The k best by sum are *the* k best when no other document's
// upper bound comes before the last of them, and their own scores are final.
//
// In MaxScore's terms: lists whose unread bounds together stay below the threshold are non-essential, so documents not
// seen at all are out, and only seen ones, the open ones, can still be unsettled: later rounds add to those alone.

import type { Factors } from './factors.ts';
import { FLAGS, flagsOf, nextAbove, scoreOf, sumBelow } from './score.ts';
import type { FoundHit } from './topk.ts';
import { precedes, TopK } from './topk.ts';

/** What an evaluation found out. */
export interface Proof {
  /** The k best by sum, best first. */
  readonly top: readonly FoundHit[];
  /** No unread posting can change `top` or its scores. */
  readonly exact: boolean;
  /** No document outside `top` scores more than this, and none in it gains more than to this. 0 when exact. */
  readonly bound: number;
  /** Unfinished lists (by index into `bounds`) that unsettled documents were not seen in. */
  readonly needed: readonly number[];
  /** All that can still be among the k best; undefined where that is too much to tell, or unseen ones may be. */
  readonly open: OpenDocuments | undefined;
}

/** Documents that may be among the k best, in ascending order, with their sums. */
export interface OpenDocuments {
  readonly documents: Uint32Array;
  readonly sums: Int32Array;
  /** 1 for each whose sum is its score, since it was looked up. */
  readonly settled: Uint8Array;
}

/** What is to be proved. */
export interface Claim {
  readonly k: number;
  /** A score that the k-th result is known to reach, from elsewhere. */
  readonly floor: number;
  /** Whether all that may be results are taken in as documents, seen or not. */
  readonly isClosed?: boolean;
  /** What each unfinished list's unread postings could add, at most; list i is flag i while i < FLAGS. */
  readonly bounds: readonly number[];
  /** What sums are multiplied by to be scores, document by document; all by 1 unless given. */
  readonly factors?: Factors | undefined;
}

/** More documents than this are not kept open: their postings are cheaper to add up again than to look up. */
export const MOST_OPEN = 1 << 16;

/** Takes sums in, window after window, and says what all of them prove. */
export class Prover {
  readonly #claim: Claim;
  readonly #total: number;
  readonly #mostFactor: number;
  readonly #missing: Float64Array;
  readonly #kept: TopK;
  #documents = new Uint32Array(1024);
  #sums = new Int32Array(1024);
  #settled = new Uint8Array(1024);
  #count = 0;
  #overflow = false;
  /** Of all documents that were unsettled when they came: the highest upper bound, and the flags that any lacked. */
  #highest = 0;
  #lacking = 0;

  constructor(claim: Claim) {
    this.#claim = claim;
    this.#total = claim.bounds.reduce((sum, bound) => sum + bound, 0);
    this.#mostFactor = claim.factors?.most ?? 1;
    this.#missing = missingBounds(claim.bounds);
    this.#kept = new TopK(claim.k);
  }

  /** How many are looked for. */
  get k(): number {
    return this.#claim.k;
  }

  /** What a document scores by its sum. */
  score(sum: number, document: number): number {
    return scoreOf(sum) * this.#factorOf(document);
  }

  #factorOf(document: number): number {
    return this.#claim.factors?.of(document) ?? 1;
  }

  /** What unread postings could add to the sum of a document in no list yet. */
  get unread(): number {
    return this.#total;
  }

  /**
   * Takes in the sums of a window.
   *
   * @param firstDocument the index's number of its first document
   */
  window(sums: Int32Array, firstDocument: number): void {
    this.best(sums, firstDocument, 0, sums.length);
    this.open(sums, firstDocument, 0, sums.length);
  }

  /**
   * A sum up to this stays below the threshold with all bounds added: that of nearly every document, told by one
   * comparison.
   *
   * @param known what the k-th score is at least, whatever was taken in
   */
  hopeless(known = 0): number {
    const threshold = Math.max(this.#kept.threshold, this.#claim.floor, known);
    return Math.max(0, sumBelow(Math.ceil(threshold / this.#mostFactor) - this.#total));
  }

  /** Takes in the best of a window's sums from `from` to `end` (half-open), which come in ascending order. */
  best(sums: Int32Array, firstDocument: number, from: number, end: number): void {
    const { floor, factors } = this.#claim;
    if (factors) this.#keepBoosted(sums, firstDocument, from, end);
    else keepBest(sums, firstDocument, from, end, this.#kept, floor);
  }

  /** The same, where factors decide: only a sum that the highest of them would not lift is passed over unseen. */
  #keepBoosted(sums: Int32Array, firstDocument: number, from: number, end: number): void {
    const kept = this.#kept;
    const skip = () => {
      const least = kept.full ? Math.max(this.#claim.floor, kept.threshold + 1) : this.#claim.floor;
      return Math.max(0, sumBelow(Math.ceil(least / this.#mostFactor)));
    };
    for (let i = nextAbove(sums, from, end, skip()); i < end; i = nextAbove(sums, i + 1, end, skip())) {
      const score = this.score(sums[i], firstDocument + i);
      if (score > 0) kept.push(score, firstDocument + i);
    }
  }

  /** Takes in those of the sums whose documents may be among the best, now that all of the window's best are known. */
  open(sums: Int32Array, firstDocument: number, from: number, end: number): void {
    if (this.#total === 0) return;
    const threshold = Math.max(this.#kept.threshold, this.#claim.floor);
    const hopeless = this.hopeless();
    for (let i = nextAbove(sums, from, end, hopeless); i < end; i = nextAbove(sums, i + 1, end, hopeless)) {
      const sum = sums[i];
      const upper = this.#upper(sum, firstDocument + i, 0);
      if (upper > 0 && upper >= threshold) this.#keepOpen(firstDocument + i, sum, 0);
    }
  }

  /** Takes in the sums of documents that were open before, instead of windows. Those of 0 are no results so far. */
  documents({ documents, sums, settled }: OpenDocuments): void {
    for (const [i, document] of documents.entries()) {
      const score = this.score(sums[i], document);
      if (score > 0) this.#kept.push(score, document);
      this.#keepOpen(document, sums[i], settled[i]);
    }
  }

  /** What all of them prove. */
  proof(): Proof {
    const { k, floor, bounds, isClosed = false } = this.#claim;
    const top = this.#kept.sorted().filter(({ score }) => score >= floor);
    if (this.#total === 0) return { top, exact: true, bound: 0, needed: [], open: undefined };
    // The last result that counts: others must come before it to matter.
    const last = top.length === k ? top[k - 1] : { score: 0, document: Number.POSITIVE_INFINITY };
    const threshold = Math.max(last.score, floor);
    const lastDocument = last.score >= floor ? last.document : Number.POSITIVE_INFINITY;
    const unsettled = this.#unsettled(threshold, lastDocument);
    // An unseen document may have any number, so at equal scores it may come first.
    const unseen = this.#total * this.#mostFactor;
    const unseenMatter = !isClosed && unseen >= threshold;
    const bound = Math.max(unsettled.bound, unseenMatter ? unseen : 0);
    const needed = unseenMatter || bound > 0 ? neededOf(bounds, unseenMatter, unsettled.lacking) : [];
    const open = unseenMatter || this.#overflow ? undefined : this.#possible(threshold);
    return { top, exact: bound === 0, bound, needed, open };
  }

  #upper(sum: number, document: number, settled: number): number {
    const missing = settled === 1 ? 0 : this.#missing[flagsOf(sum)];
    return (scoreOf(sum) + missing) * this.#factorOf(document);
  }

  #keepOpen(document: number, sum: number, settled: number): void {
    const upper = this.#upper(sum, document, settled);
    if (upper > this.score(sum, document)) {
      this.#highest = Math.max(this.#highest, upper);
      this.#lacking |= ~flagsOf(sum);
    }
    if (this.#count === MOST_OPEN) this.#overflow = true;
    if (this.#overflow) return;
    if (this.#count === this.#documents.length) {
      this.#documents = grown(this.#documents, new Uint32Array(this.#count * 2));
      this.#sums = grown(this.#sums, new Int32Array(this.#count * 2));
      this.#settled = grown(this.#settled, new Uint8Array(this.#count * 2));
    }
    this.#documents[this.#count] = document;
    this.#settled[this.#count] = settled;
    this.#sums[this.#count++] = sum;
  }

  /** The flags that unsettled documents lack, and the highest of their upper bounds; 0 where all are settled. */
  #unsettled(threshold: number, lastDocument: number): { lacking: number; bound: number } {
    if (this.#overflow)
      return { lacking: this.#lacking, bound: this.#highest < threshold ? 0 : this.#highest };
    let lacking = 0;
    let bound = 0;
    for (let i = 0; i < this.#count; i++) {
      const document = this.#documents[i];
      const sum = this.#sums[i];
      const score = this.score(sum, document);
      const upper = this.#upper(sum, document, this.#settled[i]);
      if (upper < threshold || upper === score) continue;
      if (document !== lastDocument && !precedes(upper, document, threshold, lastDocument)) continue;
      lacking |= ~flagsOf(sum);
      bound = Math.max(bound, upper);
    }
    return { lacking, bound };
  }

  /** Of the documents that were possible when they came, those that still are. */
  #possible(threshold: number): OpenDocuments {
    let count = 0;
    for (let i = 0; i < this.#count; i++) {
      if (this.#upper(this.#sums[i], this.#documents[i], this.#settled[i]) < threshold) continue;
      this.#documents[count] = this.#documents[i];
      this.#settled[count] = this.#settled[i];
      this.#sums[count++] = this.#sums[i];
    }
    return {
      documents: this.#documents.slice(0, count),
      sums: this.#sums.slice(0, count),
      settled: this.#settled.slice(0, count),
    };
  }
}

/**
 * The unfinished lists that unsettled documents were not seen in.
 *
 * @param unseenMatter whether documents in no list yet may be among the best: then all lists are needed
 * @param lacking the flags that any unsettled document lacks
 */
export function neededOf(bounds: readonly number[], unseenMatter: boolean, lacking: number): number[] {
  return [...bounds.keys()].filter(
    (list) => (unseenMatter || list >= FLAGS || ((lacking >>> list) & 1) === 1) && bounds[list] > 0,
  );
}

function grown<T extends Uint32Array | Int32Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** Sums looked at in one call of the innermost loop: called often, it is compiled well, whatever the query. */
const STRIDE = 4096;

/** Keeps the best sums of at least `floor`. */
function keepBest(
  sums: Int32Array,
  firstDocument: number,
  from: number,
  to: number,
  kept: TopK,
  floor: number,
): void {
  // Documents come in ascending order, so one that only equals the worst kept score comes too late.
  let skip = Math.max(0, sumBelow(kept.full ? Math.max(floor, kept.threshold + 1) : floor));
  for (let start = from; start < to; start += STRIDE) {
    const end = Math.min(start + STRIDE, to);
    for (let i = nextAbove(sums, start, end, skip); i < end; i = nextAbove(sums, i + 1, end, skip)) {
      kept.push(scoreOf(sums[i]), firstDocument + i);
      if (kept.full) skip = Math.max(skip, sumBelow(kept.threshold + 1));
    }
  }
}

/** For each set of flags, what the lists outside it could add; lists without a flag could always add. */
export function missingBounds(bounds: readonly number[]): Float64Array {
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
