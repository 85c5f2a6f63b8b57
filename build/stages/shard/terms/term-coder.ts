// A term with its postings → what is written of it: short lists are for dictionary pages, long ones are cut into tiers,
// each a page of its own. What a term becomes depends on nothing but the term, the size of the collection and what a
// base has of the term, so that any machine can code any terms.

import { KTH, type LongTerm } from '../../../../src/core/format/keys/long-terms.ts';
import type { TermTable } from '../../../../src/core/format/page-table.ts';
import { impactAt, ListMeter, type Postings, PostingsEncoder } from '../../../../src/core/format/postings.ts';
import { encodeDividedTier, encodeUndividedTier, type Piece } from '../../../../src/core/format/tier.ts';
import { LAYOUT, type Layout } from '../page-sizes.ts';
import { KeptTerms, keepCuts } from './kept-terms.ts';

/** How a space's lists are cut. */
export type TermLayout = Omit<Layout, 'documentBytes'>;

/** How many times as long a list is with each further tier. */
const TIER_GROWTH = 4;
/** Bytes that a tier has at most, about: of a list of megabytes, a query may need a little more than it has read. */
const MOST_TIER_BYTES = 256 * 1024;
/** What is left behind a tier joins it where it would have less than this share of its postings. */
const LEAST_SHARE = 1 / 4;

/** A term as it is to be written. */
export type CodedTerm = CodedShortTerm | CodedLongTerm;

/** A term whose list goes to a dictionary page. */
interface CodedShortTerm {
  readonly kind: 'short';
  readonly key: Uint8Array;
  readonly count: number;
  readonly firstImpact: number;
  readonly list: Uint8Array;
}

/** A term whose list has pages of its own. */
interface CodedLongTerm {
  readonly kind: 'long';
  readonly key: Uint8Array;
  readonly count: number;
  /** See LongTerm. */
  readonly kthImpact: readonly number[];
  readonly tiers: readonly CodedTier[];
}

/** A tier as the body of a page. */
export interface CodedTier {
  readonly highest: number;
  readonly count: number;
  readonly body: Uint8Array;
}

/** Runs of a list in order of impact that make a page. */
interface Tier {
  /** Postings `start` to `end` of the whole list, half-open. */
  readonly start: number;
  readonly end: number;
  readonly highest: number;
  readonly lowest: number;
  readonly isDivided: boolean;
}

/** Some postings of a term: all of the windows that they are of. */
export interface ListPiece {
  readonly documents: Uint32Array;
  readonly impacts: Uint8Array;
}

/** Codes one term after the other, in ascending order. */
export class TermCoder {
  readonly #windowStart: readonly number[];
  readonly #documents: number;
  readonly #layout: TermLayout;
  readonly #encoder = new PostingsEncoder();
  readonly #kept: KeptTerms | undefined;

  /**
   * @param windowStart windowStart[w] .. windowStart[w + 1] are the documents of window w
   * @param base the terms of another index: lists keep their tiers, and whether they are long, while sizes allow it
   */
  constructor(windowStart: readonly number[], layout: TermLayout = LAYOUT, base?: TermTable) {
    this.#windowStart = windowStart;
    this.#documents = windowStart[windowStart.length - 1];
    this.#layout = layout;
    this.#kept = base && new KeptTerms(base);
  }

