// The offline pipeline, stage by stage: read → expand → encode → invert → order → quantize → shard → verify → publish.
//
// A build is a few passes, each of which a stopped build need not repeat. The pass over documents reads, expands,
// encodes and inverts a batch at a time, and its marker has the name of the stage that takes most of it, encode; the
// pass over terms quantizes and shards them one at a time, and its marker is that of shard.

import { rmSync } from 'node:fs';
import type { Manifest } from '../../src/core/format/manifest.ts';
import type { CiffReport } from '../ciff/import.ts';
import { type VerifyReport, verifyIndex } from '../inspect/verify.ts';
import { type CollectionLanguages, indexedLanguages } from '../stages/encode/collection-languages.ts';
import type { EncoderInput } from '../stages/encode/encoder.ts';
import { type SpacePlan, type Spool, spoolDocuments } from '../stages/invert/spool.ts';
import { orderDocuments } from '../stages/order/order.ts';
import type { QuantizationReport } from '../stages/quantize/quantize-terms.ts';
import { openWeigher } from '../stages/quantize/weights.ts';
import { writeVectors } from '../stages/quantize/write-vectors.ts';
import type { ReadReport } from '../stages/read/lines/report.ts';
import { cutWindows, writeIndex } from '../stages/shard/write-index.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource } from '../work/files.ts';
import { notedObjects } from '../work/object-log.ts';
import { claimFolder, isFinished, isOwnedBy, keyOf, runStage } from '../work/stage.ts';
import type { BuildConfig } from './config.ts';
import { copyModels } from './copy-model.ts';
import { planIndex } from './plan-index.ts';
import { mustBeFreeForIndex, publishLocally, removeUnfinished } from './publish.ts';

/** Of intermediate files: to be raised whenever a build could not go on with those of an earlier release. */
const WORK_FORMAT = 5;

/** What reading counted, and what a CIFF said. */
export interface Read extends ReadReport {
  ciff?: CiffReport;
}

/** Documents, or what comes inverted already; read at most once. */
export type BuildInput =
  | {
      readonly inputs: (languages?: CollectionLanguages) => AsyncIterable<EncoderInput>;
      /** A first look at the documents, where words are stemmed in the ways of their languages. */
      readonly survey?: (() => Promise<CollectionLanguages>) | undefined;
    }
  /** Leaves in the folder what spooling documents leaves there. */
  | { readonly spool: (plans: readonly SpacePlan[], folder: string) => Promise<Spool> };

/** What to build from, and where to. */
export type BuildJob = BuildInput & BuildTask;

interface BuildTask {
  /** Names the input and what of it is read: equal keys promise equal documents. */
  readonly inputKey: string;
  /** What reading counts, complete once all is read. It is kept with what was read, for a build that goes on later. */
  readonly read?: Read | undefined;
  readonly config: BuildConfig;
  /** Of the index. */
  readonly folder: string;
  /** Of intermediate files, emptied when the build is done. */
  readonly workFolder: string;
  /** Where to write the first space's weights as JSON lines, if anywhere. */
  readonly vectorsPath?: string | undefined;
  readonly startProgress: StartProgress;
}

/** What a build did. */
export interface BuildReport {
  /** What reading counted, where the job has counters. */
  readonly read?: Read | undefined;
  /** Whether reading had finished in an earlier run. */
  readonly resumed: boolean;
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
  const { config, folder, workFolder, startProgress, vectorsPath } = job;
  mustBeFreeForIndex(folder);
  const key = keyOf(WORK_FORMAT, job.inputKey, config, vectorsPath);
  if (!isOwnedBy(workFolder, key)) await removeUnfinished(folder, notedObjects(workFolder));
  claimFolder(workFolder, key);
  const seconds: Record<string, number> = {};
  const timed = async <Result>(stage: string, run: () => Promise<Result>): Promise<Result> => {
    const started = performance.now();
    const result = await runStage(workFolder, stage, run);
    seconds[stage] = (performance.now() - started) / 1000;
    return result;
  };
  const survey = 'inputs' in job ? job.survey : undefined;
  const languages = survey && (await timed('languages', survey));
  const plan = planIndex(config, workFolder, languages);
  const resumed = isFinished(workFolder, 'encode');
  const { spool, read } = await timed('encode', async () => ({
    spool: await spoolInput(job, plan.spaces, languages),
    read: job.read,
  }));
  if (vectorsPath !== undefined) {
    const weigher = openWeigher(spool.spaces[0], plan.spaces[0].encoder.weighting);
    await timed('vectors', () => writeVectors(vectorsPath, spool, weigher, workFolder));
  }
  const orderPath =
    plan.order === 'input'
      ? undefined
      : await timed('order', () => {
          const windowStart = cutWindows(spool.documents, plan.windowDocuments);
          return orderDocuments(spool, windowStart, workFolder, startProgress);
        });
  const indexed = languages && indexedLanguages(languages, read?.languages ?? {});
  const written = await timed('shard', () =>
    writeIndex(spool, { ...plan, languages: indexed }, { folder, workFolder }, startProgress, orderPath),
  );
  const source = folderSource(folder);
  const verified = await timed('verify', () => verifyIndex(source, startProgress, written.manifest.build));
  await copyModels(folder, config);
  await publishLocally(folder, workFolder, written.manifest.build);
  rmSync(workFolder, { recursive: true });
  return { ...written, read, resumed, verified, seconds };
}

async function spoolInput(
  job: BuildJob,
  spaces: readonly SpacePlan[],
  languages: CollectionLanguages | undefined,
): Promise<Spool> {
  const { workFolder, startProgress } = job;
  if ('spool' in job) return job.spool(spaces, workFolder);
  return spoolDocuments(
    job.inputs(languages),
    spaces,
    workFolder,
    startProgress('reading and encoding', 'documents'),
  );
}
