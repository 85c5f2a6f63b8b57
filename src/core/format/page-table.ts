// The page table of an index: what a Worker keeps resident so that it can plan every read. FORMAT.md, "Page tables".

import { isTitle } from '../analyzer/titles.ts';
import { corrupt } from '../errors.ts';
import { type ByteRange, OBJECT_NAME } from '../source.ts';
import { ByteReader, ByteWriter, compareBytes } from './bytes.ts';
import { crc32 } from './checksum.ts';
import { checkHeader, HEADER_BYTES, header } from './header.ts';
import { KeyList, writeKeys } from './keys/key-list.ts';
import { type KeySet, readKeySet, writeKeySet } from './keys/key-set.ts';
import { lastAtMost } from './keys/last-at-most.ts';
import { type LongTerm, LongTerms, writeLongTerms } from './keys/long-terms.ts';
import { type PagePlace, placeIdentity } from './page.ts';

/** Pages in a row, cut into objects. */
export interface PageRun {
  /** pageStart[p] .. pageStart[p + 1] is page p, counted over all shards without their headers. */
  readonly pageStart: Float64Array;
  /** Empty when each page is an object of its own. */
  readonly shards: readonly Shard[];
  /** Where each page is an object of its own: DIGEST_BYTES of each, which name it. */
  readonly digests?: Uint8Array | undefined;
}

/** An object that holds the pages from `firstPage` to the next shard's. */
export interface Shard {
  readonly name: string;
  readonly firstPage: number;
}

/** The terms of one space. */
export interface TermTable extends PageRun {
  /** Ascending first keys of the dictionary pages, and which pages those are. */
  readonly dictionaryKeys: KeyList;
  readonly dictionaryPage: Uint32Array;
  /** Of the terms in dictionary pages those that are whole titles: questions are asked as one, and hardly any is. */
  readonly titles: KeySet;
  readonly longTerms: LongTerms;
  /** Whether document pages say which of the long terms their documents hold, with what impacts. */
  readonly inVectors: boolean;
}

/** The documents: page p holds firstDocument[p] .. firstDocument[p + 1]. */
export interface DocumentTable extends PageRun {
  readonly firstDocument: Float64Array;
}

/**
 * Which documents are sections of one page of a site, an article. Those of an article mostly follow one another, and
 * are in one window; each run of them begins with a document that is marked, and each document is in a run.
 */
export interface Articles {
  /** A bit of each document, the lowest of a byte first: 1 where a run begins with it. */
  readonly begins: Uint8Array;
  /** Of each run that is not the first of its article, by its first document: the first document of the article. */
  readonly further: ReadonlyMap<number, number>;
}

/** Everything that is resident of an index. */
export interface PageTable {
  readonly spaces: ReadonlyMap<string, TermTable>;
  readonly documents: DocumentTable;
  /** Where documents are sections of pages. */
  readonly articles?: Articles | undefined;
}

/** Where a page lies: an object and a range of it. */
export interface PageLocation {
  readonly object: string;
  readonly range: ByteRange;
}

/** The number of pages in a run. */
export function pageCount(run: PageRun): number {
  return run.pageStart.length - 1;
}

/** Where pages that are objects of their own lie. */
export const PAGES = 'pages';

/** How much of the SHA-256 of its body names a page that is an object of its own. */
export const DIGEST_BYTES = 16;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The name of a page whose body has a digest, of which the first DIGEST_BYTES count. */
export function pageName(digest: Uint8Array): string {
  let name = `${PAGES}/`;
  for (let i = 0; i < DIGEST_BYTES; i++) name += HEX[digest[i]];
  return name;
}

/** The names of all pages of a run; none where they share shards. */
export function pageNames({ digests = new Uint8Array() }: PageRun): string[] {
  return Array.from({ length: digests.length / DIGEST_BYTES }, (_, page) =>
    pageName(digests.subarray(page * DIGEST_BYTES)),
  );
}

/**
 * What a page's checksum is seeded with, and its key in caches: equal over all indexes for equal pages alone. That of a
 * page that is an object is its name, so what is kept of it serves later generations that have it.
 */
export function pageIdentity({ digests }: PageRun, place: PagePlace): string {
  return digests ? pageName(digests.subarray(place.page * DIGEST_BYTES)) : placeIdentity(place);
}

