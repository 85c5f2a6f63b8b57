// The first stage: whatever holds documents becomes a stream of documents, in the order in which they stand there. The
// same input always gives the same stream. Ids may repeat in it: whoever holds the whole collection finds that.

import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import type { Document } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { corpusIn, readBeir } from './beir.ts';
import { detectContent, detectName, type Format, LINE_FORMATS, type LineFormat } from './detect.ts';
import { type FieldRules, ruledAt } from './fields/rules.ts';
import { readJsonl } from './jsonl.ts';
import { asText, hasMark, IS_GUESSED, utf16Of } from './lines/encodings.ts';
import { openSource, type Source } from './lines/input-source.ts';
import { isBlank } from './lines/lines.ts';
import type { FieldMapping } from './lines/record.ts';
import { type Batches, type Gate, newReport, note, placeName, type ReadReport } from './lines/report.ts';
import { openSite, type PageFile, readPage } from './page-folder.ts';
import type { PageFormat, PageOptions } from './pages/site.ts';
import { survey } from './survey.ts';
import { readCsv } from './tables/csv.ts';
import { readMsmarco } from './tables/msmarco.ts';

/** What to read, and how. */
export interface Reading {
  /** A file, a folder, or `-` for standard input. */
  readonly input: string;
  /** `auto`, the default, goes by the name and the contents. */
  readonly format?: 'auto' | Format | undefined;
  /** For JSON lines, CSV and Parquet: which keys or columns make a document. */
  readonly fields?: FieldMapping | undefined;
  /** Count malformed records and pass over them. Otherwise the first one stops the reading. */
  readonly skipBad?: boolean | undefined;
  /** The language of all documents, by its code in ISO 639. */
  readonly language?: string | undefined;
  /** What is said of the types of fields. */
  readonly schema?: FieldRules | undefined;
  /** For Markdown and HTML: which pages and which parts of them. */
  readonly pages?: PageOptions | undefined;
}

export interface ReadOptions extends Reading {
  /** Kept up to date while documents are taken. */
  readonly report: ReadReport;
}

/**
 * Reads documents, as fast as they are taken and in bounded memory.
 *
 * @throws SparsedgeError `bad-input` when the input cannot be read, its format is unknown, or a record is malformed
 */
export async function* readDocuments(options: ReadOptions): AsyncGenerator<Document> {
  const { report } = options;
  const gate: Gate = { skipBad: options.skipBad ?? false, report };
  for await (const batch of open(options, gate)) {
    for (const document of batch) {
      const kept = options.schema === undefined ? document : ruledAt(document, options.schema, gate);
      if (kept === undefined) continue;
      report.read++;
      if (isBlank(kept.text) && isBlank(kept.title ?? '')) report.empty++;
      yield kept;
    }
  }
}

/**
 * Where the documents with an id stand, as messages name places: found by reading the input again.
 *
 * @throws SparsedgeError as readDocuments
 */
export async function placesOf(reading: Reading, id: string): Promise<string[]> {
  const places: string[] = [];
  const gate: Gate = { skipBad: reading.skipBad ?? false, report: newReport() };
  for await (const batch of open(reading, gate)) {
    for (const document of batch) if (document.id === id && gate.at) places.push(placeName(gate.at));
  }
  return places;
}

/** A file to be read, with what is known of it. */
export interface InputFile {
  readonly path: string;
  /** Unknown where the contents must say. */
  readonly format: Format | undefined;
}

/**
 * The files of an input, in the order in which they are read. What a folder has besides is reported.
 *
 * @throws SparsedgeError `bad-input` when the input cannot be reached, or is a folder without documents
 */
export async function filesOf(
  { input, format = 'auto', fields, pages }: Reading,
  report: ReadReport = newReport(),
): Promise<InputFile[]> {
  if (input === '-' || !(await isDirectory(input)))
    return [{ path: input, format: format === 'auto' ? detectName(input) : format }];
  const corpus = format === 'auto' || format === 'beir' ? corpusIn(input) : undefined;
  if (corpus !== undefined) return [{ path: corpus, format: 'beir' }];
  if (format === 'beir') throw unreadable(input, 'no corpus.jsonl or corpus.jsonl.gz in this folder');
  const { asksForText } = await import('./pages/site.ts');
  const { files, skipped, others } = await survey(input, {
    format,
    fields,
    isText: asksForText(pages?.include),
  });
  for (const each of skipped) report.files.skipped.push(each);
  Object.assign(report.files.others, others);
  if (fields !== undefined && files.every((file) => isPage(file.format)))
    mustHaveColumns(input, files[0].format);
  return [...files];
}

