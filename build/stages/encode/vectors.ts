// Sparse vectors that were made elsewhere, as JSON lines, `{"id", "contents", "vector": {term: weight}}`: Anserini's
// JsonVectorCollection. A build writes its own in the same form: quantize/write-vectors.ts.

import type { AnalyzerName } from '../../../src/core/analyzer/analysis.ts';
import { type SparseVector, wrongWeight } from '../../../src/core/sparse.ts';
import { ruledAt } from '../read/fields/rules.ts';
import { jsonRecord } from '../read/jsonl.ts';
import { openText } from '../read/lines/encodings.ts';
import { recordsOfJson } from '../read/lines/json-values.ts';
import { isBlank } from '../read/lines/lines.ts';
import { columnsOf, toDocument } from '../read/lines/record.ts';
import { type Gate, malformed } from '../read/lines/report.ts';
import { filesOf, type ReadOptions } from '../read/read.ts';
import { given } from '../weighting/weighting.ts';
import type { DocumentEncoder, EncoderInput } from './encoder.ts';

/** Takes the vectors that came with the documents. */
export function vectorEncoder(analyzer: AnalyzerName, query: 'count' | 'binary'): DocumentEncoder {
  return {
    id: 'vectors',
    analyzer,
    query,
    weighting: given,
    encode: (documents) => documents.map(({ vector }) => vector ?? new Map()),
  };
}

/**
 * Reads documents with their vectors.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless bad ones are skipped
 */
export async function* readVectors(options: ReadOptions): AsyncGenerator<EncoderInput> {
  const { fields, schema, skipBad = false, report } = options;
  const gate: Gate = { skipBad, report };
  const columns = columnsOf(fields);
  for (const { path } of await filesOf(options, report)) {
    const source = await openText(path);
    try {
      const batches = recordsOfJson(source, gate, (text): EncoderInput => {
        // Terms are no fields of their document.
        const { vector, ...record } = jsonRecord(text);
        return { document: toDocument(record, columns), vector: toVector(vector) };
      });
      for await (const batch of batches) {
        for (const entry of batch) {
          const document = schema === undefined ? entry.document : ruledAt(entry.document, schema, gate);
          if (document === undefined) continue;
          report.read++;
          if (isBlank(document.text) && isBlank(document.title ?? '')) report.empty++;
          yield { ...entry, document };
        }
      }
    } finally {
      source.close();
    }
    report.files.read++;
  }
}

/** The largest number that float32 holds; weights are kept as such. */
const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

function toVector(value: unknown): SparseVector {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('no vector: expected "vector": {term: weight}');
  }
  const vector = new Map<string, number>();
  for (const [term, weight] of Object.entries(value)) {
    const wrong = wrongWeight(term, weight);
    if (wrong !== undefined) throw malformed(wrong);
    if (term === '' || /\p{Cs}|\p{Cc}/u.test(term)) {
      throw malformed(
        `${JSON.stringify(term)} is no term: it is empty, or has a control character or half a character`,
      );
    }
    if (weight > MAX_FLOAT32 || (weight > 0 && Math.fround(weight) === 0)) {
      const end = weight > MAX_FLOAT32 ? 'above' : 'too small for';
      throw malformed(`the weight of ${term}, ${weight}, is ${end} float32`);
    }
    vector.set(term, weight);
  }
  return vector;
}
