// Documents and their vectors → the bodies of document pages. Compression runs on the thread pool, several pages ahead
// of the writing.

import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { encodeDocumentPage, packDocumentPage } from '../../../../src/core/format/document-page.ts';
import { type DocumentVector, PageVectors } from './page-vectors.ts';

const deflate = promisify(deflateRaw);

/** Pages being compressed at once. */
const AHEAD = 16;

/** Writes documents, in order. */
export class DocumentPageWriter {
  readonly #write: (body: Uint8Array) => void;
  readonly #pageBytes: number;
  readonly #vectors: PageVectors | undefined;
  readonly #documents: number[] = [];
  readonly #compressing: Promise<Uint8Array>[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /**
   * @param write takes the body of a page
   * @param pageBytes of a page, before compression
   * @param spaces that the vectors are of; 0 where there are none
   */
  constructor(write: (body: Uint8Array) => void, pageBytes: number, spaces: number) {
    this.#write = write;
    this.#pageBytes = pageBytes;
    this.#vectors = spaces === 0 ? undefined : new PageVectors(spaces);
  }

  /** Adds a document, as encodeDocument gave it, with its vector where the pages have any. */
  async add(document: Uint8Array, vector?: DocumentVector): Promise<void> {
    this.#pending.push(document.slice());
    if (vector) this.#vectors?.add(vector);
    this.#pendingBytes += document.length;
    if (this.#pendingBytes >= this.#pageBytes) await this.#flush();
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
