// What a network has encoded is kept while a build runs: hours of it would be lost if a stopped build began anew. A
// journal has one record for each batch. Batches come again in the same order, and a record counts only for the batch
// and the model that it was made of; whatever a kill left half written is cut off.

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { searchableText } from '../../src/core/document.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import type { DocumentEncoder, EncoderInput } from '../stages/encode/encoder.ts';
import { appendRecord, mustBeJournal, readRecord } from '../work/journal.ts';

/** A batch's vectors. */
export interface JournalRecord {
  /** Of the model and the texts. */
  readonly of: string;
  readonly vectors: readonly (readonly [term: string, value: number][])[];
}

/**
 * An encoder that asks another only for what its journal does not have.
 *
 * @param journal its path, made if it is not there; each spool has one of its own, with its number behind it
 */
export function journaled(encoder: DocumentEncoder, journal: string): DocumentEncoder {
  let path = journal;
  let end = 0;
  let ended = false;
  const encode = async (documents: readonly EncoderInput[]): Promise<SparseVector[]> => {
    const of = keyOfBatch(encoder, documents);
    const file = openSync(path, 'a+');
    try {
      if (end === 0) mustBeJournal(file, path);
      const kept = ended ? undefined : readRecord<JournalRecord>(file, end);
      if (kept?.record.of === of) {
        end = kept.end;
        return kept.record.vectors.map((entries): SparseVector => new Map(entries));
      }
      if (!ended) ftruncateSync(file, end);
      ended = true;
      const vectors = await encoder.encode(documents);
      const record: JournalRecord = { of, vectors: vectors.map((vector) => [...vector]) };
      appendRecord(file, record, path);
      return vectors;
    } finally {
      closeSync(file);
    }
  };
  // A batch may be asked for before the one before is there, and records have their order.
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...encoder,
    begin({ number }) {
      path = `${journal}.${number}`;
      end = 0;
      ended = false;
    },
    encode(documents) {
      const encoded = last.then(() => encode(documents));
      last = encoded.catch(() => {});
      return encoded;
    },
  };
}

/** Names a batch: by its texts, and the model. */
export function keyOfBatch({ model }: DocumentEncoder, documents: readonly EncoderInput[]): string {
  const texts = documents.map(({ document }) => searchableText(document));
  return createHash('sha256')
    .update(JSON.stringify([model?.sha256, texts]))
    .digest('hex');
}
