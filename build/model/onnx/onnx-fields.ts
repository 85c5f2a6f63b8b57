// The fields of protocol buffer messages, one after the other, as they lie in a file. A network is hundreds of
// megabytes of weights and a few kilobytes of graph, so what is not changed is never decoded: its bytes are passed on.

import { PbfReader, PbfWriter } from 'pbf';
import { SparsedgeError } from '../../../src/core/errors.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One field of a message. */
export interface Field {
  readonly field: number;
  /** A varint's value, signed; 0 for others. */
  readonly number: number;
  /** What a field of bytes, text or a message holds, or the four or eight bytes of a number; empty for a varint. */
  readonly bytes: Uint8Array;
  /** All of it, tag and length included. */
  readonly whole: Uint8Array;
}

/**
 * The fields of a message, in order.
 *
 * @param where the message is, for errors
 * @throws SparsedgeError `bad-input` for bytes that are no fields
 */
export function* readFields(message: Uint8Array, where: string): Generator<Field> {
  const reader = new PbfReader(message);
  while (reader.pos < message.length) {
    const start = reader.pos;
    const tag = reading(where, () => reader.readVarint());
    const type = tag & 7;
    let number = 0;
    let from = reader.pos;
    if (type === VARINT) number = reading(where, () => reader.readVarint(true));
    else if (type === BYTES) {
      const length = reading(where, () => reader.readVarint());
      from = reader.pos;
      reader.pos += length;
    } else if (type === FIXED32) reader.pos += 4;
    else if (type === FIXED64) reader.pos += 8;
    else throw noOnnx(where, `a field of type ${type} at byte ${start}`);
    if (reader.pos > message.length) {
      throw noOnnx(where, `a field that ends ${reader.pos - message.length} bytes after its message`);
    }
    const bytes = message.subarray(type === VARINT ? reader.pos : from, reader.pos);
    yield { field: Math.floor(tag / 8), number, bytes, whole: message.subarray(start, reader.pos) };
  }
}

/** The library throws for a number without end. */
function reading<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw noOnnx(where, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Bytes that are no network. */
export function noOnnx(where: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: expected an ONNX model, found ${found}`, {
    file: where,
    expected: 'an ONNX model',
    found,
  });
}

/** A field of bytes, text or a message, as it lies in a file; its content is not copied. */
export function bytesField(field: number, content: readonly Uint8Array[] | string): Uint8Array[] {
  const chunks = typeof content === 'string' ? [Buffer.from(content)] : content;
  const writer = new PbfWriter(new Uint8Array(16));
  writer.writeVarint(field * 8 + BYTES);
  writer.writeVarint(chunks.reduce((sum, { length }) => sum + length, 0));
  return [writer.finish(), ...chunks];
}

/** A field that is a whole number from 0. */
export function numberField(field: number, value: number): Uint8Array {
  const writer = new PbfWriter(new Uint8Array(16));
  writer.writeVarint(field * 8 + VARINT);
  writer.writeVarint(value);
  return writer.finish();
}
