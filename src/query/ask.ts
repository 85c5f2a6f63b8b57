// The steps of a question: encode it for each space, search (the spaces in one pass, or each by itself and their ranks fused),
// rerank, show. The Worker and the command line hand in how each step is done where they run.

import { type Document, searchableText } from '../core/document.ts';
import { SparsedgeError } from '../core/errors.ts';
import type { Space } from '../core/format/manifest.ts';
import { type EncodedQuery, type WeighedSpace, weighSpaces } from './encode/spaces.ts';
import { addParallel, shareOf } from './fan-out.ts';
import { fuseRanks } from './fuse.ts';
import { orderByJudgement, type Reranker } from './rerank/rerank.ts';
import { type Budget, type Clock, type Cost, noCost } from './search/meter.ts';
import type { SearchRequest, SearchResult } from './search/search.ts';
import type { QueryTerm } from './search/terms.ts';
import type { Scored } from './search/topk.ts';

/** What is asked, and how. */
export interface Question {
  readonly text: string;
  /** At least one, and none twice. */
  readonly spaces: readonly WeighedSpace[];
  readonly k: number;
  /** Whether hits come with their documents. */
  readonly documents: boolean;
  readonly budget: Budget;
  /** Fuse the spaces' ranks rather than add up their scores. */
  readonly fusion?: { readonly k: number; readonly depth: number } | undefined;
  /** How many of the best to rerank. */
  readonly rerank?: number | undefined;
}

/** What the steps are done with. */
export interface Asker {
  encode(text: string, space: Space): Promise<EncodedQuery>;
  search(request: SearchRequest): Promise<SearchResult>;
  /** Reads documents by number, and adds to the cost. */
  show(documents: readonly number[], cost: Cost): Promise<ReadonlyMap<number, Document>>;
  readonly reranker?: Reranker | undefined;
  readonly clock: Clock;
}

/** A result of a question. */
export interface AnsweredHit extends Scored {
  /** The reranker's, for those that it read: they come first, in its order. */
  readonly rerankScore?: number;
  /** The rank in each list of a fusion that holds the document. */
  readonly ranks?: Readonly<Record<string, number>>;
  readonly shown?: Document;
}

/** An answer; `exact` and `bound` are of the search, or of all the lists of a fusion. */
export interface Answer {
  readonly hits: readonly AnsweredHit[];
  readonly exact: boolean;
  readonly bound: number;
  readonly cost: Cost;
  readonly terms: readonly QueryTerm[];
  /** What a score of 1 is in the spaces' own weights; not of a fusion. */
  readonly unit?: number;
  readonly fusion?: {
    readonly method: 'rrf';
    readonly k: number;
    readonly depth: number;
    readonly lists: readonly {
      readonly space: string;
      readonly weight: number;
      readonly hits: number;
      readonly exact: boolean;
    }[];
  };
  readonly rerank?: RerankReport;
}

/** What reranking cost. */
export interface RerankReport {
  readonly model: string;
  readonly documents: number;
  readonly tokens?: number;
  readonly calls?: number;
  readonly milliseconds: number;
}

/**
 * Answers a question.
 *
 * @throws SparsedgeError `bad-query` where reranking is asked for and nothing can; what encoding, searching and reranking throw
 */
export async function ask(question: Question, asker: Asker): Promise<Answer> {
  const { k, documents, fusion, rerank } = question;
  if (rerank === undefined) {
    return fusion
      ? showFused(question, await fuse(question, k, asker), asker)
      : sum(question, k, documents, asker);
  }
  if (!asker.reranker) {
    throw new SparsedgeError('bad-query', 'reranking was asked for, and this deployment has no reranker');
  }
  const deep = Math.max(k, rerank);
  const found = fusion ? await fuse(question, deep, asker) : await sum(question, deep, false, asker);
  return reranked(question, rerank, found, asker, asker.reranker);
}

