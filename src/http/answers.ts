// The steps of each answer, in order. One request works on one generation from its first read to its last.

import type { Document } from '../core/document.ts';
import type { Space } from '../core/format/manifest.ts';
import { type EdgeTally, type Entrypoint, edgeSource } from '../edge/platform-cache.ts';
import type { Resident, ResidentIndex } from '../edge/resident-index.ts';
import { type RemotePart, remotePart } from '../edge/segments.ts';
import type { ResidentModel } from '../encode/resident-model.ts';
import { type Answer, type Asker, ask } from '../query/ask.ts';
import {
  chooseSpaces,
  type EncodedQuery,
  encodeFor,
  type WeighedSpace,
  weighSpaces,
} from '../query/encode/spaces.ts';
import { addParallel, divide, searchParts, showParts } from '../query/fan-out.ts';
import { RRF_DEPTH, RRF_K } from '../query/fuse.ts';
import type { Reranker } from '../query/rerank/rerank.ts';
import { findDocument, noSuchDocument, readDocuments } from '../query/search/documents.ts';
import type { PageCache } from '../query/search/fetch.ts';
import { type Budget, type Clock, type Cost, noCost, type Timer } from '../query/search/meter.ts';
import type { OpenIndex } from '../query/search/open.ts';
import { search } from '../query/search/search.ts';
import { weighTerms } from '../query/search/terms.ts';
import type { DocumentAnswer, IndexAnswer, SearchAnswer, SearchInput } from './api.ts';

/** What answers are made with. */
export interface Engine {
  readonly resident: ResidentIndex;
  readonly clock: Clock;
  readonly timer?: Timer;
  readonly cache?: PageCache;
  /** Where pages are read through the platform's cache, if anywhere. */
  readonly pages?: Entrypoint;
  /** Where segments are searched that are not open here. */
  readonly segments?: Entrypoint;
  /** The model of spaces whose queries need one. */
  readonly model?: ResidentModel;
  /** What orders the best hits anew, where a request asks for it. */
  readonly reranker?: Reranker | undefined;
}

/** Answers a search. */
export async function answerSearch(
  input: SearchInput,
  { resident, ...engine }: Engine,
): Promise<SearchAnswer> {
  const started = engine.clock();
  return resident.use(async (open) => {
    const edge: EdgeTally = { calls: 0, hits: 0 };
    const answer = await answerWhereOpen(input, budgetOf(input, started), open.index, engine, edge);
    const { unit, fusion, rerank } = answer;
    return {
      ...('text' in input.question && { query: input.question.text }),
      index: stateOf(open),
      exact: answer.exact,
      bound: answer.bound,
      ...(unit !== undefined && { unit }),
      ...(fusion && { fusion: { ...fusion, lists: [...fusion.lists] } }),
      ...(rerank && { rerank }),
      hits: answer.hits.map(({ document, score, ranks, rerankScore, shown }, i) => ({
        rank: i + 1,
        document,
        score,
        ...(ranks && { ranks }),
        ...(rerankScore !== undefined && { rerankScore }),
        ...(shown && fieldsOf(shown)),
      })),
      cost: costOf(answer.cost, open, edge, engine.clock() - started),
    };
  });
}

async function answerWhereOpen(
  input: SearchInput,
  budget: Budget,
  index: OpenIndex,
  engine: Surroundings,
  edge: EdgeTally,
): Promise<Answer> {
  const { question, k, documents, fusion, rrfK = RRF_K, rrfDepth = RRF_DEPTH, rerank } = input;
  const spaces = chooseSpaces(index.manifest, input);
  const searches = fusion ? spaces.length : 1;
  const reach = isOpen(index) ? reachHere(index, engine, edge) : reachParts(index, engine, searches);
  if ('terms' in question) {
    const [{ space }] = spaces as [WeighedSpace];
    const terms = weighTerms(question.terms, space.name);
    const { unit } = weighSpaces(spaces, [{ terms, scale: 1 }]);
    return { ...(await reach.search({ terms, k, documents, budget })), terms, unit };
  }
  return ask(
    {
      text: question.text,
      spaces,
      k,
      documents,
      budget,
      rerank,
      ...(fusion && { fusion: { k: rrfK, depth: rrfDepth } }),
    },
    {
      ...reach,
      clock: engine.clock,
      reranker: engine.reranker,
      encode: (text, space) => encodeText(text, space, engine),
    },
  );
}

