// Whole indexes in memory, written with the builder's own page writers: small enough for thousands of random cases, cut
// finely enough that lists cross pages. They run in Node and in workerd.

import { deflateSync } from 'fflate';
import { articlesFrom } from '../../build/stages/invert/find-articles.ts';
import {
  type DocumentVector,
  joinTerm,
  PageVectors,
} from '../../build/stages/shard/documents/page-vectors.ts';
import type { PageSink } from '../../build/stages/shard/page-sink.ts';
import { LAYOUT } from '../../build/stages/shard/page-sizes.ts';
import { countFieldTerms } from '../../build/stages/shard/terms/field-terms.ts';
import { TermCoder, type TermLayout } from '../../build/stages/shard/terms/term-coder.ts';
import { TermPageWriter } from '../../build/stages/shard/terms/term-pages.ts';
import { eachFurtherKey } from '../../build/stages/words/each-word-key.ts';
import type { Document } from '../../src/core/document.ts';
import { type FieldSchema, type Fields, ownField } from '../../src/core/fields.ts';
import { compareBytes, utf8 } from '../../src/core/format/bytes.ts';
import { encodeDocument, encodeDocumentPage, packDocumentPage } from '../../src/core/format/document-page.ts';
import { header } from '../../src/core/format/header.ts';
import { EVERY_DOCUMENT, termsOfValue } from '../../src/core/format/keys/field-keys.ts';
import {
  CURRENT,
  encodeManifest,
  FIELD_SPACE,
  ID_SPACE,
  type Manifest,
  WORDS_SPACE,
} from '../../src/core/format/manifest.ts';
import { DOCUMENTS, placeIdentity, sealPage } from '../../src/core/format/page.ts';
import {
  type DocumentTable,
  encodeTable,
  findTerm,
  type PageRun,
  type TermTable,
  tableChecksum,
} from '../../src/core/format/page-table.ts';
import { forwards, levelOf } from '../../src/core/tokens/word-keys.ts';

/** term → impact, of one document. */
export type ImpactVector = ReadonlyMap<string, number>;

/** How an index is cut into pages. */
export interface Pagination {
  readonly layout: TermLayout;
  readonly documentsPerPage: number;
  /** Whether document pages have vectors. */
  readonly vectors?: boolean;
  /** Whether each page is in a shard of its own, so that no two are read at once. */
  readonly apart?: boolean;
}

/** How to cut, and into how many windows. */
export interface Cut extends Pagination {
  readonly windows: number;
  /** Of each document its article, by the number of its first document, which is in the same window. */
  readonly articles?: readonly number[] | undefined;
}

export const FINE: Cut = {
  // Of a list's tiers, the first is whole and the others are divided.
  layout: { longBytes: 12, dictionaryBytes: 48, dividedBytes: 20 },
  windows: 1,
  documentsPerPage: 3,
};
export const COARSE: Cut = { layout: LAYOUT, windows: 1, documentsPerPage: 100 };

/** Objects by name. */
export type Objects = Map<string, Uint8Array<ArrayBuffer>>;

/** A document with its impacts in each space. */
interface WeighedDocument {
  readonly document: Document;
  readonly vectors: ReadonlyMap<string, ImpactVector>;
}

/** What an index is to hold: spaces by name with the weight that impact 255 stands for, and documents by window. */
export interface IndexContent {
  readonly spaces: ReadonlyMap<string, number>;
  readonly windows: readonly (readonly WeighedDocument[])[];
  /** Which of the documents' fields are indexed. */
  readonly fields?: readonly FieldSchema[] | undefined;
  /** How often each word is said, where the index has words as they are typed. */
  readonly words?: ReadonlyMap<string, number> | undefined;
  /** Further parameters of the encoders. */
  readonly parameters?: Readonly<Record<string, number>> | undefined;
}

