// A CIFF file → what spooling documents leaves. It is inverted already: its lists become spills as they come, and
// nothing goes through documents. In memory are one list and a few numbers for each document.

import { createHash, type Hash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Document } from '../../src/core/document.ts';
import type { SpacePlan, Spool, SpooledSpace } from '../stages/invert/spool.ts';
import { writeTermCounts } from '../stages/invert/term-counts.ts';
import { openSource } from '../stages/read/lines/input-source.ts';
import { given } from '../stages/weighting/weighting.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { RecordReader } from '../work/records.ts';
import { UnorderedDigest } from '../work/unordered-digest.ts';
import { MessageReader, malformed, type Place } from './delimited.ts';
import { type JoinReport, joinDocuments } from './join-documents.ts';
import { type CiffHeader, decodeHeader } from './messages.ts';
import { type ReadDocuments, readDocumentRecords } from './read-documents.ts';
import { type OpenCiff, type ReadLists, readLists } from './read-lists.ts';

/** What to read. */
export interface CiffInput {
  /** A path, or `-` for standard input; gzipped or not. */
  readonly input: string;
  readonly largestTf: number;
  /** Documents with text, in any order: those with an id of the CIFF are shown. */
  readonly corpus?: (() => AsyncIterable<Document>) | undefined;
}

/** What a CIFF said, and what was found. */
export interface CiffReport {
  readonly description: string;
  readonly lists: number;
  readonly postings: number;
  readonly documents: number;
  /** Documents whose length is not the sum of their tfs: lengths are rounded, or the file has not all of the lists. */
  readonly otherLengths: number;
  readonly corpus?: JoinReport | undefined;
}

const MAX_HEADER_BYTES = 1 << 20;

/**
 * Reads a CIFF.
 *
 * @param plans spaces whose values are weights take tfs as impacts, others as counts
 * @throws SparsedgeError `bad-input` that names the file, the message and its term
 */
export async function spoolCiff(
  { input, largestTf, corpus }: CiffInput,
  plans: readonly SpacePlan[],
  folder: string,
  startProgress: StartProgress,
): Promise<{ spool: Spool; report: CiffReport }> {
  const digest = createHash('sha256');
  const source = await openSource(input);
  try {
    const messages = new MessageReader(hashed(source.chunks, digest));
    const place: Place = { file: source.name, kind: 'header', number: 0, total: 0 };
    const header = decodeHeader(await messages.wait(MAX_HEADER_BYTES, place), place);
    const counting = plans.find(({ encoder }) => encoder.weighting !== given);
    if (counting) mustBeWhole(header, counting, place);
    const file: OpenCiff = { messages, header, place, folder, startProgress };
    const lists = await readLists(file, largestTf);
    const documents = await readDocumentRecords(file, lists.sums, counting !== undefined);
    await messages.end(place);
    const joined = corpus && (await withText(file, documents, corpus(), digest));
    const spool: Spool = {
      folder,
      first: 0,
      documents: header.documents,
      digest: digest.digest('hex'),
      documentsDigest: joined?.digest ?? documents.digest,
      documentsFile: basename(joined?.path ?? documents.path),
      idSpills: documents.idSpills.map((path) => basename(path)),
      fieldSpills: [],
      spaces: plans.map((plan) => spooledSpace(plan, file, lists, documents)),
    };
    const { description } = header;
    const { postings } = lists;
    const { otherLengths } = documents;
    const report = {
      description,
      lists: header.lists,
      postings,
      documents: header.documents,
      otherLengths,
      corpus: joined?.report,
    };
    return { spool, report };
  } finally {
    source.close();
  }
}

/** @throws SparsedgeError `bad-input` when documents are left out, without which counts cannot be weighed */
function mustBeWhole({ documents, totalDocuments }: CiffHeader, { encoder }: SpacePlan, place: Place): void {
  if (totalDocuments <= documents) return;
  const needed = `all ${totalDocuments} documents of the index, since ${encoder.id} weighs with all of them`;
  throw malformed(place, needed, documents);
}

/** All spaces share the spills; what differs is what a document's length is. */
function spooledSpace(
  { name, encoder }: SpacePlan,
  { folder, header }: OpenCiff,
  { spills: paths, postings: values }: ReadLists,
  { lengths, sums }: ReadDocuments,
): SpooledSpace {
  const file = `${name}.lengths`;
  const path = join(folder, file);
  const spills = paths.map((spill) => basename(spill));
  if (encoder.weighting === given) return { name, spills, values, lengths: { file, ...sums.write(path) } };
  const termCounts = `${name}.counts`;
  writeTermCounts(paths, join(folder, termCounts));
  // Anserini writes lengths as Lucene rounds them, and the mean of the exact ones, which is what Lucene scores with.
  const { averageLength } = header;
  const mean = averageLength > 0 ? averageLength : undefined;
  return { name, spills, values, lengths: { file, ...lengths.write(path), mean }, termCounts };
}

async function withText(
  { folder, header, startProgress }: OpenCiff,
  { path: barePath, idSpills }: ReadDocuments,
  corpus: AsyncIterable<Document>,
  digest: Hash,
): Promise<{ path: string; digest: string; report: JoinReport }> {
  const path = join(folder, 'documents');
  const progress = startProgress('reading documents', 'documents');
  const bare = { count: header.documents, path: barePath, idSpills };
  const report = await joinDocuments(bare, corpus, folder, path, progress);
  const records = new RecordReader(path);
  const unordered = new UnorderedDigest();
  for (let record = records.next(); record; record = records.next()) {
    digest.update(record);
    unordered.add(record);
  }
  records.close();
  return { path, digest: unordered.value, report };
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, digest: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    digest.update(chunk);
    yield chunk;
  }
}
