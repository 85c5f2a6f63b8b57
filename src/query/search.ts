// The steps of a query, in order: plan → fetch → score → prove, again while something is open, → documents. The same
// code answers over R2 in a Worker, over a folder on the command line, and over memory in tests.

import type { Document } from '../core/document.ts';
import { SparsedgeError } from '../core/errors.ts';
import type { Scored } from '../core/exhaustive.ts';
import { precedes } from '../core/topk.ts';
import { documentsFrom, wantedDocuments } from './documents.ts';
import {
  executeReads,
  type OpenPage,
  type PageCache,
  type PlannedRead,
  pageKey,
  planReads,
  type WantedPage,
} from './fetch.ts';
import { type Budget, type Clock, type Cost, noCost, type Timer } from './meter.ts';
import type { OpenIndex } from './open.ts';
import { FIRST_ROUND_BYTES } from './plan.ts';
import type { Proof } from './prove.ts';
import { SegmentSearch } from './segment.ts';
import type { QueryTerm } from './terms.ts';

/** The most results that can be asked for. */
export const MAX_K = 1000;

/** What to search for. */
export interface SearchRequest {
  readonly terms: readonly QueryTerm[];
  /** 1 to MAX_K. */
  readonly k: number;
  /** Whether hits come with their documents. */
  readonly documents: boolean;
  readonly budget?: Budget;
}

/** What surrounds a search. */
export interface SearchContext {
  readonly index: OpenIndex;
  readonly clock: Clock;
  /** Without one, a deadline is only looked at between rounds. */
  readonly timer?: Timer;
  readonly cache?: PageCache;
  /** See FIRST_ROUND_BYTES. */
  readonly firstRoundBytes?: number;
}

/** A result: the document's number, its exact score and, where asked for, what to show. */
export interface Hit extends Scored {
  readonly shown?: Document;
}

/** An answer. */
export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Proved: no other document scores more, and every score is final. */
  readonly exact: boolean;
  /** When not exact: no document that is missing scores more than this, nor does one in `hits`. Else 0. */
  readonly bound: number;
  readonly cost: Cost;
}

/**
 * Answers a query with the k best documents, score descending, ties by document number.
 *
 * A budget that ends the search early gives the best answer so far, `exact: false` and the bound that is left. It
 * bounds the search for hits; the documents of those that are returned are read whatever they cost.
 *
 * @throws SparsedgeError `bad-query` for a k out of range; `corrupt`, `not-found` or `unavailable` from storage
 */
export async function search(request: SearchRequest, context: SearchContext): Promise<SearchResult> {
  const { terms, k, documents, budget = {} } = request;
  const { index, clock, firstRoundBytes = FIRST_ROUND_BYTES } = context;
  if (!Number.isInteger(k) || k < 1 || k > MAX_K) {
    throw new SparsedgeError('bad-query', `k is ${k}; it must be an integer from 1 to ${MAX_K}`);
  }
  const cost = noCost();
  const segments = index.segments.map(
    (segment) => new SegmentSearch(segment, index.manifest.build, terms, firstRoundBytes),
  );
  const documentPages = new Map<string, OpenPage>();
  let answer: Answer = { top: [], exact: terms.length === 0, bound: 0 };
  let spent = terms.length === 0;
  while (!spent) {
    const complete = await readRound(
      { context, cost, budget, segments },
      documents ? answer.top : [],
      documentPages,
    );
    answer = evaluate(segments, k);
    spent = answer.exact || !complete || clock() >= (budget.deadline ?? Number.POSITIVE_INFINITY);
  }
  cost.postings = segments.reduce((sum, segment) => sum + segment.postings, 0);
  const { top, exact, bound } = answer;
  if (!documents) return { hits: top, exact, bound, cost };
  return { hits: await showHits(top, context, cost, documentPages), exact, bound, cost };
}

/** Brings the documents of hits, those at hand without reading them. */
async function showHits(
  top: readonly Scored[],
  { index, cache }: SearchContext,
  cost: Cost,
  atHand: Map<string, OpenPage>,
): Promise<Hit[]> {
  const numbers = top.map(({ document }) => document);
  const wanted = wantedDocuments(index, numbers).filter(({ identity }) => !atHand.has(pageKey(identity)));
  const { reads, held } = planReads(wanted, cache);
  for (const [key, page] of held) atHand.set(key, page);
  charge(cost, 'documentReads', reads, held.size);
  cost.rounds += reads.length > 0 ? 1 : 0;
  await executeReads(index.source, reads, cache, atHand);
  const shown = documentsFrom(index, numbers, atHand);
  return top.map((hit) => ({ ...hit, shown: shown.get(hit.document)! }));
}

