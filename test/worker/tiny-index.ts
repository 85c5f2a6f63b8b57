// A whole index of a few documents, written with the builder's own page writer: what the Worker's tests search. Pages
// hold so little that a handful of documents crosses dictionary pages, pages of one list and document pages.

import { deflateSync } from 'fflate';
import type { PageSink } from '../../build/stages/shard/page-sink.ts';
import { TermPageWriter } from '../../build/stages/shard/term-pages.ts';
import type { Document } from '../../src/core/document.ts';
import { compareBytes, utf8 } from '../../src/core/format/bytes.ts';
import { encodeDocument, encodeDocumentPage, packDocumentPage } from '../../src/core/format/document-page.ts';
import { header } from '../../src/core/format/header.ts';
import {
  CURRENT,
  encodeManifest,
  ID_SPACE,
  type Manifest,
  manifestName,
} from '../../src/core/format/manifest.ts';
import { DOCUMENTS, sealPage } from '../../src/core/format/page.ts';
import { encodeTable, type TermTable, tableChecksum } from '../../src/core/format/page-table.ts';

/** A document with its impacts. */
export interface TinyDocument {
  readonly document: Document;
  readonly vector: Readonly<Record<string, number>>;
  /** Impacts in a second space, "marks", which the index has if any document has them. */
  readonly marks?: Readonly<Record<string, number>>;
}

/** An index as named objects. */
export interface TinyIndex {
  readonly build: string;
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
}

const LAYOUT = { longBytes: 3, dictionaryBytes: 12, longPageBytes: 2 };
const DOCUMENTS_A_PAGE = 2;

/** Builds an index with the space "words", and perhaps "marks"; each list of documents becomes a segment. */
export function tinyIndex(build: string, segments: readonly (readonly TinyDocument[])[]): TinyIndex {
  const objects: TinyIndex['objects'] = new Map();
  const spaces: {
    name: string;
    maximum: number;
    vectorOf: (document: TinyDocument) => TinyDocument['vector'];
  }[] = [{ name: 'words', maximum: 10, vectorOf: ({ vector }) => vector }];
  if (segments.flat().some(({ marks }) => marks)) {
    spaces.push({ name: 'marks', maximum: 2, vectorOf: ({ marks = {} }) => marks });
  }
  const manifest: Manifest = {
    build,
    documents: segments.flat().length,
    spaces: spaces.map(({ name, maximum, vectorOf }) => {
      const vectors = segments.flat().map(vectorOf);
      return {
        name,
        analyzer: 'english',
        encoder: { id: 'test', parameters: { scale: 2 } },
        query: 'count',
        quantizer: { maximum, rounding: 'nearest' },
        terms: new Set(vectors.flatMap((vector) => Object.keys(vector))).size,
        postings: vectors.reduce((sum, vector) => sum + Object.keys(vector).length, 0),
      };
    }),
    segments: segments.map((documents, segment) => {
      const sink = (space: string) => pageSink(objects, build, segment, space);
      const ids = documents.map(({ document }) => ({ [document.id]: 1 }));
      const tables = new Map([
        [ID_SPACE, writeTerms(ids, sink(ID_SPACE))],
        ...spaces.map(
          ({ name, vectorOf }) => [name, writeTerms(documents.map(vectorOf), sink(name))] as const,
        ),
      ]);
      const shown = documents.map(({ document }) => document);
      const table = encodeTable({ spaces: tables, documents: writeDocuments(shown, sink(DOCUMENTS)) }, build);
      const name = `tables/${build}-${segment}`;
      objects.set(name, table);
      return {
        documents: documents.length,
        table: { name, bytes: table.length, crc32: tableChecksum(table, name) },
      };
    }),
  };
  objects.set(manifestName(build), encodeManifest(manifest));
  objects.set(CURRENT, encodeManifest(manifest));
  return { build, objects };
}

function writeTerms(vectors: readonly Readonly<Record<string, number>>[], sink: PageSink): TermTable {
  const writer = new TermPageWriter(sink, vectors.length, LAYOUT);
  const terms = [...new Set(vectors.flatMap((vector) => Object.keys(vector)))]
    .map((term) => ({ term, key: utf8(term) }))
    .sort((a, b) => compareBytes(a.key, b.key));
  for (const { term, key } of terms) {
    const held = [...vectors.keys()].filter((document) => Object.hasOwn(vectors[document], term));
    const impacts = Uint8Array.from(held, (document) => vectors[document][term]);
    writer.add(key, Uint32Array.from(held), impacts);
  }
  return writer.finish();
}

function writeDocuments(documents: readonly Document[], sink: PageSink) {
  const firstDocument = [0];
  for (let i = 0; i < documents.length; i += DOCUMENTS_A_PAGE) {
    const page = documents.slice(i, i + DOCUMENTS_A_PAGE);
    const inner = encodeDocumentPage(page.map(encodeDocument));
    sink.write(packDocumentPage(inner.length, deflateSync(inner)));
    firstDocument.push(i + page.length);
  }
  return { ...sink.finish(), firstDocument: Float64Array.from(firstDocument) };
}

/** All pages of a run in one object. */
function pageSink(objects: TinyIndex['objects'], build: string, segment: number, space: string): PageSink {
  const pages: Uint8Array[] = [];
  const pageStart = [0];
  return {
    get nextPage() {
      return pages.length;
    },
    write(body) {
      const page = pages.length;
      pages.push(sealPage(body, { build, segment, space, page }));
      pageStart.push(pageStart[page] + pages[page].length);
      return page;
    },
    finish() {
      const name = `shards/${build}-${segment}-${space}`;
      const start = header('shard', build);
      const bytes = new Uint8Array(start.length + pageStart.at(-1)!);
      bytes.set(start);
      pages.forEach((page, i) => {
        bytes.set(page, start.length + pageStart[i]);
      });
      objects.set(name, bytes);
      return { pageStart: Float64Array.from(pageStart), shards: [{ name, firstPage: 0 }] };
    },
  };
}
