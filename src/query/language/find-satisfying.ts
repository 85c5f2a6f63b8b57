// The k best documents that satisfy conditions which only their texts can tell: candidates come in the order of exact
// scores, and are looked at until k satisfy or no further one can. Each search goes deeper than the one before.

import type { Document } from '../../core/document.ts';
import { SparsedgeError } from '../../core/errors.ts';
import { documentsFrom, readDocuments, wantedDocuments } from '../search/documents.ts';
import { charge, executeReads, type OpenPage, PagesAtHand, pageKey, planReads } from '../search/fetch.ts';
import {
  affordable,
  beforeDeadline,
  type FindRequest,
  type Found,
  findTop,
  type SearchContext,
} from '../search/find.ts';
import { addCost, type Budget, type Cost, leftOf, noCost } from '../search/meter.ts';
import {
  findRequest,
  resultOf,
  type SearchRequest,
  type SearchResult,
  search,
  showing,
  withPages,
} from '../search/search.ts';
import type { Scored } from '../search/sums/topk.ts';
import { type Conditions, satisfying } from './conditions.ts';

/** More candidates than these and k are not looked at: their texts are read and taken apart one by one. */
export const MOST_CANDIDATES = 1000;
/** A search goes so many times as deep as the one before. */
const DEEPER = 4;
/** At least so many texts are read at a time, and of those looked at so far this share: few rounds, little in vain. */
const AT_A_TIME = 16;
const MORE_AT_A_TIME = 0.5;

/** What to search for, and what documents must satisfy to be found. */
export interface ConditionalSearch extends SearchRequest {
  readonly conditions?: Conditions | undefined;
}

/** What to find so. */
export interface ConditionalFind extends FindRequest {
  readonly conditions?: Conditions | undefined;
}

/** As `search`, among documents that satisfy the conditions. */
export async function searchSatisfying(
  request: ConditionalSearch,
  surrounding: SearchContext,
): Promise<SearchResult> {
  if (request.conditions === undefined) return search(request, surrounding);
  const context = withPages(request, surrounding);
  const find = { ...findRequest(request), conditions: request.conditions };
  const documentPages = new Map<string, OpenPage>();
  const wanted = request.documents ? documentPages : undefined;
  const found = await findSatisfying(find, context, wanted);
  const result = await resultOf(found, request, context.index.manifest);
  if (!request.documents || found.absent) return result;
  const numbers = result.hits.map(({ document }) => document);
  const shown = await readDocuments(context.index, numbers, found.cost, context.cache, documentPages);
  return { ...result, hits: showing(result.hits, shown) };
}

/**
 * As `findTop`, among documents that satisfy the conditions. Reads of their texts count as reads of documents, and
 * within the budget.
 *
 * Without a budget, the answer is proved unless more than MOST_CANDIDATES documents would have to be looked at.
 */
export async function findSatisfying(
  { conditions, ...request }: ConditionalFind,
  context: SearchContext,
  documentPages?: Map<string, OpenPage>,
): Promise<Found> {
  if (conditions === undefined) return findTop(request, context, documentPages);
  if (request.facets !== undefined && request.facets.length > 0)
    throw new SparsedgeError(
      'bad-query',
      'facets are counted of what matches, and only texts tell which documents have a phrase or lack a word: ' +
        'ask for facets without such operators',
    );
  const candidates = new Candidates(conditions, request, context, documentPages ?? new Map());
  const deepest = request.k + MOST_CANDIDATES;
  const { cost } = candidates;
  let before: Omit<Found, 'cost'> | undefined;
  for (
    let depth = request.k + Math.max(request.k, AT_A_TIME / 2);
    ;
    depth = Math.min(depth * DEEPER, deepest)
  ) {
    const found = await candidates.find({ ...request, k: depth });
    if (found.absent) return { ...found, cost };
    const { top, complete, next } = await candidates.look(found.top, request.k);
    // What comes behind the k-th that satisfies need not be looked at, and all that came before it was.
    const exact = found.exact && complete && (top.length === request.k || found.top.length < depth);
    if (exact) return { top, exact, bound: 0, cost };
    // A search that was cut short may know less than the one before, whose scores are final.
    if (before && before.top.length >= top.length && !found.exact) return { ...before, cost };
    before = { top, exact, bound: Math.max(found.bound, next) };
    const isLast = !found.exact || !complete || candidates.late || depth === deepest;
    if (isLast || cost.rounds >= (request.maxRounds ?? Number.POSITIVE_INFINITY)) return { ...before, cost };
  }
}

