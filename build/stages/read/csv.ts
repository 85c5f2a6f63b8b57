// Tables as text, with a header: comma, tab or semicolon, quoted as in RFC 4180. A row is built from lines, so that the
// limits, the encoding and the line numbers are those of every other line format.
//
// Why no parser from a library: those at hand decode bytes that are not UTF-8 into U+FFFD without a word, and lose
// their place at a row above the size limit, which a quote that is never closed makes of the rest of the file.

import type { Document } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Source } from './lines/input-source.ts';
import { isBlank, type Line, readLines } from './lines/lines.ts';
import {
  type Columns,
  columnsOf,
  type FieldMapping,
  MAX_RECORD_BYTES,
  requireColumns,
  TOO_LARGE,
  toDocument,
} from './lines/record.ts';
import { type Batches, type Gate, malformed, refuse } from './lines/report.ts';

/** A row while its lines come in. */
export interface Row {
  /** The line on which it starts. */
  readonly line: number;
  readonly fields: string[];
  /** What a quoted field holds so far, when a line ended inside it. */
  open: string | undefined;
  /** The characters of its lines so far. */
  size: number;
  problem: string | undefined;
}

/**
 * Reads a table. The delimiter is the one of comma, tab and semicolon that the header has most of.
 *
 * @throws SparsedgeError `bad-input` when the header will not do, and for a malformed row unless the gate skips them
 */
export async function* readCsv(source: Source, gate: Gate, mapping?: FieldMapping): Batches {
  const table = new Table(source.name, mapping);
  for await (const lines of readLines(source)) yield table.rows(lines, gate);
  yield table.end(gate);
}

/** The header and the row at hand. */
class Table {
  readonly #file: string;
  readonly #mapping: FieldMapping | undefined;
  readonly #columns: Columns;
  #header: readonly string[] | undefined;
  #delimiter = ',';
  #row: Row | undefined;

  constructor(file: string, mapping: FieldMapping | undefined) {
    this.#file = file;
    this.#mapping = mapping;
    this.#columns = columnsOf(mapping);
  }

  *rows(lines: readonly Line[], gate: Gate): Generator<Document> {
    for (const line of lines) {
      if (this.#row === undefined && line.problem === undefined && isBlank(line.text)) continue;
      if (this.#header === undefined && this.#row === undefined) this.#delimiter = delimiterOf(line.text);
      this.#row ??= { line: line.number, fields: [], open: undefined, size: 0, problem: undefined };
      if (!addLine(this.#row, line, this.#delimiter)) continue;
      yield* this.#finish(this.#row, gate);
    }
  }

  /** A row still open when the input ends has no closing quote. */
  *end(gate: Gate): Generator<Document> {
    if (this.#row === undefined) return;
    this.#row.problem ??= 'a quoted field is never closed';
    yield* this.#finish(this.#row, gate);
  }

  *#finish(row: Row, gate: Gate): Generator<Document> {
    this.#row = undefined;
    if (this.#header === undefined) {
      this.#header = this.#readHeader(row);
      return;
    }
    let document: Document;
    try {
      document = toDocument(recordOf(row, this.#header), this.#columns);
    } catch (error) {
      refuse(gate, { file: this.#file, line: row.line }, error);
      return;
    }
    yield document;
  }

  /** Without its header no row means anything, so its faults are never skipped. */
  #readHeader({ line, fields, problem }: Row): readonly string[] {
    const file = this.#file;
    const names = fields.map((name) => name.trim());
    const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
    const reason = problem ?? (twice === undefined ? undefined : `two columns are named ${twice}`);
    if (reason !== undefined) {
      throw new SparsedgeError('bad-input', `${file}:${line}: header: ${reason}`, { file, line, reason });
    }
    requireColumns(file, names, this.#mapping);
    return names;
  }
}

function recordOf({ fields, problem }: Row, header: readonly string[]): Record<string, unknown> {
  if (problem !== undefined) throw malformed(problem);
  if (fields.length !== header.length) {
    throw malformed(`expected ${header.length} columns, found ${fields.length}`);
  }
  const record: Record<string, unknown> = {};
  for (let i = 0; i < header.length; i++) if (header[i] !== '') record[header[i]] = fields[i];
  return record;
}

/**
 * Adds one line to a row. A quote inside a field that does not start with one is a character like any other.
 *
 * @returns whether the row is complete; a row with a problem that cannot be read past is
 */
export function addLine(row: Row, { text, problem }: Line, delimiter: string): boolean {
  row.problem ??= problem;
  row.size += text.length + 1;
  if (row.size > MAX_RECORD_BYTES) row.problem ??= TOO_LARGE;
  if (row.problem === TOO_LARGE) return true;
  let at = 0;
  for (;;) {
    if (row.open !== undefined) {
      const quote = text.indexOf('"', at);
      if (quote === -1) {
        row.open += `${text.slice(at)}\n`;
        return false;
      }
      row.open += text.slice(at, quote);
      at = quote + 1;
      if (text[at] === '"') {
        row.open += '"';
        at++;
        continue;
      }
      row.fields.push(row.open);
      row.open = undefined;
      if (at === text.length) return true;
      if (text[at] !== delimiter) {
        row.problem ??= 'text after a closing quote';
        return true;
      }
      at++;
    }
    if (text[at] === '"') {
      row.open = '';
      at++;
      continue;
    }
    const end = text.indexOf(delimiter, at);
    if (end === -1) {
      row.fields.push(text.slice(at));
      return true;
    }
    row.fields.push(text.slice(at, end));
    at = end + 1;
  }
}

/** The delimiter of a header line; a comma when it has none. */
export function delimiterOf(header: string): string {
  let best = ',';
  for (const delimiter of ['\t', ';']) {
    if (header.split(delimiter).length > header.split(best).length) best = delimiter;
  }
  return best;
}
