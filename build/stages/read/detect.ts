// Recognises the format of an input: by its name where the name says it, else by its first bytes. It never guesses:
// what fits nothing is an error that says what was looked for.

import { basename } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { corpusIn } from './beir.ts';
import { addLine, delimiterOf, type Row } from './csv.ts';
import type { Source } from './lines/input-source.ts';
import { columnsOf, type FieldMapping } from './lines/record.ts';
import { PAGE_NAMES, pagePaths } from './page-folder.ts';

/** Formats that are read as a stream of lines. */
export const LINE_FORMATS = ['beir', 'jsonl', 'msmarco', 'csv'] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];
export type Format = LineFormat | 'parquet' | 'markdown' | 'html';

const JSON_NAME = /\.(jsonl|ndjson|json)(\.gz)?$/i;
const CSV_NAME = /\.csv(\.gz)?$/i;
const TSV_NAME = /\.(tsv|tab)(\.gz)?$/i;

/**
 * The format of a folder.
 *
 * @throws SparsedgeError `bad-input` when it is not a BEIR folder and has no pages, or pages of both kinds
 */
export async function detectFolder(folder: string): Promise<Format> {
  if (corpusIn(folder) !== undefined) return 'beir';
  const markdown = await hasPages(folder, PAGE_NAMES.markdown);
  const html = await hasPages(folder, PAGE_NAMES.html);
  if (markdown && html) {
    throw unknown(folder, 'it has both Markdown and HTML pages; say which to read with the format');
  }
  if (markdown) return 'markdown';
  if (html) return 'html';
  throw unknown(
    folder,
    'it has no corpus.jsonl or corpus.jsonl.gz (beir), no *.md (markdown) and no *.html (html)',
  );
}

async function hasPages(folder: string, names: RegExp): Promise<boolean> {
  for await (const _ of pagePaths(folder, names)) return true;
  return false;
}

/** The format that a file's name alone decides. */
export function detectName(input: string): Format | undefined {
  const name = basename(input);
  if (/\.parquet$/i.test(name)) return 'parquet';
  if (PAGE_NAMES.markdown.test(name)) return 'markdown';
  return PAGE_NAMES.html.test(name) ? 'html' : undefined;
}

/**
 * The format of a stream, from its name and its first bytes.
 *
 * @param mapping if given, columns are named, and the formats whose columns are fixed are not considered
 * @throws SparsedgeError `bad-input` when nothing fits, listing what was tried
 */
export function detectContent({ name, head }: Source, mapping: FieldMapping | undefined): LineFormat {
  const line = firstLine(head);
  if (JSON_NAME.test(name) || line.startsWith('{')) {
    return mapping === undefined && /"_id"\s*:/.test(line) ? 'beir' : 'jsonl';
  }
  if (mapping !== undefined || CSV_NAME.test(name) || isHeader(line)) return 'csv';
  if (line.split('\t').length === 2) return 'msmarco';
  // An empty table has no header to know it by.
  if (TSV_NAME.test(name)) return 'csv';
  throw unknown(
    name,
    'its first line is no JSON object (jsonl, beir), no header with a column for the id (csv), and not an id and a text ' +
      'with one tab between them (msmarco); its name ends with none of .jsonl, .csv, .tsv, .parquet, .md, .html',
  );
}

function isHeader(line: string): boolean {
  const row: Row = { line: 1, fields: [], open: undefined, size: 0, problem: undefined };
  addLine(row, { number: 1, text: line, problem: undefined }, delimiterOf(line));
  const ids = columnsOf().id;
  return row.fields.length > 1 && row.fields.some((field) => ids.includes(field.trim()));
}

function firstLine(head: Buffer): string {
  return /\S.*/.exec(head.toString('utf8'))?.[0].trimEnd() ?? '';
}

function unknown(name: string, reason: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${name}: unknown format: ${reason}`, { file: name, reason });
}
