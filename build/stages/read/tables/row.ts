// A row of a table: fields between delimiters, quoted as in RFC 4180 or, in tables of tabs, not at all.

import type { Line } from '../lines/lines.ts';
import { MAX_RECORD_BYTES, TOO_LARGE } from '../lines/record.ts';

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

/** A row to which no line was added yet. */
export function newRow(line: number): Row {
  return { line, fields: [], open: undefined, size: 0, problem: undefined };
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

/** What parts the fields of a row; which it is, the header shows. */
const DELIMITERS = [',', '\t', ';', '|'] as const;

/** The delimiter of a header line, outside of its quotes; a comma when it has none. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '""');
  let best = ',';
  for (const delimiter of DELIMITERS) {
    if (bare.split(delimiter).length > bare.split(best).length) best = delimiter;
  }
  return best;
}

/** The delimiter that a first line `sep=;` names, as spreadsheets write it. */
export function delimiterNamed(line: string): string | undefined {
  const [, , named] = /^("?)sep=(.|\\t)\1[,;|\t]*$/i.exec(line) ?? [];
  return named === '\\t' ? '\t' : named;
}

/** The fields of a line whose quotes are text, but for those around a whole field. */
export function literalFields(text: string, delimiter: string): string[] {
  return text.split(delimiter).map((field) => {
    const whole = /^"((?:[^"]|"")*)"$/.exec(field);
    return whole === null ? field : whole[1].replaceAll('""', '"');
  });
}
