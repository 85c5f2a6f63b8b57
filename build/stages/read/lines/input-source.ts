// Opens a file or standard input as a stream of plain bytes: gzip is undone, and a byte-order mark dropped, before
// anyone else looks. Bytes are read only as fast as they are taken.

import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SparsedgeError } from '../../../../src/core/errors.ts';

/** Plain bytes from somewhere. */
export interface Source {
  /** For people: a path, or `standard input`. */
  readonly name: string;
  /** The first bytes, for recognising a format; they come again in `chunks`. */
  readonly head: Buffer;
  readonly chunks: AsyncIterable<Buffer>;
  /** Lets go of the file, however far it was read. */
  close(): void;
}

/** Large enough that the turn of the event loop per chunk costs nothing against its lines. */
const CHUNK_BYTES = 256 * 1024;
/** A header line or a first record, nearly always. */
const HEAD_BYTES = 64 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Opens `input`, a path or `-` for standard input. Gzip is known by its first bytes and not by its name, since standard
 * input has none and downloads are often misnamed.
 *
 * @throws SparsedgeError `bad-input`, here or while `chunks` is read, when the file cannot be read or its gzip is
 *   damaged
 */
export async function openSource(input: string): Promise<Source> {
  const name = input === '-' ? 'standard input' : input;
  const stream: Readable =
    input === '-' ? process.stdin : createReadStream(input, { highWaterMark: CHUNK_BYTES });
  try {
    const stored = await peek(named(stream, name), GZIP_MAGIC.length);
    const gzipped = stored.head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
    const plain = gzipped ? named(unzipped(stored.chunks), name) : stored.chunks;
    const { head, chunks } = await peek(plain, HEAD_BYTES, BYTE_ORDER_MARK);
    return { name, head, chunks, close: () => stream.destroy() };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function unzipped(stored: AsyncIterable<Buffer>): Readable {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // A failure of either end destroys `gunzip` with that error, and whoever reads it sees it there.
  return pipeline(Readable.from(stored, { objectMode: false }), gunzip, () => undefined);
}

interface Peeked {
  readonly head: Buffer;
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Reads ahead until there are `wanted` bytes, and drops `prefix` if they start with it. */
async function peek(chunks: AsyncGenerator<Buffer>, wanted: number, prefix?: Buffer): Promise<Peeked> {
  const taken: Buffer[] = [];
  let bytes = 0;
  while (bytes < wanted) {
    const next = await chunks.next();
    if (next.done === true) break;
    taken.push(next.value);
    bytes += next.value.length;
  }
  const read = Buffer.concat(taken);
  const head = prefix?.equals(read.subarray(0, prefix.length)) ? read.subarray(prefix.length) : read;
  return { head, chunks: resumed(head, chunks) };
}

async function* resumed(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** Failures of reading, told with the name of what was read. */
async function* named(stream: Readable, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (cause) {
    if (cause instanceof SparsedgeError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = code.startsWith('Z_')
      ? 'the gzip data is damaged or cut short'
      : code === 'ENOENT'
        ? 'there is no such file'
        : `cannot be read (${code})`;
    throw new SparsedgeError('bad-input', `${name}: ${reason}`, { file: name, reason }, { cause });
  }
}
