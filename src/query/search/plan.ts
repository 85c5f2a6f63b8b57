// Which pages to read: pure functions from what is known to what to read next. FORMAT.md, "Reading".
//
// Bytes are nearly free on object storage and rounds are not, so the first round takes every list whole while that is
// little. Beyond it, it takes the tiers that lower the bound on unread postings most per byte: since lists are in order
// of impact, those are the heads. Where document pages have vectors, heads go on until what is left unread is a small
// share of the score that the k-th result will probably have: then few documents stay open, and their pages, which
// mostly are those of the hits, settle them.

import { KTH, type LongTerm } from '../../core/format/keys/long-terms.ts';
import { findTerm, type TermTable } from '../../core/format/page-table.ts';
import { MAX_IMPACT } from '../../core/format/postings.ts';
import { FLAGS } from './sums/score.ts';
import type { QueryTerm } from './terms.ts';

/** Posting bytes that a first round may read before it starts to leave tails unread. */
export const FIRST_ROUND_BYTES = 6 * 1024 * 1024;

/** A query whose long lists take no more than this reads them whole, whatever could be looked up. */
const WHOLE_BYTES = 512 * 1024;

/**
 * The share of the k-th score that unread postings may add together before documents are looked up: so about as many
 * pages hold open documents as hold hits. Less reads more of the lists, and more leaves more documents open, as do
 * lists that a sum's flags do not tell apart.
 */
const OPEN_SHARE = { told: 0.2, untold: 0.15 };

/**
 * The k-th score as a share of the root of the sum of squares of the k-th scores that the lists have alone, where none
 * of these is more. With statistics of DeepImpact, whose impacts are independent, it is .58 to 1.1 of that root, and
 * with the vectors of a real SPLADE, whose impacts are not, mostly .9 to 2; as a share of the sum of what all lists
 * could add, it is .12 to 1.1.
 */
const LIKELY_SHARE = 0.65;

/** Where a query term's list stands. */
export type TermState = DictionaryState | LongState;

/** A term whose whole list is in a dictionary page, or nowhere. */
export interface DictionaryState {
  readonly kind: 'dictionary';
  readonly query: QueryTerm;
  readonly page: number;
  read: boolean;
  /** The page was read, and has no such term. */
  absent?: boolean;
}

/** A term with a list in tiers, read up to `tiersRead`. */
export interface LongState {
  readonly kind: 'long';
  readonly query: QueryTerm;
  readonly term: LongTerm;
  /** The term's number among the long terms of its space. */
  readonly number: number;
  readonly tierBytes: readonly number[];
  tiersRead: number;
}

/** Pages to read of one space: half-open. */
export interface PageSpan {
  readonly space: string;
  readonly from: number;
  readonly to: number;
}

/** The states of a query's terms before anything is read; terms known to be absent are left out. */
export function locateTerms(
  query: readonly QueryTerm[],
  tables: ReadonlyMap<string, TermTable>,
): TermState[] {
  const states: TermState[] = [];
  for (const term of query) {
    const table = tables.get(term.space)!;
    const place = findTerm(table, term.key);
    if (place.kind === 'dictionary') {
      states.push({ kind: 'dictionary', query: term, page: place.page, read: false });
    } else if (place.kind === 'long') {
      const { firstPage, tierImpact } = place.term;
      const tierBytes = tierImpact.map(
        (_, i) => table.pageStart[firstPage + i + 1] - table.pageStart[firstPage + i],
      );
      const { number } = place;
      states.push({ kind: 'long', query: term, term: place.term, number, tierBytes, tiersRead: 0 });
    }
  }
  return states;
}

/** The highest impact that an unread posting of a term can have; 0 when all are read. */
function unreadImpact(state: TermState): number {
  if (state.kind === 'dictionary') return state.read ? 0 : MAX_IMPACT;
  return state.term.tierImpact[state.tiersRead] ?? 0;
}

/** What a term can add to a score at most, whatever of it was read. */
export function mostAdded(state: TermState): number {
  return state.query.weight * (state.kind === 'long' ? state.term.tierImpact[0] : MAX_IMPACT);
}

/** What an unread posting of a term can add to a score. */
export function unreadBound(state: TermState): number {
  return state.query.weight * unreadImpact(state);
}

/** What a first round is planned by. */
export interface FirstRound {
  readonly k: number;
  /** About how many bytes of long lists to read at most. */
  readonly limit: number;
  /** Whether documents can be looked up afterwards. */
  readonly canLookUp: boolean;
  /** Of all documents, about how many a filter keeps, where there is one. */
  readonly kept?: { readonly expected: number; readonly of: number } | undefined;
}

/** So few documents that a filter keeps are looked up rather than sought in long lists, if k asks for as many. */
const FEW_KEPT = 16;

