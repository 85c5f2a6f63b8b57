// A build in a folder: claims its work folder, runs the pipeline, and keeps what reading counted for a build that goes on
// later.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { CiffReport } from '../ciff/import.ts';
import { type IndexSizes, sizesOf } from '../inspect/sizes.ts';
import type { EncoderInput } from '../stages/encode/encode.ts';
import { openInputs } from '../stages/encode/inputs.ts';
import { withExpansions } from '../stages/expand/expansion-file.ts';
import { newReport, type ReadReport } from '../stages/read/lines/report.ts';
import type { ReadOptions } from '../stages/read/read.ts';
import { counted } from '../terminal/layout.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { writeAtomically } from '../work/files.ts';
import { keyOf } from '../work/stage.ts';
import { type BuildInput, type BuildReport, buildIndex } from './build.ts';
import { type CiffReading, ciffInput, ciffKeyOf } from './build-ciff.ts';
import { ciffConfig } from './ciff-config.ts';
import type { BuildConfig } from './config.ts';
import { expansionsKeyOf, inputKeyOf } from './input-key.ts';
import { openFolder } from './open-folder.ts';

/** What to build and where. */
export interface FolderJob {
  readonly reading: Omit<ReadOptions, 'report'>;
  /** The input is a CIFF, and `reading` is how its corpus is read, if there is one. */
  readonly ciff?: { readonly corpus: string | undefined } | undefined;
  readonly config: BuildConfig;
  readonly folder: string;
  /** Where to write the first space's weights as JSON lines, if anywhere. */
  readonly vectorsPath?: string | undefined;
  readonly startProgress: StartProgress;
}

/** What came of a build. */
export interface Built extends BuildReport {
  readonly folder: string;
  readonly read: Read;
  /** Reading had finished in an earlier run. */
  readonly resumed: boolean;
  readonly sizes: IndexSizes;
}

/** What reading counted, and what a CIFF said. */
interface Read extends ReadReport {
  ciff?: CiffReport;
}

/** Builds an index in a folder, or finishes a build that was stopped there. */
export async function buildFolder(job: FolderJob): Promise<Built> {
  const { folder, vectorsPath, startProgress } = job;
  const config = job.ciff ? ciffConfig(job.config) : job.config;
  const read: Read = newReport();
  const reading = { ...job.reading, report: read };
  const ciff: CiffReading | undefined = job.ciff && {
    input: reading.input,
    corpus: job.ciff.corpus === undefined ? undefined : { ...reading, input: job.ciff.corpus },
  };
  if (ciff && config.expansions !== undefined)
    throw new SparsedgeError('bad-input', 'a CIFF is inverted already: expansions are for documents');
  const documentsKey = await (ciff ? ciffKeyOf(ciff) : inputKeyOf(reading));
  const inputKey =
    config.expansions === undefined ? documentsKey : keyOf(documentsKey, expansionsKeyOf(config.expansions));
  const workFolder = join(folder, '.work');
  const before = claimWork(workFolder, keyOf(inputKey, config, vectorsPath));
  const input: BuildInput = ciff
    ? ciffInput(ciff, config, startProgress, (report) => {
        // What a corpus beside it counted as read and as empty says nothing of the CIFF's documents.
        Object.assign(read, { read: report.documents, empty: 0, ciff: report });
        finishReading(reading.input, read, workFolder);
      })
    : { inputs: () => inputs(reading, config, workFolder) };
  const report = await buildIndex({
    ...input,
    inputKey,
    config,
    folder,
    workFolder,
    ...(vectorsPath !== undefined && { vectorsPath }),
    startProgress,
  });
  const sizes = sizesOf(await openFolder(folder));
  return { ...report, folder, read: before ?? read, resumed: before !== undefined, sizes };
}

/** What an interrupted build leaves besides its stages: whose they are, and what reading counted. */
const OWNER = 'owner';
/** Of the stage after which nothing is read again. */
const ENCODED = 'encode.json';
const READ = 'read-report.json';

/**
 * Empties the work folder unless it is this build's own, since another's files would be mistaken for finished ones.
 *
 * @returns what this build's reading counted, if it finished reading in an earlier run
 */
function claimWork(workFolder: string, key: string): Read | undefined {
  const owner = join(workFolder, OWNER);
  if (!existsSync(owner) || readFileSync(owner, 'utf8') !== key) {
    rmSync(workFolder, { recursive: true, force: true });
    writeAtomically(owner, Buffer.from(key));
  }
  if (!existsSync(join(workFolder, ENCODED))) return undefined;
  return JSON.parse(readFileSync(join(workFolder, READ), 'utf8')) as Read;
}

async function* inputs(
  options: ReadOptions,
  { spaces, expansions }: BuildConfig,
  workFolder: string,
): AsyncGenerator<EncoderInput> {
  const read = openInputs(
    options,
    spaces.some(({ encoder }) => encoder === 'vectors'),
  );
  yield* expansions === undefined ? read : withExpansions(read, expansions);
  finishReading(options.input, options.report, workFolder);
}

/** @throws SparsedgeError `bad-input` when nothing was read */
function finishReading(input: string, report: Read, workFolder: string): void {
  // Most likely a wrong path or format; an empty index would replace what is there.
  if (report.read === 0) {
    const skipped = report.skipped > 0 ? `: all of ${counted(report.skipped, 'record')} are malformed` : '';
    const [reason] = report.reasons;
    throw new SparsedgeError(
      'bad-input',
      `${input} has no documents${skipped}${reason ? `, ${reason}` : ''}`,
    );
  }
  writeAtomically(join(workFolder, READ), Buffer.from(JSON.stringify(report)));
}
