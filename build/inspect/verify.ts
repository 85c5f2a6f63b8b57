// Reads back everything that a build wrote, as a reader would, and compares it with what the manifest promises.

import { createHash } from 'node:crypto';
import { corrupt } from '../../src/core/errors.ts';
import { compareBytes } from '../../src/core/format/bytes.ts';
import { decodeDocuments, encodeDocument } from '../../src/core/format/document-page.ts';
import { checkHeader, HEADER_BYTES } from '../../src/core/format/header.ts';
import { ID_SPACE, type Space } from '../../src/core/format/manifest.ts';
import { DOCUMENTS, openPage, type PageIdentity } from '../../src/core/format/page.ts';
import { type PageRun, pageCount, pageName } from '../../src/core/format/page-table.ts';
import type { Source } from '../../src/core/source.ts';
import { type OpenIndex, type OpenSegment, openIndex } from '../../src/query/search/open.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { objectName } from '../work/files.ts';
import { type InputRecord, readInputRecord } from '../work/input-record.ts';
import { UnorderedDigest } from '../work/unordered-digest.ts';
import { listsOfPages } from './lists.ts';
import type { NumberedPage } from './pages.ts';

/** What was found to be whole. */
export interface VerifyReport {
  readonly build: string;
  readonly objects: number;
  readonly bytes: number;
  readonly pages: number;
  readonly documents: number;
  readonly postings: number;
  /** Whether the index was also held to what its build recorded of its input. */
  readonly againstInput: boolean;
}

interface Tally {
  objects: number;
  bytes: number;
  pages: number;
  done: (pages: number) => void;
}

/**
 * Verifies a generation: every object has the name of its content, every page its checksum, every list decodes, and the
 * sums are the manifest's. Where the build's record of its input is there, the documents and the numbers of postings
 * are those that it read.
 *
 * @throws SparsedgeError `corrupt` at the first thing that is not as it must be
 */
export async function verifyIndex(
  source: Source,
  startProgress: StartProgress,
  build?: string,
): Promise<VerifyReport> {
  const index = await openIndex(source, build);
  const input = await readInputRecord(source, index.manifest.build);
  const progress = startProgress('verifying', 'pages');
  const total = index.segments.reduce(
    (sum, { table }) =>
      sum + [...table.spaces.values(), table.documents].reduce((pages, run) => pages + pageCount(run), 0),
    0,
  );
  const tally: Tally = { objects: 0, bytes: 0, pages: 0, done: (pages) => progress.at(pages, total) };
  let postings = 0;
  for (const space of index.manifest.spaces) {
    let terms = 0;
    let count = 0;
    for (const segment of index.segments) {
      const found = await verifyTerms(index, segment, space.name, tally);
      terms += found.terms;
      count += found.postings;
    }
    // A term of several segments counts once in the manifest, and telling so would take all terms in memory.
    if (index.segments.length === 1 && terms !== space.terms) {
      throw corrupt(`space ${space.name}`, `${space.terms} terms`, terms);
    }
    if (count !== space.postings) throw corrupt(`space ${space.name}`, `${space.postings} postings`, count);
    postings += count;
    mustBeAsRead(space, input);
  }
  let documents = 0;
  const digest = new UnorderedDigest();
  for (const segment of index.segments) {
    const { postings: ids } = await verifyTerms(index, segment, ID_SPACE, tally);
    if (ids !== segment.documents)
      throw corrupt(`segment ${segment.number}`, `${segment.documents} ids`, ids);
    documents += await verifyDocuments(index, segment, tally, digest);
  }
  mustHoldWhatWasRead(documents, digest.value, input);
  progress.end();
  const { objects, bytes, pages } = tally;
  return {
    build: index.manifest.build,
    objects,
    bytes,
    pages,
    documents,
    postings,
    againstInput: input !== undefined,
  };
}

/** @throws SparsedgeError `corrupt` unless every value that the build encoded is a posting */
function mustBeAsRead({ name, postings }: Space, input: InputRecord | undefined): void {
  if (!input || input.values[name] === postings) return;
  const expected = `${input.values[name] ?? 0} postings, one for each value that the build encoded`;
  throw corrupt(`space ${name}`, expected, postings);
}

