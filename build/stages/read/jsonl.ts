// JSON lines, one object a line, or a list of objects: their keys are mapped to the parts of a document.

import type { Document } from '../../../src/core/document.ts';
import { BulkRequest, isBulk } from './bulk-requests.ts';
import { firstRecord } from './detect.ts';
import { exactJson, repeatedKey, withPlainTypes } from './lines/exact-json.ts';
import type { Source } from './lines/input-source.ts';
import { recordsOfJson, recordsOfValues } from './lines/json-values.ts';
import { type Columns, columnsOf, type FieldMapping, noteVectors, toDocument } from './lines/record.ts';
import { type Batches, type Gate, malformed, note } from './lines/report.ts';
import { bytesOfList, type WrappedList, wrappedListIn } from './lines/wrapped-lists.ts';

/**
 * Reads JSON lines, also those of a bulk request; or a list of objects, at the top or inside of one object.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless the gate skips them
 */
export async function* readJsonl(source: Source, gate: Gate, mapping?: FieldMapping): Batches {
  const columns = columnsOf(mapping);
  const { name, head, chunks } = source;
  const leftOut = noteVectors(gate, name);
  if (isBulk(head)) {
    const bulk = new BulkRequest();
    const sources = recordsOfJson(source, gate, (text) => {
      const document = bulk.next(jsonRecord(text));
      return document && toDocument(document, columns, leftOut);
    });
    for await (const batch of sources) yield present(batch);
    return;
  }
  const parse = (text: string): Document => toDocument(jsonRecord(text), columns, leftOut);
  const list = wrappedRecordsIn(head, columns);
  if (list === undefined) return yield* recordsOfJson(source, gate, parse);
  note(gate, `${name}: its documents are read from the list ${list.path}, which is inside of an object`);
  yield* recordsOfValues({ ...source, chunks: bytesOfList(chunks, name, list) }, gate, parse, list.line);
}

/** The list inside of an object that its documents are in, where the object is none itself. */
export function wrappedRecordsIn(head: Buffer, { id }: Columns): WrappedList | undefined {
  const has = (value: unknown) => value !== undefined && value !== null && value !== '';
  const isRecord = (value: Values) => {
    const record = withSource(value);
    return id.some((key) => Object.hasOwn(record, key) && has(record[key]));
  };
  return isRecord(firstRecord(head) ?? {}) ? undefined : wrappedListIn(head, isRecord);
}

function* present(batch: Iterable<Document | undefined>): Generator<Document> {
  for (const document of batch) if (document !== undefined) yield document;
}

/**
 * The object that a record of JSON holds, in which each key is there once.
 *
 * @throws SparsedgeError `bad-input` when it is not JSON or not an object, and for a key that is there twice
 */
export function jsonRecord(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = exactJson(text);
  } catch (cause) {
    throw malformed(`not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('not a JSON object');
  const repeated = repeatedKey(text, value);
  if (repeated !== undefined) throw malformed(`the key ${JSON.stringify(repeated)} is there twice`);
  return withSource(withPlainTypes(text, value as Record<string, unknown>));
}

/**
 * Exports of Elasticsearch and OpenSearch hold each document in `_source`, those of CouchDB in `doc`, beside what the
 * engine says of it; and others hold nothing else.
 */
function withSource(record: Values): Values {
  const { _id, id, _source, doc } = record;
  if (_id !== undefined && isObject(_source)) return { ..._source, _id };
  const isWhole = isObject(doc) && (Object.keys(record).length === 1 || (id !== undefined && doc._id === id));
  return isWhole ? doc : record;
}

type Values = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
