// Document pages: what proves a hit, its vector, and what it shows. FORMAT.md, "Document pages".

import { inflateSync } from 'fflate';
import type { Document } from '../document.ts';
import { corrupt } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { ByteReader, ByteWriter, parseJson, utf8 } from './bytes.ts';

/** The stored form of a document. */
export function encodeDocument(document: Document): Uint8Array<ArrayBuffer> {
  const { id, title = '', text, url = '', fields } = document;
  return utf8(JSON.stringify(fields ? [id, title, text, url, fields] : [id, title, text, url]));
}

/** Documents side by side, each as encodeDocument gave it, holes without bytes: what is to be compressed. */
export function encodeDocumentPage(documents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(1 << 16);
  writer.varint(documents.length);
  for (const document of documents) writer.varint(document.length);
  for (const document of documents) writer.raw(document);
  return writer.finish();
}

/**
 * The body of a document page. Compression is the builder's, since platforms do it better than a library.
 *
 * @param vectors as encodeVectors gave them; empty where the index keeps none
 */
export function packDocumentPage(
  vectors: Uint8Array,
  inflatedLength: number,
  deflated: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(vectors.length + deflated.length + 16);
  writer.varint(vectors.length);
  writer.raw(vectors);
  writer.varint(inflatedLength);
  writer.raw(deflated);
  return writer.finish();
}

/** A long term's postings in the documents of a page. */
export interface VectorTerm {
  /** Its number among the long terms of its space. */
  readonly term: number;
  /** Ascending places of documents within the page. */
  readonly documents: readonly number[];
  readonly impacts: readonly number[];
}

/**
 * The vectors of a page's documents.
 *
 * @param spaces each space's terms, ascending, in the order of the manifest
 * @param documents that the page holds
 */
export function encodeVectors(
  spaces: readonly (readonly VectorTerm[])[],
  documents: number,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(1 << 14);
  const inner = new ByteWriter(1 << 14);
  for (const terms of spaces) {
    inner.clear();
    inner.varint(terms.length);
    let next = 0;
    for (const { term, impacts } of terms) {
      inner.varint(term - next);
      inner.varint(impacts.length);
      next = term + 1;
    }
    for (const term of terms) {
      for (const document of term.documents) {
        inner.u8(document & 0xff);
        if (documents > 256) inner.u8(document >>> 8);
      }
      for (const impact of term.impacts) inner.u8(impact);
    }
    writer.varint(inner.length);
    writer.raw(inner.view());
  }
  return writer.finish();
}

/** The vectors of the documents of an opened page: a block for each space that was written. */
export function vectorBlocks(body: Uint8Array, where: string): Uint8Array[] {
  const outer = new ByteReader(body, where);
  const inner = new ByteReader(outer.raw(outer.varint()), where);
  const blocks: Uint8Array[] = [];
  while (inner.remaining > 0) blocks.push(inner.raw(inner.varint()));
  return blocks;
}

/** The numbers of the long terms in a space's block, ascending. */
export function termsOfVectors(block: Uint8Array, where: string): number[] {
  const reader = new ByteReader(block, where);
  const terms: number[] = [];
  for (let rest = reader.varint(), next = 0; rest > 0; rest--) {
    next += reader.varint() + 1;
    terms.push(next - 1);
    reader.varint();
  }
  return terms;
}

/**
 * Looks some terms up in a space's block.
 *
 * @param wanted ascending numbers of long terms, none twice
 * @param documents that the page holds
 * @param visit is told of each posting of a wanted term: which of the wanted, the document's place, its impact
 * @throws SparsedgeError `corrupt` when the bytes are no such block
 */
export function visitVectors(
  block: Uint8Array,
  wanted: ArrayLike<number>,
  documents: number,
  where: string,
  visit: (at: number, document: number, impact: number) => void,
): void {
  const reader = new ByteReader(block, where);
  const terms = reader.varint();
  const width = documents > 256 ? 2 : 1;
  const found: { at: number; start: number; count: number }[] = [];
  let start = 0;
  let next = 0;
  for (let i = 0, at = 0; i < terms; i++) {
    const term = next + reader.varint();
    const count = reader.varint();
    next = term + 1;
    while (at < wanted.length && wanted[at] < term) at++;
    if (wanted[at] === term) found.push({ at, start, count });
    start += count * (width + 1);
  }
  if (reader.remaining !== start) throw corrupt(where, `${start} bytes of postings`, reader.remaining);
  for (const { at, start: from, count } of found) {
    const places = reader.position + from;
    const impacts = places + count * width;
    for (let i = 0; i < count; i++) {
      const place = places + i * width;
      const document = width === 1 ? block[place] : block[place] | (block[place + 1] << 8);
      if (document >= documents) throw corrupt(where, `documents below ${documents}`, document);
      visit(at, document, block[impacts + i]);
    }
  }
}

/**
 * Reads single documents of a page.
 *
 * @param body of an opened page
 * @param indexes of the wanted documents within the page
 */
export function decodeDocuments(body: Uint8Array, indexes: readonly number[], where: string): Document[] {
  const { inner, ends } = inflatePage(body, where);
  const base = inner.position;
  return indexes.map((index) => {
    if (index >= ends.length) throw corrupt(where, `a document ${index}`, `${ends.length} documents`);
    const start = index === 0 ? 0 : ends[index - 1];
    inner.position = base + start;
    return decodeDocument(inner.raw(ends[index] - start), `${where}, document ${index}`);
  });
}

/** A document of a page, as encodeDocument gave it. */
export interface HeldDocument {
  /** Within the page. */
  readonly place: number;
  readonly record: Uint8Array;
}

/**
 * The documents of a page: all but the holes.
 *
 * @param body of an opened page
 */
export function documentsHeld(body: Uint8Array, where: string): HeldDocument[] {
  const { inner, ends } = inflatePage(body, where);
  const base = inner.position;
  const held: HeldDocument[] = [];
  for (const [place, end] of ends.entries()) {
    const start = ends[place - 1] ?? 0;
    inner.position = base + start;
    if (end > start) held.push({ place, record: inner.raw(end - start) });
  }
  return held;
}

/** A page inflated, at its first document, and where each document ends from there. */
function inflatePage(body: Uint8Array, where: string): { inner: ByteReader; ends: number[] } {
  const outer = new ByteReader(body, where);
  outer.raw(outer.varint());
  const inner = new ByteReader(inflate(outer, where), where);
  const count = inner.varint();
  if (count > inner.remaining) throw corrupt(where, `at most ${inner.remaining} documents`, count);
  const ends: number[] = [];
  for (let i = 0; i < count; i++) ends.push((ends[i - 1] ?? 0) + inner.varint());
  return { inner, ends };
}

function inflate(reader: ByteReader, where: string): Uint8Array {
  const length = reader.varint();
  // DEFLATE packs at most 1,032 to 1, so a larger claim is damage and must not become an allocation.
  if (length > reader.remaining * 1032)
    throw corrupt(where, `at most ${reader.remaining * 1032} bytes`, length);
  try {
    return inflateSync(reader.raw(reader.remaining), { out: new Uint8Array(length) });
  } catch (cause) {
    throw corrupt(where, 'a DEFLATE stream', `none: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** Reads what encodeDocument wrote. */
export function decodeDocument(bytes: Uint8Array, where: string): Document {
  const value = parseJson(bytes, where);
  if (!Array.isArray(value)) throw corrupt(where, 'a document', typeof value);
  const [id, title, text, url, fields] = value as [string, string, string, string, Fields?];
  return { id, text, ...(title && { title }), ...(url && { url }), ...(fields && { fields }) };
}
