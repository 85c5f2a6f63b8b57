// An index of which whoever asks sees some documents only. What decides which is joined to the filter of every search
// as a tree, so that no text can get out of it, and every other way to a document asks a search first: what is built
// upon an Index is bound by it, whatever it is.

import { SparsedgeError } from '../core/errors.ts';
import { utf8 } from '../core/format/bytes.ts';
import { ID_SPACE } from '../core/format/manifest.ts';
import type { Filter } from '../query/filter/filter.ts';
import { readFilter } from '../query/filter/read-filter.ts';
import type { Index } from '../query/local-index.ts';
import { noSuchDocument } from '../query/search/documents.ts';
import { addCost, type Cost } from '../query/search/meter.ts';

/**
 * The part of an index that all of some filters keep.
 *
 * Words are those of all documents, so that none is completed or corrected here. How often terms come, and with it a
 * document's score, is of all documents, too.
 *
 * @throws SparsedgeError `forbidden` for a filter that the index has no fields for
 */
export function restrictedIndex(index: Index, filters: readonly (string | object)[]): Index {
  const { manifest, rules } = index;
  const kept: Filter = { and: filters.map((filter) => forced(filter, index)) };
  /** Documents that a search has found: those are kept. */
  const seen = new Set<number>();
  const mustBeSeen = (documents: Iterable<number>) => {
    for (const document of documents)
      if (!seen.has(document))
        throw new SparsedgeError('not-found', `there is no document number ${document}`);
  };
  const search: Index['search'] = async (request) => {
    const filter: Filter = request.filter ? { and: [kept, request.filter] } : kept;
    const found = await index.search({ ...request, filter });
    for (const { document, sections = [] } of found.hits)
      for (const each of [document, ...sections.map((section) => section.document)]) seen.add(each);
    return found;
  };
  /** Whether the document of an id is kept: asked of the list that has it alone. */
  const isKept = async (id: string, cost: Cost): Promise<boolean> => {
    const term = { space: ID_SPACE, term: id, key: utf8(id), weight: 1 };
    const found = await search({ terms: [term], k: 1, documents: false, unsteered: true });
    addCost(cost, found.cost);
    return found.hits.length > 0;
  };
  // Each by name: what an index comes to offer besides is then looked at here first.
  return {
    clock: index.clock,
    manifest: { ...manifest, words: undefined },
    rules: rules && { ...rules, queries: rules.queries.map((query) => ({ ...query, pinned: [] })) },
    encode: index.encode,
    search,
    show: async (documents, cost) => {
      mustBeSeen(documents);
      return index.show(documents, cost);
    },
    byId: async (id, cost, pages) => {
      if (!(await isKept(id, cost))) throw noSuchDocument(id);
      return index.byId(id, cost, pages);
    },
    words: async () => {
      throw new SparsedgeError('forbidden', 'words are of all documents, and the key is for some');
    },
    impacts: async () => {
      throw new SparsedgeError('forbidden', 'an explanation is of all documents, and the key is for some');
    },
    vectors: async (wanted, cost, pages) => {
      mustBeSeen(wanted.documents.map(({ document }) => document));
      return index.vectors(wanted, cost, pages);
    },
  };
}

function forced(filter: string | object, { manifest }: Index): Filter {
  try {
    return readFilter(filter, manifest.fields ?? []);
  } catch (error) {
    if (!(error instanceof SparsedgeError)) throw error;
    throw new SparsedgeError('forbidden', `the filter of the key does not fit this index: ${error.message}`);
  }
}