/** @throws SparsedgeError `corrupt` unless the documents are those that the build read */
function mustHoldWhatWasRead(documents: number, digest: string, input: InputRecord | undefined): void {
  if (!input || (documents === input.documents && digest === input.digest)) return;
  throw corrupt(
    'the documents',
    `the ${input.documents} that the build read, of the digest ${input.digest}`,
    `${documents} of the digest ${digest}`,
  );
}

/** Checks a space of a segment; returns how many terms and postings it has. */
async function verifyTerms(
  index: OpenIndex,
  segment: OpenSegment,
  space: string,
  tally: Tally,
): Promise<{ terms: number; postings: number }> {
  const table = segment.table.spaces.get(space)!;
  const pages = pagesOf(index, segment, space, table, tally);
  const found = { terms: table.longTerms.length, postings: 0 };
  let before: Uint8Array = new Uint8Array();
  for await (const { key, page, long, postings } of listsOfPages(pages, segment, space)) {
    found.postings += postings.count;
    if (long) continue;
    if (compareBytes(before, key) >= 0) {
      const where = `segment ${segment.number}, ${space}, page ${page}`;
      throw corrupt(where, 'ascending terms', 'terms out of order');
    }
    before = key;
    found.terms++;
  }
  return found;
}

async function verifyDocuments(
  index: OpenIndex,
  segment: OpenSegment,
  tally: Tally,
  digest: UnorderedDigest,
): Promise<number> {
  const table = segment.table.documents;
  let documents = 0;
  for await (const { page, bytes, length } of pagesOf(index, segment, DOCUMENTS, table, tally)) {
    const count = table.firstDocument[page + 1] - table.firstDocument[page];
    const indexes = Array.from({ length: count }, (_, i) => i);
    const decoded = decodeDocuments(bytes.subarray(0, length), indexes, `document page ${page}`);
    for (const document of decoded) digest.add(encodeDocument(document));
    documents += decoded.length;
  }
  return documents;
}

/** All pages of a run in order, after checking the object that holds them. */
async function* pagesOf(
  { source, manifest: { build } }: OpenIndex,
  segment: OpenSegment,
  space: string,
  run: PageRun,
  tally: Tally,
): AsyncGenerator<NumberedPage> {
  if (run.shards.length === 0) yield* pageObjectsOf({ source, build }, segment.number, space, run, tally);
  for (const [i, { name, firstPage }] of run.shards.entries()) {
    const object = await source.read(name);
    checkHeader(object, 'shard', build, name);
    const named = objectName(createHash('sha256').update(object).digest('hex'));
    if (named !== name) throw corrupt(name, 'content of that name', `content of ${named}`);
    tally.objects++;
    tally.bytes += object.length;
    const endPage = run.shards[i + 1]?.firstPage ?? pageCount(run);
    const base = HEADER_BYTES - run.pageStart[firstPage];
    for (let page = firstPage; page < endPage; page++) {
      const bytes = object.subarray(base + run.pageStart[page], base + run.pageStart[page + 1]);
      const identity: PageIdentity = { build, segment: segment.number, space, page };
      yield { page, bytes, length: openPage(bytes, identity) };
      tally.done(++tally.pages);
    }
  }
}

/** All pages of a run whose pages are objects of their own. */
async function* pageObjectsOf(
  { source, build }: { readonly source: Source; readonly build: string },
  segment: number,
  space: string,
  run: PageRun,
  tally: Tally,
): AsyncGenerator<NumberedPage> {
  for (let page = 0; page < pageCount(run); page++) {
    const identity: PageIdentity = { build, segment, space, page };
    const bytes = await source.read(pageName(identity));
    const stored = run.pageStart[page + 1] - run.pageStart[page];
    if (bytes.length !== stored) throw corrupt(pageName(identity), `${stored} bytes`, bytes.length);
    tally.objects++;
    tally.bytes += bytes.length;
    yield { page, bytes, length: openPage(bytes, identity) };
    tally.done(++tally.pages);
  }
}
