// Pages: the unit of range read, of checksum and of caching. FORMAT.md, "Pages".
//
// A page's checksum is seeded with its identity, so that intact bytes in the wrong place are damage too: no page of
// another index, space or position passes for one of a shard, nor that of another name for one that is an object.

import { corrupt } from '../errors.ts';
import { BIT_PADDING } from './bits.ts';
import { ByteReader, ByteWriter, utf8 } from './bytes.ts';
import { crc32 } from './checksum.ts';
import { readKey, WantedKeys, writeKey } from './keys/front-coding.ts';
import type { ListPlace } from './postings.ts';

/** What follows a page's body: padding for the bit reader, then the checksum. */
const TRAILER_BYTES = BIT_PADDING + 4;

/** Where the pages of a run belong. */
export interface RunPlace {
  /** Of the build: see Manifest.build. */
  readonly build: string;
  /** A space's name, or DOCUMENTS. */
  readonly space: string;
}

/** Where a page belongs. */
export interface PagePlace extends RunPlace {
  readonly page: number;
}

/** The name under which document pages are identified; no space may have it. */
export const DOCUMENTS = '_documents';

/** The identity of a page that shares an object with others: where it belongs. */
export function placeIdentity({ build, space, page }: PagePlace): string {
  return `build ${build}, ${space}, page ${page}`;
}

function checksum(body: Uint8Array, identity: string): number {
  return crc32(body, crc32(utf8(identity)));
}

/**
 * A body as it is stored: body, padding, checksum.
 *
 * @param identity what placeIdentity says, or the name of the object that the page is
 */
export function sealPage(body: Uint8Array, identity: string): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(body.length + TRAILER_BYTES);
  page.set(body);
  new DataView(page.buffer).setUint32(body.length + BIT_PADDING, checksum(body, identity), true);
  return page;
}

/**
 * Checks a stored page.
 *
 * @returns its length without the trailer; the bytes stay where they are, so that readers may run into the padding
 * @throws SparsedgeError `corrupt` when the bytes are not the page of that identity
 */
export function openPage(page: Uint8Array, identity: string): number {
  const length = page.length - TRAILER_BYTES;
  if (length < 0) throw corrupt(identity, `at least ${TRAILER_BYTES} bytes`, page.length);
  const stored = new DataView(page.buffer, page.byteOffset).getUint32(length + BIT_PADDING, true);
  const found = checksum(page.subarray(0, length), identity);
  let padding = 0;
  for (let i = 0; i < BIT_PADDING; i++) padding |= page[length + i];
  if (found !== stored) throw corrupt(identity, `checksum ${stored.toString(16)}`, found.toString(16));
  // What it says tells one damage from another: a page is read again, and is damaged if that gives the same.
  if (padding !== 0) {
    const found = page.subarray(length, length + BIT_PADDING).join(' ');
    throw corrupt(identity, `${BIT_PADDING} bytes of zeros before the checksum`, found);
  }
  return length;
}

/** One term of a dictionary page: its key and its whole list, encoded. */
export interface DictionaryEntry {
  readonly key: Uint8Array;
  readonly count: number;
  readonly firstImpact: number;
  readonly list: Uint8Array;
}

/** The body of a page of whole terms, in ascending order of key: first all entries, front coded, then all lists. */
export function encodeDictionary(entries: readonly DictionaryEntry[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.varint(entries.length);
  let before: Uint8Array = new Uint8Array();
  for (const { key, count, firstImpact, list } of entries) {
    writeKey(writer, key, before);
    writer.varint(count);
    writer.u8(firstImpact);
    writer.varint(list.length);
    before = key;
  }
  for (const { list } of entries) writer.raw(list);
  return writer.finish();
}

/** A term of an opened dictionary page, and where its list lies in it. */
export interface DictionaryHit extends ListPlace {
  readonly key: Uint8Array;
}

/**
 * The entries of an opened dictionary page, in ascending order of key.
 *
 * @param length of the body, from openPage
 */
export function decodeDictionary(page: Uint8Array, length: number, where: string): DictionaryHit[] {
  const reader = new ByteReader(page.subarray(0, length), where);
  const entryCount = reader.varint();
  if (entryCount > length) throw corrupt(where, `at most ${length} entries`, entryCount);
  const entries: { key: Uint8Array; count: number; firstImpact: number; start: number; end: number }[] = [];
  let before: Uint8Array = new Uint8Array();
  let listStart = 0;
  for (let i = 0; i < entryCount; i++) {
    const key = readKey(reader, before);
    before = key;
    const count = reader.varint();
    const firstImpact = reader.u8();
    const listLength = reader.varint();
    entries.push({ key, count, firstImpact, start: listStart, end: listStart + listLength });
    listStart += listLength;
  }
  if (reader.remaining !== listStart) throw corrupt(where, `${listStart} bytes of lists`, reader.remaining);
  for (const entry of entries) {
    entry.start += reader.position;
    entry.end += reader.position;
  }
  return entries;
}

/**
 * Where the lists of some keys lie in an opened dictionary page; undefined for those that it does not have. The page is
 * passed over once, in place, whatever the number of keys: decoding it for each would be most of a long query.
 *
 * @param keys ascending, none twice
 */
export function findInDictionary(
  page: Uint8Array,
  length: number,
  keys: readonly Uint8Array[],
  where: string,
): (ListPlace | undefined)[] {
  const reader = new ByteReader(page.subarray(0, length), where);
  const entryCount = reader.varint();
  if (entryCount > length) throw corrupt(where, `at most ${length} entries`, entryCount);
  const wanted = new WantedKeys(keys);
  const found: { at: number; count: number; firstImpact: number; start: number; end: number }[] = [];
  let listStart = 0;
  for (let i = 0; i < entryCount; i++) {
    const at = wanted.pass(reader);
    const count = reader.varint();
    const firstImpact = reader.u8();
    const listLength = reader.varint();
    if (at >= 0) found.push({ at, count, firstImpact, start: listStart, end: listStart + listLength });
    listStart += listLength;
  }
  if (reader.remaining !== listStart) throw corrupt(where, `${listStart} bytes of lists`, reader.remaining);
  const places: (ListPlace | undefined)[] = keys.map(() => undefined);
  for (const { at, count, firstImpact, start, end } of found) {
    places[at] = { count, firstImpact, start: start + reader.position, end: end + reader.position };
  }
  return places;
}
