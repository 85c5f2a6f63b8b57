// Sparse vectors as JSON lines, `{"id", "contents", "vector": {term: weight}}`: Anserini's JsonVectorCollection. Vectors made
// elsewhere come in here, and those made here go out.

import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { decodeDocument } from '../../../src/core/format/document-page.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { RecordReader } from '../../work/records.ts';
import { Inverter, mergeRuns } from '../invert/inverter.ts';
import type { Spool } from '../invert/spool.ts';
import { type Weigher, weighTerms } from '../quantize/weigh.ts';
import { jsonObject } from '../read/jsonl.ts';
import { openSource } from '../read/lines/input-source.ts';
import { isBlank, recordsByLine } from '../read/lines/lines.ts';
import { columnsOf, toDocument } from '../read/lines/record.ts';
import { type Gate, malformed } from '../read/lines/report.ts';
import type { ReadOptions } from '../read/read.ts';
import type { EncoderInput } from './encode.ts';

/**
 * Reads documents with their vectors.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless bad ones are skipped
 */
export async function* readVectors({
  input,
  fields,
  skipBad = false,
  report,
}: ReadOptions): AsyncGenerator<EncoderInput> {
  const gate: Gate = { skipBad, report };
  const columns = columnsOf(fields);
  const source = await openSource(input);
  try {
    const batches = recordsByLine(source, gate, (text): EncoderInput => {
      const record = jsonObject(text);
      return { document: toDocument(record, columns), vector: toVector(record.vector) };
    });
    for await (const batch of batches) {
      for (const entry of batch) {
        report.read++;
        if (isBlank(entry.document.text) && isBlank(entry.document.title ?? '')) report.empty++;
        yield entry;
      }
    }
  } finally {
    source.close();
  }
}

function toVector(value: unknown): SparseVector {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('no vector: expected "vector": {term: weight}');
  }
  const vector = new Map<string, number>();
  for (const [term, weight] of Object.entries(value)) {
    if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) {
      throw malformed(
        `the weight of ${JSON.stringify(term)} is ${JSON.stringify(weight)}; weights are numbers from 0`,
      );
    }
    if (term === '' || /\p{Cs}|\p{Cc}/u.test(term)) {
      throw malformed(
        `${JSON.stringify(term)} is no term: it is empty, or has a control character or half a character`,
      );
    }
    vector.set(term, weight);
  }
  return vector;
}

/**
 * Writes the weights of one space, document by document, before they are quantized. Weights go through the same external
 * sort as everything else, by document this time; only the vocabulary is held in memory.
 */
export async function writeVectors(
  path: string,
  spool: Spool,
  weigher: Weigher,
  folder: string,
): Promise<void> {
  const byDocument = new Inverter(folder, `${weigher.space.name}.by-document`);
  const terms: string[] = [];
  // Runs must be sorted by what they are merged by, and within a run postings must come in ascending order: term
  // numbers do, since terms come in order.
  for (const { key, documents, weights, count } of weighTerms(weigher)) {
    for (let i = 0; i < count; i++) byDocument.add(documentKey(documents[i]), terms.length, weights[i]);
    terms.push(Buffer.from(key).toString());
  }
  await pipeline(lines(spool, byDocument.finish(), terms), createWriteStream(path));
}

function documentKey(document: number): string {
  return String(document).padStart(10, '0');
}

function* lines(spool: Spool, runs: readonly string[], terms: readonly string[]): Generator<string> {
  const records = new RecordReader(spool.documentsPath);
  const vectors = mergeRuns(runs);
  let next = vectors.next();
  for (let document = 0; document < spool.documents; document++) {
    const { id, title, text } = decodeDocument(records.next()!, spool.documentsPath);
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

/** The shortest number that reads back as the same 32-bit float. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
