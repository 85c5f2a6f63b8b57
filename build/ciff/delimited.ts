// Length-delimited messages, one after the other: the frame of a CIFF file. A message is whole in memory, the file
// never.

import { SparsedgeError } from '../../src/core/errors.ts';

/** Which message of a file is at hand; one object serves a whole file, so that naming a place costs nothing. */
export interface Place {
  readonly file: string;
  /** `posting list` and the like. */
  kind: string;
  /** From 1, of `total`; 0 where there is one of a kind. */
  number: number;
  total: number;
}

/** A file that does not say what it must say. */
export function malformed(
  { file, kind, number, total }: Place,
  expected: string,
  found: string | number,
  term?: string,
): SparsedgeError {
  const of = number === 0 ? kind : `${kind} ${number} of ${total}`;
  const where = term === undefined ? of : `${of} (${JSON.stringify(term)})`;
  return new SparsedgeError('bad-input', `${file}, ${where}: expected ${expected}, found ${found}`, {
    file,
    where,
    expected,
    found,
  });
}

const BUFFER_BYTES = 1 << 20;

/**
 * Takes messages from chunks of bytes. `take` is for the many that are in memory already, since awaiting each of
 * millions of short ones would cost more than reading them:
 *
 *     const message = messages.take(limit, place) ?? (await messages.wait(limit, place));
 */
export class MessageReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer = new Uint8Array(BUFFER_BYTES);
  #start = 0;
  #end = 0;
  /** What the message at hand takes, its length included; 0 while that is not known. */
  #wanted = 0;
  /** Bytes of the file that were read, unpacked. */
  #read = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * The next message, valid until the next call; nothing when it is not in memory yet.
   *
   * @param limit in bytes: a longer message is damage, and must not become an allocation
   * @throws SparsedgeError `bad-input`
   */
  take(limit: number, place: Place): Uint8Array | undefined {
    let length = 0;
    let factor = 1;
    let at = this.#start;
    for (let more = true; more; factor *= 128) {
      if (at === this.#end) {
        this.#wanted = 0;
        return undefined;
      }
      const byte = this.#buffer[at++];
      length += (byte & 127) * factor;
      if (length > limit) throw malformed(place, `at most ${limit} bytes`, length);
      more = byte > 127;
    }
    this.#wanted = at - this.#start + length;
    if (this.#end - at < length) return undefined;
    this.#start = at + length;
    return this.#buffer.subarray(at, this.#start);
  }

  /** The next message, after reading until it is there. */
  async wait(limit: number, place: Place): Promise<Uint8Array> {
    for (;;) {
      if (!(await this.#fill())) throw this.#cutOff(place);
      const message = this.take(limit, place);
      if (message) return message;
    }
  }

  /** @throws SparsedgeError `bad-input` unless everything was read; `place` is the one after the last message */
  async end(place: Place): Promise<void> {
    if (this.#start === this.#end && !(await this.#fill())) return;
    const at = this.#read - (this.#end - this.#start);
    const header = { ...place, kind: 'header', number: 0 };
    throw malformed(
      header,
      `${place.total} ${place.kind}s and the end of the file at byte ${at}`,
      'more bytes there: something was appended, or the header counts too few',
    );
  }

  /** What a file that ends too early does not have. */
  #cutOff(place: Place): SparsedgeError {
    if (this.#read === 0) return malformed(place, 'a CIFF', 'an empty file');
    const held = this.#end - this.#start;
    const size = this.#wanted === 0 ? '' : ` of ${this.#wanted} bytes`;
    const part = held === 0 ? '' : `${held} bytes of it and `;
    const reason = place.number === 0 ? 'the file is no CIFF' : 'its header counts too many';
    return malformed(
      place,
      `a ${place.kind}${size}`,
      `${part}the end of the file at byte ${this.#read}: it is cut off, or ${reason}`,
    );
  }

  /** Reads a chunk; false at the end of the file. */
  async #fill(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    this.#read += value.length;
    const held = this.#end - this.#start;
    if (this.#end + value.length > this.#buffer.length) {
      const needed = Math.max(held + value.length, this.#wanted);
      const target = needed > this.#buffer.length ? new Uint8Array(needed + BUFFER_BYTES) : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#start = 0;
      this.#end = held;
    }
    this.#buffer.set(value, this.#end);
    this.#end += value.length;
    return true;
  }
}
