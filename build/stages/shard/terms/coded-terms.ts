// Coded terms in a file, on their way from whoever codes a range of them to whoever writes all of them as pages.

import { ByteReader, ByteWriter } from '../../../../src/core/format/bytes.ts';
import { KTH } from '../../../../src/core/format/keys/long-terms.ts';
import { RecordReader, RecordWriter } from '../../../work/records.ts';
import type { CodedTerm, CodedTier } from './term-coder.ts';

/** Writes coded terms. */
export class CodedTermWriter {
  readonly #records: RecordWriter;
  readonly #record = new ByteWriter(1 << 16);

  constructor(path: string) {
    this.#records = new RecordWriter(path);
  }

  /** Key, postings, tiers (0 of a short one); then the first impact and the list, or the impacts KTH and the tiers. */
  write(term: CodedTerm): void {
    const record = this.#record;
    record.clear();
    record.varint(term.key.length);
    record.raw(term.key);
    record.varint(term.count);
    if (term.kind === 'short') {
      record.varint(0);
      record.u8(term.firstImpact);
      record.raw(term.list);
    } else {
      record.varint(term.tiers.length);
      for (const impact of term.kthImpact) record.u8(impact);
      for (const { highest, count, body } of term.tiers) {
        record.u8(highest);
        record.varint(count);
        record.varint(body.length);
        record.raw(body);
      }
    }
    this.#records.write(record.view());
  }

  close(): void {
    this.#records.close();
  }
}

/** The coded terms of a file; the tiers of one are valid until the next. */
export function* readCodedTerms(path: string): Generator<CodedTerm> {
  const records = new RecordReader(path);
  for (let record = records.next(); record; record = records.next()) yield decodeTerm(record, path);
  records.close();
}

function decodeTerm(record: Uint8Array, path: string): CodedTerm {
  const body = new ByteReader(record, path);
  const key = body.raw(body.varint()).slice();
  const count = body.varint();
  const tierCount = body.varint();
  if (tierCount === 0) {
    const firstImpact = body.u8();
    return { kind: 'short', key, count, firstImpact, list: body.raw(body.remaining).slice() };
  }
  const kthImpact = KTH.map(() => body.u8());
  const tiers = Array.from({ length: tierCount }, (): CodedTier => {
    const highest = body.u8();
    const postings = body.varint();
    return { highest, count: postings, body: body.raw(body.varint()) };
  });
  return { kind: 'long', key, count, kthImpact, tiers };
}
