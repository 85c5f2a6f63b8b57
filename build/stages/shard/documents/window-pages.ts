// The documents of a window in their new order, and what long lists hold of them → the bodies of document pages, in a
// file. A page has documents of one window, so that any machine can make them.

import { join } from 'node:path';
import { compareBytes } from '../../../../src/core/format/bytes.ts';
import type { DocumentTable } from '../../../../src/core/format/page-table.ts';
import type { Progress } from '../../../terminal/progress.ts';
import { RecordReader, RecordWriter } from '../../../work/records.ts';
import { ArticleFinder } from '../../invert/find-articles.ts';
import { type Slice, SlicedRecords } from '../../invert/slices.ts';
import { mergeSpills } from '../../invert/spills.ts';
import { HOLE, writeOrder } from '../../order/permutation.ts';
import type { Grouping } from '../index-plan.ts';
import type { CodedRange } from '../terms/code-range.ts';
import { DocumentPageWriter } from './document-pages.ts';
import { VectorSpool } from './vector-spool.ts';

/** The document pages of a window: a file by its name in a folder. */
export interface WindowPages {
  readonly folder: string;
  /** A record file: the body of each page. */
  readonly pages: string;
  /** How many documents each page has. */
  readonly documents: readonly number[];
  /** Where documents are sections of pages: how many pages, and a file of the first one of each one's article. */
  readonly articles?: { readonly file: string; readonly count: number } | undefined;
}

/** What a window's document pages are made of. */
export interface WindowContent {
  readonly slices: readonly Slice[];
  /** The number in the index of the first document. */
  readonly first: number;
  /** How many numbers there are: those of holes, too. */
  readonly documents: number;
  /** The old number of each document, in the new order, or HOLE; nothing where they stay as they were read. */
  readonly order: Uint32Array | undefined;
  /** Of each space the window's lists, and all of its coded ranges; none where pages are to have no vectors. */
  readonly spaces: readonly { readonly lists: string; readonly ranges: readonly CodedRange[] }[];
  /** The documents of another index, if pages are to begin where its pages do. */
  readonly base: DocumentTable | undefined;
  readonly group: Grouping;
}

/** The record of a hole. */
const NO_BYTES = new Uint8Array();
const ARTICLES = 'articles';

/** Writes the document pages of a window. */
export async function writeWindowPages(
  { slices, first, documents, order, spaces, base, group }: WindowContent,
  pageBytes: number,
  folder: string,
  progress: Progress,
): Promise<WindowPages> {
  const vectors = spaces.length > 0 ? new VectorSpool(folder) : undefined;
  for (const [space, { lists, ranges }] of spaces.entries()) {
    for (const { term, postings, impacts } of longLists(lists, ranges, first))
      vectors!.add(space, term, postings, impacts);
  }
  const pages = 'pages';
  const bodies = new RecordWriter(join(folder, pages));
  const write = (body: Uint8Array) => bodies.write(body);
  const writer = new DocumentPageWriter(write, pageBytes, spaces.length, first, base);
  const records = new SlicedRecords(slices);
  const finder = group === 'url' ? new ArticleFinder(documents) : undefined;
  for (let document = 0; document < documents; document++) {
    const from = order ? order[document] : document;
    const record = from === HOLE ? NO_BYTES : records.at(from);
    finder?.add(record);
    await writer.add(record, vectors?.of(document));
    progress.at(document, documents);
  }
  records.close();
  const perPage = await writer.finish();
  bodies.close();
  progress.end();
  if (!finder) return { folder, pages, documents: perPage };
  writeOrder(join(folder, ARTICLES), finder.finish());
  return { folder, pages, documents: perPage, articles: { file: ARTICLES, count: finder.count } };
}

/** The lists of a window that belong to long terms, by the numbers of these and of the window's own documents. */
function* longLists(
  lists: string,
  ranges: readonly CodedRange[],
  first: number,
): Generator<{ term: number; postings: Uint32Array; impacts: Uint8Array }> {
  const keys = longKeys(ranges);
  let long = keys.next();
  let term = 0;
  for (const { key, documents, values, count } of mergeSpills([{ path: lists, shift: -first }])) {
    for (; !long.done && compareBytes(long.value, key) < 0; long = keys.next()) term++;
    if (long.done) return;
    if (compareBytes(long.value, key) > 0) continue;
    yield {
      term,
      postings: documents.subarray(0, count),
      impacts: Uint8Array.from(values.subarray(0, count)),
    };
  }
}

function* longKeys(ranges: readonly CodedRange[]): Generator<Uint8Array> {
  for (const { folder, longKeys } of ranges) {
    const records = new RecordReader(join(folder, longKeys));
    for (let key = records.next(); key; key = records.next()) yield key;
    records.close();
  }
}
