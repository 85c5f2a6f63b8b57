// Filters as JSON: the tree of filter.ts, from whoever sends one. It is read by hand, since a schema of alternatives
// says of a part that is wrong only that it is none of them.

import { badFilter, MAX_DEPTH } from './check.ts';
import type { Filter, FilterRange, FilterValue } from './filter.ts';

/** The longest name of a field, and the longest value, in characters. */
const MAX_CHARACTERS = 2048;

const BOUNDS = ['from', 'to', 'above', 'below'] as const;

/**
 * Reads a filter that was sent as JSON.
 *
 * @throws SparsedgeError `bad-query` that names the part, as a JSON pointer
 */
export function filterOfJson(json: unknown): Filter {
  return partOf(json, '', 0);
}

function partOf(json: unknown, at: string, depth: number): Filter {
  if (depth > MAX_DEPTH) throw wrong(`it nests deeper than ${MAX_DEPTH} levels`, '');
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw wrong('expected an object such as {"field": "lang", "is": "en"}', at, json);
  const part = json as Readonly<Record<string, unknown>>;
  const list = (key: 'and' | 'or'): Filter[] => {
    const of = part[key];
    if (!Array.isArray(of)) throw wrong('expected an array of filters', `${at}/${key}`, of);
    return of.map((each, i) => partOf(each, `${at}/${key}/${i}`, depth + 1));
  };
  if (has(part, 'and')) return only(part, ['and'], at, () => ({ and: list('and') }));
  if (has(part, 'or')) return only(part, ['or'], at, () => ({ or: list('or') }));
  if (has(part, 'not'))
    return only(part, ['not'], at, () => ({ not: partOf(part.not, `${at}/not`, depth + 1) }));
  return comparisonOf(part, at);
}

function comparisonOf(part: Readonly<Record<string, unknown>>, at: string): Filter {
  const { field, exists } = part;
  if (typeof field !== 'string' || field === '' || field.length > MAX_CHARACTERS)
    throw wrong('expected one of "and", "or", "not", or a "field", which is a name', at, field);
  if (has(part, 'is'))
    return only(part, ['field', 'is'], at, () => ({ field, is: filterValue(part.is, `${at}/is`) }));
  if (has(part, 'exists')) {
    if (typeof exists !== 'boolean') throw wrong('expected true or false', `${at}/exists`, exists);
    return only(part, ['field', 'exists'], at, () => ({ field, exists }));
  }
  return only(part, ['field', ...BOUNDS], at, () => {
    const given = BOUNDS.filter((bound) => has(part, bound));
    const isRange =
      given.length > 0 &&
      !(has(part, 'from') && has(part, 'above')) &&
      !(has(part, 'to') && has(part, 'below'));
    if (!isRange)
      throw wrong('expected "is", "exists", or one bound or two: "from" or "above", and "to" or "below"', at);
    const bounds = given.map((bound) => [bound, filterValue(part[bound], `${at}/${bound}`)]);
    return { field, ...Object.fromEntries(bounds) } as FilterRange;
  });
}

function filterValue(json: unknown, at: string): FilterValue {
  if (typeof json === 'string' && json.length <= MAX_CHARACTERS) return json;
  if (typeof json === 'number' || typeof json === 'boolean') return json;
  throw wrong(`expected a string of at most ${MAX_CHARACTERS} characters, a number, true or false`, at, json);
}

/** A part that has these keys and no others. */
function only<Part>(
  part: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  at: string,
  make: () => Part,
): Part {
  const other = Object.keys(part).find((key) => !keys.includes(key));
  if (other === undefined) return make();
  throw wrong(`"${other.slice(0, 40)}" does not go with "${keys.find((key) => has(part, key))}"`, at);
}

function has(part: Readonly<Record<string, unknown>>, key: string): boolean {
  return Object.hasOwn(part, key) && part[key] !== undefined;
}

function wrong(expected: string, at: string, found?: unknown) {
  const shown = found === undefined ? '' : `, found ${kind(found)}`;
  return badFilter(`${expected}${shown}`, at === '' ? '' : `at ${at}`);
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  const text = typeof value === 'object' ? 'an object' : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
