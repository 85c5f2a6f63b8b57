// Length-prefixed records in a file: how stages hand things on through the work folder. Synchronous, since whoever
// reads them does nothing else, and buffered, so that a small record costs no system call.

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { SparsedgeError } from '../../src/core/errors.ts';
import { naming } from './system-error.ts';

const BUFFER_BYTES = 1 << 20;
const PREFIX_BYTES = 4;

/** Writes records one after the other. */
export class RecordWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #position = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = naming(path, 'written', () => openSync(path, 'w'));
  }

  /** Where in the file the next record begins: a reader can begin there. */
  get position(): number {
    return this.#position;
  }

  write(record: Uint8Array): void {
    this.#position += PREFIX_BYTES + record.length;
    if (this.#used + PREFIX_BYTES + record.length > BUFFER_BYTES) this.#flush();
    this.#buffer.writeUInt32LE(record.length, this.#used);
    this.#used += PREFIX_BYTES;
    if (this.#used + record.length <= BUFFER_BYTES) {
      this.#buffer.set(record, this.#used);
      this.#used += record.length;
    } else {
      this.#flush();
      writeAll(this.#file, record, this.#path);
    }
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeAll(this.#file, this.#buffer.subarray(0, this.#used), this.#path);
    this.#used = 0;
  }
}

/**
 * Writes all bytes to an open file.
 *
 * @param path of the file
 * @throws SparsedgeError `unavailable` that names the file where the system refuses, for instance on a full disk
 */
export function writeAll(file: number, bytes: Uint8Array, path: string): void {
  naming(path, 'written', () => {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  });
}

/** Reads records in the order they were written. */
export class RecordReader {
  readonly #file: number;
  readonly #path: string;
  readonly #size: number;
  // Not a Buffer: its slice() would share memory where every other array's copies.
  #buffer: Uint8Array;
  /** What was read ahead, in the buffer. */
  #start = 0;
  #end = 0;
  #from = 0;
  #position: number;

  /**
   * @param position of the record to begin with
   * @param bufferBytes that are read at a time
   */
  constructor(path: string, position = 0, bufferBytes = BUFFER_BYTES) {
    this.#path = path;
    this.#position = position;
    this.#file = naming(path, 'read', () => openSync(path, 'r'));
    this.#size = fstatSync(this.#file).size;
    // Small collections have small files, and many of them.
    this.#buffer = new Uint8Array(Math.min(bufferBytes, Math.max(0, this.#size - position)));
  }

  /** The next record, valid until the next call; nothing at the end. */
  next(): Uint8Array | undefined {
    return this.advance() ? this.#buffer.subarray(this.#from, this.#start) : undefined;
  }

  /** Moves to the next record, which is `from` .. `to` of `bytes` until the next call; false at the end. */
  advance(): boolean {
    if (this.#start === this.#end && this.#position === this.#size) return false;
    this.#fill(PREFIX_BYTES);
    const [bytes, at] = [this.#buffer, this.#start];
    const length = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
    this.#start += PREFIX_BYTES;
    this.#fill(length);
    this.#from = this.#start;
    this.#start += length;
    return true;
  }

  get bytes(): Uint8Array {
    return this.#buffer;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#start;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Brings at least `count` bytes into the buffer. */
  #fill(count: number): void {
    if (this.#end - this.#start >= count) return;
    const kept = this.#buffer.subarray(this.#start, this.#end);
    // The record handed out last may still be in use only until now, so its memory can be reused.
    const target = count > this.#buffer.length ? new Uint8Array(count * 2) : this.#buffer;
    target.set(kept);
    this.#buffer = target;
    this.#end -= this.#start;
    this.#start = 0;
    while (this.#end < count) {
      const read = readSync(
        this.#file,
        this.#buffer,
        this.#end,
        this.#buffer.length - this.#end,
        this.#position,
      );
      if (read === 0) throw new SparsedgeError('corrupt', `${this.#path} ends within a record`);
      this.#end += read;
      this.#position += read;
    }
  }
}

/** Reads records by their number. */
export class RecordFile {
  readonly #file: number;
  readonly #path: string;
  /** Where each record's bytes end; four more lie before them. */
  readonly #end: Float64Array;
  #buffer = new Uint8Array(1 << 16);

  /** @param records how many the file holds */
  constructor(path: string, records: number) {
    this.#end = new Float64Array(records);
    const reader = new RecordReader(path);
    for (let number = 0, end = 0; number < records; number++) {
      end += PREFIX_BYTES + reader.next()!.length;
      this.#end[number] = end;
    }
    reader.close();
    this.#path = path;
    this.#file = openSync(path, 'r');
  }

  /** A record, valid until the next call. */
  at(number: number): Uint8Array {
    const start = (number === 0 ? 0 : this.#end[number - 1]) + PREFIX_BYTES;
    const length = this.#end[number] - start;
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length * 2);
    for (let filled = 0; filled < length; ) {
      const read = readSync(this.#file, this.#buffer, filled, length - filled, start + filled);
      if (read === 0) throw new SparsedgeError('corrupt', `${this.#path} ends within a record`);
      filled += read;
    }
    return this.#buffer.subarray(0, length);
  }

  close(): void {
    closeSync(this.#file);
  }
}
