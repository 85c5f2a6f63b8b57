// What reading counted, and the one place that decides what a malformed record does: it stops the reading, or it is
// counted and passed over. Nothing is dropped without a count.

import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { FieldSchema } from '../../../../src/core/fields.ts';

/** Counters that reading moves while it runs. */
export interface ReadReport {
  /** Documents handed out, the empty ones among them. */
  read: number;
  /** Malformed records that were passed over. */
  skipped: number;
  /** Documents with neither text nor title. They are kept: what to do with them is not the reader's choice. */
  empty: number;
  /** Why the first few were passed over, each with its place. */
  readonly reasons: string[];
  /** Of a folder: what became of the files in it. */
  readonly files: FileReport;
  /** What was decided by looking at the input, and could have been meant otherwise. */
  readonly notes: string[];
  /** Pages that are not to be found, because they or the command say so. */
  keptOut?: { readonly file: string; readonly reason: string }[] | undefined;
  /** What makes the site of Markdown files, where a file beside or above them said so. */
  generator?: { readonly name: string; readonly foundBy: string } | undefined;
  /** How many documents are in each language, by codes of ISO 639, where that was looked at. */
  languages?: Record<string, number> | undefined;
  /** Lines that stand on most pages of a site, and are the text of none. */
  repeatedLines?: number | undefined;
  /** Parts of pages that are not shown, or not read out to whoever listens. */
  hiddenParts?: number | undefined;
  /** The fields of the documents and their types, once all are read. */
  fields?: readonly FoundField[] | undefined;
}

/** A field of a collection. */
export interface FoundField extends FieldSchema {
  /** How many documents have it. */
  readonly documents: number;
  /** Why it is of no other type, where that is not plain to see. */
  readonly why?: string | undefined;
  /** Its type was given. */
  readonly isGiven?: true | undefined;
}

/** What became of the files in a folder. */
export interface FileReport {
  read: number;
  /** Files that may hold documents and were not read, with the reasons. */
  readonly skipped: SkippedFile[];
  /** Files that hold no documents by their names: how many, by the ends of their names. */
  readonly others: Record<string, number>;
}

/** A file that was not read. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

/** Enough to see a pattern; the count says how many more there were. */
const REASONS_KEPT = 10;

/** A report of nothing read so far. */
export function newReport(): ReadReport {
  // Files may be called as what every other object has.
  const files = { read: 0, skipped: [], others: Object.create(null) as Record<string, number> };
  return { read: 0, skipped: 0, empty: 0, reasons: [], files, notes: [] };
}

/** What every reader is told about malformed records. */
export interface Gate {
  readonly skipBad: boolean;
  readonly report: ReadReport;
  /** Where the record stands that was handed out last. */
  at?: Place | undefined;
}

/** Where a record stands. Lines and rows count from 1; a row is a line of a table that has no lines. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly row?: number;
}

/**
 * Documents, some at a time, so that a million short records do not cost a million turns of the event loop inside the
 * reader. A batch is parsed as it is iterated: what stands before a malformed record is handed out before the error.
 */
export type Batches<Read = Document> = AsyncGenerator<Iterable<Read>>;

/** Keeps a note, once. */
export function note(gate: Gate, text: string): void {
  if (!gate.report.notes.includes(text)) gate.report.notes.push(text);
}

/** A record that does not say what it must say. Whoever knows its place adds it: see `refuse`. */
export function malformed(reason: string, place: { readonly line?: number } = {}): SparsedgeError {
  return new SparsedgeError('bad-input', reason, place);
}

/**
 * Counts a malformed record, or stops.
 *
 * @throws SparsedgeError `bad-input` with file, line or row, and reason, unless bad records are to be skipped; its
 *   details say that it could be
 * @throws `error` itself when it is not a fault of the record
 */
export function refuse(gate: Gate, place: Place, error: unknown): void {
  if (!(error instanceof SparsedgeError) || error.code !== 'bad-input') throw error;
  const placed = placedAt(place, error);
  const told = placed.message;
  if (!gate.skipBad)
    throw new SparsedgeError('bad-input', told, { ...placed.details, skippable: true }, { cause: error });
  gate.report.skipped++;
  if (gate.report.reasons.length < REASONS_KEPT) gate.report.reasons.push(told);
}

/** A fault of a record, with its place. */
export function placedAt(place: Place, error: SparsedgeError): SparsedgeError {
  const { message: reason, details } = error;
  const at = { ...place, ...(typeof details.line === 'number' ? { line: details.line } : {}) };
  return new SparsedgeError(
    'bad-input',
    `${placeName(at)}: ${reason}`,
    { ...details, ...at, reason },
    { cause: error },
  );
}

/** A place as messages name it: `file:line`, or `file, row n`. */
export function placeName({ file, line, row }: Place): string {
  if (line !== undefined) return `${file}:${line}`;
  return row !== undefined ? `${file}, row ${row}` : file;
}
