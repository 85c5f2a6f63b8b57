// The steps of a question: encode it for each space, search (the spaces in one pass, or each by itself and their ranks
// fused), rerank, show. They are the same wherever the index is searched.

import { type Document, searchableText } from '../core/document.ts';
import { SparsedgeError } from '../core/errors.ts';
import { MAX_IMPACT } from '../core/format/postings.ts';
import type { LikeReport } from './encode/feedback/like-document.ts';
import type { Feedback, FeedbackReport } from './encode/feedback/rm3.ts';
import type { EncodedQuery, Pieces } from './encode/query-model.ts';
import { encodeAll, weighSpaces } from './encode/spaces.ts';
import type { Facet, FacetCounts, Sort } from './filter/facets.ts';
import type { Filter } from './filter/filter.ts';
import { type Fusion, type FusionReport, fuseRanks, namedRanks } from './fuse.ts';
import type { Conditions } from './language/conditions.ts';
import type { ConditionalSearch } from './language/find-satisfying.ts';
import type { Operator } from './language/operators.ts';
import { isGrouped, refuseOrders } from './language/orders.ts';
import type { Steering } from './language/rules/steer.ts';
import {
  mostOf,
  reportOf,
  type SteeringReport,
  steered,
  steeringOf,
  unitOf,
  widened,
} from './language/rules/steered.ts';
import { takenApart } from './language/taken-apart.ts';
import type { Reading, TypedQuestion, TypedReport } from './language/typed-question.ts';
import type { Index } from './local-index.ts';
import type { Reranker, RerankReport } from './rerank/rerank.ts';
import { PagesAtHand } from './search/fetch.ts';
import { shownOf } from './search/find.ts';
import { addCost, addParallel, type Budget, type Cost, noCost, shareOf } from './search/meter.ts';
import { type SearchResult, type ShownSection, showing } from './search/search.ts';
import { documentsOf, SECTION_UNIT } from './search/sums/article-scores.ts';
import type { Scored } from './search/sums/topk.ts';
import { absentOf, type QueryTerm, totalWeight } from './search/terms.ts';

/** What is asked, and how. */
export interface Question extends TypedQuestion {
  readonly k: number;
  /** Whether hits come with their documents. */
  readonly documents: boolean;
  readonly budget: Budget;
  /** Which documents may be results; all unless given. */
  readonly filter?: Filter | undefined;
  /** No text is asked: all documents that may be results are, by number or as they are sorted. */
  readonly browse?: boolean | undefined;
  /** No text is asked: documents that are like the one of this id are, itself and, of pages, its page left out. */
  readonly like?: string | undefined;
  /** In what order hits come; by score unless given. */
  readonly sort?: Sort | undefined;
  /** What is counted of all documents that match. */
  readonly facets?: readonly Facet[] | undefined;
  /** Fuse the spaces' ranks rather than add up their scores. */
  readonly fusion?: Fusion | undefined;
  /** How many of the best to rerank. */
  readonly rerank?: number | undefined;
  /** Whether quotations, exclusions and fields in the text are operators: see language/operators.ts. */
  readonly operators?: boolean | undefined;
  /** Whether the best documents add what they say to the question, which is then asked again: see encode/feedback/. */
  readonly feedback?: Feedback | undefined;
  /** Whether the sections of a page count together: where the index has pages, unless said; see isGrouped. */
  readonly group?: boolean | undefined;
  /** Whether the rules of the index steer the answer; they do unless this is false. */
  readonly rules?: boolean | undefined;
}

/** A question whose operators were read, and what rules say of it. */
interface Understood extends Question {
  readonly conditions: Conditions | undefined;
  readonly steering?: Steering | undefined;
}

/** A result of a question. */
export interface AnsweredHit extends Scored {
  /** A rule puts it first. */
  readonly pinned?: true | undefined;
  /** By which rule, where the answer is going to be explained. */
  readonly pinnedBy?: number | undefined;
  /** The reranker's, for those that it read: they come first, in its order. */
  readonly rerankScore?: number | undefined;
  /** The rank in each list of a fusion that holds the document. */
  readonly ranks?: Readonly<Record<string, number>> | undefined;
  readonly shown?: Document | undefined;
  /** Of a page, whose best section the hit is: its best sections with their own scores, the hit's own among them. */
  readonly sections?: readonly ShownSection[] | undefined;
  /** See search.ts. */
  readonly weighed?: readonly Scored[] | undefined;
}

