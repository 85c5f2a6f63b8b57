// The offline pipeline: read → encode → invert → quantize → shard → verify → publish locally.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CURRENT, type Manifest, manifestName, readManifest } from '../../src/core/format/manifest.ts';
import { DOCUMENTS } from '../../src/core/format/page.ts';
import { PAGES, pageCount, pageName } from '../../src/core/format/page-table.ts';
import { openIndex } from '../../src/query/search/open.ts';
import { type VerifyReport, verifyIndex } from '../inspect/verify.ts';
import { journaled } from '../model/encoding-journal.ts';
import type { EncoderInput } from '../stages/encode/encode.ts';
import { writeVectors } from '../stages/encode/vectors.ts';
import { expanding } from '../stages/expand/merge.ts';
import { type SpacePlan, type Spool, spoolDocuments } from '../stages/invert/spool.ts';
import { orderDocuments } from '../stages/order/order.ts';
import { openWeigher, type QuantizationReport } from '../stages/quantize/weigh.ts';
import { cutSegments, writeIndex } from '../stages/shard/write-index.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource, writeAtomically } from '../work/files.ts';
import { keyOf, runStage } from '../work/stage.ts';
import { type BuildConfig, encoderOf } from './config.ts';
import { layModelsBeside } from './copy-model.ts';

/** Documents, or what comes inverted already; read at most once. */
export type BuildInput =
  | { readonly inputs: () => AsyncIterable<EncoderInput> }
  /** Leaves in the folder what spooling documents leaves there. */
  | { readonly spool: (plans: readonly SpacePlan[], folder: string) => Promise<Spool> };

/** What to build from, and where to. */
export type BuildJob = BuildInput & BuildTask;

interface BuildTask {
  /** Names the input and what of it is read: equal keys promise equal documents. */
  readonly inputKey: string;
  readonly config: BuildConfig;
  /** Of the index. */
  readonly folder: string;
  /** Of intermediate files, emptied when the build is done. */
  readonly workFolder: string;
  /** Where to write the first space's weights as JSON lines, if anywhere. */
  readonly vectorsPath?: string;
  readonly startProgress: StartProgress;
}

/** What a build did. */
export interface BuildReport {
  readonly manifest: Manifest;
  readonly quantization: Readonly<Record<string, QuantizationReport>>;
  readonly verified: VerifyReport;
  /** Seconds of each stage; a stage that had finished in an earlier run takes none. */
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Builds an index and makes it current in its folder. Stopped at any moment and run again, it ends with the same bytes.
 *
 * @throws SparsedgeError `bad-input` for input that cannot be indexed; whatever reading throws
 */
export async function buildIndex(job: BuildJob): Promise<BuildReport> {
  const { config, folder, workFolder, startProgress } = job;
  const key = keyOf(job.inputKey, config, job.vectorsPath);
  const seconds: Record<string, number> = {};
  const timed = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    const started = performance.now();
    const result = await runStage(workFolder, name, key, run);
    seconds[name] = (performance.now() - started) / 1000;
    return result;
  };
  mkdirSync(workFolder, { recursive: true });
  const plans = config.spaces.map((space): SpacePlan => {
    const { name, parts, merge, maxQueries } = space;
    const encoder = encoderOf(space);
    const kept =
      encoder.network && parts === undefined
        ? journaled(encoder, join(workFolder, `${name}.journal`))
        : encoder;
    return { name, encoder: merge === undefined ? kept : expanding(kept, { merge, maxQueries }) };
  });
  const spool = await timed('encode', () =>
    'spool' in job
      ? job.spool(plans, workFolder)
      : spoolDocuments(job.inputs(), plans, workFolder, startProgress('reading and encoding', 'documents')),
  );
  const { vectorsPath } = job;
  if (vectorsPath !== undefined) {
    const weigher = openWeigher(spool.spaces[0], plans[0].encoder.weighting);
    await timed('vectors', () => writeVectors(vectorsPath, spool, weigher, workFolder));
  }
  const orderPath =
    config.order === 'input'
      ? undefined
      : await timed('order', () => {
          const segmentStart = cutSegments(spool.documents, config.segmentDocuments);
          return orderDocuments(spool, segmentStart, workFolder, startProgress);
        });
  const written = await timed('shard', () => writeIndex(spool, config, folder, startProgress, orderPath));
  const source = folderSource(folder);
  const verified = await timed('verify', () => verifyIndex(source, startProgress, written.manifest.build));
  await layModelsBeside(folder, config);
  await publishLocally(folder, written.manifest.build);
  rmSync(workFolder, { recursive: true });
  return { ...written, verified, seconds };
}

/** Makes a generation current and removes what neither it nor the one before needs. */
async function publishLocally(folder: string, build: string): Promise<void> {
  const source = folderSource(folder);
  const before = existsSync(join(folder, CURRENT)) ? (await readManifest(source)).build : build;
  writeAtomically(join(folder, CURRENT), await readFile(join(folder, manifestName(build))));
  const kept = new Set([CURRENT]);
  for (const generation of new Set([build, before])) {
    kept.add(manifestName(generation));
    for (const name of await objectsOf(folder, generation)) kept.add(name);
  }
  for (const kind of ['objects', 'manifests']) {
    for (const name of readdirSync(join(folder, kind))) {
      if (!kept.has(`${kind}/${name}`)) rmSync(join(folder, kind, name));
    }
  }
  if (!existsSync(join(folder, PAGES))) return;
  for (const generation of readdirSync(join(folder, PAGES))) {
    if (generation !== build && generation !== before)
      rmSync(join(folder, PAGES, generation), { recursive: true });
  }
}

/** The names of all objects of a generation but its manifest. */
export async function objectsOf(folder: string, build: string): Promise<string[]> {
  const { manifest, segments } = await openIndex(folderSource(folder), build);
  const names = manifest.segments.map(({ table }) => table.name);
  for (const { number, table } of segments) {
    for (const [space, run] of [...table.spaces, [DOCUMENTS, table.documents] as const]) {
      names.push(...run.shards.map(({ name }) => name));
      if (run.shards.length > 0) continue;
      for (let page = 0; page < pageCount(run); page++)
        names.push(pageName({ build, segment: number, space, page }));
    }
  }
  return names;
}