/** Where a page lies. */
export function locatePage(run: PageRun, page: number): PageLocation {
  if (!run.digests) return locatePages(run, page, page + 1);
  return {
    object: pageName(run.digests.subarray(page * DIGEST_BYTES)),
    range: { start: 0, end: run.pageStart[page + 1] - run.pageStart[page] },
  };
}

/** Where pages `from` to `to` (half-open, within one shard) lie. */
export function locatePages(run: PageRun, from: number, to: number): PageLocation {
  const shard = run.shards[lastAtMost(run.shards.length, (i) => run.shards[i].firstPage - from)];
  const base = HEADER_BYTES - run.pageStart[shard.firstPage];
  return {
    object: shard.name,
    range: { start: base + run.pageStart[from], end: base + run.pageStart[to] },
  };
}

/** Where a term's postings are to be looked for. */
export type TermPlace =
  | { readonly kind: 'long'; readonly term: LongTerm; readonly number: number }
  | { readonly kind: 'dictionary'; readonly page: number }
  /** Known without reading: the term is in no document. */
  | { readonly kind: 'absent' };

/** Finds the place of a key. */
export function findTerm(table: TermTable, key: Uint8Array): TermPlace {
  const { longTerms, dictionaryKeys, titles } = table;
  const long = longTerms.keys.lastAtMost(key);
  if (long >= 0 && compareBytes(longTerms.keys.at(long), key) === 0) {
    return { kind: 'long', term: longTerms.at(long), number: long };
  }
  const page = isTitle(key) && !titles.has(key) ? -1 : dictionaryKeys.lastAtMost(key);
  return page < 0 ? { kind: 'absent' } : { kind: 'dictionary', page: table.dictionaryPage[page] };
}

/** A page table as an object. */
export function encodeTable(table: PageTable, build: string): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(1 << 16);
  writer.varint(table.spaces.size);
  for (const [name, terms] of table.spaces) {
    writer.text(name);
    encodeRun(writer, terms);
    writeKeys(writer, terms.dictionaryKeys);
    encodeAscending(writer, terms.dictionaryPage);
    writeKeySet(writer, terms.titles);
    writeLongTerms(writer, terms.longTerms);
    writer.u8(terms.inVectors ? 1 : 0);
  }
  encodeRun(writer, table.documents);
  for (let page = 0; page < pageCount(table.documents); page++) {
    writer.varint(table.documents.firstDocument[page + 1] - table.documents.firstDocument[page]);
  }
  encodeArticles(writer, table.articles);
  const body = writer.view();
  const whole = new ByteWriter(body.length + HEADER_BYTES + 4);
  whole.raw(header('table', build));
  whole.raw(body);
  whole.u32(crc32(whole.view()));
  return whole.finish();
}

/** The checksum that a page table ends with: of everything before it. The manifest repeats it. */
export function tableChecksum(bytes: Uint8Array, where: string): number {
  return new ByteReader(bytes, where, Math.max(0, bytes.length - 4)).u32();
}

/**
 * Reads what encodeTable wrote.
 *
 * @param checksum that the manifest gives for it
 * @throws SparsedgeError `corrupt`, `format-too-old` or `format-too-new`
 */
export function decodeTable(bytes: Uint8Array, build: string, checksum: number, where: string): PageTable {
  checkHeader(bytes, 'table', build, where);
  const end = bytes.length - 4;
  const stored = tableChecksum(bytes, where);
  const found = crc32(bytes.subarray(0, end));
  if (stored !== checksum || found !== checksum) {
    throw corrupt(
      where,
      `checksum ${checksum.toString(16)}`,
      `${found.toString(16)}, with ${stored.toString(16)} at its end`,
    );
  }
  const reader = new ByteReader(bytes.subarray(0, end), where, HEADER_BYTES);
  const spaces = new Map<string, TermTable>();
  for (let rest = reader.varint(); rest > 0; rest--) {
    const name = reader.text();
    const run = decodeRun(reader);
    const pages = pageCount(run);
    const dictionaryKeys = KeyList.read(reader);
    const dictionaryPage = decodePages(reader, dictionaryKeys.length, pages);
    const titles = readKeySet(reader);
    const longTerms = LongTerms.read(reader, pages);
    const inVectors = reader.u8();
    if (inVectors > 1) throw corrupt(where, 'whether there are vectors, 0 or 1', inVectors);
    const terms = { dictionaryKeys, dictionaryPage, titles, longTerms, inVectors: inVectors === 1 };
    spaces.set(name, { ...run, ...terms });
  }
  const run = decodeRun(reader);
  const firstDocument = new Float64Array(pageCount(run) + 1);
  for (let page = 0; page < pageCount(run); page++)
    firstDocument[page + 1] = firstDocument[page] + reader.varint();
  const articles = decodeArticles(reader, firstDocument[pageCount(run)]);
  reader.end();
  return { spaces, documents: { ...run, firstDocument }, articles };
}

