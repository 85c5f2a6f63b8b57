// Terms with their postings → pages: short lists share dictionary pages, long ones get pages of their own.

import { type DictionaryEntry, encodeDictionary } from '../../../src/core/format/page.ts';
import { KTH, type LongTerm, type TermTable } from '../../../src/core/format/page-table.ts';
import { impactAt, type Postings, PostingsEncoder } from '../../../src/core/format/postings.ts';
import type { PageSink } from './page-sink.ts';

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
  readonly #encoder: PostingsEncoder;
  #pending: DictionaryEntry[] = [];
  #pendingBytes = 0;
  readonly #dictionaryKey: Uint8Array[] = [];
  readonly #dictionaryPage: number[] = [];
  readonly #longTerms: LongTerm[] = [];

  /**
   * @param documents of the segment
   * @param encoder that writers may share, since each list is encoded before the next one comes
   */
  constructor(sink: PageSink, documents: number, layout = LAYOUT, encoder = new PostingsEncoder()) {
    this.#sink = sink;
    this.#layout = layout;
    this.#documents = documents;
    this.#encoder = encoder;
  }

  /**
   * Adds a term.
   *
   * @param documents strictly ascending, at least one
   * @param impacts 1 to 255, parallel to `documents`
   * @param firstDocument of the segment, in the numbers that `documents` are given in
   */
  add(key: Uint8Array, documents: Uint32Array, impacts: Uint8Array, firstDocument = 0): void {
    const count = documents.length;
    const postings = this.#encoder.order(documents, impacts, firstDocument);
    const list = this.#encoder.encode(0, count, this.#documents);
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
      this.#sink.write(this.#encoder.encode(start, end, this.#documents));
      pageImpact.push(impactAt(postings, start));
      pageCount.push(end - start);
    }
    const kthImpact = KTH.map((k) => impactAt(postings, k - 1));
    this.#longTerms.push({ key, count: postings.count, firstPage, pageImpact, pageCount, kthImpact });
  }

  #flush(): void {
    this.#dictionaryKey.push(this.#pending[0].key);
    this.#dictionaryPage.push(this.#sink.write(encodeDictionary(this.#pending)));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
