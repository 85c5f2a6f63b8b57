// The steps of each answer, in order. One request works on one generation from its first read to its last.

import type { DocumentAnswer, IndexAnswer, SearchAnswer, SearchInput } from './api.ts';
import type { Document } from './core/document.ts';
import { findDocument } from './query/documents.ts';
import type { PageCache } from './query/fetch.ts';
import { type Clock, type Cost, noCost, type Timer } from './query/meter.ts';
import { spaceNamed } from './query/open.ts';
import { search } from './query/search.ts';
import { encodeQuery, weighTerms } from './query/terms.ts';
import type { Resident, ResidentIndex } from './resident.ts';

/** What answers are made with. */
export interface Engine {
  readonly resident: ResidentIndex;
  readonly clock: Clock;
  readonly timer?: Timer;
  readonly cache?: PageCache;
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
      'text' in question ? encodeQuery(question.text, space) : weighTerms(question.terms, space.name);
    const result = await search(
      { terms, k, documents, budget: budgetOf(input, started) },
      { ...engine, index: open.index },
    );
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
      cost: costOf(result.cost, open, engine.clock() - started),
    };
  });
}

/** Answers with the document of an id. */
export async function answerDocument(
  id: string,
  { resident, clock, cache }: Engine,
): Promise<DocumentAnswer> {
  const started = clock();
  return resident.use(async (open) => {
    const cost = noCost();
    const document = await findDocument(open.index, id, cost, cache);
    return {
      index: stateOf(open),
      document: fieldsOf(document),
      cost: costOf(cost, open, clock() - started),
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

function costOf(cost: Cost, { opened }: Resident, milliseconds: number): SearchAnswer['cost'] {
  const { postingReads, documentReads, bytes, rounds, postings, cachedPages } = cost;
  return {
    postingReads,
    documentReads,
    reads: postingReads + documentReads,
    bytes,
    rounds,
    postings,
    cachedPages,
    openReads: opened.reads,
    openBytes: opened.bytes,
    milliseconds,
  };
}
