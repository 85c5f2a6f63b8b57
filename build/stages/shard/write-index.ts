// Spooled values and documents → a generation: shards, page tables and manifest, in the order in which they must
// exist. The manifest comes last, so a build that is stopped leaves no generation at all.

import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { BUILD_DIGITS, FORMAT_VERSION } from '../../../src/core/format/header.ts';
import {
  encodeManifest,
  ID_SPACE,
  type Manifest,
  manifestName,
  type Quantizer,
  type Space,
} from '../../../src/core/format/manifest.ts';
import { DOCUMENTS } from '../../../src/core/format/page.ts';
import {
  type DocumentTable,
  encodeTable,
  type TermTable,
  tableChecksum,
} from '../../../src/core/format/page-table.ts';
import { type BuildConfig, encoderOf, type SpaceConfig } from '../../index/config.ts';
import type { StartProgress } from '../../terminal/progress.ts';
import { writeAtomically, writeObject } from '../../work/files.ts';
import { RecordFile, RecordReader } from '../../work/records.ts';
import { keyOf } from '../../work/stage.ts';
import { mergeRuns, roomFor } from '../invert/inverter.ts';
import type { Spool, SpooledSpace } from '../invert/spool.ts';
import { ORDERING } from '../order/order.ts';
import { Renumbering } from '../order/permutation.ts';
import {
  largestWeight,
  openWeigher,
  QuantizationCounter,
  type QuantizationReport,
  weighTerms,
} from '../quantize/weigh.ts';
import { DocumentPageWriter } from './document-pages.ts';
import { pageObjectWriter } from './page-objects.ts';
import { ShardWriter } from './shard.ts';
import { LAYOUT, TermPageWriter } from './term-pages.ts';

/** A written generation. */
export interface WrittenIndex {
  readonly manifest: Manifest;
  readonly quantization: Readonly<Record<string, QuantizationReport>>;
}

/** What the writing functions share. */
interface Target {
  readonly folder: string;
  readonly build: string;
  /** segmentStart[s] .. segmentStart[s + 1] are the documents of segment s. */
  readonly segmentStart: readonly number[];
  /** Nothing where documents stay in the order in which they were read. */
  readonly renumbering: Renumbering | undefined;
  readonly startProgress: StartProgress;
}

/**
 * Writes everything but the pointer that makes the generation current.
 *
 * @param orderPath what the order stage wrote, if there was one
 */
export async function writeIndex(
  spool: Spool,
  config: BuildConfig,
  folder: string,
  startProgress: StartProgress,
  orderPath?: string,
): Promise<WrittenIndex> {
  const build = buildId(spool, config);
  const target: Target = {
    folder,
    build,
    segmentStart: cutSegments(spool.documents, config.segmentDocuments),
    renumbering: orderPath === undefined ? undefined : new Renumbering(orderPath, spool.documents),
    startProgress,
  };
  const tables = target.segmentStart.slice(1).map(() => new Map<string, TermTable>());

  const ids = writeIds(spool, target);
  ids.forEach((table, segment) => tables[segment].set(ID_SPACE, table));
  const spaces: Space[] = [];
  const quantization: Record<string, QuantizationReport> = {};
  for (const [i, spaceConfig] of config.spaces.entries()) {
    const written = writeSpace(spool.spaces[i], spaceConfig, target);
    written.tables.forEach((table, segment) => tables[segment].set(spaceConfig.name, table));
    spaces.push(written.space);
    quantization[spaceConfig.name] = written.report;
  }
  const documents = await writeDocuments(spool, config.documentPages, target);
  const manifest: Manifest = {
    build,
    documents: spool.documents,
    spaces,
    segments: tables.map((space, segment) => {
      const bytes = encodeTable({ spaces: space, documents: documents[segment] }, build);
      const name = writeObject(folder, bytes);
      return {
        documents: target.segmentStart[segment + 1] - target.segmentStart[segment],
        table: { name, bytes: bytes.length, crc32: tableChecksum(bytes, name) },
      };
    }),
  };
  writeAtomically(join(folder, manifestName(build)), encodeManifest(manifest));
  return { manifest, quantization };
}

/** Names everything that the bytes depend on, and nothing else: an option that is left alone changes no id. */
function buildId(spool: Spool, { spaces, segmentDocuments, order, documentPages }: BuildConfig): string {
  const weighed = spaces.map((space) => {
    const { id, analyzer, query, weighting, model } = encoderOf(space);
    const said: unknown[] = [space.name, id, analyzer, query, weighting.parameters, space.quantizer];
    if (space.merge) said.push(space.merge, space.maxQueries ?? 'all');
    return model ? [...said, model] : said;
  });
  const options = [
    ...(order === 'similarity' ? [ORDERING] : []),
    ...(documentPages === 'objects' ? [documentPages] : []),
  ];
  return keyOf(FORMAT_VERSION, LAYOUT, spool.digest, segmentDocuments, weighed, ...options).slice(
    0,
    BUILD_DIGITS,
  );
}

