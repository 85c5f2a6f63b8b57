// The weights of a space before they are quantized, as JSON lines that encode/vectors.ts reads: a copy of what is
// searched, for other engines and for comparisons.

import { join } from 'node:path';
import { decodeDocument } from '../../../src/core/format/document-page.ts';
import { writeNamed } from '../../work/files.ts';
import { RecordReader } from '../../work/records.ts';
import { Inverter } from '../invert/inverter.ts';
import { mergeSpills } from '../invert/spills.ts';
import type { Spool } from '../invert/spool.ts';
import { type Weigher, weighTerms } from './weights.ts';

/**
 * Writes the weights of one space, document by document, before they are quantized. Weights go through the same
 * external sort as everything else, by document this time; the vocabulary and the lengths of documents are in memory.
 *
 * @param spools of the whole collection, which the weigher weighs
 */
export async function writeVectors(
  path: string,
  spools: readonly Spool[],
  weigher: Weigher,
  folder: string,
): Promise<void> {
  const byDocument = new Inverter(folder, '_by-document');
  const terms: string[] = [];
  // Spills must be sorted by what they are merged by, and within a run postings must come in ascending order: term
  // numbers do, since terms come in order.
  for (const { key, documents, weights, count } of weighTerms(weigher)) {
    for (let i = 0; i < count; i++) byDocument.add(documentKey(documents[i]), terms.length, weights[i]);
    terms.push(Buffer.from(key).toString());
  }
  await writeNamed(path, lines(spools, byDocument.finish(), terms));
}

function documentKey(document: number): string {
  return String(document).padStart(10, '0');
}

function* lines(
  spools: readonly Spool[],
  spills: readonly string[],
  terms: readonly string[],
): Generator<string> {
  const vectors = mergeSpills(spills);
  let next = vectors.next();
  let document = 0;
  for (const { folder, documentsFile } of spools) {
    const records = new RecordReader(join(folder, documentsFile));
    for (let record = records.next(); record; record = records.next(), document++) {
      const { id, title, text } = decodeDocument(record, documentsFile);
      const vector: Record<string, number> = {};
      if (!next.done && Buffer.from(next.value.key).toString() === documentKey(document)) {
        const { documents, values, count } = next.value;
        for (let i = 0; i < count; i++) vector[terms[documents[i]]] = shortest(values[i]);
        next = vectors.next();
      }
      yield `${JSON.stringify({ id, ...(title !== undefined && { title }), contents: text, vector })}\n`;
    }
    records.close();
  }
}

/** The shortest number that reads back as the same 32-bit float. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
