// How large the pages of an index are.

/** Where lists and documents are cut into pages, in bytes. */
export interface Layout {
  /** Lists longer than this leave the dictionary: a read for a rare term should not carry them. */
  readonly longBytes: number;
  /** A dictionary page is closed once it holds this much. */
  readonly dictionaryBytes: number;
  /** Tiers longer than this are divided by window: decoding less than that again is not worth a directory. */
  readonly dividedBytes: number;
  /** A document page is closed at this much before compression. */
  readonly documentBytes: number;
}

/** A page that keeps its place in a later index is cut when it is this many times as large as others become. */
export const MOST_GROWTH = 2;

export const LAYOUT: Layout = {
  longBytes: 4 * 1024,
  dictionaryBytes: 8 * 1024,
  dividedBytes: 16 * 1024,
  // Enough to compress well, little enough to inflate ten for one answer.
  documentBytes: 16 * 1024,
};