/** The objects of an index; its manifest is `current`. */
export function indexObjects(
  build: string,
  content: IndexContent,
  pagination: Pagination & Pick<Cut, 'articles'>,
): Objects {
  const objects: Objects = new Map();
  const documents = content.windows.flat();
  const windowStart = [0];
  for (const { length } of content.windows) windowStart.push(windowStart[windowStart.length - 1] + length);
  const sink = (space: string) => memorySink(objects, build, space, pagination.apart);
  const writeSpace = (space: string, vectors: readonly ImpactVector[]) =>
    writeTerms(
      vectors,
      new TermCoder(windowStart, pagination.layout),
      new TermPageWriter(sink(space), pagination.layout),
      pagination.vectors,
    );
  const ids = documents.map(({ document }) => new Map([[document.id, 1]]));
  const { fields = [] } = content;
  const values = fields.length > 0 ? documents.map(({ document }) => termsOfFields(fields, document)) : [];
  const ofFields = countFieldTerms(fields, countsOf(values), documents.length, false);
  const kept = values.map((terms) => new Map([...terms].filter(([term]) => ofFields.isKept(utf8(term)))));
  const spaces = new Map([
    [ID_SPACE, writeSpace(ID_SPACE, ids)],
    [FIELD_SPACE, writeSpace(FIELD_SPACE, kept)],
  ]);
  for (const name of content.spaces.keys()) {
    const vectors = documents.map((document) => vectorOf(document, name));
    spaces.set(name, writeSpace(name, vectors));
  }
  const { words } = content;
  if (words)
    spaces.set(WORDS_SPACE, writeWords(words, new TermPageWriter(sink(WORDS_SPACE), pagination.layout)));
  const pages = writeDocuments(documents, sink(DOCUMENTS), pagination, content.spaces.keys(), spaces);
  const table = encodeTable(
    { spaces, documents: pages, articles: pagination.articles && articlesFrom(pagination.articles) },
    build,
  );
  const name = `tables/${build}`;
  objects.set(name, table);
  const manifest: Manifest = {
    build,
    documents: documents.length,
    ...(pagination.articles && { articles: new Set(pagination.articles).size }),
    spaces: Array.from(content.spaces, ([name, maximum]) => ({
      name,
      analyzer: 'english',
      encoder: { id: 'test', parameters: { scale: 2, ...content.parameters } },
      query: 'count',
      quantizer: { maximum, rounding: 'nearest' },
      terms: new Set(documents.flatMap((document) => [...vectorOf(document, name).keys()])).size,
      postings: documents.reduce((sum, document) => sum + vectorOf(document, name).size, 0),
    })),
    ...(fields.length > 0 && { fields: ofFields.fields }),
    ...(words && { words: words.size }),
    windows: content.windows.map(({ length }) => length),
    table: { name, bytes: table.length, crc32: tableChecksum(table, name) },
  };
  objects.set(CURRENT, encodeManifest(manifest));
  return objects;
}

/** A further space over the same documents: their vectors, and the weight that its impact 255 stands for. */
export interface SpaceInMemory {
  readonly vectors: readonly ImpactVector[];
  readonly maximum: number;
}

/** Fields of the documents of an index, and what is known of them. */
export interface FieldsInMemory {
  readonly schema: readonly FieldSchema[];
  /** Of each document. */
  readonly values: readonly Fields[];
}

function termsOfFields(schema: readonly FieldSchema[], { fields = {} }: Document): ImpactVector {
  const terms = schema.flatMap((field) => {
    const value = ownField(fields, field.name);
    return value === undefined ? [] : termsOfValue(field, value);
  });
  return new Map([EVERY_DOCUMENT, ...terms].map((term) => [term, 1]));
}

