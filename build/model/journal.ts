// What a network has encoded is kept while a build runs: hours of it would be lost if a stopped build began anew. A journal
// has one record for each batch, appended whole: its length and checksum, then JSON. Batches come again in the same order,
// and a record counts only for the batch and the model that it was made of; whatever a kill left half written is cut off.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from '../../src/core/checksum.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import { type DocumentEncoder, type EncoderInput, searchableText } from '../encode.ts';

const HEADER_BYTES = 8;

interface JournalRecord {
  /** Of the model and the texts. */
  readonly of: string;
  readonly vectors: readonly (readonly [term: string, value: number][])[];
}

/**
 * An encoder that asks another only for what its journal does not have.
 *
 * @param path of the journal, made if it is not there
 */
export function journaled(encoder: DocumentEncoder, path: string): DocumentEncoder {
  let end = 0;
  let ended = false;
  return {
    ...encoder,
    async encode(documents) {
      const of = keyOfBatch(encoder, documents);
      const file = openSync(path, 'a+');
      try {
        const kept = ended ? undefined : readRecord(file, end);
        if (kept?.record.of === of) {
          end = kept.end;
          return kept.record.vectors.map((entries): SparseVector => new Map(entries));
        }
        if (!ended) ftruncateSync(file, end);
        ended = true;
        const vectors = await encoder.encode(documents);
        appendRecord(file, { of, vectors: vectors.map((vector) => [...vector]) });
        return vectors;
      } finally {
        closeSync(file);
      }
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

function appendRecord(file: number, record: JournalRecord): void {
  const body = Buffer.from(JSON.stringify(record));
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  bytes.writeUInt32LE(body.length, 0);
  bytes.writeUInt32LE(crc32(body), 4);
  body.copy(bytes, HEADER_BYTES);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** The record that begins at `start`, if a whole one does. */
export function readRecord(file: number, start: number): { record: JournalRecord; end: number } | undefined {
  const left = fstatSync(file).size - start;
  if (left < HEADER_BYTES) return undefined;
  const header = readBytes(file, start, HEADER_BYTES);
  const length = header.readUInt32LE(0);
  if (length > left - HEADER_BYTES) return undefined;
  const body = readBytes(file, start + HEADER_BYTES, length);
  if (crc32(body) !== header.readUInt32LE(4)) return undefined;
  return { record: JSON.parse(body.toString()) as JournalRecord, end: start + HEADER_BYTES + length };
}

function readBytes(file: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let read = 0; read < length; ) {
    const count = readSync(file, bytes, read, length - read, start + read);
    if (count === 0) throw new Error(`the journal ends at ${start + read}, which it did not before`);
    read += count;
  }
  return bytes;
}
