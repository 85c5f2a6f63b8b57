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
  planReads,
  type WantedPage,
} from './fetch.ts';
import { type Budget, type Clock, type Cost, noCost } from './meter.ts';
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
 * A budget that ends the search early gives the best answer so far, `exact: false` and the bound that is left.
 *
 * @throws SparsedgeError `bad-query` for a k out of range; `corrupt`, `not-found` or `unavailable` from storage
 */
export async function search(request: SearchRequest, context: SearchContext): Promise<SearchResult> {
  const { terms, k, budget = {} } = request;
  const { index, clock, cache, firstRoundBytes = FIRST_ROUND_BYTES } = context;
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
    const postings = segments.flatMap((segment) => segment.wanted());
    // While tails are read, the documents that lead are read as well: they are most of the final ones.
    const leading = request.documents
      ? wantedDocuments(
          index,
          answer.top.map(({ document }) => document),
        )
      : [];
    const round = await readRound(postings, leading, { context, cost, budget, segments });
    for (const segment of segments) segment.supply(round.pages);
    for (const [key, page] of round.documentPages) documentPages.set(key, page);
    answer = evaluate(segments, k);
    spent = answer.exact || round.cut || overBudget(cost, budget, clock);
  }
  cost.postings = segments.reduce((sum, segment) => sum + segment.postings, 0);
  if (!request.documents) return { hits: answer.top, exact: answer.exact, bound: answer.bound, cost };
  const numbers = answer.top.map(({ document }) => document);
  const missing = wantedDocuments(index, numbers);
  const { reads, held } = planReads(missing, {
    get: (key) => documentPages.get(key) ?? cache?.get(key),
    set: () => {},
  });
  const read = await executeReads(index.source, reads, cache);
  charge(cost, 'documentReads', reads);
  cost.rounds += reads.length > 0 ? 1 : 0;
  const shown = documentsFrom(index, numbers, new Map([...held, ...read]));
  const hits = answer.top.map((hit) => ({ ...hit, shown: shown.get(hit.document)! }));
  return { hits, exact: answer.exact, bound: answer.bound, cost };
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

interface Round {
  readonly pages: ReadonlyMap<string, OpenPage>;
  readonly documentPages: ReadonlyMap<string, OpenPage>;
  /** The budget did not allow everything that was planned. */
  readonly cut: boolean;
}

async function readRound(postings: WantedPage[], leading: WantedPage[], round: RoundContext): Promise<Round> {
  const { context, cost, budget, segments } = round;
  const { source } = context.index;
  let planned = planReads(postings, context.cache);
  let cut = false;
  if (!affordable(planned.reads, cost, budget)) {
    planned = planReads(mostValuable(segments, cost, budget, context.cache), context.cache);
    cut = true;
  }
  let documents = planReads(leading, context.cache);
  if (cut || !affordable([...planned.reads, ...documents.reads], cost, budget))
    documents = { reads: [], held: new Map() };
  const [pages, documentPages] = await Promise.all([
    executeReads(source, planned.reads, context.cache),
    executeReads(source, documents.reads, context.cache),
  ]);
  charge(cost, 'postingReads', planned.reads);
  charge(cost, 'documentReads', documents.reads);
  cost.rounds += planned.reads.length + documents.reads.length > 0 ? 1 : 0;
  cost.cachedPages += planned.held.size + documents.held.size;
  return {
    pages: new Map([...planned.held, ...pages]),
    documentPages: new Map([...documents.held, ...documentPages]),
    cut,
  };
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

function overBudget(cost: Cost, budget: Budget, clock: Clock): boolean {
  return !affordable([], cost, budget) || clock() >= (budget.deadline ?? Number.POSITIVE_INFINITY);
}

function charge(cost: Cost, kind: 'postingReads' | 'documentReads', reads: readonly PlannedRead[]): void {
  cost[kind] += reads.length;
  for (const { start, end } of reads) cost.bytes += end - start;
}
