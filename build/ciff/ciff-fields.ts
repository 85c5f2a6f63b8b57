// The fields of protocol buffer messages, as far as CIFF has them. The library reads and writes numbers and tags; it
// does not notice a message's end nor a field of the wrong type, so both are checked here and in the loops that use
// this.

import { isUtf8 } from 'node:buffer';
import type { PbfReader, PbfWriter } from 'pbf';
import { SparsedgeError } from '../../src/core/errors.ts';
import { malformed, type Place } from './delimited.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/** A field's number and type, as they stand before its value. */
export function tag(field: number, type: number): number {
  return (field << 3) | type;
}

/**
 * Runs a decoder; what the library throws, for a number without end, becomes an error with its place.
 *
 * @throws SparsedgeError `bad-input`
 */
export function decoding<Result>(place: Place, run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof SparsedgeError) throw cause;
    throw malformed(place, `a ${place.kind}`, cause instanceof Error ? cause.message : String(cause));
  }
}

/**
 * Passes over a field that the schema does not have. A field of the schema that comes here has the wrong type: that is
 * damage, or a header with wrong counts, by which a document is read as a list or a list as a document.
 *
 * @param last field of the schema
 */
export function skipUnknown(reader: PbfReader, key: number, last: number, place: Place): void {
  const field = key >>> 3;
  const type = key & 7;
  if (field <= last || (type !== VARINT && type !== FIXED64 && type !== BYTES && type !== FIXED32)) {
    const reason = place.number === 0 ? 'the file is no CIFF' : 'the header counts wrong';
    const found = `a field ${field} of type ${type}, which it has not: the file is damaged, or ${reason}`;
    throw malformed(place, `a ${place.kind}`, found);
  }
  reader.skip(type);
}

/** @throws SparsedgeError `bad-input` unless the fields ended where their message does */
export function mustEnd(reader: PbfReader, end: number, place: Place): void {
  if (reader.pos !== end)
    throw malformed(place, `fields up to byte ${end}`, `a field up to byte ${reader.pos}`);
}

/** @throws SparsedgeError `bad-input` when it is not UTF-8 */
export function readText(reader: PbfReader, place: Place): string {
  const bytes = reader.readBytes();
  if (!isUtf8(bytes)) throw malformed(place, 'UTF-8', 'other bytes');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

/** A number from 0; 0 is written as nothing, as the field's absence reads. */
export function writeNumber(writer: PbfWriter, field: number, value: number): void {
  if (value !== 0) writer.writeVarintField(field, value);
}

/** Takes what was written and starts anew; the bytes are valid until the next write. */
export function taken(writer: PbfWriter): Uint8Array {
  const bytes = writer.buf.subarray(0, writer.pos);
  writer.pos = 0;
  return bytes;
}
