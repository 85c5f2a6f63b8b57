// The offline pipeline, phase by phase, each of which a stopped build need not repeat and several machines can share:
//
//   languages   where words are stemmed in the ways of their languages: a first look at the documents
//   encode      documents are read, expanded, encoded and inverted, so many batches a unit
//   fields      the fields of documents are inverted, now that all have shown their types
//   base        where the index is built on another: what is kept of that
//   deal        where there are several windows: documents are dealt to them by subject
//   weigh       where a quantizer wants the largest weight of its space: that of each unit of encode
//   order       a window's documents are ordered
//   quantize    a window's lists are weighed, quantized and renumbered
//   shard       the lists of all windows are merged and coded, a range of terms a unit
//   words       the words of all documents, as they are typed, are merged
//   documents   a window's documents become the bodies of pages
//   write       everything is put together, by one: shards, page table, manifest
//
// Then the index is verified and published. Whoever does a unit, the same bytes come of it.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { FieldSchema } from '../../src/core/fields.ts';
import { CURRENT, type Manifest, manifestName } from '../../src/core/format/manifest.ts';
import type { CiffReport } from '../ciff/import.ts';
import { type VerifyReport, verifyIndex } from '../inspect/verify.ts';
import { type CollectionLanguages, indexedLanguages } from '../stages/encode/collection-languages.ts';
import type { EncoderInput } from '../stages/encode/encoder.ts';
import { documentsOf, wholeOf } from '../stages/invert/slices.ts';
import type { SpacePlan, Spool } from '../stages/invert/spool.ts';
import { joinReports, type QuantizationReport } from '../stages/quantize/quantize-terms.ts';
import { openWeigher } from '../stages/quantize/weights.ts';
import { writeVectors } from '../stages/quantize/write-vectors.ts';
import { isIndexed } from '../stages/read/fields/tally.ts';
import type { ReadReport } from '../stages/read/lines/report.ts';
import { buildId } from '../stages/shard/build-id.ts';
import { chooseLayout } from '../stages/shard/choose-layout.ts';
import type { IndexPlan } from '../stages/shard/index-plan.ts';
import type { Layout } from '../stages/shard/page-sizes.ts';
import {
  cutWindows,
  hasVectors,
  type IndexContent,
  type WrittenIndex,
  writeIndex,
} from '../stages/shard/write-index.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource } from '../work/files.ts';
import { lockFolder, whileLocked } from '../work/lock.ts';
import { notedObjects } from '../work/object-log.ts';
import type { Part } from '../work/parts.ts';
import {
  claimFolder,
  finishedIn,
  forgetFinished,
  forgetStages,
  isOwnedBy,
  keyOf,
  markFinished,
  resultOf,
  runStage,
  shareFolder,
} from '../work/stage.ts';
import type { BuildConfig } from './config.ts';
import { copyModels } from './copy-model.ts';
import { type Base, begunOn, mustSuit, noteBase, openBase } from './phases/base/base.ts';
import { keep, withKept } from './phases/base/keep.ts';
import { codeTerms, codeWords } from './phases/code-terms.ts';
import { areDealt, dealDocuments } from './phases/deal-documents.ts';
import { invertFields } from './phases/invert-fields.ts';
import { ENCODE, READ, spoolInputs } from './phases/spool-inputs.ts';
import { pause, tryLock, Units } from './phases/units.ts';
import { chooseQuantizers, orderWindows, pageWindows, quantizeWindows } from './phases/windows.ts';
import { planIndex } from './plan-index.ts';
import { mustBeFreeForIndex, presentObjects, publishLocally, removeUnfinished } from './publish.ts';

/** Of intermediate files: to be raised whenever a build could not go on with those of an earlier release. */
const WORK_FORMAT = 9;

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
  /** Leaves in the folder what spooling all documents leaves there. */
  | { readonly spool: (plans: readonly SpacePlan[], folder: string) => Promise<Spool> };

/** What to build from, and where to. */
export type BuildJob = BuildInput & BuildTask;

