// Documents and their vectors → the bodies of document pages. Compression runs on the thread pool, several pages ahead
// of the writing.

import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { encodeDocumentPage, packDocumentPage } from '../../../../src/core/format/document-page.ts';
import { lastAtMost } from '../../../../src/core/format/keys/last-at-most.ts';
import type { DocumentTable } from '../../../../src/core/format/page-table.ts';
import { MOST_GROWTH } from '../page-sizes.ts';
import { type DocumentVector, PageVectors } from './page-vectors.ts';

const deflate = promisify(deflateRaw);

/** Pages being compressed at once. */
const AHEAD = 16;

/** Writes documents, in order. */
export class DocumentPageWriter {
  readonly #write: (body: Uint8Array) => void;
  readonly #pageBytes: number;
  readonly #vectors: PageVectors | undefined;
  /** Where the pages of another index begin, the last of them unfinished: pages begin there again. */
  readonly #kept: Float64Array;
  #next: number;
  readonly #documents: number[] = [];
  readonly #compressing: Promise<Uint8Array>[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /**
   * @param write takes the body of a page
   * @param pageBytes of a page, before compression
   * @param spaces that the vectors are of; 0 where there are none
   * @param first the number of the first document
   * @param base the documents of another index, whose pages keep their places unless they become too large
   */
  constructor(
    write: (body: Uint8Array) => void,
    pageBytes: number,
    spaces: number,
    first = 0,
    base?: DocumentTable,
  ) {
    this.#write = write;
    this.#pageBytes = pageBytes;
    this.#next = first;
    this.#kept = base?.firstDocument.subarray(0, -1) ?? new Float64Array();
    this.#vectors = spaces === 0 ? undefined : new PageVectors(spaces);
  }

  /** Adds a document, as encodeDocument gave it, or a hole of no bytes, with its vector where the pages have any. */
  async add(document: Uint8Array, vector?: DocumentVector): Promise<void> {
    const number = this.#next++;
    const page = lastAtMost(this.#kept.length, (i) => this.#kept[i] - number);
    const begins = page >= 0 && this.#kept[page] === number;
    if (begins && this.#pending.length > 0) await this.#flush();
    this.#pending.push(document.slice());
    if (vector) this.#vectors?.add(vector);
    this.#pendingBytes += document.length;
    const isKept = page >= 0 && page + 1 < this.#kept.length;
    if (this.#pendingBytes >= this.#pageBytes * (isKept ? MOST_GROWTH : 1)) await this.#flush();
  }

  /** Writes what is left; returns how many documents each page has. */
  async finish(): Promise<number[]> {
    if (this.#pending.length > 0) await this.#flush();
    while (this.#compressing.length > 0) this.#write(await this.#compressing.shift()!);
    return this.#documents;
  }

  async #flush(): Promise<void> {
    const inner = encodeDocumentPage(this.#pending);
    const vectors = this.#vectors?.take() ?? new Uint8Array();
    this.#compressing.push(deflate(inner).then((packed) => packDocumentPage(vectors, inner.length, packed)));
    this.#documents.push(this.#pending.length);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#compressing.length >= AHEAD) this.#write(await this.#compressing.shift()!);
  }
}
