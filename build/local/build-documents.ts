// The package's entry for building: documents in, an index in a folder out. What the command line does is the same,
// with options in place of an object and a terminal in place of callbacks.

import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Document } from '../../src/core/document.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { type Built, buildFolder } from '../index/build-folder.ts';
import { type BuildConfigInput, parseConfig } from '../index/config.ts';
import { knownCode } from '../stages/read/language/codes.ts';
import { type Reading, readsPages } from '../stages/read/read.ts';
import type { StartProgress } from '../terminal/progress.ts';

export { SparsedgeError } from '../../src/core/errors.ts';
export { folderSource } from '../work/files.ts';

/** A document of the caller's own. */
export type GivenDocument = Pick<Document, 'id' | 'title' | 'text' | 'url' | 'fields'>;

/** How far a step of a build has come. */
export interface StepProgress {
  /** What is being done, as `reading and encoding`, and what is counted, as `documents`. */
  readonly step: string;
  readonly unit: string;
  readonly done: number;
  /** Where it is known. */
  readonly total?: number | undefined;
}

/** What to build, and where to. */
export interface BuildOptions {
  /** Documents, or a file or folder that holds some, which is read as `sparsedge build` reads it. */
  readonly documents: string | Iterable<GivenDocument> | AsyncIterable<GivenDocument>;
  /** The folder of the index, made if there is none. What it holds stays searchable until the build is done. */
  readonly folder: string;
  /** How documents are weighed and stored: what a file for `sparsedge build --config` says. */
  readonly config?: BuildConfigInput | undefined;
  /** How a file or folder is read, beside where it is. */
  readonly reading?: Omit<Reading, 'input'> | undefined;
  readonly onProgress?: ((progress: StepProgress) => void) | undefined;
  /**
   * Ends the build, which then throws the signal's reason, at the next document or page. What is finished of a file or
   * folder is not done again by the next build; documents of the caller's own are read anew.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds an index and makes it the current one of its folder.
 *
 * @throws SparsedgeError `bad-input` for documents or a configuration that are wrong, `unavailable` where another
 *   process builds in the folder; the signal's reason once it is aborted
 */
export async function buildIndexOf(options: BuildOptions): Promise<Built> {
  mustBeOptions(options);
  const { documents, signal } = options;
  signal?.throwIfAborted();
  if (typeof documents === 'string') return buildFrom({ ...options.reading, input: documents }, options);
  // In a file, so that languages can be looked at before words are weighed: that takes two passes.
  const spool = mkdtempSync(join(tmpdir(), 'sparsedge-documents-'));
  const input = join(spool, 'documents.jsonl');
  try {
    await pipeline(Readable.from(linesOf(documents)), createWriteStream(input), {
      ...(signal && { signal }),
    });
    return await buildFrom({ input, format: 'jsonl' }, options);
  } catch (error) {
    // Streams end with an error of their own.
    signal?.throwIfAborted();
    throw ofDocuments(error, input);
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}

const OPTIONS: Readonly<Record<keyof BuildOptions, true>> = {
  documents: true,
  folder: true,
  config: true,
  reading: true,
  onProgress: true,
  signal: true,
};

/** @throws SparsedgeError `bad-input` for what no compiler has looked at */
function mustBeOptions(options: BuildOptions): void {
  const wrong = (name: string, expected: string, found: string) =>
    new SparsedgeError('bad-input', `${name}: expected ${expected}, found ${found}`, { option: name });
  const { documents, folder }: Readonly<Record<'documents' | 'folder', unknown>> = options;
  const isSeveral =
    isObject(documents) && (Symbol.iterator in documents || Symbol.asyncIterator in documents);
  if (typeof documents !== 'string' && !isSeveral)
    throw wrong('documents', 'documents, or the path of a file or folder', kindOf(documents));
  if (typeof folder !== 'string') throw wrong('folder', 'the path of the index folder', kindOf(folder));
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) throw wrong('options', Object.keys(OPTIONS).join(', '), JSON.stringify(unknown));
}

/** Objects without a prototype, as those of GraphQL, are objects. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : (JSON.stringify(value) ?? `a ${typeof value}`);
}

/** An error as whoever gave documents knows them: by their numbers, and not by lines of a file that is gone. */
function ofDocuments(error: unknown, file: string): unknown {
  if (!(error instanceof SparsedgeError) || !error.message.includes(file)) return error;
  const [before, ...after] = error.message.split(file);
  const named = after.map((rest) =>
    /^:\d/.test(rest) ? `document ${rest.slice(1)}` : `the list of documents${rest}`,
  );
  const { file: _, line, skippable: __, ...details } = error.details;
  const place = line === undefined ? details : { ...details, document: line };
  return new SparsedgeError(error.code, [before, ...named].join(''), place, { cause: error });
}

async function buildFrom(
  reading: Reading,
  { folder, config, onProgress, signal }: BuildOptions,
): Promise<Built> {
  const startProgress: StartProgress = (step, unit) => ({
    at(done, total) {
      signal?.throwIfAborted();
      onProgress?.({ step, unit, done, total });
    },
    end() {
      signal?.throwIfAborted();
    },
  });
  const read = { ...reading, language: languageOf(reading) };
  const ofPages = await readsPages(read);
  return buildFolder({ reading: read, config: parseConfig(config ?? {}, ofPages), folder, startProgress });
}

/** @throws SparsedgeError `bad-input` for what is no language: words would be stemmed in no way */
function languageOf({ language }: Reading): string | undefined {
  if (language === undefined) return undefined;
  const code = knownCode(language);
  if (code !== undefined) return code;
  const expected = 'the code of a language, such as de or pt-BR';
  throw new SparsedgeError(
    'bad-input',
    `reading.language: expected ${expected}, found ${JSON.stringify(language)}`,
    {
      expected,
      found: language,
    },
  );
}

/**
 * Documents as JSON lines, in which fields stand beside the parts. All parts are there, since one that is missing would
 * be looked for among the fields, in any case: a field may be called "Title".
 */
async function* linesOf(
  documents: Iterable<GivenDocument> | AsyncIterable<GivenDocument>,
): AsyncGenerator<string> {
  let number = 0;
  for await (const document of documents) {
    number++;
    if (!isObject(document)) {
      throw new SparsedgeError(
        'bad-input',
        `document ${number}: expected an object with an id, found ${kindOf(document)}`,
        { document: number },
      );
    }
    const { id, title, text, url, fields } = document;
    const parts = { id, title: title ?? null, text: text ?? '', url: url ?? null };
    const taken = Object.keys(fields ?? {}).find((name) => PARTS.has(name));
    if (taken !== undefined) {
      throw new SparsedgeError(
        'bad-input',
        `document ${number}: a field is called "${taken}", which is the name of a part of a document`,
        { document: number, field: taken },
      );
    }
    yield `${jsonOf({ ...fields, ...parts }, number)}\n`;
  }
}

function jsonOf(record: object, number: number): string {
  try {
    return JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  } catch (cause) {
    const why = `document ${number}: expected fields that JSON can say: ${(cause as Error).message}`;
    throw new SparsedgeError('bad-input', why, { document: number }, { cause });
  }
}

/** What readers of records take for a part of a document. */
const PARTS = new Set([
  'id',
  '_id',
  'doc_id',
  'docid',
  'title',
  'text',
  'contents',
  'body',
  'url',
  'lang',
  'language',
]);
