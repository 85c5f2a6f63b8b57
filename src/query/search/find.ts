// Finds the k best documents: plan → fetch → score → prove, again while something is open. The same code runs over R2
// in a Worker, over a folder on the command line, and over memory in tests.

import { wantedDocuments } from './documents.ts';
import { Evaluation } from './evaluate.ts';
import {
  charge,
  executeReads,
  type OpenPage,
  type PageCache,
  PagesAtHand,
  type PlannedRead,
  pageKey,
  planReads,
  type WantedPage,
} from './fetch.ts';
import type { KeptDocuments } from './lists/kept-documents.ts';
import type { FacetTally } from './matches/facet-tally.ts';
import type { SurveyQuestion } from './matches/match-survey.ts';
import type { Sorted } from './matches/sorting.ts';
import {
  addCost,
  type Budget,
  type Clock,
  type Cost,
  type LoggedRound,
  leftOf,
  noCost,
  type Room,
  type Timer,
} from './meter.ts';
import type { OpenIndex } from './open.ts';
import { FIRST_ROUND_BYTES } from './plan.ts';
import { type Factors, withoutDocuments } from './sums/factors.ts';
import { type FoundHit, precedes, type Scored } from './sums/topk.ts';
import type { QueryTerm } from './terms.ts';

/** What to find. */
export interface FindRequest extends SurveyQuestion {
  /** A score that the k-th result is known to reach, from windows that others search; 0 where nothing is known. */
  readonly floor: number;
  /** Rounds of reads after which to stop, exact or not. */
  readonly maxRounds?: number | undefined;
  readonly budget: Budget;
  /** Whether the k best articles are looked for, which the index must have, instead of documents. */
  readonly articles?: boolean | undefined;
  /** Places of terms: where the first round says that no document has one of them, the search ends. */
  readonly needed?: readonly number[] | undefined;
  /** Whether the cost says what was read. */
  readonly isLogged?: boolean | undefined;
}

/** What surrounds a search. */
export interface SearchContext {
  readonly index: OpenIndex;
  readonly clock: Clock;
  /** Without one, a deadline is only looked at between rounds. */
  readonly timer?: Timer | undefined;
  readonly cache?: PageCache | undefined;
  /** Without one, searches hold what they like. */
  readonly room?: Room | undefined;
  /** See FIRST_ROUND_BYTES. */
  readonly firstRoundBytes?: number | undefined;
  /** What rules multiply scores by. */
  readonly factors?: Factors | undefined;
}

/** The k best so far. */
export interface Found {
  readonly top: readonly (FoundHit & Sorted)[];
  /** Proved: no other document of the windows scores more (or as much as the floor), and every score is final. */
  readonly exact: boolean;
  /** When not exact: no document that is missing scores more than this, nor does one in `top`. Else 0. */
  readonly bound: number;
  /** The needed terms that no document has: nothing was added up. */
  readonly absent?: readonly number[] | undefined;
  readonly cost: Cost;
  /** Where it was asked for: what was counted of each facet. */
  readonly facets?: readonly FacetTally[] | undefined;
  /** Where every document was looked for: how many match; at least so many, where that is not exact. */
  readonly matches?: { readonly count: number; readonly exact: boolean } | undefined;
}

/**
 * Finds the k best documents of the windows that are searched here: in the order that is asked for, else score
 * descending, ties by document number.
 *
 * @param documentPages when given, gets the pages of the documents that lead while tails are read: they are most of the
 *   final ones, and reading them then saves a round
 */
export async function findTop(
  request: FindRequest,
  context: SearchContext,
  documentPages?: Map<string, OpenPage>,
): Promise<Found> {
  if (needsAll(request)) return findAll(request, context, documentPages);
  const { terms, k, floor, articles, putFirst } = request;
  const { index, cache, firstRoundBytes = FIRST_ROUND_BYTES } = context;
  const factors = withoutDocuments(factorsFor(request, context), putFirst);
  const kept = await keptBy(request, index);
  const question = { terms, k, floor, firstRoundBytes, kept, articles, factors };
  const evaluation = new Evaluation(index, question, cache?.lists);
  return inRoom(request, context, evaluation, documentPages);
}

// What few questions ask for comes with the first that does: a page would load it for nothing.

/** Whether a question needs every document that matches. */
export function needsAll({ browse, sort, facets }: Partial<SurveyQuestion>): boolean {
  return browse === true || sort !== undefined || (facets !== undefined && facets.length > 0);
}

