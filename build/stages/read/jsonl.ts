// JSON lines, one object a line, or a list of objects: their keys are mapped to the parts of a document.

import type { Document } from '../../../src/core/document.ts';
import type { Source } from './lines/input-source.ts';
import { recordsOfJson } from './lines/json-values.ts';
import { columnsOf, type FieldMapping, toDocument } from './lines/record.ts';
import { repeatedKey } from './lines/repeated-keys.ts';
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
 * The object that a record of JSON holds.
 *
 * @throws SparsedgeError `bad-input` when it is not JSON or not an object
 */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(`not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('not a JSON object');
  return value as Record<string, unknown>;
}

/**
 * The object that a record of JSON holds, each of whose keys is there once.
 *
 * @throws SparsedgeError `bad-input` as jsonObject, and for a key that is there twice
 */
export function jsonRecord(text: string): Readonly<Record<string, unknown>> {
  const record = jsonObject(text);
  const repeated = repeatedKey(text, record);
  if (repeated !== undefined) throw malformed(`the key ${JSON.stringify(repeated)} is there twice`);
  return record;
}
