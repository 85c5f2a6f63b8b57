// Tiers: the pages of a long list. Each holds the postings of a range of impacts, so a list's first tiers are its
// highest impacts over all documents. FORMAT.md, "Tiers".

import { corrupt } from '../errors.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { ListPlace } from './postings.ts';

/** Postings of a tier that lie in one window, encoded by the window's own document numbers. */
export interface Piece {
  readonly window: number;
  readonly count: number;
  readonly firstImpact: number;
  readonly list: Uint8Array;
}

/** Where a part of an opened tier lies. */
export interface PiecePlace extends ListPlace {
  /** Whose documents it numbers from 0; those of the whole index where there is none. */
  readonly window: number | undefined;
}

/** The body of a tier that is one list over all documents. */
export function encodeUndividedTier(list: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(list.length + 1);
  writer.varint(0);
  writer.raw(list);
  return writer.finish();
}

/** The body of a tier that is divided by window: first what there is of each window, then the lists. */
export function encodeDividedTier(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.varint(pieces.length);
  let next = 0;
  for (const { window, count, firstImpact, list } of pieces) {
    writer.varint(window - next);
    writer.varint(count);
    writer.u8(firstImpact);
    writer.varint(list.length);
    next = window + 1;
  }
  for (const { list } of pieces) writer.raw(list);
  return writer.finish();
}

/**
 * Where the lists of an opened tier lie, ascending by window.
 *
 * @param length of the body
 * @param of what the page table says of the tier
 * @param windows of the index
 * @throws SparsedgeError `corrupt` when the bytes are no such tier
 */
export function decodeTier(
  page: Uint8Array,
  length: number,
  of: { readonly count: number; readonly firstImpact: number },
  windows: number,
  where: string,
): PiecePlace[] {
  const reader = new ByteReader(page.subarray(0, length), where);
  const pieces = reader.varint();
  if (pieces === 0) return [{ ...of, window: undefined, start: reader.position, end: length }];
  if (pieces > windows) throw corrupt(where, `at most ${windows} windows`, pieces);
  const places: { window: number; count: number; firstImpact: number; start: number; end: number }[] = [];
  let next = 0;
  let total = 0;
  let listStart = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const window = next + reader.varint();
    const count = reader.varint();
    const firstImpact = reader.u8();
    const listLength = reader.varint();
    places.push({ window, count, firstImpact, start: listStart, end: listStart + listLength });
    next = window + 1;
    total += count;
    listStart += listLength;
  }
  const highest = places.reduce((most, { firstImpact }) => Math.max(most, firstImpact), 0);
  if (next > windows) throw corrupt(where, `windows below ${windows}`, next - 1);
  if (total !== of.count) throw corrupt(where, `${of.count} postings`, total);
  if (highest !== of.firstImpact) throw corrupt(where, `a first impact of ${of.firstImpact}`, highest);
  if (reader.remaining !== listStart) throw corrupt(where, `${listStart} bytes of lists`, reader.remaining);
  for (const place of places) {
    place.start += reader.position;
    place.end += reader.position;
  }
  return places;
}
