// BEIR: a folder with `corpus.jsonl`, whose lines have `_id`, `title`, `text` and sometimes `metadata`, an object whose
// values become fields as if they were the document's own.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jsonRecord } from './jsonl.ts';
import type { Source } from './lines/input-source.ts';
import { recordsOfJson } from './lines/json-values.ts';
import { columnsOf, noteVectors, toDocument } from './lines/record.ts';
import type { Batches, Gate } from './lines/report.ts';

/** Others that write `_id` have the text elsewhere. */
const COLUMNS = columnsOf({ id: '_id' });

/** The corpus file of a BEIR folder, if it is one. */
export function corpusIn(folder: string): string | undefined {
  return ['corpus.jsonl', 'corpus.jsonl.gz', 'corpus.jsonl.zst']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
}

/**
 * Reads a BEIR corpus. Metadata gives way to a key of the same name in the record.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless the gate skips them
 */
export function readBeir(source: Source, gate: Gate): Batches {
  const leftOut = noteVectors(gate, source.name);
  return recordsOfJson(source, gate, (text) => {
    const record = jsonRecord(text);
    const { metadata, ...rest } = record;
    const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
    return toDocument(isObject ? { ...metadata, ...rest } : record, COLUMNS, leftOut);
  });
}
