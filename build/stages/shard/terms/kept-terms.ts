// Where another index has its terms: an index that is built on it keeps pages and tiers where they are while their
// sizes allow it, since a boundary that moves changes all pages behind it, though nothing in them has changed.

import { compareBytes } from '../../../../src/core/format/bytes.ts';
import type { LongTerm } from '../../../../src/core/format/keys/long-terms.ts';
import type { TermTable } from '../../../../src/core/format/page-table.ts';
import type { Postings } from '../../../../src/core/format/postings.ts';

/** A list that was long stays so, and one that was not does, until it is this much smaller or larger than the limit. */
const SLACK = 1 / 4;
/** Each tier ends where it did while that is within this share of where it would end now, in postings. */
const MOST_SHIFT = 1 / 4;

/** What the other index has of a term. */
export interface KeptTerm {
  /** Which of the dictionary pages has the term, or would have it. */
  readonly page: number;
  /** Where the term is a long one. */
  readonly long: LongTerm | undefined;
  /** How many times the usual length a list of the term may have before it is a long one. */
  readonly slack: number;
}

/** The terms of another index, asked for in ascending order. */
export class KeptTerms {
  readonly #table: TermTable;
  #nextLong = 0;

  constructor(table: TermTable) {
    this.#table = table;
  }

  /** What is kept of a term; none is asked for that comes before an earlier one. */
  at(key: Uint8Array): KeptTerm {
    const { dictionaryKeys, longTerms } = this.#table;
    const page = Math.max(0, dictionaryKeys.lastAtMost(key));
    const order = () => compareBytes(longTerms.keys.at(this.#nextLong), key);
    while (this.#nextLong < longTerms.length && order() < 0) this.#nextLong++;
    const isLong = this.#nextLong < longTerms.length && order() === 0;
    const long = isLong ? longTerms.at(this.#nextLong) : undefined;
    return { page, long, slack: long ? 1 - SLACK : 1 + SLACK };
  }
}

/**
 * Where a list's tiers begin, as runs: with the impacts with which they began, where that is near enough.
 *
 * @param cuts where tiers would begin otherwise: the first is 0, the last where the list ends
 */
export function keepCuts(
  cuts: readonly number[],
  { runs, runEnd, runImpact }: Postings,
  { tierImpact }: LongTerm,
): readonly number[] {
  const firsts = tierImpact.slice(1).map((impact) => {
    const run = runImpact.subarray(0, runs).findIndex((each) => each <= impact);
    return run < 0 ? runs : run;
  });
  const kept = [0, ...firsts, runs];
  const endOf = (cut: number) => (cut === 0 ? 0 : runEnd[cut - 1]);
  const isNear =
    kept.length === cuts.length &&
    kept.every((cut, i) => i === 0 || cut > kept[i - 1]) &&
    kept.every((cut, i) => Math.abs(endOf(cut) - endOf(cuts[i])) <= endOf(cuts[i]) * MOST_SHIFT);
  return isNear ? kept : cuts;
}
