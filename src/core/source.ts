// Storage, as the query side sees it: one method. R2, a folder, memory, a simulated network and a counter all
// implement it, and tests count reads and bytes through it.

/**
 * What objects are called that an index names: a folder and a name in it. Whoever wrote the index may mean harm, and
 * folders, buckets and hosts have more beside it, so no name leads out of where it lies.
 */
export const OBJECT_NAME = /^[a-z]+\/[\w-]+$/;

/** A half-open range of bytes: start ≤ i < end. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** The pages that it is read for, all of one build and space. */
  readonly pages?: readonly PageSpan[];
}

/** A page within a range of bytes. */
export interface PageSpan {
  /** Where it belongs: see PagePlace in format/page.ts. */
  readonly place: { readonly build: string; readonly space: string; readonly page: number };
  readonly start: number;
  readonly end: number;
}

/** What an object, or a range of it, is read for: what it throws says that the bytes are not what they must be. */
export type Decode<T> = (bytes: Uint8Array) => T | Promise<T>;

/** Something that holds named, immutable objects. */
export interface Source {
  /**
   * Reads an object, or a range of it.
   *
   * @returns exactly `range.end - range.start` bytes, or the whole object when no range is given
   * @throws SparsedgeError `not-found` when there is no such object, `corrupt` when it is shorter than the range,
   *   `unavailable` when storage fails
   */
  read(name: string, range?: ByteRange): Promise<Uint8Array>;
  /**
   * Reads and decodes, where a source can read bytes again that turn out to be damaged: see `readAs`.
   *
   * @param bytes of an object that is read whole, where they are known
   */
  readAs?<T>(name: string, range: ByteRange | undefined, decode: Decode<T>, bytes?: number): Promise<T>;
}

/**
 * Reads an object, or a range of it, and decodes it. A source that can reads again what does not decode.
 *
 * @param bytes of an object that is read whole, where they are known
 * @throws SparsedgeError as `read` does; what `decode` throws
 */
export async function readAs<T>(
  source: Source,
  name: string,
  range: ByteRange | undefined,
  decode: Decode<T>,
  bytes?: number,
): Promise<T> {
  return source.readAs ? source.readAs(name, range, decode, bytes) : decode(await source.read(name, range));
}
