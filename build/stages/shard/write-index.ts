// The pass over terms and documents: spooled values and documents → a generation, that is pages, page table and
// manifest, in the order in which they must exist. The manifest comes last, so a build that is stopped leaves no
// generation at all.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  encodeManifest,
  ID_SPACE,
  type Manifest,
  manifestName,
  type Space,
} from '../../../src/core/format/manifest.ts';
import { encodeTable, type TermTable, tableChecksum } from '../../../src/core/format/page-table.ts';
import { PostingsEncoder } from '../../../src/core/format/postings.ts';
import type { StartProgress } from '../../terminal/progress.ts';
import { objectName, writeAtomically } from '../../work/files.ts';
import { type InputRecord, writeInputRecord } from '../../work/input-record.ts';
import { noteObject } from '../../work/object-log.ts';
import type { Spool } from '../invert/spool.ts';
import { Renumbering } from '../order/permutation.ts';
import type { QuantizationReport } from '../quantize/quantize-terms.ts';
import { buildId } from './build-id.ts';
import { chooseLayout } from './choose-layout.ts';
import { VectorSpool } from './documents/vector-spool.ts';
import { writeDocuments } from './documents/write-documents.ts';
import type { IndexPlan, Target } from './index-plan.ts';
import { writeIds, writeSpace } from './write-terms.ts';

/** A written generation. */
export interface WrittenIndex {
  readonly manifest: Manifest;
  readonly quantization: Readonly<Record<string, QuantizationReport>>;
}

/**
 * Writes everything but the pointer that makes the generation current.
 *
 * @param orderPath what the order stage wrote, if there was one
 * @param layout how large pages are to be; as suits the store unless given
 */
export async function writeIndex(
  spool: Spool,
  plan: IndexPlan,
  { folder, workFolder }: Pick<Target, 'folder' | 'workFolder'>,
  startProgress: StartProgress,
  orderPath?: string,
  layout = chooseLayout(plan.store, spool),
): Promise<WrittenIndex> {
  const build = buildId(spool, plan, layout);
  const target: Target = {
    folder,
    workFolder,
    build,
    store: plan.store,
    layout,
    windowStart: cutWindows(spool.documents, plan.windowDocuments),
    renumbering: orderPath === undefined ? undefined : new Renumbering(orderPath, spool.documents),
    vectors: hasVectors(plan, spool.documents) ? new VectorSpool(workFolder) : undefined,
    encoder: new PostingsEncoder(),
    startProgress,
  };
  const tables = new Map<string, TermTable>([[ID_SPACE, writeIds(spool, target)]]);
  const spaces: Space[] = [];
  const quantization: Record<string, QuantizationReport> = {};
  for (const [i, space] of plan.spaces.entries()) {
    const written = writeSpace(i, spool.spaces[i], space, target);
    tables.set(space.name, written.table);
    const { languages } = plan;
    spaces.push(space.isInflected && languages ? { ...written.space, languages } : written.space);
    quantization[space.name] = written.report;
  }
  const documents = await writeDocuments(spool, target);
  const manifest: Manifest = {
    build,
    documents: spool.documents,
    spaces,
    windows: target.windowStart.slice(1).map((end, window) => end - target.windowStart[window]),
    table: writeTable(encodeTable({ spaces: tables, documents }, build), target),
  };
  writeInputRecord(folder, build, inputRecord(spool));
  writeAtomically(join(folder, manifestName(build)), encodeManifest(manifest));
  return { manifest, quantization };
}

/** Writes the page table; what the manifest says of it. */
function writeTable(bytes: Uint8Array, { folder, workFolder }: Target): Manifest['table'] {
  const name = objectName(createHash('sha256').update(bytes).digest('hex'));
  noteObject(workFolder, name);
  writeAtomically(join(folder, name), bytes);
  return { name, bytes: bytes.length, crc32: tableChecksum(bytes, name) };
}

/** Whether document pages are to have vectors: the lists of one window are mostly read whole, and are cheaper so. */
function hasVectors({ vectors, windowDocuments }: IndexPlan, documents: number): boolean {
  return vectors === 'always' || (vectors === 'auto' && documents > windowDocuments);
}

/** What was read, for whoever verifies the generation. */
function inputRecord({ documents, documentsDigest, spaces }: Spool): InputRecord {
  const values = Object.fromEntries(spaces.map((space) => [space.name, space.values]));
  return { documents, digest: documentsDigest, values };
}

/** Windows of nearly equal size, none above the limit; one, though empty, when there is nothing. */
export function cutWindows(documents: number, limit: number): number[] {
  const windows = Math.max(1, Math.ceil(documents / limit));
  return Array.from({ length: windows + 1 }, (_, window) => Math.floor((documents * window) / windows));
}
