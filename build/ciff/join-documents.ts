// A CIFF has no text. The corpus that it was made from has, in an order of its own, and both may be larger than memory:
// the ids of both are sorted and merged, which says for each document of the CIFF which one of the corpus it is.

import { join } from 'node:path';
import type { Document } from '../../src/core/document.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { compareBytes } from '../../src/core/format/bytes.ts';
import { encodeDocument } from '../../src/core/format/document-page.ts';
import { Inverter } from '../stages/invert/inverter.ts';
import { mergeSpills } from '../stages/invert/spills.ts';
import type { Progress } from '../terminal/progress.ts';
import { RecordFile, RecordReader, RecordWriter } from '../work/records.ts';

/** The documents of a CIFF, as reading it left them. */
export interface BareDocuments {
  readonly count: number;
  /** A record file: each document with its id alone. */
  readonly path: string;
  readonly idSpills: readonly string[];
}

/** How corpus and CIFF fit. */
export interface JoinReport {
  /** Documents of the CIFF that the corpus has not: they are shown by their ids. */
  readonly missing: number;
  /** Documents of the corpus that the CIFF has not: they are left out. */
  readonly unused: number;
}

/**
 * Writes the records of a CIFF's documents with what a corpus says of them.
 *
 * @param folder of intermediate files
 * @throws SparsedgeError `bad-input` when the corpus has two documents of an id
 */
export async function joinDocuments(
  bare: BareDocuments,
  corpus: AsyncIterable<Document>,
  folder: string,
  path: string,
  progress: Progress,
): Promise<JoinReport> {
  const corpusPath = join(folder, '_corpus');
  const records = new RecordWriter(corpusPath);
  const ids = new Inverter(folder, '_corpus.id');
  let read = 0;
  for await (const document of corpus) {
    records.write(encodeDocument(document));
    ids.add(document.id, read++, 1);
    progress.at(read);
  }
  records.close();
  const from = matchIds(bare, ids.finish());

  const texts = new RecordFile(corpusPath, read);
  const names = new RecordReader(bare.path);
  const joined = new RecordWriter(path);
  let missing = 0;
  for (const number of from) {
    const name = names.next()!;
    if (number === NOWHERE) missing++;
    joined.write(number === NOWHERE ? name : texts.at(number));
  }
  texts.close();
  names.close();
  joined.close();
  progress.end();
  return { missing, unused: read - (bare.count - missing) };
}

const NOWHERE = 2 ** 32 - 1;

/** For each document of the CIFF its number in the corpus. */
function matchIds({ count, idSpills }: BareDocuments, corpusSpills: readonly string[]): Uint32Array {
  const from = new Uint32Array(count).fill(NOWHERE);
  const wanted = mergeSpills(idSpills);
  let want = wanted.next();
  for (const { key, documents, count: held } of mergeSpills(corpusSpills)) {
    if (held > 1) {
      const id = Buffer.from(key).toString();
      throw new SparsedgeError(
        'bad-input',
        `${held} documents of the corpus have the id ${JSON.stringify(id)}: numbers ${documents[0] + 1} and ` +
          `${documents[1] + 1} are two of them; ids must be unique`,
        { id },
      );
    }
    while (!want.done && compareBytes(want.value.key, key) < 0) want = wanted.next();
    if (!want.done && compareBytes(want.value.key, key) === 0) from[want.value.documents[0]] = documents[0];
  }
  // Spills must be read to their end to be closed.
  while (!want.done) want = wanted.next();
  return from;
}