interface BuildTask {
  /** Names the input and what of it is read: equal keys promise equal documents. */
  readonly inputKey: string;
  /** What reading counts, complete once all is read. It is kept with what was read, for a build that goes on later. */
  readonly read?: Read | undefined;
  readonly config: BuildConfig;
  /** The program and its version, for the manifest to say. */
  readonly builtBy?: string | undefined;
  /** The folder of the index that this one is built on, if any. */
  readonly base?: string | undefined;
  /** Of the index. */
  readonly folder: string;
  /** Of intermediate files, emptied when the build is done. */
  readonly workFolder: string;
  /** Where to write the first space's weights as JSON lines, if anywhere. */
  readonly vectorsPath?: string | undefined;
  /** How large pages are to be; as suits the store unless given. */
  readonly layout?: Layout | undefined;
  /** Which part of the work is to be done here, if others do the rest; whoever comes last puts all together. */
  readonly part?: Part | undefined;
  /** On how many threads a model's network runs; as many as there are processors, up to four, unless given. */
  readonly threads?: number | undefined;
  readonly startProgress: StartProgress;
}

/** What a build did. */
export interface BuildReport {
  /** What reading counted, where the job has counters. */
  readonly read?: Read | undefined;
  /** Whether reading had finished in an earlier run. */
  readonly resumed: boolean;
  readonly manifest: Manifest;
  /** What it was built on, and why nothing was kept of it, if so. */
  readonly base?: { readonly folder: string; readonly build: string; readonly fresh?: string | undefined };
  readonly quantization: Readonly<Record<string, QuantizationReport>>;
  readonly verified: VerifyReport;
  /** Seconds of each stage; a stage that had finished in an earlier run takes none. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What came of a build, whoever did it. */
type Result = Omit<BuildReport, 'resumed' | 'seconds'>;

/**
 * Builds an index and makes it current in its folder. Stopped at any moment and run again, it ends with the same bytes.
 *
 * @throws SparsedgeError `bad-input` for input that cannot be indexed; whatever reading throws
 */
export async function buildIndex(job: BuildJob): Promise<BuildReport> {
  const { folder, workFolder, part } = job;
  mustBeFreeForIndex(folder);
  if (part) forgetFinished<Result>(workFolder, ({ manifest }) => isIn(folder, manifest.build));
  const { key, base } = await keyWithBase(job);
  if (part) shareFolder(workFolder, key);
  else {
    if (!isOwnedBy(workFolder, key)) await removeUnfinished(folder, notedObjects(workFolder));
    claimFolder(workFolder, key);
  }
  if (base) noteBase(workFolder, base);
  const units = new Units(workFolder, key, part);
  const clock = new StageClock();
  const work: Work = { job, key, base, units, clock };
  if (!part) return { ...(await buildAlone(work)), ...clock.report() };
  return whileLocked(units.lockPart(), async () => {
    const finished = finishedIn<Result>(workFolder, key) ?? (await buildTogether(work));
    return { ...finished, ...clock.report() };
  });
}

/** Whether a folder has an index, and that of a build. */
function isIn(folder: string, build: string): boolean {
  return [CURRENT, manifestName(build)].every((name) => existsSync(join(folder, name)));
}

/** A build's key, and what it is built on: an unfinished build goes on with the base on which it began. */
async function keyWithBase(job: BuildJob): Promise<{ key: string; base: Base | undefined }> {
  const { inputKey, config, vectorsPath, workFolder, part } = job;
  const keyOn = (base?: string) => keyOf(WORK_FORMAT, inputKey, config, vectorsPath, base);
  if (job.base === undefined) return { key: keyOn(), base: undefined };
  const begun = begunOn(workFolder);
  // A part that comes late finds what has come of the base, which may be no longer there.
  if (part && begun !== undefined && finishedIn(workFolder, keyOn(begun)) !== undefined)
    return { key: keyOn(begun), base: undefined };
  const goesOn = begun !== undefined && isOwnedBy(workFolder, keyOn(begun));
  const base = await openBase(job.base, goesOn ? begun : undefined);
  return { key: keyOn(base.index.manifest.build), base };
}

/** A build and who works at it. */
interface Work {
  readonly job: BuildJob;
  readonly key: string;
  readonly base: Base | undefined;
  readonly units: Units;
  readonly clock: StageClock;
}

/** How long stages took here. */
class StageClock {
  readonly #seconds: Record<string, number> = {};
  #resumed = false;

