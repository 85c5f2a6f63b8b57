// A filter in whatever form it is given: as people type it, as a tree, or as the JSON of one.

import type { FieldSchema } from '../../core/fields.ts';
import { badFilter, checkFilter } from './check.ts';
import type { Filter } from './filter.ts';
import { filterOfJson } from './filter-json.ts';
import { parseFilter } from './parse-filter.ts';

/**
 * Reads a filter and checks it.
 *
 * @param given text that begins with `{` is JSON
 * @param fields of the index
 * @throws SparsedgeError `bad-query` that says what is wrong, and where
 */
export function readFilter(given: string | object, fields: readonly FieldSchema[]): Filter {
  if (typeof given === 'string' && !/^\s*\{/.test(given)) return parseFilter(given, fields);
  const filter = filterOfJson(typeof given === 'string' ? parsed(given) : given);
  checkFilter(filter, fields);
  return filter;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badFilter(`it begins as JSON and is none: ${error instanceof Error ? error.message : error}`, '');
  }
}