/** Answers with the document of an id. */
export async function answerDocument(id: string, { resident, ...engine }: Engine): Promise<DocumentAnswer> {
  const started = engine.clock();
  return resident.use(async (open) => {
    const edge: EdgeTally = { calls: 0, hits: 0 };
    const { document, cost } = await findWhereOpen(id, open.index, engine, edge);
    return {
      index: stateOf(open),
      document: fieldsOf(document),
      cost: costOf(cost, open, edge, engine.clock() - started),
    };
  });
}

type Surroundings = Omit<Engine, 'resident'>;

function encodeText(text: string, space: Space, { model }: Surroundings): Promise<EncodedQuery> {
  if (space.query === 'count' || space.query === 'binary' || !model) return encodeFor(space, text, undefined);
  return model.use(space, (open) => encodeFor(space, text, open));
}

/** Searches an index and reads its documents, wherever its segments are. */
type Reach = Pick<Asker, 'search' | 'show'>;

function reachHere(index: OpenIndex, engine: Surroundings, edge: EdgeTally): Reach {
  const near = throughEdge(index, engine, edge);
  return {
    search: (request) => search(request, { ...engine, index: near }),
    show: (documents, cost) => readDocuments(near, documents, cost, engine.cache),
  };
}

/** In parts, which are as few as `searches` searches of all of them allow. */
function reachParts(index: OpenIndex, engine: Surroundings, searches: number): Reach {
  const { manifest } = index;
  const context = { manifest, parts: partsOf(index, engine, searches), clock: engine.clock };
  return {
    search: (request) => searchParts(request, context),
    show: (documents, cost) => showParts(documents, context, cost),
  };
}

async function findWhereOpen(
  id: string,
  index: OpenIndex,
  engine: Surroundings,
  edge: EdgeTally,
): Promise<{ document: Document; cost: Cost }> {
  const cost = noCost();
  if (isOpen(index)) {
    return { document: await findDocument(throughEdge(index, engine, edge), id, cost, engine.cache), cost };
  }
  const answers = await Promise.all(partsOf(index, engine).map((part) => part.byId(id)));
  addParallel(cost, answers);
  const document = answers.map((answer) => answer.document).find((found) => found !== undefined);
  if (!document) throw noSuchDocument(id);
  return { document, cost };
}

function isOpen({ manifest, segments }: OpenIndex): boolean {
  return segments.length === manifest.segments.length;
}

function throughEdge(index: OpenIndex, { pages }: Surroundings, edge: EdgeTally): OpenIndex {
  return pages ? { ...index, source: edgeSource(pages, index.source, edge) } : index;
}

function partsOf({ manifest }: OpenIndex, { segments, clock }: Surroundings, searches = 1): RemotePart[] {
  return divide(manifest, searches).map((part) => remotePart(segments!, manifest.build, part, clock));
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
  return {
    ...(maxReads !== undefined && { maxReads }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(deadlineMs !== undefined && { deadline: started + deadlineMs }),
  };
}

function fieldsOf({ id, title, text, url, fields }: Document) {
  return { id, ...(title && { title }), text, ...(url && { url }), ...(fields && { fields: { ...fields } }) };
}

function costOf(
  cost: Cost,
  { opened }: Resident,
  edge: EdgeTally,
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
    edgeCalls: edge.calls,
    edgeHits: edge.hits,
    openReads: opened.reads,
    openBytes: opened.bytes,
    milliseconds,
  };
}