interface Answer {
  readonly top: Scored[];
  readonly exact: boolean;
  readonly bound: number;
}

/** Merges what the segments prove; the k-th score over all of them can settle what one alone cannot. */
function evaluate(segments: readonly SegmentSearch[], k: number): Answer {
  let proofs = segments.map((segment) => segment.evaluate(k, 0));
  let top = merge(segments, proofs, k);
  if (segments.length > 1 && top.length === k && proofs.some(({ exact }) => !exact)) {
    const floor = top[k - 1]!.score;
    proofs = segments.map((segment, i) => (proofs[i]!.exact ? proofs[i]! : segment.evaluate(k, floor)));
    top = merge(segments, proofs, k);
  }
  return {
    top,
    exact: proofs.every(({ exact }) => exact),
    bound: Math.max(0, ...proofs.map(({ bound }) => bound)),
  };
}

function merge(segments: readonly SegmentSearch[], proofs: readonly Proof[], k: number): Scored[] {
  return proofs
    .flatMap(({ top }, i) =>
      top.map(({ document, score }) => ({ document: document + segments[i]!.segment.firstDocument, score })),
    )
    .sort((a, b) => (precedes(a.score, a.document, b.score, b.document) ? -1 : 1))
    .slice(0, k);
}

interface RoundContext {
  readonly context: SearchContext;
  readonly cost: Cost;
  readonly budget: Budget;
  readonly segments: readonly SegmentSearch[];
}

/**
 * Reads what the segments want and hands it to them. While tails are read, the documents that lead are read as well:
 * they are most of the final ones.
 *
 * @returns whether the budget allowed everything that was wanted
 */
async function readRound(
  { context, cost, budget, segments }: RoundContext,
  leading: readonly Scored[],
  documentPages: Map<string, OpenPage>,
): Promise<boolean> {
  const { index, cache } = context;
  const wanted = segments.flatMap((segment) => segment.wanted());
  let postings = planReads(wanted, cache);
  const complete = affordable(postings.reads, cost, budget);
  if (!complete) postings = planReads(mostValuable(segments, cost, budget, cache), cache);
  let documents = planReads(
    wantedDocuments(
      index,
      leading.map(({ document }) => document),
    ),
    cache,
  );
  if (!complete || !affordable([...postings.reads, ...documents.reads], cost, budget))
    documents = planReads([]);

  const pages = new Map(postings.held);
  for (const [key, page] of documents.held) documentPages.set(key, page);
  charge(cost, 'postingReads', postings.reads, postings.held.size);
  charge(cost, 'documentReads', documents.reads, documents.held.size);
  cost.rounds += postings.reads.length + documents.reads.length > 0 ? 1 : 0;
  const reading = Promise.all([
    executeReads(index.source, postings.reads, cache, pages),
    executeReads(index.source, documents.reads, cache, documentPages),
  ]);
  const inTime = await beforeDeadline(reading, budget, context);
  for (const segment of segments) segment.supply(pages);
  return complete && inTime;
}

/** Waits for reads until the deadline; what fails after it concerns nobody. */
async function beforeDeadline(
  reading: Promise<unknown>,
  { deadline }: Budget,
  { clock, timer }: SearchContext,
): Promise<boolean> {
  if (deadline === undefined || !timer) {
    await reading;
    return true;
  }
  reading.catch(() => {});
  const late = timer(Math.max(0, deadline - clock())).then(() => false);
  return Promise.race([reading.then(() => true), late]);
}

/** As many wanted pages as the budget allows, those that can change scores most first. */
function mostValuable(
  segments: readonly SegmentSearch[],
  cost: Cost,
  budget: Budget,
  cache?: PageCache,
): WantedPage[] {
  let kept: WantedPage[] = [];
  for (const { pages } of segments
    .flatMap((segment) => segment.wantedByValue())
    .sort((a, b) => b.value - a.value)) {
    const more = [...kept, ...pages];
    if (affordable(planReads(more, cache).reads, cost, budget)) kept = more;
  }
  return kept;
}

function affordable(reads: readonly PlannedRead[], cost: Cost, { maxReads, maxBytes }: Budget): boolean {
  const bytes = reads.reduce((sum, { start, end }) => sum + end - start, cost.bytes);
  const count = cost.postingReads + cost.documentReads + reads.length;
  return count <= (maxReads ?? Number.POSITIVE_INFINITY) && bytes <= (maxBytes ?? Number.POSITIVE_INFINITY);
}

function charge(
  cost: Cost,
  kind: 'postingReads' | 'documentReads',
  reads: readonly PlannedRead[],
  cached: number,
): void {
  cost[kind] += reads.length;
  cost.cachedPages += cached;
  for (const { start, end } of reads) cost.bytes += end - start;
}
