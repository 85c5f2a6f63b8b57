// The steps of each answer, in order. One request works on one generation from its first read to its last.

import type { DocumentAnswer, IndexAnswer, SearchAnswer, SearchInput } from './api.ts';
import type { Document } from './core/document.ts';
import type { Space } from './core/manifest.ts';
import type { ResidentModel } from './encode/resident-model.ts';
import { type EdgeTally, type Entrypoint, edgeSource } from './pages.ts';
import { findDocument, noSuchDocument } from './query/documents.ts';
import { addParallel, divide, searchParts } from './query/fan-out.ts';
import type { PageCache } from './query/fetch.ts';
import { type Clock, type Cost, noCost, type Timer } from './query/meter.ts';
import { type OpenIndex, spaceNamed } from './query/open.ts';
import { encodeQueryWith } from './query/query-model.ts';
import { type SearchRequest, type SearchResult, search } from './query/search.ts';
import { type QueryTerm, weighTerms } from './query/terms.ts';
import type { Resident, ResidentIndex } from './resident.ts';
import { type RemotePart, remotePart } from './segments.ts';

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
}

/** Answers a search. */
export async function answerSearch(
  input: SearchInput,
  { resident, ...engine }: Engine,
): Promise<SearchAnswer> {
  const started = engine.clock();
  return resident.use(async (open) => {
    const space = spaceNamed(open.index, input.space);
    const { question, k, documents } = input;
    const terms =
      'text' in question
        ? await encodeText(question.text, space, engine)
        : weighTerms(question.terms, space.name);
    const edge: EdgeTally = { calls: 0, hits: 0 };
    const request = { terms, k, documents, budget: budgetOf(input, started) };
    const result = await searchWhereOpen(request, open.index, engine, edge);
    return {
      ...('text' in question && { query: question.text }),
      index: stateOf(open),
      exact: result.exact,
      bound: result.bound,
      hits: result.hits.map(({ document, score, shown }, i) => ({
        rank: i + 1,
        document,
        score,
        ...(shown && fieldsOf(shown)),
      })),
      cost: costOf(result.cost, open, edge, engine.clock() - started),
    };
  });
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

function encodeText(text: string, space: Space, { model }: Surroundings): Promise<QueryTerm[]> {
  if (space.query === 'count' || space.query === 'binary' || !model)
    return encodeQueryWith(text, space, undefined);
  return model.use(space, (open) => encodeQueryWith(text, space, open));
}

/** Searches here what is open here, and in parts what is not. */
function searchWhereOpen(
  request: SearchRequest,
  index: OpenIndex,
  engine: Surroundings,
  edge: EdgeTally,
): Promise<SearchResult> {
  const { clock } = engine;
  if (isOpen(index)) return search(request, { ...engine, index: throughEdge(index, engine, edge) });
  return searchParts(request, { manifest: index.manifest, parts: partsOf(index, engine), clock });
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

function partsOf({ manifest }: OpenIndex, { segments, clock }: Surroundings): RemotePart[] {
  return divide(manifest).map((part) => remotePart(segments!, manifest.build, part, clock));
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

function budgetOf({ maxReads, maxBytes, deadlineMs }: SearchInput, started: number) {
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