/** Documents that were found, and whether they satisfy. */
class Candidates {
  readonly cost: Cost;
  readonly #satisfies: (document: Document) => boolean;
  readonly #budget: Budget;
  readonly #context: SearchContext;
  readonly #pages: Map<string, OpenPage>;
  readonly #judged = new Map<number, boolean>();

  constructor(
    conditions: Conditions,
    { budget, isLogged }: FindRequest,
    context: SearchContext,
    pages: Map<string, OpenPage>,
  ) {
    this.cost = noCost(isLogged);
    this.#satisfies = satisfying(conditions);
    this.#budget = budget;
    // Deeper searches want the pages of those before.
    this.#context = context.cache ? context : { ...context, cache: new PagesAtHand().before() };
    this.#pages = pages;
  }

  get late(): boolean {
    return this.#context.clock() >= (this.#budget.deadline ?? Number.POSITIVE_INFINITY);
  }

  async find(request: FindRequest): Promise<Found> {
    const budget = leftOf(this.#budget, this.cost);
    const found = await findTop({ ...request, budget }, this.#context, this.#pages);
    addCost(this.cost, found.cost);
    return found;
  }

  /**
   * Looks at candidates, the best first, until k satisfy.
   *
   * @returns those; whether none was left out for the budget; and the score of the first that was not looked at, or of
   *   the last
   */
  async look(
    found: readonly Scored[],
    k: number,
  ): Promise<{ readonly top: readonly Scored[]; readonly complete: boolean; readonly next: number }> {
    const top: Scored[] = [];
    let read = 0;
    for (const [i, candidate] of found.entries()) {
      if (top.length === k) return { top, complete: true, next: candidate.score };
      if (i >= read) {
        const share = Math.max(AT_A_TIME, 2 * (k - top.length), MORE_AT_A_TIME * i);
        read = i + Math.ceil(share);
        await this.#judge(found.slice(i, read).map(({ document }) => document));
      }
      const verdict = this.#judged.get(candidate.document);
      if (verdict === undefined) return { top, complete: false, next: candidate.score };
      if (verdict) top.push(candidate);
    }
    return { top, complete: true, next: found.at(-1)?.score ?? 0 };
  }

  /** Reads and judges those not judged before, as many of the first as the budget allows. */
  async #judge(documents: readonly number[]): Promise<void> {
    const { index, cache } = this.#context;
    let wanted = documents.filter((document) => !this.#judged.has(document));
    const planFor = (some: readonly number[]) =>
      planReads(
        wantedDocuments(index, some).filter((page) => !this.#pages.has(pageKey(page))),
        cache,
      );
    let plan = planFor(wanted);
    while (wanted.length > 0 && !affordable(plan.reads, this.cost, this.#budget)) {
      wanted = wanted.slice(0, Math.floor(wanted.length / 2));
      plan = planFor(wanted);
    }
    charge(this.cost, { documents: plan });
    for (const [key, page] of plan.cached) this.#pages.set(key, page);
    await beforeDeadline(
      executeReads(index.source, plan.reads, cache, this.#pages),
      this.#budget,
      this.#context,
    );
    for (const [document, said] of documentsFrom(index, wanted, this.#pages))
      this.#judged.set(document, this.#satisfies(said));
  }
}