  /**
   * Codes a term.
   *
   * @param documents their numbers in the index, strictly ascending, at least one
   * @param impacts 1 to 255, parallel to `documents`
   */
  code(key: Uint8Array, documents: Uint32Array, impacts: Uint8Array): CodedTerm {
    const count = documents.length;
    const postings = this.#encoder.order(documents, impacts);
    const list = this.#encoder.encode(0, count, this.#documents);
    const kept = this.#kept?.at(key);
    if (list.length <= this.#layout.longBytes * (kept?.slack ?? 1))
      return { kind: 'short', key, count, firstImpact: postings.runImpact[0], list };
    const kthImpact = KTH.map((k) => impactAt(postings, k - 1));
    const tiers = this.#cut(postings, list.length, kept?.long);
    const bodies = this.#encodeTiers(tiers, documents, impacts);
    return longTerm(key, count, kthImpact, tiers, bodies);
  }

  /**
   * Codes a term of a long list, piece by piece, to the same bytes.
   *
   * @param pieces gives them in order, twice
   */
  codeLong(key: Uint8Array, pieces: () => Iterable<ListPiece>): CodedTerm {
    const meter = new ListMeter();
    for (const { documents, impacts } of pieces()) meter.add(documents, impacts);
    const { bytes, runs } = meter.finish(this.#documents);
    const kthImpact = KTH.map((k) => impactAt(runs, k - 1));
    const tiers = this.#cut(runs, bytes, this.#kept?.at(key).long);
    const whole = tiers.filter(({ isDivided }) => !isDivided).map((tier) => new TierList(tier));
    const divided = tiers.filter(({ isDivided }) => isDivided);
    const parts: Piece[][] = divided.map(() => []);
    for (const { documents, impacts } of pieces()) {
      for (const list of whole) list.take(documents, impacts);
      for (const [i, here] of this.#divide(divided, documents, impacts).entries()) parts[i].push(...here);
    }
    const bodies = tiers.map((tier) => {
      if (tier.isDivided) return encodeDividedTier(parts[divided.indexOf(tier)]);
      const { documents, impacts } = whole.find((list) => list.tier === tier)!;
      this.#encoder.order(documents, impacts);
      return encodeUndividedTier(this.#encoder.encode(0, documents.length, this.#documents));
    });
    return longTerm(key, runs.count, kthImpact, tiers, bodies);
  }

  /**
   * Cuts a list into tiers. How long a part of it is, is taken from its share of the postings: the highest impacts lie
   * further apart than that says, and take somewhat more.
   *
   * @param bytes of the whole list, encoded
   * @param kept how the list is cut in another index, if it is long there
   */
  #cut(postings: Postings, bytes: number, kept: LongTerm | undefined): Tier[] {
    const { count, runs, runEnd, runImpact } = postings;
    const { longBytes, dividedBytes } = this.#layout;
    /** The runs after which a tier begins: first the list's beginning. */
    const cuts = [0];
    let target = longBytes;
    for (let run = 0; run < runs; run++) {
      const length = (bytes * runEnd[run]) / count;
      if (length < target) continue;
      cuts.push(run + 1);
      while (target <= length) target += Math.min((TIER_GROWTH - 1) * target, MOST_TIER_BYTES);
    }
    const endOf = (cut: number) => (cut === 0 ? 0 : runEnd[cut - 1]);
    const last = endOf(cuts[cuts.length - 1]);
    if (last < count) {
      const isSmall = count - last < LEAST_SHARE * (last - endOf(cuts[cuts.length - 2]));
      if (isSmall) cuts.pop();
      cuts.push(runs);
    }
    const chosen = kept ? keepCuts(cuts, postings, kept) : cuts;
    return chosen.slice(1).map((cut, tier) => {
      const [start, end] = [endOf(chosen[tier]), endOf(cut)];
      const isDivided = this.#windowStart.length > 2 && (bytes * (end - start)) / count > dividedBytes;
      return { start, end, highest: runImpact[chosen[tier]], lowest: runImpact[cut - 1], isDivided };
    });
  }

  /** The pages of the list that the encoder holds. It holds another one afterwards. */
  #encodeTiers(tiers: readonly Tier[], documents: Uint32Array, impacts: Uint8Array): Uint8Array[] {
    const bodies = new Map<Tier, Uint8Array>();
    for (const tier of tiers) {
      if (tier.isDivided) continue;
      bodies.set(tier, encodeUndividedTier(this.#encoder.encode(tier.start, tier.end, this.#documents)));
    }
    const divided = tiers.filter(({ isDivided }) => isDivided);
    if (divided.length > 0) {
      const pieces = this.#divide(divided, documents, impacts);
      for (const [i, tier] of divided.entries()) bodies.set(tier, encodeDividedTier(pieces[i]));
    }
    return tiers.map((tier) => bodies.get(tier)!);
  }

  /** The pieces of each tier, window after window. */
  #divide(tiers: readonly Tier[], documents: Uint32Array, impacts: Uint8Array): Piece[][] {
    const pieces: Piece[][] = tiers.map(() => []);
    let start = 0;
    for (let window = 0; window + 1 < this.#windowStart.length; window++) {
      const [first, limit] = [this.#windowStart[window], this.#windowStart[window + 1]];
      let end = start;
      while (end < documents.length && documents[end] < limit) end++;
      const here = this.#encoder.order(documents.subarray(start, end), impacts.subarray(start, end), first);
      for (const [i, { highest, lowest }] of tiers.entries()) {
        const from = countAbove(here, highest);
        const to = countAbove(here, lowest - 1);
        if (from === to) continue;
        const list = this.#encoder.encode(from, to, limit - first);
        pieces[i].push({ window, count: to - from, firstImpact: impactAt(here, from), list });
      }
      start = end;
    }
    return pieces;
  }
}

/** The postings of a tier that is not divided, gathered from pieces. */
class TierList {
  readonly tier: Tier;
  readonly documents: Uint32Array;
  readonly impacts: Uint8Array;
  #count = 0;

  constructor(tier: Tier) {
    this.tier = tier;
    this.documents = new Uint32Array(tier.end - tier.start);
    this.impacts = new Uint8Array(tier.end - tier.start);
  }

  take(documents: Uint32Array, impacts: Uint8Array): void {
    const { highest, lowest } = this.tier;
    for (let i = 0; i < documents.length; i++) {
      if (impacts[i] < lowest || impacts[i] > highest) continue;
      this.documents[this.#count] = documents[i];
      this.impacts[this.#count++] = impacts[i];
    }
  }
}

function longTerm(
  key: Uint8Array,
  count: number,
  kthImpact: readonly number[],
  tiers: readonly Tier[],
  bodies: readonly Uint8Array[],
): CodedTerm {
  const coded = tiers.map(({ start, end, highest }, i) => ({ highest, count: end - start, body: bodies[i] }));
  return { kind: 'long', key, count, kthImpact, tiers: coded };
}

/** How many postings have an impact above this one: the first of a list. */
function countAbove({ runs, runEnd, runImpact }: Postings, impact: number): number {
  let count = 0;
  for (let run = 0; run < runs && runImpact[run] > impact; run++) count = runEnd[run];
  return count;
}