/** Whether most files of an input are pages. One that cannot be read has none: reading it says what is wrong. */
export async function readsPages(reading: Reading): Promise<boolean> {
  const files = await filesOf(reading).catch((error: unknown) => {
    if (error instanceof SparsedgeError) return [];
    throw error;
  });
  return files.filter(({ format }) => format !== undefined && isPage(format)).length * 2 > files.length;
}

async function* open(reading: Reading, gate: Gate): Batches {
  const { input, fields } = reading;
  const files = await filesOf(reading, gate.report);
  const pages = new Map(files.flatMap((file) => pageOf(file, input)));
  const site =
    pages.size > 0
      ? await openSite(siteFolderOf(files, input), [...pages.values()], reading.pages ?? {}, gate.report)
      : undefined;
  for (const { path, format } of files) {
    if (path === input && fields !== undefined && format !== undefined) mustHaveColumns(input, format);
    const page = pages.get(path);
    const isNamed = (reading.format ?? 'auto') !== 'auto';
    yield* page && site ? readPage(page, site, gate) : readRecords(path, { format, gate, fields, isNamed });
    gate.report.files.read++;
  }
}

/** The folder whose pages are read as one site: the input, or where the page that is the input lies. */
export function siteFolderOf(files: readonly InputFile[], input: string): string {
  return files.length === 1 && files[0].path === input ? dirname(input) : input;
}

/** The page that a file is, by the file's path, if it is one. */
function pageOf({ path, format }: InputFile, input: string): [string, PageFile][] {
  if (format === undefined || !isPage(format)) return [];
  if (path === '-') throw unreadable(path, `${format} is read from files, not from standard input`);
  const name = path === input ? basename(path) : relative(input, path).replaceAll(sep, '/');
  return [[path, { file: path, path: name, format }]];
}

interface RecordReading {
  /** None of pages, which are read otherwise. */
  readonly format: Format | undefined;
  readonly gate: Gate;
  readonly fields: FieldMapping | undefined;
  /** The format was not detected. */
  readonly isNamed: boolean;
}

async function* readRecords(path: string, reading: RecordReading): Batches {
  const { format, gate, fields } = reading;
  if (format === 'parquet') {
    if (path === '-') throw unreadable(path, 'parquet is read from a file, which can be read at any place');
    yield* readParquet(path, gate, fields);
    return;
  }
  yield* readStream(path, { ...reading, format: format as LineFormat | undefined });
}

/** What reads it is loaded where there is some. */
async function* readParquet(path: string, gate: Gate, fields: FieldMapping | undefined): Batches {
  yield* (await import('./tables/parquet.ts')).readParquet(path, gate, fields);
}

function isPage(format: Format): format is PageFormat {
  return format === 'markdown' || format === 'html' || format === 'text';
}

async function* readStream(
  input: string,
  { format, gate, fields, isNamed }: RecordReading & { readonly format: LineFormat | undefined },
): Batches {
  const source = await openSource(input);
  try {
    if (format === undefined && source.head.subarray(0, 4).toString('latin1') === 'PAR1') {
      if (input === '-')
        throw unreadable(input, 'parquet is read from a file, which can be read at any place');
      yield* readParquet(input, gate, fields);
      return;
    }
    const text = await asText(source);
    if (utf16Of(source.head) !== undefined && !hasMark(source.head))
      note(gate, `${source.name}: ${IS_GUESSED}`);
    const found = format ?? detectContent(text, fields);
    if (found === 'msmarco' && !isNamed)
      note(gate, `${source.name}: read as MS MARCO's form, an id, a tab and a text, where quotes are text`);
    yield* readLineFormat(found, text, gate, fields);
  } finally {
    source.close();
  }
}

function readLineFormat(
  format: LineFormat,
  source: Source,
  gate: Gate,
  fields: FieldMapping | undefined,
): Batches {
  switch (format) {
    case 'beir':
      return readBeir(source, gate);
    case 'jsonl':
      return readJsonl(source, gate, fields);
    case 'msmarco':
      return readMsmarco(source, gate);
    case 'csv':
      return readCsv(source, gate, fields);
  }
}

function mustHaveColumns(input: string, format: Format): void {
  if (format === 'jsonl' || format === 'csv' || format === 'parquet') return;
  const why = LINE_FORMATS.some((name) => name === format)
    ? 'its columns are fixed'
    : 'a page has no columns';
  throw unreadable(input, `fields cannot be mapped for ${format}: ${why}`);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw unreadable(
      path,
      code === 'ENOENT' ? 'there is no such file or folder' : `cannot be read (${code})`,
      cause,
    );
  }
}

function unreadable(input: string, reason: string, cause?: unknown): SparsedgeError {
  const file = input === '-' ? 'standard input' : input;
  return new SparsedgeError('bad-input', `${file}: ${reason}`, { file, reason }, { cause });
}
