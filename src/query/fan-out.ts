// A search over parts: groups of segments that are each searched somewhere else, in parallel. Every part first does one
// round; what that leaves open is asked again with the k-th score over all parts as its floor, which settles most of it
// without a read. A part that fails fails the search: none is ever left out.

import type { Document } from '../core/document.ts';
import type { Manifest } from '../core/format/manifest.ts';
import { bestOf, type FindRequest, type Found } from './search/find.ts';
import { type Budget, type Clock, type Cost, noCost } from './search/meter.ts';
import { segmentHolding } from './search/open.ts';
import { findRequest, type SearchRequest, type SearchResult, showing } from './search/search.ts';

/** Some of an index's segments, searched elsewhere. */
export interface Part {
  readonly segments: readonly number[];
  find(request: FindRequest): Promise<Found>;
  show(documents: readonly number[]): Promise<{ documents: ReadonlyMap<number, Document>; cost: Cost }>;
}

/** A request may cause 32 invocations, and one is the request itself. */
const MAX_CALLS = 31;

/**
 * Divides an index's segments into parts of nearly equal size: ten at most for one search, since each may take three calls
 * (find, find with a floor, show).
 *
 * @param searches that one request makes, each of all parts
 */
export function divide({ segments }: Manifest, searches = 1): number[][] {
  const parts = Math.min(Math.floor(MAX_CALLS / (2 * searches + 1)), segments.length);
  const numbers = segments.map((_, number) => number);
  return Array.from({ length: parts }, (_, part) =>
    numbers.slice(
      Math.floor((segments.length * part) / parts),
      Math.floor((segments.length * (part + 1)) / parts),
    ),
  );
}

/** What surrounds a search over parts. */
export interface FanOutContext {
  readonly manifest: Manifest;
  readonly parts: readonly Part[];
  readonly clock: Clock;
}

/** Answers as `search` does over all segments at once: same hits, same scores, same order. */
export async function searchParts(request: SearchRequest, context: FanOutContext): Promise<SearchResult> {
  const find = findRequest(request);
  const { parts } = context;
  const { k } = request;
  const cost = noCost();
  let founds = await Promise.all(
    parts.map((part) =>
      part.find({ ...find, maxRounds: 1, budget: shareOf(find.budget, cost, parts.length) }),
    ),
  );
  addParallel(cost, founds);
  const floor = kthScore(founds, k);
  const open = founds.filter(({ exact }) => !exact).length;
  if (open > 0 && mayGoOn(find.budget, cost, context.clock)) {
    const budget = shareOf(find.budget, cost, open);
    const again = await Promise.all(
      founds.map((found, i) => (found.exact ? undefined : parts[i].find({ ...find, floor, budget }))),
    );
    addParallel(
      cost,
      again.filter((found) => found !== undefined),
    );
    founds = founds.map((found, i) => again[i] ?? found);
  }
  const top = bestOf(
    founds.map((found) => found.top),
    k,
  );
  const exact = founds.every((found) => found.exact);
  const bound = Math.max(0, ...founds.map((found) => found.bound));
  if (!request.documents) return { hits: top, exact, bound, cost };
  const numbers = top.map(({ document }) => document);
  return { hits: showing(top, await showParts(numbers, context, cost)), exact, bound, cost };
}

/** Brings documents by number, each from the part that has it. */
export async function showParts(
  documents: readonly number[],
  { parts, manifest }: Pick<FanOutContext, 'parts' | 'manifest'>,
  cost: Cost,
): Promise<Map<number, Document>> {
  const owned = parts.map((part) => ({
    part,
    documents: documents.filter((document) => part.segments.includes(segmentHolding(manifest, document))),
  }));
  const shown = await Promise.all(
    owned.filter((each) => each.documents.length > 0).map((each) => each.part.show(each.documents)),
  );
  addParallel(cost, shown);
  return new Map(shown.flatMap((answer) => [...answer.documents]));
}

/** A score that the k-th result reaches, whatever else is found; 0 while there are fewer than k. */
function kthScore(founds: readonly Found[], k: number): number {
  return (
    bestOf(
      founds.map(({ top }) => top),
      k,
    )[k - 1]?.score ?? 0
  );
}

/** What one of several parts may spend of what is left. */
export function shareOf({ maxReads, maxBytes, deadline }: Budget, spent: Cost, parts: number): Budget {
  const reads = spent.postingReads + spent.documentReads;
  return {
    ...(maxReads !== undefined && { maxReads: Math.max(0, Math.floor((maxReads - reads) / parts)) }),
    ...(maxBytes !== undefined && { maxBytes: Math.max(0, Math.floor((maxBytes - spent.bytes) / parts)) }),
    ...(deadline !== undefined && { deadline }),
  };
}

function mayGoOn({ maxReads, maxBytes, deadline }: Budget, spent: Cost, clock: Clock): boolean {
  const unlimited = Number.POSITIVE_INFINITY;
  return (
    spent.postingReads < (maxReads ?? unlimited) &&
    spent.bytes < (maxBytes ?? unlimited) &&
    clock() < (deadline ?? unlimited)
  );
}

/** Adds what parts cost that worked side by side: everything sums but rounds, of which the longest counts. */
export function addParallel(cost: Cost, parts: readonly { readonly cost: Cost }[]): void {
  for (const { cost: part } of parts) {
    cost.postingReads += part.postingReads;
    cost.documentReads += part.documentReads;
    cost.bytes += part.bytes;
    cost.postings += part.postings;
    cost.cachedPages += part.cachedPages;
  }
  cost.rounds += Math.max(0, ...parts.map(({ cost: part }) => part.rounds));
}
