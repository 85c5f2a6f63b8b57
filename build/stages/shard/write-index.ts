// Coded terms and the pages of documents → a generation, that is pages, page table and manifest, in the order in which
// they must exist. The manifest comes last, so a build that is stopped leaves no generation at all.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  encodeManifest,
  FIELD_SPACE,
  ID_SPACE,
  type Manifest,
  manifestName,
  type Quantizer,
  type Space,
  WORDS_SPACE,
} from '../../../src/core/format/manifest.ts';
import { DOCUMENTS } from '../../../src/core/format/page.ts';
import {
  type DocumentTable,
  encodeTable,
  type TermTable,
  tableChecksum,
} from '../../../src/core/format/page-table.ts';
import { objectName, writeAtomically } from '../../work/files.ts';
import { type InputRecord, writeInputRecord } from '../../work/input-record.ts';
import { noteObject } from '../../work/object-log.ts';
import { RecordReader } from '../../work/records.ts';
import { addedDigests } from '../../work/unordered-digest.ts';
import { articlesFrom } from '../invert/find-articles.ts';
import { documentsOf } from '../invert/slices.ts';
import type { SpacePlan, Spool } from '../invert/spool.ts';
import { readOrder } from '../order/permutation.ts';
import type { QuantizationReport } from '../quantize/quantize-terms.ts';
import { statisticsOf } from '../quantize/weights.ts';
import type { WindowPages } from './documents/window-pages.ts';
import type { IndexPlan, Target } from './index-plan.ts';
import { openSink } from './open-sink.ts';
import type { Layout } from './page-sizes.ts';
import type { CodedRange } from './terms/code-range.ts';
import { readCodedTerms } from './terms/coded-terms.ts';
import { countFieldTerms } from './terms/field-terms.ts';
import type { CodedTerm } from './terms/term-coder.ts';
import { TermPageWriter } from './terms/term-pages.ts';

/** A space, coded. */
interface CodedSpace {
  /** In the order of their terms. */
  readonly ranges: readonly CodedRange[];
  readonly quantizer: Quantizer;
  readonly report: QuantizationReport;
}

/** How many times as large pages of words are as those of terms. */
const WORD_PAGE_SCALE = 4;

/** Everything that is to be written. */
export interface IndexContent {
  readonly spools: readonly Spool[];
  readonly ids: readonly CodedRange[];
  readonly fields: readonly CodedRange[];
  /** Words as they are typed, where the index has them. */
  readonly words?: (CodedRange & { readonly words: number }) | undefined;
  /** As in the plan. */
  readonly spaces: readonly CodedSpace[];
  readonly windows: readonly WindowPages[];
  /** Whether document pages have vectors. */
  readonly inVectors: boolean;
}

/** A written generation. */
export interface WrittenIndex {
  readonly manifest: Manifest;
  readonly quantization: Readonly<Record<string, QuantizationReport>>;
}

/** Writes everything but the pointer that makes the generation current. */
export function writeIndex(
  { spools, ids, fields, words, spaces, windows, inVectors }: IndexContent,
  plan: IndexPlan,
  target: Target,
): WrittenIndex {
  const windowSizes = windows.map((window) => window.documents.reduce((sum, count) => sum + count, 0));
  const numbers = windowSizes.reduce((sum, size) => sum + size, 0);
  const holes = numbers - documentsOf(spools);
  const ofFields = countFieldTerms(plan.fields, termsOf(fields), documentsOf(spools), holes > 0);
  const tables = new Map<string, TermTable>([
    [ID_SPACE, writeTerms(ids, ID_SPACE, plan, target)],
    [FIELD_SPACE, writeTerms(fields, FIELD_SPACE, plan, target, false, ofFields.isKept)],
  ]);
  if (words) tables.set(WORDS_SPACE, writeTerms([words], WORDS_SPACE, plan, withWordPages(target)));
  const quantization: Record<string, QuantizationReport> = {};
  for (const [i, { name }] of plan.spaces.entries()) {
    const { ranges, report } = spaces[i];
    tables.set(name, writeTerms(ranges, name, plan, target, inVectors));
    quantization[name] = report;
  }
  const documents = writeDocuments(windows, target);
  const articles = plan.group === 'url' ? articlesFrom(readArticles(windows)) : undefined;
  const manifest: Manifest = {
    build: target.build,
    ...(target.builtBy !== undefined && { builtBy: target.builtBy }),
    documents: numbers,
    ...(holes > 0 && { holes }),
    ...(articles && { articles: windows.reduce((sum, window) => sum + (window.articles?.count ?? 0), 0) }),
    spaces: plan.spaces.map((space, i) => spaceOf(space, spaces[i], plan)),
    ...(ofFields.fields.length > 0 && { fields: ofFields.fields }),
    ...(words && { words: words.words }),
    windows: windowSizes,
    table: writeTable(encodeTable({ spaces: tables, documents, articles }, target.build), target),
  };
  writeInputRecord(target.folder, target.build, inputRecord(spools, plan, target.layout));
  writeAtomically(join(target.folder, manifestName(target.build)), encodeManifest(manifest));
  return { manifest, quantization };
}