async function keptBy({ filter }: FindRequest, index: OpenIndex): Promise<KeptDocuments | undefined> {
  if (!filter) return undefined;
  const { KeptDocuments } = await import('./lists/kept-documents.ts');
  return new KeptDocuments(index, filter);
}

/**
 * Finds all documents that match. Where scores decide, and the budget has not room for that or pages are ranked, the
 * best are found first, and what is left of the budget goes to counting.
 */
async function findAll(
  request: FindRequest,
  context: SearchContext,
  documentPages?: Map<string, OpenPage>,
): Promise<Found> {
  const { browse, sort, budget, articles } = request;
  const { firstRoundBytes = FIRST_ROUND_BYTES } = context;
  const { Survey } = await import('./matches/match-survey.ts');
  const survey = new Survey(context.index, request, firstRoundBytes, factorsFor(request, context));
  const isRanked = !browse && !sort;
  const { reads } = planReads(survey.wanted(), context.cache);
  if (isRanked && (articles || !affordable(reads, noCost(), budget))) {
    const keeping = context.cache ? context : { ...context, cache: new PagesAtHand().before() };
    const found = await findTop({ ...request, facets: undefined }, keeping, documentPages);
    if (found.absent) return found;
    const left = { ...request, budget: leftOf(budget, found.cost) };
    const counted = await inRoom(left, keeping, survey);
    addCost(found.cost, counted.cost);
    return { ...found, facets: survey.tallies, matches: survey.matches };
  }
  const found = await inRoom(request, context, survey, documentPages);
  return { ...found, facets: request.facets && survey.tallies, matches: survey.matches };
}

/** What sums are multiplied by: 0 of a document that is no result. */
function factorsFor({ without, unsteered }: FindRequest, { factors }: SearchContext): Factors | undefined {
  return withoutDocuments(unsteered ? undefined : factors, without);
}

/** Searches once there is room for it. */
async function inRoom(
  request: FindRequest,
  context: SearchContext,
  evaluation: UnderWay,
  documentPages?: Map<string, OpenPage>,
): Promise<Found> {
  const { room } = context;
  if (!room) return readAndProve(request, context, evaluation, documentPages);
  const leave = await room.enter(evaluation.bytesHeld, request.budget.deadline);
  // Without room, nothing is read: all that is known is what the lists could add.
  if (!leave) return readAndProve({ ...request, budget: { maxReads: 0 } }, context, evaluation);
  try {
    return await readAndProve(request, context, evaluation, documentPages);
  } finally {
    leave();
  }
}

/** A search under way: it wants pages, takes them in, and says what they prove, until it is done. */
interface UnderWay {
  readonly postings: number;
  readonly savedPages: number;
  readonly bytesHeld: number;
  readonly lookUps: readonly number[];
  isAbsent(term: QueryTerm): boolean;
  wanted(): WantedPage[];
  wantedByValue(): { readonly value: number; readonly pages: readonly WantedPage[] }[];
  supply(
    postings: ReadonlyMap<string, OpenPage>,
    documents: ReadonlyMap<string, OpenPage>,
    atHand: ReadonlyMap<string, OpenPage>,
  ): void;
  /** Without `isDone`, what is exact is done. */
  evaluate(): Omit<Found, 'cost'> & { readonly isDone?: boolean };
}

async function readAndProve(
  { terms, k, floor, budget, browse, isLogged, ...request }: FindRequest,
  context: SearchContext,
  evaluation: UnderWay,
  documentPages?: Map<string, OpenPage>,
): Promise<Found> {
  const { needed = [], maxRounds = Number.POSITIVE_INFINITY } = request;
  const { clock, index } = context;
  const cost = noCost(isLogged);
  let spent = terms.length === 0 && !browse;
  let answer: Omit<Found, 'cost'> = { top: [], exact: spent, bound: 0 };
  for (let round = 1; !spent; round++) {
    const leading = documentPages ? answer.top : [];
    const { complete, logged } = await readRound(
      { context, cost, budget, evaluation },
      leading,
      documentPages ?? new Map(),
    );
    const absent = round > 1 ? [] : needed.filter((term) => evaluation.isAbsent(terms[term]));
    if (absent.length > 0) return { ...answer, absent, cost };
    const { top, exact, bound, isDone = exact } = evaluation.evaluate();
    answer = { top, exact, bound };
    if (logged) {
      const spaces = [...new Set(terms.map(({ space }) => space))];
      const threshold = Math.max(floor, top[k - 1]?.score ?? 0);
      logged.proof = { k, spaces, windows: index.windows, threshold, bound };
    }
    const late = clock() >= (budget.deadline ?? Number.POSITIVE_INFINITY);
    spent = isDone || !complete || late || round >= maxRounds;
  }
  cost.postings = evaluation.postings;
  cost.cachedPages += evaluation.savedPages;
  return { ...answer, cost };
}

