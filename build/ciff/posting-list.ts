// CIFF's posting lists, read and written here and nowhere else. The schema is CommonIndexFileFormat.proto of
// osirrc/ciff:
//
//   PostingsList  1 term (string), 2 df, 3 cf (int64), 4 postings (repeated Posting)
//   Posting       1 docid, 2 tf (int32)
//
// A docid is the gap to the one before; the first is as it is. A field of value 0 is left out, which for a docid only
// the first document's can be.

import { isUtf8 } from 'node:buffer';
import { PbfReader, PbfWriter } from 'pbf';
import { BYTES, decoding, mustEnd, skipUnknown, tag, taken, VARINT } from './ciff-fields.ts';
import { malformed, type Place } from './delimited.ts';

/** A term's documents, ascending, and their tfs. The arrays may be longer than `count`. */
export interface CiffList {
  /** Lies in the message that it was read from. */
  term: Uint8Array;
  documents: Uint32Array;
  values: Float32Array;
  count: number;
}

/** What the postings of a list must keep to. */
export interface ListLimits {
  /** Document numbers are below it. */
  readonly documents: number;
  /** The largest tf, and what is to be said of a larger one. */
  readonly value: number;
  readonly advice: string;
}

/** A posting takes at most this: its tag and length, and two tags with a number of ten bytes each. */
const MAX_POSTING_BYTES = 24;
/** For term, df and cf, and for fields that the schema does not have. */
const ROOM_BYTES = 1 << 20;

/** The most bytes that a list over so many documents takes. */
export function longestList(documents: number): number {
  return ROOM_BYTES + documents * MAX_POSTING_BYTES;
}

/** Room for a list, to be filled by `decodeList` again and again. */
export function emptyList(): CiffList {
  const documents = new Uint32Array(1024);
  return { term: new Uint8Array(), documents, values: new Float32Array(1024), count: 0 };
}

/**
 * Decodes a list into `into`. Its df and cf may be missing, since some writers leave them out, but not wrong.
 *
 * @throws SparsedgeError `bad-input` when it is no list within the limits
 */
export function decodeList(bytes: Uint8Array, limits: ListLimits, place: Place, into: CiffList): CiffList {
  return decoding(place, () => readList(bytes, limits, place, into));
}

const POSTING = tag(4, BYTES);
const DOCID = tag(1, VARINT);
const TF = tag(2, VARINT);

function readList(bytes: Uint8Array, limits: ListLimits, place: Place, into: CiffList): CiffList {
  into.term = new Uint8Array();
  into.count = 0;
  let df = 0;
  let cf = 0;
  let sum = 0;
  let document = -1;
  const reader = new PbfReader(bytes);
  while (reader.pos < bytes.length) {
    const found = reader.readVarint();
    if (found === POSTING) {
      const end = reader.readVarint() + reader.pos;
      let gap = 0;
      let value = 0;
      while (reader.pos < end) {
        const inner = reader.readVarint();
        if (inner === DOCID) gap = reader.readVarint(true);
        else if (inner === TF) value = reader.readVarint(true);
        else skipUnknown(reader, inner, 2, place);
      }
      mustEnd(reader, end, place);
      const before = document;
      document = before < 0 ? gap : before + gap;
      // Written so that what is no number fails too.
      if (!(document > before && document < limits.documents)) {
        const from = before < 0 ? 'from 0' : `after ${before}`;
        throw malformed(place, `a document ${from} and below ${limits.documents}`, document, termOf(into));
      }
      if (!(value >= 1 && value <= limits.value)) {
        const expected = `a tf from 1 to ${limits.value}${limits.advice}`;
        throw malformed(place, expected, `${value} for document ${document}`, termOf(into));
      }
      if (into.count === into.documents.length) reserve(into, into.count + 1);
      into.documents[into.count] = document;
      into.values[into.count++] = value;
      sum += value;
    } else if (found === tag(1, BYTES)) into.term = reader.readBytes();
    else if (found === tag(2, VARINT)) df = reader.readVarint(true);
    else if (found === tag(3, VARINT)) cf = reader.readVarint(true);
    else skipUnknown(reader, found, 4, place);
  }
  mustEnd(reader, bytes.length, place);
  if (into.term.length === 0 || !isUtf8(into.term)) {
    throw malformed(place, 'a term in UTF-8', into.term.length === 0 ? 'none' : 'other bytes');
  }
  if (into.count === 0) throw malformed(place, 'postings', 'none', termOf(into));
  if (df !== 0 && df !== into.count)
    throw malformed(place, `${df} postings, its df`, into.count, termOf(into));
  if (cf !== 0 && cf !== sum) throw malformed(place, `tfs that add up to ${cf}, its cf`, sum, termOf(into));
  return into;
}

/** The term as text, for messages. */
export function termOf({ term }: CiffList): string | undefined {
  return term.length === 0 ? undefined : Buffer.from(term).toString();
}

/** Makes room for `capacity` postings in all. */
export function reserve(list: CiffList, capacity: number): void {
  if (capacity <= list.documents.length) return;
  const documents = new Uint32Array(capacity * 2);
  const values = new Float32Array(capacity * 2);
  documents.set(list.documents);
  values.set(list.values);
  list.documents = documents;
  list.values = values;
}

const writer = new PbfWriter(new Uint8Array(1 << 16));

/** A list's bytes, valid until the next call. */
export function encodeList({ term, documents, values, count }: CiffList): Uint8Array {
  let cf = 0;
  for (let i = 0; i < count; i++) cf += values[i];
  writer.writeBytesField(1, term);
  writer.writeVarintField(2, count);
  writer.writeVarintField(3, cf);
  let before = 0;
  for (let i = 0; i < count; i++) {
    const gap = documents[i] - before;
    const value = values[i];
    before = documents[i];
    // Field by field and not as nested messages, which the library writes by calling back: a fifth faster.
    writer.writeVarint(POSTING);
    writer.writeVarint((gap === 0 ? 0 : 1 + varintBytes(gap)) + 1 + varintBytes(value));
    if (gap !== 0) {
      writer.writeVarint(DOCID);
      writer.writeVarint(gap);
    }
    writer.writeVarint(TF);
    writer.writeVarint(value);
  }
  return taken(writer);
}

function varintBytes(value: number): number {
  return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
}
