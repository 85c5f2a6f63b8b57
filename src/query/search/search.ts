// The steps of a query: find the best, then show them.

import type { Document } from '../../core/document.ts';
import { SparsedgeError } from '../../core/errors.ts';
import type { Manifest } from '../../core/format/manifest.ts';
import type { FacetCounts } from '../filter/facets.ts';
import { readDocuments } from './documents.ts';
import type { OpenPage, PagesAtHand } from './fetch.ts';
import { asHit, type FindRequest, type Found, findTop, type SearchContext, shownOf } from './find.ts';
import type { SurveyQuestion } from './matches/match-survey.ts';
import type { Budget, Cost } from './meter.ts';
import type { FoundHit, Scored } from './sums/topk.ts';
import { MAX_TOTAL_WEIGHT, totalWeight } from './terms.ts';

/** The most results that can be asked for. */
export const MAX_K = 1000;

/** What to search for. */
export interface SearchRequest extends SurveyQuestion {
  /** Whether hits come with their documents. */
  readonly documents: boolean;
  readonly budget?: Budget | undefined;
  /** Whether the k best articles are wanted, as hits of their best sections; the index must have articles. */
  readonly articles?: boolean | undefined;
  /** See FindRequest. */
  readonly needed?: readonly number[] | undefined;
  /** What the same question has read already, and reads now. */
  readonly pages?: PagesAtHand | undefined;
  /** Whether the answer is to be explained: its cost says what was read, and articles have all that they are of. */
  readonly isLogged?: boolean | undefined;
}

/**
 * A result: the document's number, its exact score and, where asked for, what to show. That of an article is its best
 * section with the article's score, which is in 1024ths of a document's.
 */
interface Hit extends Scored {
  readonly shown?: Document | undefined;
  /** Of an article: its best sections, best first, the hit's own among them. */
  readonly sections?: readonly ShownSection[] | undefined;
  /** Of an article, where the cost is logged: all sections that its score is of. */
  readonly weighed?: readonly Scored[] | undefined;
}

/** A section of an article with its own score. */
export interface ShownSection extends Scored {
  readonly shown?: Document | undefined;
}

/** An answer. */
export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Proved: no other document comes before the last of them, and every score is final. */
  readonly exact: boolean;
  /** When not exact: no document that is missing scores more than this, nor does one in `hits`. Else 0. */
  readonly bound: number;
  /** See Found. */
  readonly absent?: readonly number[] | undefined;
  readonly cost: Cost;
  /** What was counted, where that was asked for: of each facet in its order. */
  readonly facets?: readonly FacetCounts[] | undefined;
  /**
   * Where all documents that match were looked for, to sort them, count them or browse: how many they are; at least so
   * many, where that is not exact.
   */
  readonly matches?: { readonly count: number; readonly exact: boolean } | undefined;
}

/**
 * Answers a query with the k best documents: in the order that is asked for, else score descending, and ties by
 * document number.
 *
 * A budget that ends the search early gives the best answer so far, `exact: false` and the bound that is left. It
 * bounds the search for hits; the documents of those that are returned are read whatever they cost.
 *
 * @throws SparsedgeError `bad-query` for a k out of range; `corrupt`, `not-found` or `unavailable` from storage
 */
export async function search(request: SearchRequest, surrounding: SearchContext): Promise<SearchResult> {
  const context = withPages(request, surrounding);
  const find = findRequest(request);
  const documentPages = new Map<string, OpenPage>();
  const found = await findTop(find, context, request.documents ? documentPages : undefined);
  const result = await resultOf(found, request, context.index.manifest);
  if (!request.documents || found.absent) return result;
  const numbers = shownOf(result.hits);
  const shown = await readDocuments(context.index, numbers, found.cost, context.cache, documentPages);
  return { ...result, hits: showing(result.hits, shown) };
}

/** What is answered of what was found, without documents. */
export async function resultOf(
  { top, facets, ...found }: Found,
  request: Pick<SearchRequest, 'facets' | 'isLogged'>,
  manifest: Manifest,
): Promise<SearchResult> {
  const result = { hits: top.map((hit) => asHit(hit, request.isLogged)), ...found };
  if (!facets) return result;
  const { countsOf } = await import('./matches/facet-tally.ts');
  return { ...result, facets: facets.map((tally, i) => countsOf(request.facets![i], tally, manifest)) };
}

/** What surrounds a search whose question has read pages already. */
export function withPages({ pages }: SearchRequest, context: SearchContext): SearchContext {
  return pages ? { ...context, cache: pages.before(context.cache) } : context;
}

/**
 * What of a request concerns finding.
 *
 * @throws SparsedgeError `bad-query` for a k out of range, or weights whose scores could not be exact
 */
export function findRequest({
  budget = {},
  documents: _,
  pages: __,
  ...question
}: SearchRequest): FindRequest {
  const { terms, k } = question;
  if (!Number.isInteger(k) || k < 1 || k > MAX_K) {
    throw new SparsedgeError('bad-query', `k is ${k}; it must be an integer from 1 to ${MAX_K}`);
  }
  const total = totalWeight(terms);
  if (total > MAX_TOTAL_WEIGHT) {
    throw new SparsedgeError(
      'bad-query',
      `the weights sum to ${total}; at most ${MAX_TOTAL_WEIGHT} keep scores exact`,
    );
  }
  return { ...question, floor: 0, budget };
}

/** Hits with their documents, all of which must be among `shown`. */
export function showing<T extends FoundHit>(
  hits: readonly T[],
  shown: ReadonlyMap<number, Document>,
): (T & { readonly shown: Document; readonly sections?: readonly ShownSection[] | undefined })[] {
  const show = <S extends Scored>(scored: S) => ({ ...scored, shown: shown.get(scored.document)! });
  return hits.map((hit) => ({ ...show(hit), ...(hit.sections && { sections: hit.sections.map(show) }) }));
}
