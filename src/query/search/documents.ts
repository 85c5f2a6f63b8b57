// Documents by number and by id.

import type { Document } from '../../core/document.ts';
import { corrupt, SparsedgeError } from '../../core/errors.ts';
import { typedFields } from '../../core/fields.ts';
import { utf8 } from '../../core/format/bytes.ts';
import { decodeDocuments } from '../../core/format/document-page.ts';
import { lastAtMost } from '../../core/format/keys/last-at-most.ts';
import { ID_SPACE } from '../../core/format/manifest.ts';
import { DOCUMENTS, findInDictionary } from '../../core/format/page.ts';
import { findTerm, pageCount } from '../../core/format/page-table.ts';
import { decodePostings, emptyPostings } from '../../core/format/postings.ts';
import {
  charge,
  executeReads,
  type OpenPage,
  type PageCache,
  pageKey,
  planReads,
  type WantedPage,
} from './fetch.ts';
import type { Cost } from './meter.ts';
import type { OpenIndex } from './open.ts';
import { ArticleRuns, type SectionRun } from './sums/article-scores.ts';

/** Documents on more pages than this are not looked up: lists are read instead. */
export const MOST_PAGES = 32;

/** Where a document lies. */
export interface DocumentPlace {
  readonly wanted: WantedPage;
  readonly key: string;
  /** Within its page. */
  readonly index: number;
}

/** Where a document lies.
 *
 * @throws SparsedgeError `not-found` for a number that no document has
 */
export function placeOf({ manifest, table }: OpenIndex, document: number): DocumentPlace {
  if (document < 0 || document >= manifest.documents)
    throw new SparsedgeError('not-found', `there is no document number ${document}`);
  const run = table.documents;
  const page = lastAtMost(pageCount(run), (i) => run.firstDocument[i] - document);
  const wanted = { place: { build: manifest.build, space: DOCUMENTS, page }, run };
  return { wanted, key: pageKey(wanted), index: document - run.firstDocument[page] };
}

/** Whether the given documents, which ascend, lie on no more than so many pages. */
export function lieOn(most: number, { table }: OpenIndex, documents: readonly number[]): boolean {
  const { firstDocument } = table.documents;
  let pages = 0;
  let end = 0;
  for (const document of documents) {
    if (document < end) continue;
    if (++pages > most) return false;
    end = firstDocument[lastAtMost(pageCount(table.documents), (i) => firstDocument[i] - document) + 1];
  }
  return true;
}

/** The document pages that hold the given documents. */
export function wantedDocuments(index: OpenIndex, documents: Iterable<number>): WantedPage[] {
  return Array.from(documents, (document) => placeOf(index, document).wanted);
}

/**
 * Brings documents, those from `atHand` without reading them.
 *
 * @returns each by its number
 */
export async function readDocuments(
  index: OpenIndex,
  documents: readonly number[],
  cost: Cost,
  cache?: PageCache,
  atHand: ReadonlyMap<string, OpenPage> = new Map(),
): Promise<Map<number, Document>> {
  const wanted = wantedDocuments(index, documents).filter((page) => !atHand.has(pageKey(page)));
  const pages = await readPages(index, wanted, 'documentReads', cost, cache);
  return documentsFrom(index, documents, new Map([...atHand, ...pages]));
}

/** Reads given documents out of pages that hold them. */
export function documentsFrom(
  index: OpenIndex,
  documents: readonly number[],
  pages: ReadonlyMap<string, OpenPage>,
): Map<number, Document> {
  const byPage = new Map<string, { open: OpenPage; documents: number[]; indexes: number[] }>();
  for (const document of documents) {
    const { key, index: within } = placeOf(index, document);
    const open = pages.get(key);
    if (!open) continue;
    const entry = byPage.get(key) ?? { open, documents: [], indexes: [] };
    entry.documents.push(document);
    entry.indexes.push(within);
    byPage.set(key, entry);
  }
  const found = new Map<number, Document>();
  for (const [key, { open, documents: numbers, indexes }] of byPage) {
    const decoded = decodeDocuments(open.bytes.subarray(0, open.length), indexes, key);
    for (const [i, document] of numbers.entries()) found.set(document, typedDocument(decoded[i], index));
  }
  return found;
}

/** A document whose fields are shown as the types of the index are, however they were written. */
export function typedDocument(document: Document, { manifest }: OpenIndex): Document {
  const { fields } = document;
  return fields === undefined ? document : { ...document, fields: typedFields(fields, manifest.fields) };
}

/** A document with its place in the index. */
export interface PlacedDocument {
  readonly document: number;
  readonly shown: Document;
  /** All sections of its page, itself among them; itself alone where documents are no sections. */
  readonly page: readonly SectionRun[];
}

/**
 * Finds a document by its id.
 *
 * @throws SparsedgeError `not-found`
 */
export async function findDocument(
  index: OpenIndex,
  id: string,
  cost: Cost,
  cache?: PageCache,
): Promise<Document> {
  return (await placeDocument(index, id, cost, cache)).shown;
}

/**
 * Finds a document by its id, and where it is.
 *
 * @throws SparsedgeError `not-found`
 */
export async function placeDocument(
  index: OpenIndex,
  id: string,
  cost: Cost,
  cache?: PageCache,
): Promise<PlacedDocument> {
  const document = await findDocumentNumber(index, id, cost, cache);
  const shown = (await readDocuments(index, [document], cost, cache)).get(document)!;
  const { articles } = index.table;
  if (!articles) return { document, shown, page: [{ from: document, to: document + 1 }] };
  const runs = new ArticleRuns(articles, index.manifest.documents);
  return { document, shown, page: runs.runsOf(runs.articleOf(document)) };
}

/** The number of the document with that id: its id's one posting in the id space. */
export async function findDocumentNumber(
  index: OpenIndex,
  id: string,
  cost: Cost,
  cache?: PageCache,
): Promise<number> {
  const { manifest, table } = index;
  const key = utf8(id);
  const run = table.spaces.get(ID_SPACE)!;
  const place = findTerm(run, key);
  if (place.kind !== 'dictionary') throw noSuchDocument(id);
  const wanted = { place: { build: manifest.build, space: ID_SPACE, page: place.page }, run };
  const where = pageKey(wanted);
  const pages = await readPages(index, [wanted], 'postingReads', cost, cache);
  const open = pages.get(where)!;
  const [hit] = findInDictionary(open.bytes, open.length, [key], where);
  if (!hit) throw noSuchDocument(id);
  if (hit.count !== 1) throw corrupt(where, 'one document of that id', hit.count);
  return decodePostings(open.bytes, hit, manifest.documents, emptyPostings(1)).documents[0];
}

/** No document has that id. */
export function noSuchDocument(id: string): SparsedgeError {
  return new SparsedgeError('not-found', `there is no document with the id ${JSON.stringify(id)}`);
}

/** Reads pages in one round, and adds what that costs to `cost`. */
export async function readPages(
  index: OpenIndex,
  wanted: readonly WantedPage[],
  kind: 'postingReads' | 'documentReads',
  cost: Cost,
  cache: PageCache | undefined,
): Promise<Map<string, OpenPage>> {
  const plan = planReads(wanted, cache);
  if (plan.reads.length + plan.cached.size > 0)
    charge(cost, { [kind === 'postingReads' ? 'postings' : 'documents']: plan });
  return executeReads(index.source, plan.reads, cache, new Map(plan.cached));
}
