// The steps of each answer, in order. One request works on one generation from its first read to its last.

import type { Document } from '../core/document.ts';
import { type EdgeOptions, edgeIndex } from '../edge/edge-index.ts';
import type { EdgeTally } from '../edge/platform-cache.ts';
import type { Resident, ResidentIndex } from '../edge/resident-index.ts';
import { type Answer, ask } from '../query/ask.ts';
import { chooseSpaces, type WeighedSpace, weighSpaces } from '../query/encode/spaces.ts';
import { RRF_DEPTH, RRF_K } from '../query/fuse.ts';
import type { Index } from '../query/local-index.ts';
import type { Reranker } from '../query/rerank/rerank.ts';
import { type Budget, type Cost, noCost } from '../query/search/meter.ts';
import { weighTerms } from '../query/search/terms.ts';
import type { DocumentAnswer, IndexAnswer, SearchAnswer, SearchInput } from './api.ts';

/** What answers are made with. */
export interface Engine {
  readonly resident: ResidentIndex;
  readonly edge: EdgeOptions;
  /** What orders the best hits anew, where a request asks for it. */
  readonly reranker?: Reranker | undefined;
}

/** Answers a search. */
export async function answerSearch(
  input: SearchInput,
  { resident, edge, reranker }: Engine,
): Promise<SearchAnswer> {
  const started = edge.clock();
  return resident.use(async (open) => {
    const tally = { calls: 0, hits: 0 };
    const spaces = chooseSpaces(open.index.manifest, input);
    const index = edgeIndex(open.index, edge, tally, input.fusion ? spaces.length : 1);
    const answer = await answerOf(input, spaces, budgetOf(input, started), index, reranker);
    return {
      query: 'text' in input.question ? input.question.text : undefined,
      index: stateOf(open),
      exact: answer.exact,
      bound: answer.bound,
      unit: answer.unit,
      fusion: answer.fusion,
      rerank: answer.rerank,
      hits: answer.hits.map(({ document, score, ranks, rerankScore, shown }, i) => ({
        rank: i + 1,
        document,
        score,
        ranks,
        rerankScore,
        ...(shown && jsonOf(shown)),
      })),
      cost: costOf(answer.cost, open, tally, edge.clock() - started),
    };
  });
}

/** A question is encoded first; terms that a caller encoded are searched as they are. */
async function answerOf(
  input: SearchInput,
  spaces: readonly WeighedSpace[],
  budget: Budget,
  index: Index,
  reranker: Reranker | undefined,
): Promise<Answer> {
  const { question, k, documents, fusion, rrfK = RRF_K, rrfDepth = RRF_DEPTH, rerank } = input;
  if ('terms' in question) {
    const given = weighTerms(question.terms, spaces[0].space.name);
    const { terms, unit } = weighSpaces(spaces, [{ terms: given, scale: 1 }]);
    return { ...(await index.search({ terms, k, documents, budget })), terms, unit };
  }
  const fused = fusion && { k: rrfK, depth: rrfDepth };
  return ask({ text: question.text, spaces, k, documents, budget, fusion: fused, rerank }, index, reranker);
}

/** Answers with the document of an id. */
export async function answerDocument(id: string, { resident, edge }: Engine): Promise<DocumentAnswer> {
  const started = edge.clock();
  return resident.use(async (open) => {
    const tally = { calls: 0, hits: 0 };
    const cost = noCost();
    const document = await edgeIndex(open.index, edge, tally, 1).byId(id, cost);
    return {
      index: stateOf(open),
      document: jsonOf(document),
      cost: costOf(cost, open, tally, edge.clock() - started),
    };
  });
}

/** What the manifest says, without what only readers of bytes need. */
export function describeIndex(open: Resident): IndexAnswer {
  const { documents, segments, spaces } = open.index.manifest;
  return {
    index: stateOf(open),
    documents,
    segments: segments.map((segment) => ({ documents: segment.documents })),
    spaces,
  };
}

/** Which generation answers. */
export function stateOf({ index, stale }: Resident): { build: string; stale: boolean } {
  return { build: index.manifest.build, stale };
}

function budgetOf({ maxReads, maxBytes, deadlineMs }: SearchInput, started: number): Budget {
  return { maxReads, maxBytes, deadline: deadlineMs === undefined ? undefined : started + deadlineMs };
}

/** A document as JSON has it: what is empty is left out. */
function jsonOf({ id, title, text, url, fields }: Document) {
  return { id, title: title || undefined, text, url: url || undefined, fields: fields && { ...fields } };
}

function costOf(
  cost: Cost,
  { opened }: Resident,
  tally: EdgeTally,
  milliseconds: number,
): SearchAnswer['cost'] {
  const { postingReads, documentReads, bytes, rounds, postings, cachedPages } = cost;
  return {
    postingReads,
    documentReads,
    reads: postingReads + documentReads,
    bytes,
    rounds,
    postings,
    cachedPages,
    edgeCalls: tally.calls,
    edgeHits: tally.hits,
    openReads: opened.reads,
    openBytes: opened.bytes,
    milliseconds,
  };
}
