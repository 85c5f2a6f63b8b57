// JSON lines, one object a line, or a list of objects: their keys are mapped to the parts of a document.

import type { Document } from '../../../src/core/document.ts';
import { exactJson, repeatedKey } from './lines/exact-json.ts';
import type { Source } from './lines/input-source.ts';
import { recordsOfJson } from './lines/json-values.ts';
import { columnsOf, type FieldMapping, toDocument } from './lines/record.ts';
import { type Batches, type Gate, malformed } from './lines/report.ts';

/**
 * Reads JSON lines.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless the gate skips them
 */
export function readJsonl(source: Source, gate: Gate, mapping?: FieldMapping): Batches {
  const columns = columnsOf(mapping);
  return recordsOfJson(source, gate, (text): Document => toDocument(jsonRecord(text), columns));
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
  return withSource(value as Record<string, unknown>);
}

/** Exports of Elasticsearch and OpenSearch hold each document in `_source`, beside what the engine says of it. */
function withSource(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { _id, _source } = record;
  const isExport =
    _id !== undefined && typeof _source === 'object' && _source !== null && !Array.isArray(_source);
  return isExport ? { ..._source, _id } : record;
}
