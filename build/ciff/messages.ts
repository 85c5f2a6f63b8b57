// CIFF's header and document records, read and written here and nowhere else; posting lists are in posting-list.ts. The
// schema is CommonIndexFileFormat.proto of osirrc/ciff:
//
//   Header     1 version, 2 num_postings_lists, 3 num_docs, 4 total_postings_lists, 5 total_docs (int32),
//              6 total_terms_in_collection (int64), 7 average_doclength (double), 8 description (string)
//   DocRecord  1 docid (int32), 2 collection_docid (string), 3 doclength (int32)
//
// A file is the header, that many posting lists and that many document records, each after its length.

import { PbfReader, PbfWriter } from 'pbf';
import {
  BYTES,
  decoding,
  FIXED64,
  mustEnd,
  readText,
  skipUnknown,
  tag,
  taken,
  VARINT,
  writeNumber,
} from './ciff-fields.ts';
import { malformed, type Place } from './delimited.ts';

/** The one version there is. */
const VERSION = 1;
const MAX_INT32 = 2 ** 31 - 1;

export interface CiffHeader {
  readonly lists: number;
  readonly documents: number;
  /** Of the index that the file was made from, which may have been exported in part. */
  readonly totalLists: number;
  readonly totalDocuments: number;
  /** The sum of all document lengths, exact where the records' are rounded. */
  readonly totalTerms: number;
  readonly averageLength: number;
  /** For people. */
  readonly description: string;
}

export interface CiffDocument {
  /** What posting lists call it. */
  readonly number: number;
  readonly id: string;
  readonly length: number;
}

/** @throws SparsedgeError `bad-input` when it is no header of version 1 */
export function decodeHeader(bytes: Uint8Array, place: Place): CiffHeader {
  const { numbers, averageLength, description } = decoding(place, () => readHeader(bytes, place));
  const [version, lists, documents, totalLists, totalDocuments, totalTerms] = numbers;
  if (version !== VERSION) throw malformed(place, `version ${VERSION}`, `version ${version}`);
  const wrong =
    [version, lists, documents, totalLists, totalDocuments].find((count) => count < 0 || count > MAX_INT32) ??
    [totalTerms, averageLength].find((total) => !(total >= 0 && total < Number.POSITIVE_INFINITY));
  if (wrong !== undefined) throw malformed(place, 'counts from 0', wrong);
  return { lists, documents, totalLists, totalDocuments, totalTerms, averageLength, description };
}

function readHeader(bytes: Uint8Array, place: Place) {
  const numbers: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
  let averageLength = 0;
  let description = '';
  const reader = new PbfReader(bytes);
  while (reader.pos < bytes.length) {
    const found = reader.readVarint();
    const field = found >>> 3;
    if (field >= 1 && field <= numbers.length && found === tag(field, VARINT)) {
      numbers[field - 1] = reader.readVarint(true);
    } else if (found === tag(7, FIXED64)) averageLength = reader.readDouble();
    else if (found === tag(8, BYTES)) description = readText(reader, place);
    else skipUnknown(reader, found, 8, place);
  }
  mustEnd(reader, bytes.length, place);
  return { numbers, averageLength, description };
}

/** A header's bytes. */
export function encodeHeader(header: CiffHeader): Uint8Array {
  const writer = new PbfWriter();
  writeNumber(writer, 1, VERSION);
  writeNumber(writer, 2, header.lists);
  writeNumber(writer, 3, header.documents);
  writeNumber(writer, 4, header.totalLists);
  writeNumber(writer, 5, header.totalDocuments);
  writeNumber(writer, 6, header.totalTerms);
  if (header.averageLength !== 0) writer.writeDoubleField(7, header.averageLength);
  if (header.description !== '') writer.writeStringField(8, header.description);
  return taken(writer);
}

/** @throws SparsedgeError `bad-input` when it is no document record */
export function decodeDocumentRecord(bytes: Uint8Array, place: Place): CiffDocument {
  return decoding(place, () => {
    let number = 0;
    let id = '';
    let length = 0;
    const reader = new PbfReader(bytes);
    while (reader.pos < bytes.length) {
      const found = reader.readVarint();
      if (found === tag(1, VARINT)) number = reader.readVarint(true);
      else if (found === tag(2, BYTES)) id = readText(reader, place);
      else if (found === tag(3, VARINT)) length = reader.readVarint(true);
      else skipUnknown(reader, found, 3, place);
    }
    mustEnd(reader, bytes.length, place);
    return { number, id, length };
  });
}

const writer = new PbfWriter(new Uint8Array(1024));

/** A document record's bytes, valid until the next call. */
export function encodeDocumentRecord({ number, id, length }: CiffDocument): Uint8Array {
  writeNumber(writer, 1, number);
  writer.writeStringField(2, id);
  writeNumber(writer, 3, length);
  return taken(writer);
}