/** All terms in ascending order, with how many documents have each. */
function countsOf(vectors: readonly ImpactVector[]) {
  const counts = new Map<string, number>();
  for (const vector of vectors)
    for (const term of vector.keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  const terms = Array.from(counts, ([term, count]) => ({ key: utf8(term), count }));
  return terms.sort((a, b) => compareBytes(a.key, b.key));
}

/**
 * The objects of an index over these vectors, in the space `test`; document i has the id `d<i>` and the text `text
 * <i>`.
 *
 * @param more spaces by name
 */
export function buildInMemory(
  vectors: readonly ImpactVector[],
  cut: Cut,
  build = '0123456789abcdef',
  more: ReadonlyMap<string, SpaceInMemory> = new Map(),
  fields?: FieldsInMemory,
): Objects {
  const spaces = [['test', { vectors, maximum: 255 }] as const, ...more];
  const documents = vectors.map((_, i) => ({
    document: { id: `d${i}`, text: `text ${i}`, ...(fields && { fields: fields.values[i] }) },
    vectors: new Map(spaces.map(([name, space]) => [name, space.vectors[i]])),
  }));
  const boundary = (window: number) => Math.floor((vectors.length * window) / cut.windows);
  const windows = Array.from({ length: cut.windows }, (_, window) =>
    documents.slice(boundary(window), boundary(window + 1)),
  );
  const maxima = new Map(spaces.map(([name, { maximum }]) => [name, maximum]));
  return indexObjects(build, { spaces: maxima, windows, fields: fields?.schema }, cut);
}

function vectorOf({ vectors }: WeighedDocument, space: string): ImpactVector {
  return vectors.get(space) ?? new Map();
}

function writeTerms(
  vectors: readonly ImpactVector[],
  coder: TermCoder,
  writer: TermPageWriter,
  inVectors?: boolean,
): TermTable {
  const lists = new Map<string, { documents: number[]; impacts: number[] }>();
  for (const [document, vector] of vectors.entries()) {
    for (const [term, impact] of vector) {
      const list = lists.get(term) ?? { documents: [], impacts: [] };
      list.documents.push(document);
      list.impacts.push(impact);
      lists.set(term, list);
    }
  }
  const terms = Array.from(lists, ([term, list]) => ({ key: utf8(term), ...list }));
  for (const { key, documents, impacts } of terms.sort((a, b) => compareBytes(a.key, b.key))) {
    writer.add(coder.code(key, Uint32Array.from(documents), Uint8Array.from(impacts)));
  }
  return writer.finish(inVectors);
}

function writeWords(words: ReadonlyMap<string, number>, writer: TermPageWriter): TermTable {
  const ascending = [...words].map(([word, times]) => ({ word, level: levelOf(times) }));
  ascending.sort((a, b) => compareBytes(utf8(a.word), utf8(b.word)));
  const keys: { key: Uint8Array; level: number }[] = [];
  eachFurtherKey(ascending, (key, level) => keys.push({ key: utf8(key), level }));
  for (const { word, level } of ascending) keys.push({ key: utf8(forwards(word)), level });
  keys.sort((a, b) => compareBytes(a.key, b.key));
  const list = new Uint8Array();
  for (const { key, level } of keys) writer.add({ kind: 'short', key, count: 1, firstImpact: level, list });
  return writer.finish();
}

function writeDocuments(
  documents: readonly WeighedDocument[],
  sink: PageSink,
  { documentsPerPage, vectors = false }: Pagination,
  names: Iterable<string>,
  tables: ReadonlyMap<string, TermTable>,
): DocumentTable {
  const spaces = [...names];
  const firstDocument = [0];
  for (let i = 0; i < documents.length; i += documentsPerPage) {
    const page = documents.slice(i, i + documentsPerPage);
    const inner = encodeDocumentPage(page.map(({ document }) => encodeDocument(document)));
    const pageVectors = new PageVectors(spaces.length);
    for (const document of page) pageVectors.add(longTermsOf(document, spaces, tables));
    const said = vectors ? pageVectors.take() : new Uint8Array();
    sink.write(packDocumentPage(said, inner.length, deflateSync(inner)));
    firstDocument.push(i + page.length);
  }
  return { ...sink.finish(), firstDocument: Float64Array.from(firstDocument) };
}

/** What a document holds of the long terms of each space. */
function longTermsOf(
  document: WeighedDocument,
  spaces: readonly string[],
  tables: ReadonlyMap<string, TermTable>,
): DocumentVector {
  const found = spaces.flatMap((space, number) =>
    Array.from(vectorOf(document, space)).flatMap(([term, impact]) => {
      const place = findTerm(tables.get(space)!, utf8(term));
      return place.kind === 'long' ? [{ term: joinTerm(number, place.number), impact }] : [];
    }),
  );
  found.sort((a, b) => a.term - b.term);
  return {
    terms: Uint32Array.from(found, ({ term }) => term),
    impacts: Uint8Array.from(found, ({ impact }) => impact),
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** All pages of a run in one shard, or each in one. */
function memorySink(objects: Objects, build: string, space: string, apart = false): PageSink {
  const start = header('shard', build);
  const pages: Uint8Array[] = [];
  const pageStart = [0];
  return {
    get nextPage() {
      return pages.length;
    },
    write(body) {
      const page = pages.length;
      pages.push(sealPage(body, placeIdentity({ build, space, page })));
      pageStart.push(pageStart[page] + pages[page].length);
      return page;
    },
    finish(): PageRun {
      const held = apart ? pages.map((page) => [page]) : [pages];
      const shards = held.map((some, firstPage) => {
        const name = `shards/${build}-${space}${apart ? `-${firstPage}` : ''}`;
        objects.set(name, joined([start, ...some]));
        return { name, firstPage };
      });
      return { pageStart: Float64Array.from(pageStart), shards };
    },
  };
}
