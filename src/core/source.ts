// Storage, as the query side sees it: one method. R2, a folder, memory, a simulated network and a counter all
// implement it, and tests count reads and bytes through it.

/** A half-open range of bytes: start ≤ i < end. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

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
}