/** One pass over the sum of the spaces. */
async function sum(
  { spaces, text, budget }: Question,
  k: number,
  documents: boolean,
  { encode, search }: Asker,
): Promise<Answer> {
  const { terms, unit } = weighSpaces(spaces, await encodeAll(text, spaces, encode));
  return { ...(await search({ terms, k, documents, budget })), terms, unit };
}

/** A pass over each space, and the k best of their ranks, without documents. */
async function fuse(
  { spaces, text, budget, fusion }: Question,
  k: number,
  { encode, search }: Asker,
): Promise<Answer> {
  const { k: constant, depth } = fusion!;
  const queries = await encodeAll(text, spaces, encode);
  const share = shareOf(budget, noCost(), spaces.length);
  const lists = await Promise.all(
    queries.map(({ terms }) => search({ terms, k: depth, documents: false, budget: share })),
  );
  const cost = noCost();
  addParallel(cost, lists);
  const weighed = lists.map(({ hits }, i) => ({ hits, weight: spaces[i].weight }));
  const exact = lists.every((list) => list.exact);
  const best = weighed.reduce((total, { weight }) => total + weight / (constant + 1), 0);
  return {
    hits: fuseRanks(weighed, constant)
      .slice(0, k)
      .map(({ document, score, ranks }) => ({ document, score, ranks: namedRanks(spaces, ranks) })),
    exact,
    // What an open list holds first is not known, so any document may be.
    bound: exact ? 0 : best,
    cost,
    terms: queries.flatMap(({ terms }) => terms),
    fusion: {
      method: 'rrf',
      k: constant,
      depth,
      lists: lists.map(({ hits, exact }, i) => ({
        space: spaces[i].space.name,
        weight: spaces[i].weight,
        hits: hits.length,
        exact,
      })),
    },
  };
}

function namedRanks(
  spaces: readonly WeighedSpace[],
  ranks: readonly (number | undefined)[],
): Record<string, number> {
  const named = spaces.map(({ space }, i) => [space.name, ranks[i]] as const);
  return Object.fromEntries(
    named.filter((entry): entry is readonly [string, number] => entry[1] !== undefined),
  );
}

/** One after another: an isolate may not have room for the networks of all. */
async function encodeAll(
  text: string,
  spaces: readonly WeighedSpace[],
  encode: Asker['encode'],
): Promise<EncodedQuery[]> {
  const queries: EncodedQuery[] = [];
  for (const { space } of spaces) queries.push(await encode(text, space));
  return queries;
}

async function showFused({ documents }: Question, found: Answer, { show }: Asker): Promise<Answer> {
  if (!documents) return found;
  const shown = await show(
    found.hits.map(({ document }) => document),
    found.cost,
  );
  return { ...found, hits: withDocuments(found.hits, shown) };
}

/** The first `count` hits in the reranker's order, then the others as they were. */
async function reranked(
  { text, k, documents }: Question,
  count: number,
  found: Answer,
  { show, clock }: Asker,
  reranker: Reranker,
): Promise<Answer> {
  const first = found.hits.slice(0, count);
  // All at once: a second round of reads would wait for the reranker.
  const wanted = documents ? found.hits : first;
  const read = await show(
    wanted.map(({ document }) => document),
    found.cost,
  );
  const started = clock();
  const texts = first.map(({ document }) => searchableText(read.get(document)!));
  const judgement = texts.length === 0 ? { scores: [] } : await reranker.score(text, texts);
  const { scores: _, ...spent } = judgement;
  const rerank = {
    model: reranker.model,
    documents: first.length,
    ...spent,
    milliseconds: clock() - started,
  };
  const ordered = orderByJudgement(first, judgement, reranker.model);
  const hits: AnsweredHit[] = [...ordered, ...found.hits.slice(count)].slice(0, k);
  return { ...found, hits: documents ? withDocuments(hits, read) : hits, rerank };
}

function withDocuments(hits: readonly AnsweredHit[], shown: ReadonlyMap<number, Document>): AnsweredHit[] {
  return hits.map((hit) => ({ ...hit, shown: shown.get(hit.document)! }));
}
