// A retriever of LangChain.js over an index: documents with where they are from.

import { Document } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { SearchClient, SearchOptions } from 'sparsedge';

/** What a document says of itself. */
type Source = {
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly score: number;
};

/** Finds documents: `new SparsedgeRetriever(await open({ endpoint }), { k: 5, filter: 'lang:en' })`. */
export class SparsedgeRetriever extends BaseRetriever<Source> {
  override lc_namespace = ['sparsedge', 'retrievers'];
  readonly #index: SearchClient;
  readonly #options: SearchOptions;

  constructor(index: SearchClient, options: SearchOptions = {}, given?: BaseRetrieverInput) {
    super(given);
    this.#index = index;
    this.#options = options;
  }

  static override lc_name(): string {
    return 'SparsedgeRetriever';
  }

  override async _getRelevantDocuments(question: string): Promise<Document<Source>[]> {
    const { hits } = await this.#index.search(question, this.#options);
    return hits.map(
      ({ id, text = '', title, url, score }) =>
        new Document({ id, pageContent: text, metadata: { title, url, score } }),
    );
  }
}
