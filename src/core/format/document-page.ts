// Document pages: what a hit shows. FORMAT.md, "Document pages".

import { inflateSync } from 'fflate';
import type { Document } from '../document.ts';
import { corrupt } from '../errors.ts';
import { ByteReader, ByteWriter, parseJson, utf8 } from './bytes.ts';

/** The stored form of a document. */
export function encodeDocument(document: Document): Uint8Array<ArrayBuffer> {
  const { id, title = '', text, url = '', fields } = document;
  return utf8(JSON.stringify(fields ? [id, title, text, url, fields] : [id, title, text, url]));
}

/** Documents side by side, each as encodeDocument gave it: what is to be compressed. */
export function encodeDocumentPage(documents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(1 << 16);
  writer.varint(documents.length);
  for (const document of documents) writer.varint(document.length);
  for (const document of documents) writer.raw(document);
  return writer.finish();
}

/** The body of a document page. Compression is the builder's, since platforms do it better than a library. */
export function packDocumentPage(inflatedLength: number, deflated: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(deflated.length + 8);
  writer.varint(inflatedLength);
  writer.raw(deflated);
  return writer.finish();
}

/**
 * Reads single documents of a page.
 *
 * @param body of an opened page
 * @param indexes of the wanted documents within the page
 */
export function decodeDocuments(body: Uint8Array, indexes: readonly number[], where: string): Document[] {
  const inner = new ByteReader(inflate(body, where), where);
  const count = inner.varint();
  if (count > inner.remaining) throw corrupt(where, `at most ${inner.remaining} documents`, count);
  const ends: number[] = [];
  for (let i = 0; i < count; i++) ends.push((ends[i - 1] ?? 0) + inner.varint());
  const base = inner.position;
  return indexes.map((index) => {
    if (index >= count) throw corrupt(where, `a document ${index}`, `${count} documents`);
    const start = index === 0 ? 0 : ends[index - 1];
    inner.position = base + start;
    return decodeDocument(inner.raw(ends[index] - start), `${where}, document ${index}`);
  });
}

function inflate(body: Uint8Array, where: string): Uint8Array {
  const reader = new ByteReader(body, where);
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
  const [id, title, text, url, fields] = value as [string, string, string, string, Record<string, string>?];
  return { id, text, ...(title && { title }), ...(url && { url }), ...(fields && { fields }) };
}
