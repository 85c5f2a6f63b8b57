// A file of records, each appended whole: its length and checksum, then JSON. Whatever a kill left half written is no
// record, and everything before it is.

import { fstatSync, readSync } from 'node:fs';
import { SparsedgeError } from '../../src/core/errors.ts';
import { crc32 } from '../../src/core/format/checksum.ts';
import { writeAll } from './records.ts';

const HEADER_BYTES = 8;

/** Appends a record to an open file, whose path is for errors; returns how many bytes it takes. */
export function appendRecord(file: number, record: unknown, path: string): number {
  const body = Buffer.from(JSON.stringify(record));
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  bytes.writeUInt32LE(body.length, 0);
  bytes.writeUInt32LE(crc32(body), 4);
  body.copy(bytes, HEADER_BYTES);
  writeAll(file, bytes, path);
  return bytes.length;
}

/** The most bytes that the first record of a journal takes. */
const MOST_RECORD_BYTES = 1 << 28;

/**
 * Makes sure that a file is a journal before its end is cut off: somebody else's file of that name has no record.
 *
 * @throws SparsedgeError `bad-input`
 */
export function mustBeJournal(file: number, path: string): void {
  const size = fstatSync(file).size;
  if (size < HEADER_BYTES || readRecord(file, 0)) return;
  // A record that a kill left half written says how long it was to be, and the file is shorter.
  const length = readBytes(file, 0, HEADER_BYTES).readUInt32LE(0);
  if (length > size - HEADER_BYTES && length < MOST_RECORD_BYTES) return;
  throw new SparsedgeError(
    'bad-input',
    `${path}: expected a journal of an earlier run, found another file; move it, or write elsewhere`,
    { file: path },
  );
}

/** The record that begins at `start`, if a whole one does. */
export function readRecord<Type>(file: number, start: number): { record: Type; end: number } | undefined {
  const left = fstatSync(file).size - start;
  if (left < HEADER_BYTES) return undefined;
  const header = readBytes(file, start, HEADER_BYTES);
  const length = header.readUInt32LE(0);
  if (length > left - HEADER_BYTES) return undefined;
  const body = readBytes(file, start + HEADER_BYTES, length);
  if (crc32(body) !== header.readUInt32LE(4)) return undefined;
  return { record: JSON.parse(body.toString()) as Type, end: start + HEADER_BYTES + length };
}

/** Where the record that begins at `start` ends, by what it says; `start` where the file ends. */
export function endOfRecord(file: number, start: number): number {
  if (fstatSync(file).size - start < HEADER_BYTES) return start;
  return start + HEADER_BYTES + readBytes(file, start, HEADER_BYTES).readUInt32LE(0);
}

function readBytes(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let read = 0; read < length; ) {
    const count = readSync(file, bytes, read, length - read, start + read);
    if (count === 0) throw new Error(`the journal ends at ${start + read}, which it did not before`);
    read += count;
  }
  return bytes;
}