/** How many tiers of each term the first round should end with. */
export function planFirst(
  states: readonly TermState[],
  { k, limit, canLookUp, kept }: FirstRound,
): Map<TermState, number> {
  if (kept && canLookUp && kept.expected <= Math.min(k, FEW_KEPT)) return planShort(states);
  const whole = bytesTo(planRest(states));
  const lists = states.filter(({ kind }) => kind === 'long').length;
  const share = lists > FLAGS ? OPEN_SHARE.untold : OPEN_SHARE.told;
  const endsEarly = canLookUp && whole > Math.min(limit, WHOLE_BYTES);
  // The k-th of those that are kept is so much further behind among all.
  const rank = kept ? (k * kept.of) / Math.max(1, kept.expected) : k;
  const aim = endsEarly ? share * likelyScore(states, rank) : 0;
  return planHeads(states, aim, limit);
}

/** The lists in dictionary pages alone. */
function planShort(states: readonly TermState[]): Map<TermState, number> {
  return new Map(states.map((state) => [state, state.kind === 'long' ? state.tiersRead : 1]));
}

/** How many tiers of each term to have read so that unread postings add at most `aim`, within about `limit` bytes. */
export function planHeads(states: readonly TermState[], aim: number, limit: number): Map<TermState, number> {
  const target = new Map<TermState, number>();
  const ahead: Ahead[] = [];
  let bytes = 0;
  let unread = 0;
  for (const state of states) {
    const tiers = state.kind === 'long' ? Math.max(1, state.tiersRead) : 1;
    target.set(state, tiers);
    if (state.kind === 'dictionary') continue;
    if (state.tiersRead === 0) bytes += state.tierBytes[0];
    unread += boundFrom(state, tiers);
    ahead.push({ state, tiers, slope: slopeFrom(state, tiers) });
  }
  while (unread > aim) {
    const next = steepest(ahead);
    if (!next) break;
    const { state } = next;
    bytes += state.tierBytes[next.tiers];
    if (bytes > limit) break;
    unread -= boundFrom(state, next.tiers) - boundFrom(state, next.tiers + 1);
    target.set(state, ++next.tiers);
    next.slope = slopeFrom(state, next.tiers);
  }
  return target;
}

/** What the k-th best result will probably score: at least as much as the k-th impact of any list alone says. */
function likelyScore(states: readonly TermState[], k: number): number {
  const rank = KTH.findIndex((each) => k <= each);
  let certain = 0;
  let squares = 0;
  for (const state of states) {
    if (state.kind === 'dictionary' || rank < 0) continue;
    const alone = state.query.weight * state.term.kthImpact[rank];
    certain = Math.max(certain, alone);
    squares += alone ** 2;
  }
  return Math.max(certain, LIKELY_SHARE * Math.sqrt(squares));
}

/** What a posting of a term can add from a tier on. */
function boundFrom({ query, term }: LongState, tier: number): number {
  return query.weight * (term.tierImpact[tier] ?? 0);
}

/** How much a term's next tier lowers the sum of unread bounds, per byte; −1 where it has none. */
function slopeFrom(state: LongState, tiers: number): number {
  if (tiers >= state.tierBytes.length) return -1;
  return (boundFrom(state, tiers) - boundFrom(state, tiers + 1)) / state.tierBytes[tiers];
}

/** A term, the tiers of it that are planned, and the slope of the next. */
interface Ahead {
  readonly state: LongState;
  tiers: number;
  slope: number;
}

/** The term whose next tier has the highest slope. A query of a thousand terms asks for it a thousand times. */
function steepest(ahead: readonly Ahead[]): Ahead | undefined {
  let best: Ahead | undefined;
  let bestSlope = -1;
  for (const each of ahead) {
    if (each.slope > bestSlope) {
      bestSlope = each.slope;
      best = each;
    }
  }
  return best;
}

/** All that is left of the given terms. */
export function planRest(states: Iterable<TermState>): Map<TermState, number> {
  const target = new Map<TermState, number>();
  for (const state of states) target.set(state, state.kind === 'long' ? state.tierBytes.length : 1);
  return target;
}

/** How many bytes of long lists bring each term from where it stands to its target. */
export function bytesTo(target: ReadonlyMap<TermState, number>): number {
  let bytes = 0;
  for (const [state, tiers] of target) {
    if (state.kind === 'dictionary') continue;
    for (const tier of state.tierBytes.slice(state.tiersRead, tiers)) bytes += tier;
  }
  return bytes;
}

/** The pages that bring each term from where it stands to its target. */
export function spansTo(target: ReadonlyMap<TermState, number>): PageSpan[] {
  const spans: PageSpan[] = [];
  for (const [state, tiers] of target) {
    const { space } = state.query;
    if (state.kind === 'dictionary') {
      if (!state.read && tiers > 0) spans.push({ space, from: state.page, to: state.page + 1 });
    } else if (tiers > state.tiersRead) {
      spans.push({ space, from: state.term.firstPage + state.tiersRead, to: state.term.firstPage + tiers });
    }
  }
  return spans;
}
