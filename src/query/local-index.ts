// The one seam between those who ask questions and those who search: an Index, wherever its windows are searched. This
// one searches all of them here; the other is grouped-index.ts.

import type { Document } from '../core/document.ts';
import type { Manifest, Space } from '../core/format/manifest.ts';
import type { VectorTerm, WantedVectors } from './encode/feedback/document-vectors.ts';
import type { EncodedQuery } from './encode/query-model.ts';
import type { WordsFound, WordsQuestion } from './encode/words/look-up-words.ts';
import type { ConditionalSearch } from './language/find-satisfying.ts';
import type { IndexRules } from './language/rules/index-rules.ts';
import { type PlacedDocument, placeDocument, readDocuments } from './search/documents.ts';
import type { PagesAtHand } from './search/fetch.ts';
import type { SearchContext } from './search/find.ts';
import type { FoundImpacts, WantedImpacts } from './search/lists/impacts.ts';
import type { Clock, Cost } from './search/meter.ts';
import { type SearchResult, search } from './search/search.ts';

/** Encodes a question for a space: a table, an analyzer or a network, wherever that runs. */
export type Encode = (text: string, space: Space) => Promise<EncodedQuery>;

/** One generation, ready to be asked. */
export interface Index {
  readonly manifest: Manifest;
  /** The clock of deadlines and of what an answer says of time. */
  readonly clock: Clock;
  readonly encode: Encode;
  /** What steers its answers. */
  readonly rules?: IndexRules | undefined;
  /** Finds the k best documents of a query, among those that satisfy its conditions. */
  search(request: ConditionalSearch): Promise<SearchResult>;
  /** Reads documents by number, and adds what that costs to `cost`. */
  show(documents: readonly number[], cost: Cost): Promise<ReadonlyMap<number, Document>>;
  /**
   * Reads the document of an id, and adds what that costs to `cost`.
   *
   * @param pages gets what is read
   * @throws SparsedgeError `not-found`
   */
  byId(id: string, cost: Cost, pages?: PagesAtHand): Promise<PlacedDocument>;
  /**
   * Looks words up as they are typed, in an index that has them, and adds what that costs to `cost`.
   *
   * @param pages what the same question has read already, and reads now
   */
  words(question: WordsQuestion, cost: Cost, pages?: PagesAtHand): Promise<WordsFound>;
  /** Reads what documents' terms weigh, and adds what that costs to `cost`: see readVectors. */
  vectors(
    wanted: WantedVectors,
    cost: Cost,
    pages?: PagesAtHand,
  ): Promise<readonly (readonly VectorTerm[])[]>;
  /** Reads what terms weigh in documents, and adds what that costs to `cost`: see readImpacts. */
  impacts(wanted: WantedImpacts, cost: Cost): Promise<FoundImpacts>;
}

/** The index whose windows are all searched here. What few questions ask for comes with the first that does. */
export function localIndex(around: SearchContext, encode: Encode, rules?: IndexRules): Index {
  const context = { ...around, factors: rules?.factors };
  const { index, clock, cache } = context;
  const atHand = (pages?: PagesAtHand) => (pages ? pages.before(cache) : cache);
  return {
    manifest: index.manifest,
    clock,
    encode,
    rules,
    search: async (request) => {
      if (!request.conditions) return search(request, context);
      const { searchSatisfying } = await import('./language/find-satisfying.ts');
      return searchSatisfying(request, context);
    },
    show: (documents, cost) => readDocuments(index, documents, cost, cache),
    byId: (id, cost, pages) => placeDocument(index, id, cost, atHand(pages)),
    words: async (question, cost, pages) => {
      const { lookUpWords } = await import('./encode/words/look-up-words.ts');
      return lookUpWords(index, question, cost, atHand(pages));
    },
    vectors: async (wanted, cost, pages) => {
      const { readVectors } = await import('./encode/feedback/document-vectors.ts');
      return readVectors(index, wanted, cost, atHand(pages));
    },
    impacts: async (wanted, cost) => {
      const { readImpacts } = await import('./search/lists/impacts.ts');
      return readImpacts(index, wanted, cost, cache);
    },
  };
}
