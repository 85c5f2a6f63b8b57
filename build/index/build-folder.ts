// A build in a folder: finds out what its input is, runs the pipeline, and tells what came of it.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { CURRENT, manifestName } from '../../src/core/format/manifest.ts';
import { type IndexSizes, sizesOf } from '../inspect/sizes.ts';
import {
  type CollectionLanguages,
  inLanguages,
  surveyLanguages,
} from '../stages/encode/collection-languages.ts';
import type { EncoderInput } from '../stages/encode/encoder.ts';
import { openInputs, tallied } from '../stages/encode/inputs.ts';
import { withExpansions } from '../stages/expand/expansion-file.ts';
import { newReport } from '../stages/read/lines/report.ts';
import { placesOf, type Reading, type ReadOptions } from '../stages/read/read.ts';
import { counted } from '../terminal/layout.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { VERSION } from '../terminal/version.ts';
import { folderSource } from '../work/files.ts';
import { lockFolder, whileLocked } from '../work/lock.ts';
import type { Part } from '../work/parts.ts';
import { keyOf } from '../work/stage.ts';
import { type BuildInput, type BuildReport, buildIndex, type Read } from './build.ts';
import { type CiffReading, ciffInput, ciffKeyOf } from './build-ciff.ts';
import { ciffConfig } from './ciff-config.ts';
import { type BuildConfig, isInflected } from './config.ts';
import { expansionsKeyOf, inputKeyOf } from './input-key.ts';
import { openFolder } from './open-folder.ts';
import { filesOf, objectsOf } from './publish.ts';

/** What to build and where. */
export interface FolderJob {
  readonly reading: Reading;
  /** The input is a CIFF, and `reading` is how its corpus is read, if there is one. */
  readonly ciff?: { readonly corpus: string | undefined } | undefined;
  readonly config: BuildConfig;
  /** The folder of the index that this one is built on, if any. */
  readonly base?: string | undefined;
  readonly folder: string;
  /** Where to write the first space's weights as JSON lines, if anywhere. */
  readonly vectorsPath?: string | undefined;
  /** Which part of the work is to be done here, if others do the rest in the same folder. */
  readonly part?: Part | undefined;
  /** On how many threads a model's network runs; as many as there are processors, up to four, unless given. */
  readonly threads?: number | undefined;
  readonly startProgress: StartProgress;
}

/** What came of a build. */
export interface Built extends Omit<BuildReport, 'base'> {
  /** What it was built on, and what that does not have: objects and bytes, `current` and the manifest included. */
  readonly base?: BuildReport['base'] & { readonly newObjects: number; readonly newBytes: number };
  readonly folder: string;
  readonly read: Read;
  readonly sizes: IndexSizes;
  /** How many files the current generation takes in the folder, and the one before, which is still there. */
  readonly files: { readonly current: number; readonly before: number };
}

/**
 * Builds an index in a folder, or finishes a build that was stopped there.
 *
 * @throws SparsedgeError `unavailable` at once where another process builds there alone; what building throws
 */
export function buildFolder(job: FolderJob): Promise<Built> {
  // Parts lock what they work at.
  if (!job.part) return whileLocked(lockFolder(job.folder, 'a build'), () => buildHere(job));
  if (job.reading.input === '-')
    throw new SparsedgeError(
      'bad-input',
      'standard input can be read but once: parts need a file or a folder',
    );
  return buildHere(job);
}