/** Segments of nearly equal size, none above the limit; one, though empty, when there is nothing. */
export function cutSegments(documents: number, limit: number): number[] {
  const segments = Math.max(1, Math.ceil(documents / limit));
  return Array.from({ length: segments + 1 }, (_, segment) => Math.floor((documents * segment) / segments));
}

/** One term page writer for each segment. */
function openTermWriters(space: string, { folder, build, segmentStart }: Target): TermPageWriter[] {
  return segmentStart
    .slice(1)
    .map(
      (end, segment) =>
        new TermPageWriter(new ShardWriter(folder, { build, segment, space }), end - segmentStart[segment]),
    );
}

/** Hands each segment its part of a term's postings, with local document numbers. */
function addToSegments(
  writers: readonly TermPageWriter[],
  segmentStart: readonly number[],
  key: Uint8Array,
  postings: ImpactList,
): void {
  const { documents, impacts, count } = postings;
  let start = 0;
  for (const [segment, writer] of writers.entries()) {
    const first = segmentStart[segment];
    const limit = segmentStart[segment + 1];
    let end = start;
    for (; end < count && documents[end] < limit; end++) documents[end] -= first;
    if (end > start)
      writer.add(key, documents.subarray(start, end), impacts.subarray(start, end), end - start);
    start = end;
  }
}

interface ImpactList {
  readonly documents: Uint32Array;
  readonly impacts: Uint8Array;
  readonly count: number;
}

function writeIds(spool: Spool, target: Target): TermTable[] {
  const writers = openTermWriters(ID_SPACE, target);
  const impacts = Uint8Array.of(1);
  for (const { key, documents, count } of mergeRuns(spool.idRuns)) {
    if (count > 1) {
      const id = Buffer.from(key).toString();
      throw new SparsedgeError(
        'bad-input',
        `${count} documents have the id ${JSON.stringify(id)}: the input's documents number ${documents[0] + 1} and ` +
          `${documents[1] + 1} are two of them; ids must be unique`,
        { id },
      );
    }
    target.renumbering?.apply(documents, impacts, count);
    addToSegments(writers, target.segmentStart, key, { documents, impacts, count });
  }
  return writers.map((writer) => writer.finish());
}

function writeSpace(
  spooled: SpooledSpace,
  config: SpaceConfig,
  target: Target,
): { space: Space; tables: TermTable[]; report: QuantizationReport } {
  const encoder = encoderOf(config);
  const weigher = openWeigher(spooled, encoder.weighting);
  const { maximum = largestWeight(weigher), rounding } = config.quantizer;
  const quantizer: Quantizer = { maximum, rounding };
  const counter = new QuantizationCounter(quantizer);
  const writers = openTermWriters(spooled.name, target);
  let documents = new Uint32Array(1024);
  let impacts = new Uint8Array(1024);
  const progress = target.startProgress(`writing ${spooled.name}`, 'postings');
  let done = 0;
  for (const term of weighTerms(weigher)) {
    if (documents.length < term.count) {
      documents = new Uint32Array(roomFor(term.count));
      impacts = new Uint8Array(roomFor(term.count));
    }
    const count = counter.quantizeTerm(term, documents, impacts);
    target.renumbering?.apply(documents, impacts, count);
    if (count > 0) addToSegments(writers, target.segmentStart, term.key, { documents, impacts, count });
    done += term.count;
    progress.at(done);
  }
  progress.end();
  const report = counter.report();
  const space: Space = {
    name: spooled.name,
    analyzer: encoder.analyzer,
    encoder: {
      id: encoder.id,
      parameters: { ...encoder.weighting.parameters },
      ...(encoder.model && { model: encoder.model }),
    },
    query: encoder.query,
    quantizer,
    terms: report.terms,
    postings: report.postings,
  };
  return { space, tables: writers.map((writer) => writer.finish()), report };
}

async function writeDocuments(
  spool: Spool,
  layout: BuildConfig['documentPages'],
  { folder, build, segmentStart, renumbering, startProgress }: Target,
): Promise<DocumentTable[]> {
  const progress = startProgress('writing documents', 'documents');
  const records = openDocuments(spool, renumbering);
  const tables: DocumentTable[] = [];
  for (let segment = 0; segment + 1 < segmentStart.length; segment++) {
    const where = { build, segment, space: DOCUMENTS };
    const sink = layout === 'objects' ? pageObjectWriter(folder, where) : new ShardWriter(folder, where);
    const writer = new DocumentPageWriter(sink);
    for (let document = segmentStart[segment]; document < segmentStart[segment + 1]; document++) {
      await writer.add(records.next()!);
      progress.at(document, spool.documents);
    }
    tables.push(await writer.finish());
  }
  records.close();
  progress.end();
  return tables;
}

/** The documents one by one, in the order in which they are to be written. */
function openDocuments(
  { documentsPath, documents }: Spool,
  renumbering: Renumbering | undefined,
): Pick<RecordReader, 'next' | 'close'> {
  if (!renumbering) return new RecordReader(documentsPath);
  const records = new RecordFile(documentsPath, documents);
  let next = 0;
  return { next: () => records.at(renumbering.before[next++]), close: () => records.close() };
}