  async time<Found>(stage: string, run: () => Promise<Found>): Promise<Found> {
    const started = performance.now();
    const result = await run();
    this.#seconds[stage] = (performance.now() - started) / 1000;
    return result;
  }

  resume(): void {
    this.#resumed = true;
  }

  report(): Pick<BuildReport, 'seconds' | 'resumed'> {
    return { seconds: this.#seconds, resumed: this.#resumed };
  }
}

/** A build up to what is to be put together. */
interface Prepared {
  readonly build: string;
  readonly plan: IndexPlan;
  readonly layout: Layout;
  readonly content: IndexContent;
  readonly read?: Read | undefined;
  readonly base?: BuildReport['base'];
}

async function buildAlone(work: Work): Promise<Result> {
  const { job, key, units, clock } = work;
  const { workFolder } = job;
  const result = await finish(job, await prepare(work), clock);
  // Parts that begin again would otherwise build all of it anew.
  if (units.hadParts()) markFinished(workFolder, key, result);
  else rmSync(workFolder, { recursive: true });
  return result;
}

async function buildTogether(work: Work): Promise<Result> {
  const { job, key, clock } = work;
  const { folder, workFolder } = job;
  try {
    const prepared = await prepare(work);
    // One of those who have come so far puts the index together, and another one if that is killed.
    for (;;) {
      const finished = finishedIn<Result>(workFolder, key);
      if (finished) return finished;
      const lock = await tryLock(lockFolder(folder, 'a build'));
      if (lock)
        return await whileLocked(Promise.resolve(lock), () => finishForAll(job, key, prepared, clock));
      await pause();
    }
  } catch (error) {
    // Whoever falls behind finds that what it was about to do is gone.
    const finished = finishedIn<Result>(workFolder, key);
    if (finished) return finished;
    throw error;
  }
}

async function finishForAll(
  job: BuildJob,
  key: string,
  prepared: Prepared,
  clock: StageClock,
): Promise<Result> {
  const { workFolder } = job;
  const before = finishedIn<Result>(workFolder, key);
  if (before) return before;
  const result = await finish(job, prepared, clock);
  markFinished(workFolder, key, result);
  return result;
}

/** Does what is shared. */
async function prepare({ job, base, units, clock }: Work): Promise<Prepared> {
  const { config, workFolder, startProgress } = job;
  const survey = 'inputs' in job ? job.survey : undefined;
  const [surveyed] = survey ? await clock.time('languages', () => units.all('languages', 1, survey)) : [];
  const planned = planIndex(config, workFolder, surveyed, job.threads);
  if (base) mustSuit(base, planned);
  if (units.isDone('inputs' in job ? READ : ENCODE, 0)) clock.resume();
  const { spools: spooled, read } = await clock.time('encode', () =>
    spool(job, planned.spaces, units, surveyed),
  );
  const typed = { ...planned, fields: indexedFields(read?.fields) };
  const spools = await clock.time('fields', () => invertFields(spooled, typed.fields, units));
  const { plan, fresh } = base
    ? await clock.time('base', () => planOn(base, spools, typed, units))
    : { plan: typed };
  const windowStart = plan.base?.windowStart ?? cutWindows(documentsOf(spools), plan.windowDocuments);
  const slices = await clock.time('deal', () => dealDocuments(spools, windowStart, units, plan));
  const collection = { plan, spools, windowStart, slices, startProgress };
  const quantizers = await clock.time('weigh', () => chooseQuantizers(collection, units));
  const orders = await clock.time('order', () => orderWindows(collection, units));
  const windows = await clock.time('quantize', () => quantizeWindows(collection, orders, quantizers, units));
  const layout = plan.base?.layout ?? job.layout ?? chooseLayout(plan.store, spools);
  const coded = await clock.time('shard', () => codeTerms(collection, windows, layout, units));
  const words = plan.words ? await clock.time('words', () => codeWords(spools, units)) : undefined;
  const inVectors = hasVectors(plan, windowStart[windowStart.length - 1]);
  const pages = await clock.time('documents', () =>
    pageWindows(collection, windows, orders, inVectors ? coded.spaces : [], layout.documentBytes, units),
  );
  const spaces = coded.spaces.map((ranges, space) => ({
    ranges,
    quantizer: quantizers[space],
    report: joinReports(windows.map((window) => window.spaces[space].report)),
  }));
  const languages = surveyed && indexedLanguages(surveyed, read?.languages ?? {});
  const build = buildId(spools, plan, layout, areDealt(spools, windowStart, plan), job.builtBy);
  const content = { spools, ids: coded.ids, fields: coded.fields, words, spaces, windows: pages, inVectors };
  const on = base && { folder: base.folder, build: base.index.manifest.build, fresh };
  return { build, plan: { ...plan, languages }, layout, content, read, ...(on && { base: on }) };
}

/** What is to be known of fields that documents have. */
function indexedFields(found: Read['fields'] = []): FieldSchema[] {
  return found
    .filter(({ name, documents }) => documents > 0 && isIndexed(name))
    .map(({ name, type, list }) => ({ name, type, list }));
}

/** A plan, as what is kept of a base makes it, and why nothing is, if so. */
async function planOn(
  base: Base,
  spools: readonly Spool[],
  plan: IndexPlan,
  units: Units,
): Promise<{ plan: IndexPlan; fresh?: string | undefined }> {
  const [keeping] = await units.all('base', 1, (_, folder) => keep(base, spools, plan, folder));
  return { plan: withKept(base, keeping, plan), fresh: keeping.fresh };
}

async function spool(
  job: BuildJob,
  spaces: readonly SpacePlan[],
  units: Units,
  languages: CollectionLanguages | undefined,
): Promise<{ spools: Spool[]; read: Read | undefined }> {
  const { read, config, startProgress } = job;
  if ('inputs' in job) {
    const { windowDocuments, order, words } = config;
    const isSampled = order === 'similarity';
    const inputs = () => job.inputs(languages);
    const start = () => startProgress('reading and encoding', 'documents');
    return spoolInputs(
      { inputs, read, spaces, windowDocuments, isSampled, words, startProgress: start },
      units,
    );
  }
  const spools = await units.all(ENCODE, 1, async (_, folder) => ({
    ...(await job.spool(spaces, folder)),
    read,
  }));
  return { spools, read: spools[0].read };
}

/**
 * Whether what an earlier run wrote is there, if one did: nobody sees yet whose it is, and to whoever prunes or sets
 * rules meanwhile it is a generation that nobody needs.
 */
async function isStillThere(folder: string, workFolder: string): Promise<boolean> {
  const written = resultOf<WrittenIndex>(workFolder, 'write');
  if (written === undefined) return true;
  try {
    await presentObjects(folder, written.manifest.build);
    return true;
  } catch (error) {
    if (error instanceof SparsedgeError) return false;
    throw error;
  }
}

/** Puts an index together, verifies it and makes it current. */
async function finish(
  job: BuildJob,
  { build, plan, layout, content, read, base }: Prepared,
  clock: StageClock,
): Promise<Result> {
  const { config, folder, workFolder, vectorsPath, builtBy, startProgress } = job;
  const { spools } = content;
  const timed = <Found>(stage: string, run: () => Promise<Found>) =>
    clock.time(stage, () => runStage(workFolder, stage, run));
  if (vectorsPath !== undefined) {
    const { encoder, statistics } = plan.spaces[0];
    await timed('vectors', () => {
      const weigher = openWeigher(wholeOf(spools), 0, encoder.weighting, spools, statistics);
      return writeVectors(vectorsPath, spools, weigher, workFolder);
    });
  }
  if (!(await isStillThere(folder, workFolder))) forgetStages(workFolder, 'write', 'verify');
  const target = { folder, workFolder, build, builtBy, store: plan.store, layout };
  const written: WrittenIndex = await timed('write', async () => writeIndex(content, plan, target));
  // What another release wrote before this one goes on has another name.
  const { build: name } = written.manifest;
  const verified = await timed('verify', () => verifyIndex(folderSource(folder), startProgress, name));
  await copyModels(folder, config);
  await publishLocally(folder, workFolder, name);
  return { ...written, read, verified, ...(base && { base }) };
}
