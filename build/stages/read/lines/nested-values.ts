// Objects inside a record. What they hold is found by its path, with a full stop between the names: the name of
// `{"author": {"name": "Ada"}}` is `author.name`. Of a list of objects, what they hold under one name is a list.

import { malformed } from './report.ts';

/** No path is longer: names add up in objects inside of objects, and nobody types a longer one. */
const LONGEST_PATH = 512;

type Values = Readonly<Record<string, unknown>>;

/**
 * A record with what its objects hold, beside what it has itself. A list that has anything beside objects is left as it
 * is, but for those, and so is a list of lists.
 *
 * @throws SparsedgeError `bad-input` where a path is there twice, as `{"a.b": 1, "a": {"b": 2}}` has it, or is too long
 */
export function withPaths(record: Values): Values {
  const found = new Map<string, unknown>();
  for (const name in record) collect(name, record[name], false, found);
  if (found.size === 0) return record;
  for (const path of found.keys()) if (Object.hasOwn(record, path)) throw twice(path);
  return { ...record, ...Object.fromEntries(found) };
}

/**
 * Takes what an object, or the objects of a list, hold.
 *
 * @param inList whether one of the objects around it is of a list: then there may be several values
 */
function collect(name: string, value: unknown, inList: boolean, found: Map<string, unknown>): void {
  const isOfList = inList || Array.isArray(value);
  const objects = Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
  for (const object of objects) {
    for (const [key, held] of Object.entries(object)) {
      const path = `${name}.${key}`;
      if (path.length > LONGEST_PATH)
        throw malformed(`inside of ${name.slice(0, 40)}… is a path of more than ${LONGEST_PATH} characters`);
      if (isObject(held) || (Array.isArray(held) && held.some(isObject)))
        collect(path, held, isOfList, found);
      else if (isOfList) addTo(found, path, held);
      else if (found.has(path)) throw twice(path);
      else found.set(path, held);
    }
  }
}

function addTo(found: Map<string, unknown>, path: string, held: unknown): void {
  const list = found.get(path);
  // One by one: there may be more of them than a call has arguments.
  if (Array.isArray(list)) for (const each of [held].flat()) list.push(each);
  else found.set(path, [held].flat());
}

function twice(path: string) {
  return malformed(
    `${JSON.stringify(path)} is there twice: as it is written, and as a path inside of objects`,
  );
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
