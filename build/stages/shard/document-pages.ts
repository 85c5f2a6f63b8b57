// Documents → document pages. Compression runs on the thread pool, several pages ahead of the writing.

import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { encodeDocumentPage, packDocumentPage } from '../../../src/core/format/document-page.ts';
import type { DocumentTable } from '../../../src/core/format/page-table.ts';
import type { PageSink } from './page-sink.ts';

const deflate = promisify(deflateRaw);

/** Pages being compressed at once. */
const AHEAD = 16;

/** Writes documents, in order. */
export class DocumentPageWriter {
  readonly #sink: PageSink;
  readonly #pageBytes: number;
  readonly #firstDocument: number[] = [0];
  readonly #compressing: Promise<Uint8Array>[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /** @param pageBytes of a page, before compression */
  constructor(sink: PageSink, pageBytes: number) {
    this.#sink = sink;
    this.#pageBytes = pageBytes;
  }

  /** Adds a document, as encodeDocument gave it. */
  async add(document: Uint8Array): Promise<void> {
    this.#pending.push(document.slice());
    this.#pendingBytes += document.length;
    if (this.#pendingBytes >= this.#pageBytes) await this.#flush();
  }

  /** The documents' part of the page table. */
  async finish(): Promise<DocumentTable> {
    if (this.#pending.length > 0) await this.#flush();
    while (this.#compressing.length > 0) this.#sink.write(await this.#compressing.shift()!);
    return { ...this.#sink.finish(), firstDocument: Float64Array.from(this.#firstDocument) };
  }

  async #flush(): Promise<void> {
    const inner = encodeDocumentPage(this.#pending);
    this.#compressing.push(deflate(inner).then((packed) => packDocumentPage(new Uint8Array(), inner.length, packed)));
    this.#firstDocument.push(this.#firstDocument.at(-1)! + this.#pending.length);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#compressing.length >= AHEAD) this.#sink.write(await this.#compressing.shift()!);
  }
}