/** The k best of several rankings of different documents, or articles. */
export function bestOf<T extends Scored>(rankings: readonly (readonly T[])[], k: number): T[] {
  return rankings
    .flat()
    .sort((a, b) => (precedes(a.score, a.document, b.score, b.document) ? -1 : 1))
    .slice(0, k);
}

interface RoundContext {
  readonly context: SearchContext;
  readonly cost: Cost;
  readonly budget: Budget;
  readonly evaluation: UnderWay;
}

/**
 * Reads what the evaluation wants and hands it over. After the first round, the documents that lead are read as well:
 * they are most of the final ones.
 *
 * @returns whether the budget allowed everything that was wanted; and the round, where it is logged
 */
async function readRound(
  { context, cost, budget, evaluation }: RoundContext,
  leading: readonly FoundHit[],
  documentPages: Map<string, OpenPage>,
): Promise<{ readonly complete: boolean; readonly logged: LoggedRound | undefined }> {
  const { index, cache } = context;
  const unread = (documents: readonly number[]) =>
    wantedDocuments(index, documents).filter((page) => !documentPages.has(pageKey(page)));
  let postings = planReads(evaluation.wanted(), cache);
  const lookUps = planReads(unread(evaluation.lookUps), cache);
  const complete = affordable([...postings.reads, ...lookUps.reads], cost, budget);
  if (!complete) postings = planReads(mostValuable(evaluation, cost, budget, cache), cache);
  const leaders = shownOf(leading);
  let documents = planReads(unread([...evaluation.lookUps, ...leaders]), cache);
  if (!affordable([...postings.reads, ...documents.reads], cost, budget))
    documents = complete ? lookUps : planReads([]);

  const pages = new Map(postings.cached);
  for (const [key, page] of documents.cached) documentPages.set(key, page);
  const logged = charge(cost, { postings, documents });
  const reading = Promise.all([
    executeReads(index.source, postings.reads, cache, pages),
    executeReads(index.source, documents.reads, cache, documentPages),
  ]);
  const inTime = await beforeDeadline(reading, budget, context);
  evaluation.supply(pages, documentPages, postings.cached);
  return { complete: complete && inTime, logged };
}

/** How many sections of an article are shown. */
const SHOWN_SECTIONS = 3;

/**
 * An article as the hit that is shown: its best section, with the best ones. Documents as they are.
 *
 * @param isWhole whether the hit has all sections that its score is of, besides
 */
export function asHit({ document, score, sections }: FoundHit, isWhole = false): FoundHit {
  if (!sections) return { document, score };
  const best = sections.slice(0, SHOWN_SECTIONS);
  return { document: best[0].document, score, sections: best, ...(isWhole && { weighed: sections }) };
}

/** The documents that hits show. */
export function shownOf(hits: readonly FoundHit[]): number[] {
  return hits.flatMap((hit) => {
    const { document, sections = [] } = asHit(hit);
    return [...new Set([document, ...sections.map((section) => section.document)])];
  });
}

/** Waits for reads until the deadline, and says whether they came; what fails after it concerns nobody. */
export async function beforeDeadline(
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
function mostValuable(evaluation: UnderWay, cost: Cost, budget: Budget, cache?: PageCache): WantedPage[] {
  let kept: WantedPage[] = [];
  for (const { value, pages } of evaluation.wantedByValue()) {
    const more = [...kept, ...pages];
    if (affordable(planReads(more, cache).reads, cost, budget)) kept = more;
    else if (value === Number.POSITIVE_INFINITY) return [];
  }
  return kept;
}

/** Whether reads are within what a budget leaves. */
export function affordable(
  reads: readonly PlannedRead[],
  cost: Cost,
  { maxReads, maxBytes }: Budget,
): boolean {
  const bytes = reads.reduce((sum, { start, end }) => sum + end - start, cost.bytes);
  const count = cost.postingReads + cost.documentReads + reads.length;
  return count <= (maxReads ?? Number.POSITIVE_INFINITY) && bytes <= (maxBytes ?? Number.POSITIVE_INFINITY);
}
