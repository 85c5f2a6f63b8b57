// Recognises the format of an input: by its name where the name says it, else by its first bytes. It never guesses:
// what fits nothing is an error that says what was looked for.

import { basename } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Source } from './lines/input-source.ts';
import { isOneOnManyLines, ValueSplitter } from './lines/json-values.ts';
import { columnsOf, type FieldMapping } from './lines/record.ts';
import { PAGE_NAMES } from './page-folder.ts';
import { addLine, delimiterNamed, delimiterOf, newRow } from './tables/row.ts';

/** Formats that are read as a stream of lines. */
export const LINE_FORMATS = ['beir', 'jsonl', 'msmarco', 'csv'] as const;
export type LineFormat = (typeof LINE_FORMATS)[number];
export type Format = LineFormat | 'parquet' | 'markdown' | 'html' | 'text';

/** Files may be compressed, whatever else their names say. */
export const PACKED = /\.(gz|zst|zstd)$/i;
const JSON_NAME = /\.(jsonl|ndjson|json)$/i;
const CSV_NAME = /\.csv$/i;
const TSV_NAME = /\.(tsv|tab)$/i;

/** Whether a file in a folder is taken for one of a format that was named. */
export function nameFits(name: string, format: Format): boolean {
  const plain = name.replace(PACKED, '');
  switch (format) {
    case 'beir':
    case 'jsonl':
      return JSON_NAME.test(plain);
    case 'csv':
      return CSV_NAME.test(plain) || TSV_NAME.test(plain);
    case 'msmarco':
      return TSV_NAME.test(plain);
    case 'parquet':
      return /\.parquet$/i.test(name);
    default:
      return PAGE_NAMES[format].test(name);
  }
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
  const plain = name.replace(PACKED, '');
  if (JSON_NAME.test(plain) || /^(\{|\[\s*(\{|$))/.test(line)) {
    return mapping === undefined && Object.hasOwn(firstRecord(head) ?? {}, '_id') ? 'beir' : 'jsonl';
  }
  if (mapping !== undefined || CSV_NAME.test(plain) || isHeader(line)) return 'csv';
  if (line.split('\t').length === 2) return 'msmarco';
  // An empty table has no header to know it by.
  if (TSV_NAME.test(plain)) return 'csv';
  if (/^<(?:[?!]|[a-z][\w:-]*[\s>/])/i.test(line)) throw unknown(name, IS_XML);
  throw unknown(
    name,
    'its first line is no JSON object (jsonl, beir), no header with a column for the id (csv), and not an id and a text ' +
      'with one tab between them (msmarco); its name ends with none of .jsonl, .csv, .tsv, .parquet, .md, .html',
  );
}

const IS_XML =
  'it is XML or HTML: pages are read from files whose names end with .html, and of the records of other XML JSON lines ' +
  'have to be made';

function isHeader(line: string): boolean {
  if (delimiterNamed(line) !== undefined) return true;
  const row = newRow(1);
  addLine(row, { number: 1, text: line, problem: undefined }, delimiterOf(line));
  const ids = columnsOf().id;
  return row.fields.length > 1 && row.fields.some((field) => ids.includes(field.trim().toLowerCase()));
}

/** The first object in JSON, if it is whole within the first bytes. */
export function firstRecord(head: Buffer): Readonly<Record<string, unknown>> | undefined {
  const text = isOneOnManyLines(head) ? new ValueSplitter().push(head)[0]?.text : firstLine(head);
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(head: Buffer): string {
  return /\S.*/.exec(head.toString('utf8'))?.[0].trimEnd() ?? '';
}

function unknown(name: string, reason: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${name}: unknown format: ${reason}`, { file: name, reason });
}
