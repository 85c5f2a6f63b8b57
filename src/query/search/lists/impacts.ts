// What terms weigh in given documents, exactly: for who asks why a document scores what it does. Of long lists, the
// vectors of document pages say it where they have the space; else whole lists are read.

import { utf8 } from '../../../core/format/bytes.ts';
import { vectorBlocks, visitVectors } from '../../../core/format/document-page.ts';
import type { Postings } from '../../../core/format/postings.ts';
import { placeOf, wantedDocuments } from '../documents.ts';
import { charge, executeReads, type OpenPage, type PageCache, planReads } from '../fetch.ts';
import type { Cost } from '../meter.ts';
import { type OpenIndex, windowHolding } from '../open.ts';
import type { LongState, TermState } from '../plan.ts';
import { ArticleRuns } from '../sums/article-scores.ts';
import { PartDecoder, QueryLists } from './query-lists.ts';

/** What is wanted: plain data, which other invocations are sent. */
export interface WantedImpacts {
  readonly terms: readonly { readonly space: string; readonly term: string }[];
  /** By number, ascending, none twice. */
  readonly documents: readonly number[];
}

/** Where a term's list lies. */
export interface TermList {
  /**
   * `long` lists have pages of their own, one for each tier; others share a dictionary page, which may turn out not to
   * have the term.
   */
  readonly kind: 'long' | 'dictionary';
  readonly firstPage: number;
  readonly pages: number;
}

/** What was found of a term. */
interface TermImpacts {
  /** In how many documents it is. */
  readonly documents: number;
  /** Nothing where the index has no place for it. */
  readonly list?: TermList | undefined;
  /** In each of the documents, in their order; 0 where that has not the term. */
  readonly impacts: readonly number[];
}

/** What was found. */
export interface FoundImpacts {
  /** Of each term. */
  readonly terms: readonly TermImpacts[];
  /** In an index of pages: how many sections the page of each document has. */
  readonly sections?: readonly number[] | undefined;
}

/**
 * Reads impacts, in one round.
 *
 * @throws SparsedgeError `corrupt` or `unavailable` from storage
 */
export async function readImpacts(
  index: OpenIndex,
  { terms, documents }: WantedImpacts,
  cost: Cost,
  cache?: PageCache,
): Promise<FoundImpacts> {
  const query = terms.map(({ space, term }) => ({ space, term, key: utf8(term), weight: 1 }));
  const lists = new QueryLists(index, query);
  const inVectors = (state: TermState): state is LongState =>
    state.kind === 'long' && index.table.spaces.get(state.query.space)!.inVectors;
  const target = new Map(lists.states.map((state) => [state, inVectors(state) ? 0 : tiersOf(state)]));
  const looked = lists.states.filter(inVectors);
  const postings = planReads(lists.wanted(target), cache);
  const pages = planReads(looked.length > 0 ? wantedDocuments(index, documents) : [], cache);
  if (postings.reads.length + pages.reads.length > 0) charge(cost, { postings, documents: pages });
  const [opened, holding] = await Promise.all(
    [postings, pages].map(({ reads, cached }) => executeReads(index.source, reads, cache, new Map(cached))),
  );
  lists.supply(opened, target);
  const rows = new Map(lists.states.map((state) => [state, new Array<number>(documents.length).fill(0)]));
  addFromLists(index, lists, documents, rows);
  for (const { name } of index.manifest.spaces)
    addFromVectors(
      index,
      looked.filter(({ query }) => query.space === name),
      documents,
      holding,
      rows,
    );
  const { articles } = index.table;
  const runs = articles && new ArticleRuns(articles, index.manifest.documents);
  return {
    terms: query.map((term) => {
      const state = lists.states.find((each) => each.query === term);
      return state
        ? { documents: countOf(state, lists), list: listOf(state), impacts: rows.get(state)! }
        : { documents: 0, impacts: documents.map(() => 0) };
    }),
    sections: runs && documents.map((document) => runs.sizeOf(runs.articleOf(document))),
  };
}

function tiersOf(state: TermState): number {
  return state.kind === 'long' ? state.tierBytes.length : 1;
}

function countOf(state: TermState, lists: QueryLists): number {
  if (state.kind === 'long') return state.term.count;
  return lists.parts.find((part) => part.state === state)?.count ?? 0;
}

function listOf(state: TermState): TermList {
  const { kind } = state;
  return kind === 'long'
    ? { kind, firstPage: state.term.firstPage, pages: state.tierBytes.length }
    : { kind, firstPage: state.page, pages: 1 };
}

type Rows = ReadonlyMap<TermState, number[]>;

function addFromLists(index: OpenIndex, lists: QueryLists, documents: readonly number[], rows: Rows): void {
  const { manifest, windowStart, scratch } = index;
  const decoder = new PartDecoder(index);
  for (let i = 0; i < documents.length; ) {
    const window = windowHolding(windowStart, documents[i]);
    const places = scratch.zeros(manifest.windows[window]);
    for (; i < documents.length && documents[i] < windowStart[window + 1]; i++)
      places[documents[i] - windowStart[window]] = i + 1;
    for (const part of lists.parts) {
      const postings = decoder.postingsIn(part, window);
      if (postings) takePostings(postings, places, rows.get(part.state)!);
    }
  }
}

/** @param places of each document of a window one more than its place in the row, 0 of one that is not wanted */
function takePostings(
  { documents, runs, runEnd, runImpact }: Postings,
  places: Int32Array,
  row: number[],
): void {
  for (let run = 0, i = 0; run < runs; run++)
    for (; i < runEnd[run]; i++) if (places[documents[i]] > 0) row[places[documents[i]] - 1] = runImpact[run];
}

/** @param states of one space */
function addFromVectors(
  index: OpenIndex,
  states: readonly LongState[],
  documents: readonly number[],
  pages: ReadonlyMap<string, OpenPage>,
  rows: Rows,
): void {
  const inOrder = [...states].sort((a, b) => a.number - b.number);
  if (inOrder.length === 0) return;
  const { firstDocument } = index.table.documents;
  const space = index.manifest.spaces.findIndex(({ name }) => name === inOrder[0].query.space);
  const wanted = inOrder.map(({ number }) => number);
  const places = new Map(documents.map((document, i) => [document, i]));
  const held = new Map(documents.map((document) => [placeOf(index, document).key, placeOf(index, document)]));
  for (const [key, { wanted: page }] of held) {
    const { bytes, length } = pages.get(key)!;
    const block = vectorBlocks(bytes.subarray(0, length), key)[space] ?? new Uint8Array(1);
    const [first, end] = [firstDocument[page.place.page], firstDocument[page.place.page + 1]];
    visitVectors(block, wanted, end - first, key, (at, document, impact) => {
      const place = places.get(first + document);
      if (place !== undefined) rows.get(inOrder[at])![place] = impact;
    });
  }
}
