// Terms with their postings → pages: short lists share dictionary pages, long ones are cut into tiers, each a page of
// its own.

import { type DictionaryEntry, encodeDictionary } from '../../../src/core/format/page.ts';
import { KTH, type LongTerm, type TermTable } from '../../../src/core/format/page-table.ts';
import { impactAt, type Postings, PostingsEncoder } from '../../../src/core/format/postings.ts';
import { encodeDividedTier, encodeUndividedTier, type Piece } from '../../../src/core/format/tier.ts';
import type { PageSink } from './page-sink.ts';
import { LAYOUT, type Layout } from './page-sizes.ts';

/** How a space's lists are cut. */
export type TermLayout = Omit<Layout, 'documentBytes'>;

/** How many times as long a list is with each further tier. */
const TIER_GROWTH = 4;
/** What is left behind a tier joins it where it would have less than this share of its postings. */
const LEAST_SHARE = 1 / 4;

/** Runs of a list in order of impact that make a page. */
interface Tier {
  /** Postings `start` to `end` of the whole list, half-open. */
  readonly start: number;
  readonly end: number;
  readonly highest: number;
  readonly lowest: number;
  readonly isDivided: boolean;
}

/** Writes the terms of one space, in ascending order of key. */
export class TermPageWriter {
  readonly #sink: PageSink;
  readonly #windowStart: readonly number[];
  readonly #documents: number;
  readonly #layout: TermLayout;
  readonly #encoder: PostingsEncoder;
  #pending: DictionaryEntry[] = [];
  #pendingBytes = 0;
  readonly #dictionaryKey: Uint8Array[] = [];
  readonly #dictionaryPage: number[] = [];
  readonly #longTerms: LongTerm[] = [];

  /**
   * @param windowStart windowStart[w] .. windowStart[w + 1] are the documents of window w
   * @param encoder that writers may share, since each list is encoded before the next one comes
   */
  constructor(
    sink: PageSink,
    windowStart: readonly number[],
    layout: TermLayout = LAYOUT,
    encoder = new PostingsEncoder(),
  ) {
    this.#sink = sink;
    this.#windowStart = windowStart;
    this.#documents = windowStart[windowStart.length - 1];
    this.#layout = layout;
    this.#encoder = encoder;
  }

  /**
   * Adds a term.
   *
   * @param documents their numbers in the index, strictly ascending, at least one
   * @param impacts 1 to 255, parallel to `documents`
   * @returns the term's number among the long terms; undefined where it is none
   */
  add(key: Uint8Array, documents: Uint32Array, impacts: Uint8Array): number | undefined {
    const count = documents.length;
    const postings = this.#encoder.order(documents, impacts);
    const list = this.#encoder.encode(0, count, this.#documents);
    if (list.length > this.#layout.longBytes) {
      const kthImpact = KTH.map((k) => impactAt(postings, k - 1));
      const tiers = this.#cut(postings, list.length);
      const firstPage = this.#sink.nextPage;
      for (const body of this.#encodeTiers(tiers, documents, impacts)) this.#sink.write(body);
      const tierImpact = tiers.map(({ highest }) => highest);
      const tierCount = tiers.map(({ start, end }) => end - start);
      this.#longTerms.push({ key, count, firstPage, tierImpact, tierCount, kthImpact });
      return this.#longTerms.length - 1;
    }
    this.#pending.push({ key, count, firstImpact: postings.runImpact[0], list });
    this.#pendingBytes += list.length + key.length;
    if (this.#pendingBytes >= this.#layout.dictionaryBytes) this.#flush();
    return undefined;
  }

  /**
   * The space's part of the page table.
   *
   * @param inVectors whether document pages have the long terms
   */
  finish(inVectors = false): TermTable {
    if (this.#pending.length > 0) this.#flush();
    return {
      ...this.#sink.finish(),
      dictionaryKey: this.#dictionaryKey,
      dictionaryPage: this.#dictionaryPage,
      longTerms: this.#longTerms,
      inVectors,
    };
  }

  /**
   * Cuts a list into tiers. How long a part of it is, is taken from its share of the postings: the highest impacts lie
   * further apart than that says, and take somewhat more.
   *
   * @param bytes of the whole list, encoded
   */
  #cut({ count, runs, runEnd, runImpact }: Postings, bytes: number): Tier[] {
    const { longBytes, dividedBytes } = this.#layout;
    /** The runs after which a tier begins: first the list's beginning. */
    const cuts = [0];
    let target = longBytes;
    for (let run = 0; run < runs; run++) {
      const length = (bytes * runEnd[run]) / count;
      if (length < target) continue;
      cuts.push(run + 1);
      while (target <= length) target *= TIER_GROWTH;
    }
    const endOf = (cut: number) => (cut === 0 ? 0 : runEnd[cut - 1]);
    const last = endOf(cuts[cuts.length - 1]);
    if (last < count) {
      const isSmall = count - last < LEAST_SHARE * (last - endOf(cuts[cuts.length - 2]));
      if (isSmall) cuts.pop();
      cuts.push(runs);
    }
    return cuts.slice(1).map((cut, tier) => {
      const [start, end] = [endOf(cuts[tier]), endOf(cut)];
      const isDivided = this.#windowStart.length > 2 && (bytes * (end - start)) / count > dividedBytes;
      return { start, end, highest: runImpact[cuts[tier]], lowest: runImpact[cut - 1], isDivided };
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

  #flush(): void {
    this.#dictionaryKey.push(this.#pending[0].key);
    this.#dictionaryPage.push(this.#sink.write(encodeDictionary(this.#pending)));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** How many postings have an impact above this one: the first of a list. */
function countAbove({ runs, runEnd, runImpact }: Postings, impact: number): number {
  let count = 0;
  for (let run = 0; run < runs && runImpact[run] > impact; run++) count = runEnd[run];
  return count;
}