/** An answer; `exact` and `bound` are of the search, or of all the lists of a fusion. */
export interface Answer extends TypedReport {
  readonly hits: readonly AnsweredHit[];
  readonly exact: boolean;
  readonly bound: number;
  readonly cost: Cost;
  /** As SearchResult has them. */
  readonly facets?: readonly FacetCounts[] | undefined;
  readonly matches?: SearchResult['matches'];
  readonly terms: readonly QueryTerm[];
  /** Of spaces whose terms a model says: its pieces of texts. */
  readonly pieces?: ReadonlyMap<string, Pieces | undefined> | undefined;
  /** What a score of 1 is in the spaces' own weights; not of a fusion. */
  readonly unit?: number | undefined;
  readonly fusion?: FusionReport | undefined;
  readonly rerank?: RerankReport | undefined;
  readonly feedback?: FeedbackReport | undefined;
  readonly like?: LikeReport | undefined;
  /** What the question says that hits must and must not say. */
  readonly operators?: readonly Operator[] | undefined;
  /** What rules did, where they say anything of the question. */
  readonly steering?: SteeringReport | undefined;
}

/** An answer, unless no document has some of the terms. */
interface FoundAnswer extends Omit<Answer, 'steering'> {
  readonly steering?: Steering | undefined;
  readonly absent?: ReadonlySet<string> | undefined;
}

/**
 * Answers a question.
 *
 * @throws SparsedgeError `bad-query` where reranking is asked for and nothing can; `not-found` where there is no
 *   document that others are to be like; what encoding, searching and reranking throw
 */
export async function ask(question: Question, index: Index, reranker?: Reranker): Promise<Answer> {
  refuseOrders(question);
  const understood = await takenApart(question, index.manifest);
  const { k, documents, rerank } = question;
  const { operators } = understood.conditions ?? {};
  const finish = async ({ steering, ...found }: FoundAnswer): Promise<Answer> => {
    const pinned = await showPinned(steering, question, found.cost, index);
    const hits = [...pinned, ...found.hits].slice(0, k);
    return { ...found, hits, operators, steering: reportOf(steering) };
  };
  if (rerank === undefined) return finish(await find(understood, k, documents, index));
  if (!reranker) {
    throw new SparsedgeError('bad-query', 'reranking was asked for, and this deployment has no reranker');
  }
  const found = await find(understood, Math.max(k, rerank), false, index);
  return finish(await reranked(understood, rerank, found, index, reranker));
}

/** The hits that rules put first, with their documents where those are wanted. */
async function showPinned(
  steering: Steering | undefined,
  { documents, isLogged }: Question,
  cost: Cost,
  index: Index,
): Promise<AnsweredHit[]> {
  const hits = (steering?.pinned ?? []).map((document, i) => ({
    document,
    score: 0,
    pinned: true as const,
    ...(isLogged && { pinnedBy: steering!.pinnedBy[i] }),
  }));
  if (!documents || hits.length === 0) return hits;
  return showing(hits, await show(hits, cost, index));
}

/** The k best before any reranking. */
async function find(asked: Understood, k: number, documents: boolean, index: Index): Promise<FoundAnswer> {
  if (asked.browse) {
    const steering = await steeringOf(asked, index);
    const search = searchOf({ ...asked, steering }, k, documents, index);
    const { absent: _, ...found } = await index.search({ ...search, terms: [] });
    return { ...found, terms: [], steering };
  }
  if (asked.like !== undefined) return findLike(asked, asked.like, { k, documents }, index);
  const answer = async (text: string, encoded: readonly EncodedQuery[], reading: Reading) => {
    const { spent = noCost() } = reading;
    // Rules are for the question as it was meant.
    const steering = await steeringOf({ ...asked, text }, index);
    const question = { ...asked, text, steering, budget: shareOf(asked.budget, spent, 1) };
    const queries = await widened(encoded, question.spaces, steering, index);
    const found = await findEncoded(question, queries, { k, documents }, index, reading);
    const pieces = new Map(question.spaces.map(({ space }, i) => [space.name, encoded[i].pieces]));
    return { ...found, steering, pieces };
  };
  const { text, spaces, prefix, spelling } = asked;
  const isTyped = (prefix || spelling) && index.manifest.words !== undefined;
  if (!isTyped) return answer(text, await encodeAll(text, spaces, index), {});
  const { findTyped } = await import('./language/typed-question.ts');
  return findTyped(asked, index, answer);
}

