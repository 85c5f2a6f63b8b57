// An index's space → a CIFF file whose tfs are impacts, as BMP reads them, and as PISA does for its quantized indexes.
//
// A document's length is the sum of its impacts, as for Anserini's impact indexes: so the header's total is the sum of
// all lengths and of all tfs, which is what CIFF's own reader checks. (PISA's jsonl2ciff counts postings instead.)
//
// The index is read twice: the header stands first and has that total.

import { createGzip } from 'node:zlib';
import { corrupt } from '../../src/core/errors.ts';
import { ByteWriter } from '../../src/core/format/bytes.ts';
import { decodeDocument, documentsHeld } from '../../src/core/format/document-page.ts';
import { documentsIn, type Space } from '../../src/core/format/manifest.ts';
import { DOCUMENTS } from '../../src/core/format/page.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { allIds, listsOf } from '../inspect/lists.ts';
import { readPages } from '../inspect/pages.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { writeNamed } from '../work/files.ts';
import { indexLists } from './index-lists.ts';
import { encodeDocumentRecord, encodeHeader } from './messages.ts';
import { encodeList } from './posting-list.ts';

/** What was written. */
export interface ExportReport {
  readonly lists: number;
  readonly postings: number;
  readonly documents: number;
  /** The sum of all impacts. */
  readonly impacts: number;
  readonly bytes: number;
}

/** Bytes are handed on in pieces of about this size. */
const PIECE_BYTES = 1 << 20;

/**
 * Writes a CIFF, gzipped when its name ends with `.gz`. The file is there whole or not at all.
 *
 * @throws SparsedgeError `corrupt` when the index is damaged
 */
export async function exportCiff(
  index: OpenIndex,
  space: Space,
  path: string,
  startProgress: StartProgress,
): Promise<ExportReport> {
  const lengths = await documentLengths(index, space, startProgress);
  const impacts = lengths.reduce((sum, length) => sum + length, 0);
  const tally = { bytes: 0 };
  const bytes = pieces(messages(index, space, lengths, impacts, startProgress), tally);
  await writeNamed(path, bytes, /\.gz$/i.test(path) ? createGzip() : undefined);
  const { terms: lists, postings } = space;
  return { lists, postings, documents: documentsIn(index.manifest), impacts, bytes: tally.bytes };
}

/** What a reader should know of the numbers. */
function describeSpace(build: string, { name, analyzer, encoder, query, quantizer }: Space): string {
  const parameters = Object.entries(encoder.parameters).map(([key, value]) => ` ${key} ${value}`);
  return (
    `Sparsedge build ${build}, space ${name}: ${encoder.id}${parameters.join('')}, analyzer ${analyzer}, query terms ${query}. ` +
    `tf is the impact, 1 to 255: weight * 255 / ${quantizer.maximum}, rounded ${quantizer.rounding}. ` +
    'doclength is the sum of impacts.'
  );
}

/** The sum of each document's impacts. */
async function documentLengths(
  index: OpenIndex,
  { name, postings: total }: Space,
  startProgress: StartProgress,
): Promise<Float64Array> {
  const progress = startProgress('adding up impacts', 'postings');
  const lengths = new Float64Array(index.manifest.documents);
  let done = 0;
  for await (const { postings } of listsOf(index, name)) {
    const { documents, runs, runEnd, runImpact } = postings;
    for (let run = 0, i = 0; run < runs; run++)
      for (; i < runEnd[run]; i++) lengths[documents[i]] += runImpact[run];
    done += postings.count;
    progress.at(done, total);
  }
  progress.end();
  return lengths;
}

/** All messages of the file; each is valid until the next. */
async function* messages(
  index: OpenIndex,
  space: Space,
  lengths: Float64Array,
  impacts: number,
  startProgress: StartProgress,
): AsyncGenerator<Uint8Array> {
  const { build } = index.manifest;
  const documents = documentsIn(index.manifest);
  const numbers = await withoutHoles(index);
  yield encodeHeader({
    lists: space.terms,
    documents,
    totalLists: space.terms,
    totalDocuments: documents,
    totalTerms: impacts,
    averageLength: documents === 0 ? 0 : impacts / documents,
    description: describeSpace(build, space),
  });
  const progress = startProgress('writing posting lists', 'postings');
  let lists = 0;
  let postings = 0;
  for await (const list of indexLists(index, space.name)) {
    if (numbers) for (let i = 0; i < list.count; i++) list.documents[i] = numbers[list.documents[i]];
    yield encodeList(list);
    lists++;
    postings += list.count;
    progress.at(postings, space.postings);
  }
  progress.end();
  if (lists !== space.terms) throw corrupt(`space ${space.name}`, `${space.terms} terms`, lists);
  yield* documentRecords(index, lengths, startProgress);
}

/** The number in the CIFF of each document, where the index has holes: a CIFF has none. */
async function withoutHoles(index: OpenIndex): Promise<Uint32Array | undefined> {
  if (index.manifest.holes === undefined) return undefined;
  let documents = 0;
  return Uint32Array.from(await allIds(index), (id) => (id === '' ? documents : documents++));
}

async function* documentRecords(
  index: OpenIndex,
  lengths: Float64Array,
  startProgress: StartProgress,
): AsyncGenerator<Uint8Array> {
  const progress = startProgress('writing document records', 'documents');
  let number = 0;
  const { firstDocument } = index.table.documents;
  for await (const { page, bytes, length } of readPages(index, DOCUMENTS)) {
    const body = bytes.subarray(0, length);
    const where = `document page ${page}`;
    for (const { place, record } of documentsHeld(body, where)) {
      const { id } = decodeDocument(record, where);
      yield encodeDocumentRecord({ number, id, length: lengths[firstDocument[page] + place] });
      number++;
    }
    progress.at(number, documentsIn(index.manifest));
  }
  progress.end();
}

/** Messages after their lengths, many to a piece. */
async function* pieces(
  messages: AsyncIterable<Uint8Array>,
  tally: { bytes: number },
): AsyncGenerator<Uint8Array> {
  const piece = new ByteWriter(PIECE_BYTES * 2);
  for await (const message of messages) {
    piece.varint(message.length);
    piece.raw(message);
    if (piece.length < PIECE_BYTES) continue;
    tally.bytes += piece.length;
    yield piece.finish();
    piece.clear();
  }
  tally.bytes += piece.length;
  yield piece.finish();
}
