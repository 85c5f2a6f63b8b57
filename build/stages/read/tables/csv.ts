// Tables as text, with a header: comma, tab, semicolon or vertical bar, quoted as in RFC 4180. A row is built from
// lines, so that the limits, the encoding and the line numbers are those of every other line format. In tables of tabs,
// which many write without quoting, a quote that does not enclose a whole field is text.
//
// Why no parser from a library: those at hand decode bytes that are not UTF-8 into U+FFFD without a word, and lose
// their place at a row above the size limit, which a quote that is never closed makes of the rest of the file.

import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Source } from '../lines/input-source.ts';
import { isBlank, type Line, LineSplitter, readLines } from '../lines/lines.ts';
import { type Columns, columnsOf, type FieldMapping, requireColumns, toDocument } from '../lines/record.ts';
import { type Batches, type Gate, malformed, newReport, note, refuse } from '../lines/report.ts';
import { addLine, delimiterNamed, delimiterOf, literalFields, newRow, type Row } from './row.ts';

/**
 * Reads a table. The delimiter is the one of comma, tab, semicolon and vertical bar that the header has most of, or the
 * one that a first line such as `sep=;` names.
 *
 * @throws SparsedgeError `bad-input` when the header will not do, and for a malformed row unless the gate skips them
 */
export async function* readCsv(source: Source, gate: Gate, mapping?: FieldMapping): Batches {
  const table = new Table(source.name, mapping, gate);
  for await (const lines of readLines(source)) yield table.rows(lines);
  yield table.end();
}

/**
 * Looks at how a table begins.
 *
 * @throws SparsedgeError `bad-input` when the header will not do
 */
export function checkHeader({ name, head }: Source, mapping?: FieldMapping): void {
  const splitter = new LineSplitter();
  const table = new Table(name, mapping, { skipBad: true, report: newReport() });
  for (const _ of table.rows([...splitter.push(head), ...splitter.end()])) return;
}

/** A field of a table of tabs has no more lines than this: a quote that is open for longer is text. */
const MOST_LINES = 4096;

/** The header and the row at hand. */
class Table {
  readonly #file: string;
  readonly #mapping: FieldMapping | undefined;
  readonly #gate: Gate;
  #columns: Columns = columnsOf();
  #header: readonly string[] | undefined;
  #delimiter: string | undefined;
  #row: Row | undefined;
  /** The lines of the row at hand, where they may still prove to be rows of their own. */
  #lines: Line[] = [];
  /** Quotes were found that are text. */
  #isUnquoted = false;

  constructor(file: string, mapping: FieldMapping | undefined, gate: Gate) {
    this.#file = file;
    this.#mapping = mapping;
    this.#gate = gate;
  }

  *rows(lines: readonly Line[]): Generator<Document> {
    for (const line of lines) yield* this.#add(line);
  }

  /** A row still open when the input ends has no closing quote. */
  *end(): Generator<Document> {
    while (this.#row !== undefined) {
      if (this.#lines.length > 0) {
        yield* this.#asRowsOfTheirOwn();
      } else {
        this.#row.problem ??= 'a quoted field is never closed';
        yield* this.#finish(this.#row);
      }
    }
  }

  *#add(line: Line): Generator<Document> {
    if (this.#row === undefined && line.problem === undefined && isBlank(line.text)) return;
    if (this.#delimiter === undefined) {
      this.#delimiter = delimiterNamed(line.text);
      if (this.#delimiter !== undefined) return;
      this.#delimiter = delimiterOf(line.text);
    }
    this.#row ??= newRow(line.number);
    if (this.#mayBeUnquoted()) {
      if (this.#lines.length > 0 && this.#isRow(line) && this.#isRow(this.#lines[0])) {
        yield* this.#asRowsOfTheirOwn();
        yield* this.#add(line);
        return;
      }
      this.#lines.push(line);
      if (this.#lines.length > MOST_LINES) return yield* this.#asRowsOfTheirOwn();
    }
    if (!addLine(this.#row, line, this.#delimiter)) return;
    if (this.#lines.length > 0 && !this.#isSound(this.#row)) yield* this.#asRowsOfTheirOwn();
    else yield* this.#finish(this.#row);
  }

  #mayBeUnquoted(): boolean {
    return this.#delimiter === '\t' && this.#header !== undefined;
  }

  /** Whether a line has as many fields as the header, quotes or not. */
  #isRow({ text, problem }: Line): boolean {
    return problem === undefined && text.split('\t').length === this.#header?.length;
  }

  #isSound({ fields, problem }: Row): boolean {
    return problem !== UNQUOTED && fields.length >= (this.#header?.length ?? 0);
  }

  /** The first line held is a row in which quotes are text; those behind it are read again. */
  *#asRowsOfTheirOwn(): Generator<Document> {
    const [first, ...others] = this.#lines;
    this.#lines = [];
    const row = { ...newRow(first.number), fields: literalFields(first.text, '\t'), problem: first.problem };
    if (!this.#isUnquoted && this.#isRow(first)) {
      this.#isUnquoted = true;
      const where = `${this.#file}:${first.number}`;
      note(this.#gate, `${where}: a quote that does not enclose a field; such quotes are read as text`);
    }
    yield* this.#finish(row);
    for (const line of others) yield* this.#add(line);
  }

  *#finish(row: Row): Generator<Document> {
    this.#row = undefined;
    this.#lines = [];
    if (this.#header === undefined) {
      this.#header = this.#readHeader(row);
      return;
    }
    // Spreadsheets write rows in which nothing stands as delimiters alone.
    if (row.problem === undefined && row.fields.length > 1 && row.fields.every(isBlank)) return;
    const place = { file: this.#file, line: row.line };
    let document: Document;
    try {
      document = toDocument(recordOf(row, this.#header), this.#columns);
    } catch (error) {
      refuse(this.#gate, place, error);
      return;
    }
    this.#gate.at = place;
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
    if (names.length === 1) {
      const one = `the header has one column, ${names[0]}: expected several, between commas, tabs, semicolons or |`;
      throw new SparsedgeError('bad-input', `${file}:${line}: ${one}`, { file, line, reason: one });
    }
    this.#columns = requireColumns({ file, line }, names, this.#mapping);
    return names;
  }
}

/** What addLine says of a field that goes on after its closing quote. */
const UNQUOTED = 'text after a closing quote';

function recordOf({ fields, problem }: Row, header: readonly string[]): Record<string, unknown> {
  if (problem !== undefined) throw malformed(problem);
  // Spreadsheets end rows with delimiters behind which nothing stands.
  const surplus = fields.slice(header.length).some((field) => !isBlank(field));
  if (fields.length < header.length || surplus) {
    throw malformed(`expected ${header.length} columns, found ${fields.length}`);
  }
  const record: Record<string, unknown> = {};
  for (let i = 0; i < header.length; i++) if (header[i] !== '') record[header[i]] = fields[i];
  return record;
}