function encodeArticles(writer: ByteWriter, articles: Articles | undefined): void {
  writer.u8(articles ? 1 : 0);
  if (!articles) return;
  writer.raw(articles.begins);
  writer.varint(articles.further.size);
  let before = 0;
  for (const [run, article] of articles.further) {
    writer.varint(run - before);
    writer.varint(run - article);
    before = run;
  }
}

function decodeArticles(reader: ByteReader, documents: number): Articles | undefined {
  const there = reader.u8();
  if (there > 1) throw corrupt(reader.where, 'whether there are articles, 0 or 1', there);
  if (there === 0) return undefined;
  const begins = reader.raw(Math.ceil(documents / 8));
  if (documents > 0 && !beginsRun(begins, 0)) throw corrupt(reader.where, 'a run at the first document', 0);
  const further = new Map<number, number>();
  let run = 0;
  for (let rest = reader.varint(); rest > 0; rest--) {
    const gap = reader.varint();
    run += gap;
    const article = run - reader.varint();
    const isRun = (document: number) => document >= 0 && document < documents && beginsRun(begins, document);
    if (gap === 0 || !isRun(run) || !isRun(article) || article === run || further.has(article))
      throw corrupt(reader.where, 'runs that ascend, each of an article before it', `${run} of ${article}`);
    further.set(run, article);
  }
  return { begins, further };
}

/** Whether a run of an article's sections begins with a document. */
export function beginsRun(begins: Uint8Array, document: number): boolean {
  return ((begins[document >>> 3] >>> (document & 7)) & 1) === 1;
}

function encodeRun(writer: ByteWriter, run: PageRun): void {
  writer.varint(run.shards.length);
  for (const shard of run.shards) {
    writer.text(shard.name);
    writer.varint(shard.firstPage);
  }
  writer.varint(pageCount(run));
  for (let page = 0; page < pageCount(run); page++)
    writer.varint(run.pageStart[page + 1] - run.pageStart[page]);
  if (run.digests) writer.raw(run.digests);
}

function decodeRun(reader: ByteReader): PageRun {
  const shards: Shard[] = [];
  for (let rest = reader.varint(); rest > 0; rest--) {
    const name = reader.text();
    if (!OBJECT_NAME.test(name)) throw corrupt(reader.where, 'the name of an object', JSON.stringify(name));
    shards.push({ name, firstPage: reader.varint() });
  }
  const count = reader.varint();
  if (count > reader.remaining) throw corrupt(reader.where, `at most ${reader.remaining} pages`, count);
  const pageStart = new Float64Array(count + 1);
  for (let page = 0; page < count; page++) pageStart[page + 1] = pageStart[page] + reader.varint();
  if (shards.length > 0) {
    const firsts = shards.map(({ firstPage }) => firstPage);
    if (firsts.some((first, i) => (i === 0 ? first !== 0 : first < firsts[i - 1])))
      throw corrupt(reader.where, 'shards in the order of their pages', firsts.join(', '));
    return { pageStart, shards };
  }
  return { pageStart, shards, digests: reader.raw(count * DIGEST_BYTES) };
}

function encodeAscending(writer: ByteWriter, values: Uint32Array): void {
  let before = 0;
  for (const value of values) {
    writer.varint(value - before);
    before = value;
  }
}

function decodePages(reader: ByteReader, count: number, pages: number): Uint32Array {
  let page = 0;
  return Uint32Array.from({ length: count }, () => {
    page += reader.varint();
    if (page >= pages) throw corrupt(reader.where, `pages below ${pages}`, page);
    return page;
  });
}
