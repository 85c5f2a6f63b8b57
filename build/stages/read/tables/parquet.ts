// Parquet files, a window of rows at a time. A window is a row group, or less where the file has an offset index, which
// says where the pages of a column are; only the columns that become part of a document are read.

import { isUtf8 } from 'node:buffer';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { NOT_UTF8 } from '../lines/not-utf8.ts';
import {
  type Columns,
  type FieldMapping,
  MAX_RECORD_BYTES,
  noteVectors,
  requireColumns,
  TOO_LARGE,
  toDocument,
} from '../lines/record.ts';
import { type Batches, type Gate, malformed, refuse } from '../lines/report.ts';

type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;
type RowGroup = Metadata['row_groups'][number];
type Leaf = ReturnType<typeof parquetSchema>['children'][number];

/** Rows at a time where pages can be found: a few MB of passages. */
const WINDOW_ROWS = 8192;
/** A row group without an offset index is decoded whole. One above this would take the memory of the whole build. */
const MAX_GROUP_BYTES = 1024 ** 3;
/** What a string that is not UTF-8 is decoded to, so that it spoils its own row and not the whole row group. */
const INVALID = Symbol(NOT_UTF8);

const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => {
    if (bytes === undefined) return undefined;
    return isUtf8(bytes)
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
      : INVALID;
  },
};

/**
 * Reads a Parquet file.
 *
 * @throws SparsedgeError `bad-input` when the file, its columns or its row groups cannot be read, and for a malformed
 *   row unless the gate skips them
 */
export async function* readParquet(path: string, gate: Gate, mapping?: FieldMapping): Batches {
  const file = await opened(path);
  const metadata = await decoded(path, 'footer', parquetMetadataAsync(file));
  const leaves = parquetSchema(metadata).children;
  const columns = requireColumns({ file: path }, leaves.flatMap(pathsIn), mapping);
  const names = columnsRead(leaves, columns);
  let first = 0;
  for (const group of metadata.row_groups) {
    const end = first + Number(group.num_rows);
    const step = windowOf(path, group, names);
    for (let rowStart = first; rowStart < end; rowStart += step) {
      const rowEnd = Math.min(end, rowStart + step);
      const rows = parquetReadObjects({
        file,
        metadata,
        columns: names,
        rowStart,
        rowEnd,
        compressors,
        parsers,
        useOffsetIndex: true,
      });
      yield documents(
        await decoded(path, `rows ${rowStart + 1} to ${rowEnd}`, rows),
        { path, rowStart, columns },
        gate,
      );
    }
    first = end;
  }
}

function* documents(
  rows: readonly Readonly<Record<string, unknown>>[],
  {
    path,
    rowStart,
    columns,
  }: { readonly path: string; readonly rowStart: number; readonly columns: Columns },
  gate: Gate,
): Generator<Document> {
  const leftOut = noteVectors(gate, path);
  for (let i = 0; i < rows.length; i++) {
    const place = { file: path, row: rowStart + i + 1 };
    let document: Document;
    try {
      document = toDocument(sound(rows[i]), columns, leftOut);
    } catch (error) {
      refuse(gate, place, error);
      continue;
    }
    gate.at = place;
    yield document;
  }
}

function sound(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let bytes = 0;
  for (const value of Object.values(row)) {
    for (const item of scalarsIn(value)) {
      if (item === INVALID) throw malformed(NOT_UTF8);
      if (typeof item === 'string')
        bytes += item.length * 3 > MAX_RECORD_BYTES ? Buffer.byteLength(item) : item.length;
    }
  }
  if (bytes > MAX_RECORD_BYTES) throw malformed(TOO_LARGE);
  return row;
}

/** What a value holds, inside of lists and structures, too. */
function* scalarsIn(value: unknown): Generator {
  if (typeof value !== 'object' || value === null || value instanceof Date) yield value;
  else if (!ArrayBuffer.isView(value)) for (const held of Object.values(value)) yield* scalarsIn(held);
}

/** The columns that are mapped, and of the others those that can be fields: raw bytes cannot. */
function columnsRead(leaves: readonly Leaf[], { id, title, text, url }: Columns): string[] {
  const mapped = new Set([...id, ...title, ...text, ...url]);
  return leaves
    .filter((leaf) => pathsIn(leaf).some((path) => mapped.has(path)) || holdsFields(leaf))
    .map(nameOf);
}

/** The name of a column, and of what a structure holds: see withPaths. */
function pathsIn(leaf: Leaf): string[] {
  const name = nameOf(leaf);
  const below = isStructure(leaf) ? leaf.children.flatMap(pathsIn) : [];
  return [name, ...below.map((path) => `${name}.${path}`)];
}

/**
 * Whether a column is of scalars, lists of them, or structures that hold nothing else, as JSON's objects do. With raw
 * bytes in it, such as those of images, all of a structure would be read for its names.
 */
function holdsFields(leaf: Leaf): boolean {
  const item = itemOf(leaf);
  return isStructure(item) ? item.children.every(holdsFields) : isScalar(item);
}

/** Names with values; lists and maps are written as groups, too. */
function isStructure({ children, element }: Leaf): boolean {
  return (
    children.length > 0 &&
    element.repetition_type !== 'REPEATED' &&
    element.converted_type === undefined &&
    element.logical_type === undefined
  );
}

/** Of a list, what it is of: its items are below a group that repeats, or, in the oldest files, repeat themselves. */
function itemOf(leaf: Leaf): Leaf {
  const { element, children } = leaf;
  const isList = element.logical_type?.type === 'LIST' || element.converted_type === 'LIST';
  if (!isList || children.length !== 1) return leaf;
  const [repeated] = children;
  return repeated.children.length === 1 ? repeated.children[0] : leaf;
}

function isScalar({ children, element }: Leaf): boolean {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return false;
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type !== 'BYTE_ARRAY' && type !== 'FIXED_LEN_BYTE_ARRAY') return true;
  return (
    ['UTF8', 'ENUM', 'DECIMAL'].includes(converted ?? '') ||
    ['STRING', 'ENUM', 'UUID'].includes(logical?.type ?? '')
  );
}

function nameOf(leaf: Leaf): string {
  return leaf.element.name;
}

function windowOf(path: string, { columns, num_rows }: RowGroup, names: readonly string[]): number {
  const read = columns.filter((column) => names.includes(column.meta_data?.path_in_schema[0] ?? ''));
  if (read.every((column) => column.offset_index_offset !== undefined)) return WINDOW_ROWS;
  const bytes = read.reduce((sum, column) => sum + Number(column.meta_data?.total_uncompressed_size ?? 0), 0);
  if (bytes > MAX_GROUP_BYTES) {
    const reason = `a row group of ${bytes} bytes and no offset index; write it with smaller row groups`;
    throw new SparsedgeError('bad-input', `${path}: ${reason}`, { file: path, reason });
  }
  return Number(num_rows);
}

/** A file that is gone since it was found, or cannot be opened, is named as in other formats. */
async function opened(path: string): ReturnType<typeof asyncBufferFromFile> {
  try {
    return await asyncBufferFromFile(path);
  } catch (cause) {
    const reason = `cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw new SparsedgeError('bad-input', `${path}: ${reason}`, { file: path, reason }, { cause });
  }
}

/** A failure to decode is the file's fault and none of its rows': it cannot be skipped. */
async function decoded<T>(path: string, what: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    const reason = `${what} cannot be decoded: ${cause instanceof Error ? cause.message : cause}`;
    throw new SparsedgeError('bad-input', `${path}: ${reason}`, { file: path, reason }, { cause });
  }
}
