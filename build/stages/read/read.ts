// The first stage: whatever holds documents becomes a stream of documents, in the order in which they stand there. The
// same input always gives the same stream. Ids may repeat in it: whoever holds the whole collection finds that.

import { stat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import type { Document } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { corpusIn, readBeir } from './beir.ts';
import { detectContent, detectName, type Format, LINE_FORMATS, type LineFormat } from './detect.ts';
import { parseHtml } from './html.ts';
import { readJsonl } from './jsonl.ts';
import { asText } from './lines/encodings.ts';
import { openSource, type Source } from './lines/input-source.ts';
import { isBlank } from './lines/lines.ts';
import type { FieldMapping } from './lines/record.ts';
import { type Batches, type Gate, newReport, note, placeName, type ReadReport } from './lines/report.ts';
import { parseMarkdown } from './markdown.ts';
import { readPage } from './page-folder.ts';
import { survey } from './survey.ts';
import { readCsv } from './tables/csv.ts';
import { readMsmarco } from './tables/msmarco.ts';
import { readParquet } from './tables/parquet.ts';

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
      report.read++;
      if (isBlank(document.text) && isBlank(document.title ?? '')) report.empty++;
      yield document;
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
  { input, format = 'auto', fields }: Reading,
  report: ReadReport = newReport(),
): Promise<InputFile[]> {
  if (input === '-' || !(await isDirectory(input)))
    return [{ path: input, format: format === 'auto' ? detectName(input) : format }];
  const corpus = format === 'auto' || format === 'beir' ? corpusIn(input) : undefined;
  if (corpus !== undefined) return [{ path: corpus, format: 'beir' }];
  if (format === 'beir') throw unreadable(input, 'no corpus.jsonl or corpus.jsonl.gz in this folder');
  const { files, skipped, others } = await survey(input, { format, fields });
  report.files.skipped.push(...skipped);
  Object.assign(report.files.others, others);
  if (fields !== undefined && files.every((file) => isPage(file.format)))
    mustHaveColumns(input, files[0].format);
  return [...files];
}

async function* open(reading: Reading, gate: Gate): Batches {
  const { input, fields } = reading;
  const files = await filesOf(reading, gate.report);
  for (const { path, format } of files) {
    const isAlone = path === input;
    if (isAlone && fields !== undefined && format !== undefined) mustHaveColumns(input, format);
    const page = isAlone ? basename(path) : relative(input, path).replaceAll(sep, '/');
    yield* readFile(path, { page, format, gate, fields, isNamed: (reading.format ?? 'auto') !== 'auto' });
    gate.report.files.read++;
  }
}

interface FileReading {
  /** The file's name, if it is a page. */
  readonly page: string;
  readonly format: Format | undefined;
  readonly gate: Gate;
  readonly fields: FieldMapping | undefined;
  /** The format was not detected. */
  readonly isNamed: boolean;
}

function readFile(path: string, reading: FileReading): Batches {
  const { page, format, gate, fields } = reading;
  if (format === 'markdown' || format === 'html') {
    if (path === '-') throw unreadable(path, `${format} is read from files, not from standard input`);
    return readPage(path, { path: page, gate, parse: format === 'html' ? parseHtml : parseMarkdown });
  }
  if (format !== 'parquet') return readStream(path, { ...reading, format });
  if (path === '-') throw unreadable(path, 'parquet is read from a file, which can be read at any place');
  return readParquet(path, gate, fields);
}

function isPage(format: Format): boolean {
  return format === 'markdown' || format === 'html';
}

async function* readStream(
  input: string,
  { format, gate, fields, isNamed }: FileReading & { readonly format: LineFormat | undefined },
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
