// Opens a file or standard input as a stream of plain bytes: what was compressed is unpacked before anyone else looks.
// Bytes are read only as fast as they are taken.

import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { unpackedFrames } from './zstd-frames.ts';

/** Plain bytes from somewhere. */
export interface Source {
  /** For people: a path, or `standard input`. */
  readonly name: string;
  /** The first bytes, for recognising a format; they come again in `chunks`. */
  readonly head: Buffer;
  readonly chunks: AsyncGenerator<Buffer>;
  /** Lets go of the file, however far it was read. */
  close(): void;
}

/** Large enough that the turn of the event loop per chunk costs nothing against its lines. */
const CHUNK_BYTES = 256 * 1024;
/** A header line or a first record, nearly always. */
const HEAD_BYTES = 64 * 1024;

/** Ways of compressing, by the first bytes that each writes. */
const COMPRESSIONS = [
  { name: 'gzip', magic: Buffer.from([0x1f, 0x8b]) },
  { name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { name: 'bzip2', magic: Buffer.from('BZh') },
  { name: 'xz', magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]) },
  { name: 'zip', magic: Buffer.from('PK\x03\x04') },
  { name: '7z', magic: Buffer.from([0x37, 0x7a, 0xbc, 0xaf]) },
] as const;
const MAGIC_BYTES = 6;

/**
 * Opens `input`, a path or `-` for standard input. Compression is known by its first bytes and not by its name, since
 * standard input has none and downloads are often misnamed.
 *
 * @throws SparsedgeError `bad-input`, here or while `chunks` is read, when the file cannot be read, is damaged, or is
 *   compressed in a way that is not read here
 */
export async function openSource(input: string): Promise<Source> {
  const name = input === '-' ? 'standard input' : input;
  const stream: Readable =
    input === '-' ? process.stdin : createReadStream(input, { highWaterMark: CHUNK_BYTES });
  try {
    const stored = await peek(named(stream, name, 'data'), MAGIC_BYTES);
    const compression = COMPRESSIONS.find(({ magic }) => stored.head.subarray(0, magic.length).equals(magic));
    const plain = compression === undefined ? stored.chunks : unpacked(stored.chunks, name, compression.name);
    const { head, chunks } = await peek(plain, HEAD_BYTES);
    return { name, head, chunks, close: () => stream.destroy() };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function unpacked(
  stored: AsyncIterable<Buffer>,
  name: string,
  compression: (typeof COMPRESSIONS)[number]['name'],
): AsyncGenerator<Buffer> {
  // A failure of either end destroys what unpacks with that error, and whoever reads it sees it there.
  if (compression === 'gzip')
    return named(
      pipeline(
        Readable.from(stored, { objectMode: false }),
        zlib.createGunzip({ chunkSize: CHUNK_BYTES }),
        () => undefined,
      ),
      name,
      compression,
    );
  const { createZstdDecompress } = zlib as Partial<typeof zlib>;
  if (compression === 'zstd' && createZstdDecompress !== undefined) {
    const frames = unpackedFrames(stored, () => createZstdDecompress({ chunkSize: CHUNK_BYTES }));
    return named(frames, name, compression);
  }
  // Node has zstd since 22.15 and 23.8.
  const newer = compression === 'zstd' ? ', or use Node 22.15 or later' : '';
  const reason = `it is ${compression}: unpack it first${newer}`;
  throw new SparsedgeError('bad-input', `${name}: ${reason}`, { file: name, reason });
}

interface Peeked {
  readonly head: Buffer;
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Reads ahead until there are `wanted` bytes, and drops `prefix` if they start with it. */
export async function peek(chunks: AsyncGenerator<Buffer>, wanted: number, prefix?: Buffer): Promise<Peeked> {
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
async function* named(stream: AsyncIterable<Buffer>, name: string, what: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk;
  } catch (cause) {
    if (cause instanceof SparsedgeError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = /^(Z_|ZSTD_|ERR_ZLIB)/.test(code)
      ? `the ${what} data is damaged or cut short`
      : code === 'ENOENT'
        ? 'there is no such file'
        : `cannot be read (${code})`;
    throw new SparsedgeError('bad-input', `${name}: ${reason}`, { file: name, reason }, { cause });
  }
}