/** The k best by the terms of a document, which are no question that rules would be for. */
async function findLike(
  asked: Understood,
  id: string,
  wanted: { readonly k: number; readonly documents: boolean },
  index: Index,
): Promise<FoundAnswer> {
  const { spaces, budget } = asked;
  const { ownTerms } = await import('./encode/feedback/like-document.ts');
  const [cost, pages] = [noCost(asked.isLogged), new PagesAtHand()];
  const placed = await index.byId(id, cost, pages);
  const queries = await ownTerms(spaces, placed, index, cost, pages);
  const own = isGrouped(asked, index.manifest) ? documentsOf(placed.page) : [placed.document];
  const steering = { synonyms: [], pinned: [], pinnedBy: [], hidden: own };
  const question = { ...asked, steering, budget: shareOf(budget, cost, 1) };
  const found = await findEncoded(question, queries, wanted, index, { pages });
  addCost(cost, found.cost);
  const total = totalWeight(found.terms);
  const terms = found.terms.map(({ space, term, weight }) => ({ space, term, share: weight / total }));
  return { ...found, cost, like: { id, terms } };
}

/** What is asked of an index, whatever the terms. */
function searchOf(question: Understood, k: number, documents: boolean, { manifest }: Index) {
  const { budget, filter, browse, sort, facets, conditions, isLogged } = question;
  const articles = isGrouped(question, manifest);
  const asked = { k, documents, budget, filter, browse, sort, facets, conditions, articles, isLogged };
  return { ...asked, ...steered(question) };
}

/** The k best of a question's terms. */
async function findEncoded(
  question: Understood,
  queries: readonly EncodedQuery[],
  { k, documents }: { readonly k: number; readonly documents: boolean },
  index: Index,
  reading: Reading,
): Promise<FoundAnswer> {
  const { spaces, fusion } = question;
  if (!fusion) {
    const search = searchOf(question, k, documents, index);
    if (question.feedback) return findFedBack(question, queries, search, index, reading);
    const { terms, unit } = weighSpaces(spaces, queries);
    const { pages, watched } = reading;
    const needed = watched?.placesIn(terms, question.steering?.synonyms);
    const found = await index.search({ ...search, terms, needed, pages });
    const absent = absentOf([{ ...found, terms }]);
    return { ...found, terms, unit: unitOf(unit, { ...question, articles: search.articles }, index), absent };
  }
  if (question.feedback) {
    throw new SparsedgeError(
      'bad-query',
      'feedback and fusion exclude each other: name several spaces instead, whose scores are added up',
    );
  }
  const found = await fuse(question, fusion, queries, k, index, reading);
  return documents && !found.absent ? withDocuments(found, await show(found.hits, found.cost, index)) : found;
}

/** The k best by a question to which the best documents have added what they say. */
async function findFedBack(
  question: Understood,
  queries: readonly EncodedQuery[],
  search: Omit<ConditionalSearch, 'terms'>,
  index: Index,
  { pages, watched }: Reading,
): Promise<FoundAnswer> {
  const { spaces, budget, filter, conditions, isLogged } = question;
  const [{ feedBack }, { RM3 }] = await Promise.all([
    import('./encode/feedback/feed-back.ts'),
    import('./encode/feedback/rm3.ts'),
  ]);
  const asked = weighSpaces(spaces, queries);
  const needed = watched?.placesIn(asked.terms, question.steering?.synonyms);
  const first = {
    terms: asked.terms,
    k: RM3.documents,
    documents: true,
    budget,
    filter,
    conditions,
    isLogged,
  };
  const best = await index.search({ ...first, needed, pages, ...steered(question) });
  if (best.absent)
    return { ...best, terms: asked.terms, absent: absentOf([{ ...best, terms: asked.terms }]) };
  const cost = best.cost;
  const fed = await feedBack(spaces, queries, best.hits, index, cost);
  const { terms, unit } = weighSpaces(spaces, fed);
  const left = shareOf(budget, cost, 1);
  const { articles } = search;
  const { absent: _, ...found } = await index.search({ ...search, terms, budget: left });
  addCost(cost, found.cost);
  const exact = best.exact && found.exact;
  const total = totalWeight(terms);
  return {
    ...found,
    exact,
    // Which documents are the best is not known, nor then what they would have added.
    bound: best.exact
      ? found.bound
      : total * MAX_IMPACT * mostOf(question, index) * (articles ? SECTION_UNIT : 1),
    cost,
    terms,
    unit: unitOf(unit, { ...question, articles }, index),
    feedback: {
      method: 'rm3',
      documents: best.hits.length,
      terms: terms.map(({ space, term, weight }) => ({ space, term, share: weight / total })),
    },
  };
}