/** Pages of words are larger: whoever corrects a word looks through all that begin or end alike. */
function withWordPages(target: Target): Target {
  const { layout } = target;
  return { ...target, layout: { ...layout, dictionaryBytes: layout.dictionaryBytes * WORD_PAGE_SCALE } };
}

function writeTerms(
  ranges: readonly CodedRange[],
  space: string,
  { base }: IndexPlan,
  target: Target,
  inVectors = false,
  isKept?: (key: Uint8Array) => boolean,
): TermTable {
  const writer = new TermPageWriter(openSink(target, space), target.layout, base?.table.spaces.get(space));
  for (const term of termsOf(ranges)) if (isKept?.(term.key) ?? true) writer.add(term);
  return writer.finish(inVectors);
}

function* termsOf(ranges: readonly CodedRange[]): Generator<CodedTerm> {
  for (const { folder, terms } of ranges) yield* readCodedTerms(join(folder, terms));
}

function writeDocuments(windows: readonly WindowPages[], target: Target): DocumentTable {
  const sink = openSink(target, DOCUMENTS);
  const firstDocument = [0];
  for (const { folder, pages, documents } of windows) {
    const bodies = new RecordReader(join(folder, pages));
    for (let body = bodies.next(); body; body = bodies.next()) sink.write(body);
    bodies.close();
    for (const count of documents) firstDocument.push(firstDocument[firstDocument.length - 1] + count);
  }
  return { ...sink.finish(), firstDocument: Float64Array.from(firstDocument) };
}

/** Of each document of the index the first one of its article. */
function readArticles(windows: readonly WindowPages[]): number[] {
  const articleOf: number[] = [];
  for (const { folder, articles } of windows) {
    const first = articleOf.length;
    for (const article of readOrder(join(folder, articles!.file))) articleOf.push(first + article);
  }
  return articleOf;
}

function spaceOf(
  { name, encoder, isInflected }: SpacePlan,
  { ranges, quantizer, report }: CodedSpace,
  { languages }: IndexPlan,
): Space {
  return {
    name,
    analyzer: encoder.analyzer,
    encoder: {
      id: encoder.id,
      parameters: { ...encoder.weighting.parameters },
      ...(encoder.model && { model: encoder.model }),
    },
    query: encoder.query,
    quantizer,
    terms: ranges.reduce((sum, { termCount }) => sum + termCount, 0),
    postings: report.postings,
    ...(isInflected && languages && { languages }),
  };
}

/** Writes the page table; what the manifest says of it. */
function writeTable(bytes: Uint8Array, { folder, workFolder }: Target): Manifest['table'] {
  const name = objectName(createHash('sha256').update(bytes).digest('hex'));
  noteObject(workFolder, name);
  writeAtomically(join(folder, name), bytes);
  return { name, bytes: bytes.length, crc32: tableChecksum(bytes, name) };
}

/** Whether document pages are to have vectors: the lists of one window are mostly read whole, and are cheaper so. */
export function hasVectors({ vectors, windowDocuments }: IndexPlan, documents: number): boolean {
  return vectors === 'always' || (vectors === 'auto' && documents > windowDocuments);
}

/** What was read, for whoever verifies the generation, and decided, for whoever builds on it. */
function inputRecord(
  spools: readonly Spool[],
  { spaces, store, base }: IndexPlan,
  layout: Layout,
): InputRecord {
  const statistics = Object.fromEntries(
    spaces.map(({ name, statistics }, space) => [name, statistics ?? statisticsOf(spools, space)]),
  );
  const values = spaces.map(({ name }, space): [string, number] => [
    name,
    spools.reduce((sum, spool) => sum + spool.spaces[space].values, 0),
  ]);
  return {
    documents: documentsOf(spools),
    digest: addedDigests(spools.map(({ documentsDigest }) => documentsDigest)),
    values: Object.fromEntries(values),
    kept: { store, layout, added: base?.added ?? 0, statistics },
  };
}

/** Windows of nearly equal size, none above the limit; one, though empty, when there is nothing. */
export function cutWindows(documents: number, limit: number): number[] {
  const windows = Math.max(1, Math.ceil(documents / limit));
  return Array.from({ length: windows + 1 }, (_, window) => Math.floor((documents * window) / windows));
}
