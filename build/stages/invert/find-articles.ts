// Which documents are sections of one page, an article: those of a window whose URLs are equal but for what follows
// their #.

import { decodeDocument } from '../../../src/core/format/document-page.ts';
import type { Articles } from '../../../src/core/format/page-table.ts';
import { documentsIn, type Slice, SlicedRecords } from './slices.ts';

/** Finds the articles of documents that come one after the other. */
export class ArticleFinder {
  /** How many were found. */
  count = 0;
  readonly #articleOf: Uint32Array;
  readonly #articles = new Map<string, number>();
  #next = 0;

  /** @param documents how many come */
  constructor(documents: number) {
    this.#articleOf = new Uint32Array(documents);
  }

  /** Takes the next document, as encodeDocument gave it, or a hole of no bytes, which is an article of its own. */
  add(record: Uint8Array): void {
    const document = this.#next++;
    if (record.length === 0) {
      this.#articleOf[document] = document;
      return;
    }
    const page = decodeDocument(record, `document ${document}`).url?.replace(/#.*$/s, '');
    const known = page === undefined ? undefined : this.#articles.get(page);
    this.#articleOf[document] = known ?? document;
    if (known !== undefined) return;
    this.count++;
    if (page !== undefined) this.#articles.set(page, document);
  }

  /** Of each document the first one of its article. */
  finish(): Uint32Array {
    return this.#articleOf;
  }
}

/** Of each document of slices, by its number in them, the first one of its article. */
export function articlesIn(slices: readonly Slice[]): Uint32Array {
  const documents = documentsIn(slices);
  const finder = new ArticleFinder(documents);
  const records = new SlicedRecords(slices);
  for (let document = 0; document < documents; document++) finder.add(records.at(document));
  records.close();
  return finder.finish();
}

/**
 * Articles as a page table has them.
 *
 * @param articleOf of each document of the index the first one of its article, which is in the same window
 */
export function articlesFrom(articleOf: ArrayLike<number>): Articles {
  const begins = new Uint8Array(Math.ceil(articleOf.length / 8));
  const further = new Map<number, number>();
  for (let document = 0; document < articleOf.length; document++) {
    const article = articleOf[document];
    if (document > 0 && articleOf[document - 1] === article) continue;
    begins[document >>> 3] |= 1 << (document & 7);
    if (article !== document) further.set(document, article);
  }
  return { begins, further };
}
