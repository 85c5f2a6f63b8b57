// The first stage: whatever holds documents becomes a stream of documents, in the order in which they stand there. The
// same input always gives the same stream. Ids may repeat in it: whoever holds the whole collection finds that.

import { stat } from 'node:fs/promises';
import type { Document } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { corpusIn, readBeir } from './beir.ts';
import { readCsv } from './csv.ts';
import {
  detectContent,
  detectFolder,
  detectName,
  type Format,
  LINE_FORMATS,
  type LineFormat,
} from './detect.ts';
import { readJsonl } from './jsonl.ts';
import { openSource, type Source } from './lines/input-source.ts';
import { isBlank } from './lines/lines.ts';
import type { FieldMapping } from './lines/record.ts';
import type { Batches, Gate, ReadReport } from './lines/report.ts';
import { readMsmarco } from './msmarco.ts';
import { readPages } from './page-folder.ts';
import type { PageOptions } from './pages/site.ts';
import { readParquet } from './parquet.ts';

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
  for await (const batch of open(options)) {
    for (const document of batch) {
      report.read++;
      if (isBlank(document.text) && isBlank(document.title ?? '')) report.empty++;
      yield document;
    }
  }
}

async function* open(options: ReadOptions): Batches {
  const { input, format = 'auto', fields } = options;
  const gate: Gate = { skipBad: options.skipBad ?? false, report: options.report };
  const isFolder = input !== '-' && (await isDirectory(input));
  const known = format !== 'auto' ? format : isFolder ? await detectFolder(input) : detectName(input);
  if (fields !== undefined && known !== undefined) mustHaveColumns(input, known);
  if (known === 'markdown' || known === 'html') {
    if (input === '-') throw unreadable(input, `${known} is read from files, not from standard input`);
    yield* readPages(input, gate, { format: known, options: options.pages ?? {} });
  } else if (known === 'parquet') {
    if (input === '-' || isFolder)
      throw unreadable(input, 'parquet is read from a file, which can be read at any place');
    yield* readParquet(input, gate, fields);
  } else {
    const file = isFolder && known === 'beir' ? corpusIn(input) : input;
    if (file === undefined) throw unreadable(input, 'no corpus.jsonl or corpus.jsonl.gz in this folder');
    if (isFolder && known !== 'beir')
      throw unreadable(input, `${known} is read from a file, and this is a folder`);
    yield* readStream(file, known, gate, fields);
  }
}

async function* readStream(
  input: string,
  known: LineFormat | undefined,
  gate: Gate,
  fields: FieldMapping | undefined,
): Batches {
  const source = await openSource(input);
  try {
    if (known === undefined && source.head.subarray(0, 4).toString('latin1') === 'PAR1') {
      if (input === '-')
        throw unreadable(input, 'parquet is read from a file, which can be read at any place');
      yield* readParquet(input, gate, fields);
    } else {
      yield* readLineFormat(known ?? detectContent(source, fields), source, gate, fields);
    }
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
