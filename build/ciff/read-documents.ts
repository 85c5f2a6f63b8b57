// A CIFF's document records → records of documents that have an id and nothing else, their ids, and their lengths.

import { join } from 'node:path';
import type { Document } from '../../src/core/document.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { encodeDocument } from '../../src/core/format/document-page.ts';
import { ID_SPACE } from '../../src/core/format/manifest.ts';
import { Inverter } from '../stages/invert/inverter.ts';
import { mergeSpills } from '../stages/invert/spills.ts';
import { LengthList } from '../stages/invert/spool.ts';
import { checked } from '../stages/read/lines/record.ts';
import { RecordWriter } from '../work/records.ts';
import { UnorderedDigest } from '../work/unordered-digest.ts';
import { malformed, type Place } from './delimited.ts';
import { decodeDocumentRecord } from './messages.ts';
import type { DocumentSums, OpenCiff } from './read-lists.ts';

/** What reading all records leaves. */
export interface ReadDocuments {
  /** A record file. */
  readonly path: string;
  readonly idSpills: readonly string[];
  /** See UnorderedDigest. */
  readonly digest: string;
  /** As the file says, and as its tfs add up. */
  readonly lengths: LengthList;
  readonly sums: LengthList;
  /** Documents for which these differ. */
  readonly otherLengths: number;
}

/** An id takes at most 512 bytes; the rest is for fields that the schema does not have. */
const MAX_RECORD_BYTES = 64 * 1024;

/**
 * Reads the records, which must be in the order of their docids and have one each: PISA and BMP ask for that too.
 *
 * @param counts whether tfs are counts, which are weighed with lengths
 * @throws SparsedgeError `bad-input`
 */
export async function readDocumentRecords(
  { messages, header, place, folder, startProgress }: OpenCiff,
  sums: DocumentSums,
  counts: boolean,
): Promise<ReadDocuments> {
  const progress = startProgress('reading document records', 'documents');
  const path = join(folder, '_ciff.documents');
  const records = new RecordWriter(path);
  const ids = new Inverter(folder, ID_SPACE);
  const digest = new UnorderedDigest();
  const lengths = new LengthList();
  const sumList = new LengthList();
  let otherLengths = 0;
  place.kind = 'document record';
  place.total = header.documents;
  for (place.number = 1; place.number <= header.documents; place.number++) {
    const bytes = messages.take(MAX_RECORD_BYTES, place) ?? (await messages.wait(MAX_RECORD_BYTES, place));
    const { number, id, length } = decodeDocumentRecord(bytes, place);
    if (number !== place.number - 1) throw malformed(place, `docid ${place.number - 1}`, number);
    const sum = sums.of(number);
    if (!(length >= 0)) throw malformed(place, 'a doclength from 0', length);
    if (counts && length === 0 && sum > 0) {
      throw malformed(place, 'a doclength from 1, as the document has terms', length);
    }
    const record = encodeDocument(bareDocument(id, place));
    records.write(record);
    digest.add(record);
    ids.add(id, number, 1);
    lengths.push(length);
    sumList.push(sum);
    if (length !== sum) otherLengths++;
    progress.at(place.number, header.documents);
  }
  records.close();
  const idSpills = ids.finish();
  mustBeUnique(idSpills, place);
  progress.end();
  return { path, idSpills, digest: digest.value, lengths, sums: sumList, otherLengths };
}

function bareDocument(id: string, place: Place): Document {
  try {
    return checked({ id, text: '' });
  } catch (error) {
    if (!(error instanceof SparsedgeError)) throw error;
    throw malformed(place, 'a collection_docid that can be an id', error.message);
  }
}

function mustBeUnique(idSpills: readonly string[], place: Place): void {
  for (const { key, documents, count } of mergeSpills(idSpills)) {
    if (count === 1) continue;
    const id = JSON.stringify(Buffer.from(key).toString());
    const second = { ...place, number: documents[1] + 1 };
    throw malformed(second, 'a collection_docid of its own', `${id}, as in record ${documents[0] + 1}`);
  }
}
