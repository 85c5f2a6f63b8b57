// JSON lines: one object a line, its keys mapped to the parts of a document.

import type { Document } from '../../../src/core/document.ts';
import type { Source } from './lines/input-source.ts';
import { recordsByLine } from './lines/lines.ts';
import { columnsOf, type FieldMapping, toDocument } from './lines/record.ts';
import { type Batches, type Gate, malformed } from './lines/report.ts';

/**
 * Reads JSON lines.
 *
 * @throws SparsedgeError `bad-input` for a malformed line, unless the gate skips them
 */
export function readJsonl(source: Source, gate: Gate, mapping?: FieldMapping): Batches {
  const columns = columnsOf(mapping);
  return recordsByLine(source, gate, (text): Document => toDocument(jsonObject(text), columns));
}

/**
 * The object that a line of JSON holds.
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