async function buildHere(job: FolderJob): Promise<Built> {
  const { folder, base, vectorsPath, part, threads, startProgress } = job;
  const config = job.ciff ? ciffConfig(job.config) : job.config;
  const read: Read = newReport();
  const reading = { ...job.reading, schema: config.schema, report: read };
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
  const input: BuildInput = ciff
    ? ciffInput(ciff, config, startProgress, (report) => {
        // What was counted of a corpus as read and as empty says nothing of the CIFF's documents.
        Object.assign(read, { read: report.documents, empty: 0, ciff: report });
        mustHoldDocuments(reading.input, read);
      })
    : {
        inputs: (languages) => inputs(reading, config, languages),
        survey: config.spaces.some(isInflected) ? () => survey(reading, startProgress) : undefined,
      };
  const builtBy = `sparsedge ${VERSION}`;
  const task = {
    inputKey,
    read,
    config,
    builtBy,
    base,
    folder,
    workFolder,
    vectorsPath,
    part,
    threads,
    startProgress,
  };
  const report = await buildIndex({ ...input, ...task }).catch(async (error: unknown) => {
    throw ciff ? error : await withPlaces(error, job.reading);
  });
  const sizes = sizesOf(await openFolder(folder));
  const { base: on, ...done } = report;
  return {
    ...done,
    folder,
    read: report.read ?? read,
    sizes,
    files: await filesOf(folder),
    ...(on && { base: { ...on, ...(await notIn(on, folder, done.manifest.build)) } }),
  };
}

/** An error of an id that several documents have, with where they stand: only the readers know that. */
async function withPlaces(error: unknown, reading: Reading): Promise<unknown> {
  if (!(error instanceof SparsedgeError) || typeof error.details.repeatedId !== 'string') return error;
  if (reading.input === '-') return error;
  const { repeatedId: id } = error.details;
  const places = await placesOf(reading, id);
  const shown = places.slice(0, PLACES_SHOWN).join(' and ');
  const more = places.length > PLACES_SHOWN ? ` and ${places.length - PLACES_SHOWN} more` : '';
  const message = `${counted(places.length, 'document')} have the id ${JSON.stringify(id)}: ${shown}${more}; ids must be unique`;
  return new SparsedgeError('bad-input', message, { id }, { cause: error });
}

/** How many objects of a build another one, in its folder, does not have, and their bytes. */
async function notIn(
  base: NonNullable<BuildReport['base']>,
  folder: string,
  build: string,
): Promise<{ newObjects: number; newBytes: number }> {
  const had = new Set(await objectsOf(folderSource(base.folder), base.build));
  const names = [
    ...(await objectsOf(folderSource(folder), build)).filter((name) => !had.has(name)),
    manifestName(build),
    CURRENT,
  ];
  const newBytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return { newObjects: names.length, newBytes };
}

const PLACES_SHOWN = 3;

/** A first look at the documents. Standard input is read but once, so that each document is looked at by itself. */
async function survey(reading: ReadOptions, startProgress: StartProgress): Promise<CollectionLanguages> {
  const { input, language } = reading;
  if (input === '-') return { given: language, parts: {} };
  const progress = startProgress('looking at languages', 'documents');
  const report = newReport();
  const languages = await surveyLanguages(openInputs({ ...reading, report }), language, (documents) =>
    progress.at(documents),
  );
  progress.end();
  return languages;
}

async function* inputs(
  options: ReadOptions,
  { spaces, expansions }: BuildConfig,
  languages: CollectionLanguages | undefined,
): AsyncGenerator<EncoderInput> {
  let read = openInputs(
    options,
    spaces.some(({ encoder }) => encoder === 'vectors'),
  );
  if (languages !== undefined) {
    options.report.languages = {};
    read = inLanguages(read, languages, options.report.languages);
  }
  yield* tallied(expansions === undefined ? read : withExpansions(read, expansions), options);
  mustHoldDocuments(options.input, options.report);
}

/** @throws SparsedgeError `bad-input` when nothing was read */
function mustHoldDocuments(input: string, report: Read): void {
  if (report.read > 0) return;
  // Most likely a wrong path or format; an empty index would replace what is there.
  const skipped = report.skipped > 0 ? `: all of ${counted(report.skipped, 'record')} are malformed` : '';
  const [reason] = report.reasons;
  const [page] = report.keptOut ?? [];
  const out = page
    ? `: ${counted(report.keptOut?.length ?? 0, 'page')} kept out, ${page.file}: ${page.reason}`
    : '';
  throw new SparsedgeError(
    'bad-input',
    `${input} has no documents${skipped}${reason ? `, ${reason}` : ''}${out}`,
  );
}
