// Terms with their postings → pages: short lists share dictionary pages, long ones get pages of their own.

import { type DictionaryEntry, encodeDictionary } from '../../../src/core/format/page.ts';
import { KTH, type LongTerm, type PageRun, type TermTable } from '../../../src/core/format/page-table.ts';
import {
  emptyPostings,
  encodePostings,
  orderByImpact,
  type Postings,
} from '../../../src/core/format/postings.ts';

/** Takes the bodies of pages, in order. */
export interface PageSink {
  /** The number that the next page gets. */
  readonly nextPage: number;
  write(body: Uint8Array): number;
  finish(): PageRun;
}

/** Where lists are cut, in bytes. */
export interface Layout {
  /** Lists longer than this leave the dictionary: a read for a rare term should not carry them. */
  readonly longBytes: number;
  /** A dictionary page is closed once it holds this much. */
  readonly dictionaryBytes: number;
  /** About how large a long term's pages are: the steps in which a plan can read a list. */
  readonly longPageBytes: number;
}

export const LAYOUT: Layout = { longBytes: 4 * 1024, dictionaryBytes: 8 * 1024, longPageBytes: 16 * 1024 };

/** Writes the terms of one space of one segment, in ascending order of key. */
export class TermPageWriter {
  readonly #sink: PageSink;
  readonly #documents: number;
  readonly #layout: Layout;
  readonly #postings: Postings = emptyPostings();
  #pending: DictionaryEntry[] = [];
  #pendingBytes = 0;
  readonly #dictionaryKey: Uint8Array[] = [];
  readonly #dictionaryPage: number[] = [];
  readonly #longTerms: LongTerm[] = [];

  /** @param documents of the segment */
  constructor(sink: PageSink, documents: number, layout = LAYOUT) {
    this.#sink = sink;
    this.#layout = layout;
    this.#documents = documents;
  }

  /**
   * Adds a term.
   *
   * @param documents local numbers, strictly ascending, `count` of them, at least one
   * @param impacts 1 to 255, parallel to documents
   */
  add(key: Uint8Array, documents: Uint32Array, impacts: Uint8Array, count: number): void {
    const postings = orderByImpact(documents, impacts, count, this.#postings);
    const list = encodePostings(postings, 0, count, this.#documents);
    if (list.length > this.#layout.longBytes) {
      this.#addLong(key, postings, Math.ceil(list.length / this.#layout.longPageBytes));
      return;
    }
    this.#pending.push({ key, count, firstImpact: postings.runImpact[0], list });
    this.#pendingBytes += list.length + key.length;
    if (this.#pendingBytes >= this.#layout.dictionaryBytes) this.#flush();
  }

  /** The space's part of the page table. */
  finish(): TermTable {
    if (this.#pending.length > 0) this.#flush();
    return {
      ...this.#sink.finish(),
      dictionaryKey: this.#dictionaryKey,
      dictionaryPage: this.#dictionaryPage,
      longTerms: this.#longTerms,
    };
  }

  #addLong(key: Uint8Array, postings: Postings, pages: number): void {
    const firstPage = this.#sink.nextPage;
    const pageImpact: number[] = [];
    const pageCount: number[] = [];
    for (let page = 0; page < pages; page++) {
      const start = Math.floor((postings.count * page) / pages);
      const end = Math.floor((postings.count * (page + 1)) / pages);
      this.#sink.write(encodePostings(postings, start, end, this.#documents));
      pageImpact.push(impactAt(postings, start));
      pageCount.push(end - start);
    }
    const kthImpact = KTH.map((k) => (k <= postings.count ? impactAt(postings, k - 1) : 0));
    this.#longTerms.push({ key, count: postings.count, firstPage, pageImpact, pageCount, kthImpact });
  }

  #flush(): void {
    this.#dictionaryKey.push(this.#pending[0].key);
    this.#dictionaryPage.push(this.#sink.write(encodeDictionary(this.#pending)));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** The impact of the posting at an index, in order of impact. */
function impactAt(postings: Postings, index: number): number {
  let run = 0;
  while (postings.runEnd[run] <= index) run++;
  return postings.runImpact[run];
}
