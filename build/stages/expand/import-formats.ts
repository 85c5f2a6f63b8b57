// The forms in which queries predicted elsewhere come, one record a line. DeeperImpact's generator and this project
// write {doc_id, queries}; doc2query data sets on Hugging Face have {id, predicted_queries}; Vespa's feeds have updates
// that assign a field.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { exactJson, repeatedKey } from '../read/lines/exact-json.ts';

/** What was predicted of a document. */
export interface Expansion {
  readonly id: string;
  readonly queries: readonly string[];
  /** Why there are no queries. */
  readonly failed?: string;
}

const IDS = ['doc_id', 'id', '_id', 'docid'];
const QUERIES = ['queries', 'predicted_queries'];

/**
 * One line of predictions.
 *
 * @param problem why the line cannot be used, if it cannot
 * @param where it stands
 * @throws SparsedgeError `bad-input` for a line in none of the forms
 */
export function parseExpansion(text: string, problem: string | undefined, where: string): Expansion {
  if (problem !== undefined) throw malformed(where, problem);
  let record: Readonly<Record<string, unknown>>;
  try {
    record = exactJson(text) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw malformed(where, `not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (typeof record !== 'object' || record === null) throw malformed(where, 'not a JSON object');
  const repeated = repeatedKey(text, record);
  if (repeated !== undefined) throw malformed(where, `the key ${JSON.stringify(repeated)} is there twice`);
  const found = record.fields === undefined ? ofRecord(record) : ofVespa(record);
  const id = typeof found.id === 'number' ? String(found.id) : found.id;
  if (typeof id !== 'string' || id === '') throw malformed(where, `no id under ${IDS.join(', ')}`);
  if (!Array.isArray(found.queries) || !found.queries.every((query) => typeof query === 'string'))
    throw malformed(where, `no list of strings under ${QUERIES.join(' or ')}`);
  const { failed } = record;
  return { id, queries: found.queries, ...(typeof failed === 'string' && { failed }) };
}

interface Found {
  readonly id: unknown;
  readonly queries: unknown;
}

function ofRecord(record: Readonly<Record<string, unknown>>): Found {
  const under = (names: readonly string[]) => record[names.find((name) => name in record) ?? ''];
  return { id: under(IDS), queries: under(QUERIES) };
}

/** {update: "id:namespace:type::ID", fields: {name: {assign: […]}}}, with one field. */
function ofVespa({ update, put, fields }: Readonly<Record<string, unknown>>): Found {
  const name = update ?? put;
  // Whatever stands behind the second pair of colons is the id, colons too.
  const id = typeof name === 'string' ? /^id:[^:]*:[^:]*:[^:]*:(.+)$/.exec(name)?.[1] : undefined;
  const [field, ...others] = Object.values(fields ?? {});
  if (others.length > 0) return { id, queries: undefined };
  return { id, queries: (field as { assign?: unknown } | null | undefined)?.assign ?? field };
}

function malformed(where: string, reason: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: ${reason}`, { where, reason });
}
