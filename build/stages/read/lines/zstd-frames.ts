// Zstandard (RFC 8878) may be many frames in a row, as parallel writers and `cat` make them, and Node's stream ends
// with the first. Frames are cut here by the sizes that their blocks name, and unpacked one after another.

import { pipeline, Readable, type Transform } from 'node:stream';

const MAGIC = 0xfd2fb528;
/** Frames whose magic number is one of sixteen from here on hold no data. */
const SKIPPABLE = 0x184d2a50;
const CHECKSUM_BYTES = 4;

/** What an error of Node's own zstd is like, so that whoever names errors knows it. */
class FrameError extends Error {
  readonly code = 'ZSTD_error_frame';
}

/**
 * Unpacks every frame.
 *
 * @throws FrameError for bytes that are no frame, or end within one
 */
export async function* unpackedFrames(
  stored: AsyncIterable<Buffer>,
  unpacker: () => Transform,
): AsyncGenerator<Buffer> {
  const bytes = new ByteQueue(stored);
  while (!(await bytes.isAtEnd())) {
    const magic = (await bytes.peek(4)).readUInt32LE();
    if ((magic & ~15) >>> 0 === SKIPPABLE) {
      const size = (await bytes.peek(8)).readUInt32LE(4);
      for await (const _ of bytes.take(8 + size));
    } else if (magic === MAGIC) {
      yield* pipeline(Readable.from(frame(bytes), { objectMode: false }), unpacker(), () => undefined);
    } else {
      throw new FrameError('no frame begins here');
    }
  }
}

/** The bytes of one frame. */
async function* frame(bytes: ByteQueue): AsyncGenerator<Buffer> {
  const descriptor = (await bytes.peek(5))[4];
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = descriptor >> 6 === 0 ? (isSingleSegment ? 1 : 0) : 1 << (descriptor >> 6);
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  yield* bytes.take(5 + (isSingleSegment ? 0 : 1) + dictionary + contentSize);
  for (let isLast = false; !isLast; ) {
    const header = (await bytes.peek(3)).readUIntLE(0, 3);
    isLast = (header & 1) === 1;
    // A run is one byte, however long it is.
    const isRun = ((header >> 1) & 3) === 1;
    yield* bytes.take(3 + (isRun ? 1 : header >> 3));
  }
  if ((descriptor & 4) !== 0) yield* bytes.take(CHECKSUM_BYTES);
}

/** Bytes that are taken by number from chunks of any size. */
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#held.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return true;
      this.#held = next.value;
    }
    return false;
  }

  async peek(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const next = await this.#chunks.next();
      if (next.done === true) throw new FrameError('a frame is cut short');
      this.#held = Buffer.concat([this.#held, next.value]);
    }
    return this.#held.subarray(0, count);
  }

  async *take(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (await this.isAtEnd()) throw new FrameError('a frame is cut short');
      const taken = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(taken.length);
      left -= taken.length;
      yield taken;
    }
  }
}
