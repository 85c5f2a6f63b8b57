// Which pages to read: pure functions from what is known to what to read next. FORMAT.md, "Reading".
//
// Bytes are nearly free on object storage and rounds are not, so the first round takes every list whole while the
// query stays under FIRST_ROUND_BYTES. Beyond that it takes the tiers that lower the bound on unread postings most per
// byte: since lists are in order of impact, those are the heads.

import { findTerm, type LongTerm, type TermTable } from '../../core/format/page-table.ts';
import { MAX_IMPACT } from '../../core/format/postings.ts';
import type { QueryTerm } from './terms.ts';

/** Posting bytes that a first round may read before it starts to leave tails unread. */
export const FIRST_ROUND_BYTES = 2 * 1024 * 1024;

/** Where a query term's list stands. */
export type TermState = DictionaryState | LongState;

/** A term whose whole list is in a dictionary page, or nowhere. */
export interface DictionaryState {
  readonly kind: 'dictionary';
  readonly query: QueryTerm;
  readonly page: number;
  read: boolean;
}

/** A term with a list in tiers, read up to `tiersRead`. */
export interface LongState {
  readonly kind: 'long';
  readonly query: QueryTerm;
  readonly term: LongTerm;
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
      states.push({ kind: 'long', query: term, term: place.term, tierBytes, tiersRead: 0 });
    }
  }
  return states;
}

/** The highest impact that an unread posting of a term can have; 0 when all are read. */
function unreadImpact(state: TermState): number {
  if (state.kind === 'dictionary') return state.read ? 0 : MAX_IMPACT;
  return state.term.tierImpact[state.tiersRead] ?? 0;
}

/** What an unread posting of a term can add to a score. */
export function unreadBound(state: TermState): number {
  return state.query.weight * unreadImpact(state);
}

/** How many tiers of each term the first round should end with, within about `limit` bytes of long lists. */
export function planFirst(states: readonly TermState[], limit: number): Map<TermState, number> {
  const target = new Map<TermState, number>();
  let bytes = 0;
  for (const state of states) {
    target.set(state, 1);
    if (state.kind === 'long') bytes += state.tierBytes[0];
  }
  for (;;) {
    const next = steepest(states, target);
    if (!next) return target;
    const tier = target.get(next)!;
    bytes += next.tierBytes[tier];
    if (bytes > limit) return target;
    target.set(next, tier + 1);
  }
}

/** The term whose next tier lowers the sum of unread bounds most per byte. */
function steepest(
  states: readonly TermState[],
  target: ReadonlyMap<TermState, number>,
): LongState | undefined {
  let best: LongState | undefined;
  let bestSlope = -1;
  for (const state of states) {
    if (state.kind !== 'long') continue;
    const tier = target.get(state)!;
    if (tier >= state.tierBytes.length) continue;
    const lowered = state.term.tierImpact[tier] - (state.term.tierImpact[tier + 1] ?? 0);
    const slope = (state.query.weight * lowered) / state.tierBytes[tier];
    if (slope > bestSlope) {
      bestSlope = slope;
      best = state;
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
