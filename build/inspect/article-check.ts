// Holds the articles of a page table to the documents: sections of one page have one URL, and pages of a window differ.

import type { Document } from '../../src/core/document.ts';
import { corrupt } from '../../src/core/errors.ts';
import type { Articles } from '../../src/core/format/page-table.ts';
import { type OpenIndex, windowHolding } from '../../src/query/search/open.ts';
import { ArticleRuns } from '../../src/query/search/sums/article-scores.ts';

/** Is told of all documents, ascending. */
export class ArticleCheck {
  readonly #index: OpenIndex;
  readonly #runs: ArticleRuns;
  /** Of the window that is looked at: the first document of each URL. */
  readonly #articles = new Map<string, number>();
  #window = 0;
  #count = 0;

  constructor(index: OpenIndex, articles: Articles) {
    this.#index = index;
    this.#runs = new ArticleRuns(articles, index.manifest.documents);
  }

  /** @throws SparsedgeError `corrupt` where a document is a section of another page than the table says */
  add(document: number, { id, url }: Document): void {
    const window = windowHolding(this.#index.windowStart, document);
    if (window !== this.#window) this.#articles.clear();
    this.#window = window;
    // Without a URL, a document is no section of anything.
    const page = url?.replace(/#.*$/s, '') ?? `#${id}`;
    const first = this.#articles.get(page) ?? document;
    const article = this.#runs.articleOf(document);
    if (article !== first)
      throw corrupt('the page table', `document ${document} in the article of ${first}`, article);
    if (first === document) this.#count++;
    this.#articles.set(page, first);
  }

  /** @throws SparsedgeError `corrupt` unless there were as many articles as the manifest says */
  end(): void {
    const { articles } = this.#index.manifest;
    if (articles !== this.#count)
      throw corrupt('the manifest', `${this.#count} articles`, articles ?? 'none');
  }
}