/** A pass over each space, and the k best of their ranks, without documents. */
async function fuse(
  question: Understood,
  fusion: Fusion,
  queries: readonly EncodedQuery[],
  k: number,
  index: Index,
  { pages, watched }: Reading,
): Promise<FoundAnswer> {
  const { spaces, budget, filter, conditions, steering, isLogged } = question;
  const share = shareOf(budget, noCost(), spaces.length);
  const lists = await Promise.all(
    queries.map(async (query, i) => {
      const { terms } = weighSpaces([spaces[i]], [query]);
      const needed = watched?.placesIn(terms, steering?.synonyms);
      const request = {
        ...steered(question),
        terms,
        k: fusion.depth,
        documents: false,
        budget: share,
        filter,
        conditions,
        needed,
        pages,
        isLogged,
      };
      return { ...(await index.search(request)), terms };
    }),
  );
  const cost = noCost(isLogged);
  addParallel(cost, lists);
  const weighed = lists.map(({ hits }, i) => ({ hits, weight: spaces[i].weight }));
  const exact = lists.every((list) => list.exact);
  const best = weighed.reduce((total, { weight }) => total + weight / (fusion.k + 1), 0);
  const fused = fuseRanks(weighed, fusion.k).slice(0, k);
  return {
    hits: fused.map(({ document, score, ranks }) => ({ document, score, ranks: namedRanks(spaces, ranks) })),
    exact,
    // What an open list holds first is not known, so any document may be.
    bound: exact ? 0 : best,
    cost,
    absent: absentOf(lists),
    terms: lists.flatMap(({ terms }) => terms),
    fusion: {
      method: 'rrf',
      ...fusion,
      lists: lists.map(({ hits, exact }, i) => ({
        space: spaces[i].space.name,
        weight: spaces[i].weight,
        hits: hits.length,
        exact,
      })),
    },
  };
}

/** The first `count` hits in the reranker's order, then the others as they were. */
async function reranked(
  { text: asked, k, documents }: Question,
  count: number,
  found: FoundAnswer,
  index: Index,
  reranker: Reranker,
): Promise<FoundAnswer> {
  const first = found.hits.slice(0, count);
  const { text } = found.spelling ?? { text: asked };
  // All at once: a second round of reads would wait for the reranker.
  const shown = await show(documents ? found.hits : first, found.cost, index);
  const started = index.clock();
  const texts = showing(first, shown).map((hit) => searchableText(hit.shown));
  const judgement = texts.length === 0 ? { scores: [] } : await reranker.score(text, texts);
  const { scores: _, ...spent } = judgement;
  const rerank = {
    model: reranker.model,
    documents: first.length,
    ...spent,
    milliseconds: index.clock() - started,
  };
  const { orderByJudgement } = await import('./rerank/rerank.ts');
  const ordered = orderByJudgement(first, judgement, reranker.model);
  const answer = { ...found, hits: [...ordered, ...found.hits.slice(count)].slice(0, k), rerank };
  return documents ? withDocuments(answer, shown) : answer;
}

function show(hits: readonly Scored[], cost: Cost, index: Index): Promise<ReadonlyMap<number, Document>> {
  return index.show(shownOf(hits), cost);
}

function withDocuments(answer: FoundAnswer, shown: ReadonlyMap<number, Document>): FoundAnswer {
  return { ...answer, hits: showing(answer.hits, shown) };
}
