// A filter → the lists that decide it: pure, from what the manifest says of fields to ranges of keys.

import { badQuery, type SparsedgeError } from '../../core/errors.ts';
import { periodOf } from '../../core/fields.ts';
import { utf8 } from '../../core/format/bytes.ts';
import {
  EVERY_DOCUMENT,
  type KeyRange,
  keyOfField,
  keyOfValue,
  keysOfRange,
  type NumberRange,
} from '../../core/format/keys/field-keys.ts';
import { documentsIn, type IndexedField, type Manifest } from '../../core/format/manifest.ts';
import type { FacetRange } from './facets.ts';
import { type Filter, type FilterRange, type FilterValue, MAX_COMPARISONS, numberGiven } from './filter.ts';

/** Which documents a filter keeps. */
export type Resolved =
  | { readonly kind: 'all' }
  /** Those in any list of these keys. */
  | {
      readonly kind: 'lists';
      readonly keys: readonly KeyRange[];
      /** About how many documents they have, where that can be told before they are read. */
      readonly expected: number;
    }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Resolved[] }
  | { readonly kind: 'not'; readonly of: Resolved };

const NONE: Resolved = { kind: 'or', of: [] };

type Fields = Pick<Manifest, 'fields' | 'documents' | 'holes'>;

/**
 * Finds the lists of a filter.
 *
 * @throws SparsedgeError `bad-query` for a field that the index does not have, a value that the field cannot have, or
 *   more than MAX_COMPARISONS
 */
export function resolveFilter(filter: Filter, manifest: Fields): Resolved {
  let left = MAX_COMPARISONS;
  const resolve = (part: Filter): Resolved => {
    if ('and' in part) return { kind: 'and', of: part.and.map(resolve) };
    if ('or' in part) return { kind: 'or', of: part.or.map(resolve) };
    if ('not' in part) return { kind: 'not', of: resolve(part.not) };
    if (--left < 0) throw badQuery(`the filter has more than ${MAX_COMPARISONS} comparisons`);
    const field = fieldNamed(part.field, manifest);
    if ('exists' in part) return part.exists ? having(field, manifest) : not(having(field, manifest));
    return 'is' in part ? equal(field, part.is) : between(field, part, manifest);
  };
  return resolve(filter);
}

/**
 * What a manifest says of a field.
 *
 * @throws SparsedgeError `bad-query` where the index has no such field
 */
function fieldNamed(name: string, { fields = [] }: Pick<Manifest, 'fields'>): IndexedField {
  const field = fields.find((each) => each.name === name);
  if (field) return field;
  const known = fields.length === 0 ? 'none' : fields.map((each) => each.name).join(', ');
  throw badQuery(`the index has no field "${name}"; it has ${known}`, { field: name });
}

/**
 * What a manifest says of a field whose values are counted or sorted by.
 *
 * @throws SparsedgeError `bad-query` where the index has no such field, or only shows it
 */
export function fieldOfValues(name: string, manifest: Pick<Manifest, 'fields'>): IndexedField {
  const field = fieldNamed(name, manifest);
  if (field.type === 'text') throw isText(field);
  return field;
}

/** The numbers that are of documents: all of them, unless there are holes. */
export function everyDocument(manifest: Manifest): Resolved {
  if (manifest.holes === undefined) return { kind: 'all' };
  return { kind: 'lists', keys: [onlyKey(utf8(EVERY_DOCUMENT))], expected: documentsIn(manifest) };
}

/** The documents that have a field. */
function having(field: IndexedField, manifest: Fields): Resolved {
  if (field.documents === documentsIn(manifest as Manifest)) return { kind: 'all' };
  if (field.documents === 0) return NONE;
  return { kind: 'lists', keys: [onlyKey(keyOfField(field))], expected: field.documents };
}

/**
 * The keys of a value that someone gave: text, too, where the field has numbers or the like.
 *
 * @param levels to which numbers are there cut as well
 * @throws SparsedgeError `bad-query` for a value that the field cannot have
 */
export function keysOfGiven(
  field: IndexedField,
  value: FilterValue,
  levels = field.levels,
): readonly KeyRange[] {
  if (field.type === 'date') return keysOfRange(field, spanOf(field, value), levels);
  return [onlyKey(keyOfValue(field, typed(field, value))!)];
}

/** The range of keys that has one alone. */
function onlyKey(key: Uint8Array): KeyRange {
  const until = new Uint8Array(key.length + 1);
  until.set(key);
  return { from: key, until };
}

function not(of: Resolved): Resolved {
  return { kind: 'not', of };
}

function equal(field: IndexedField, value: FilterValue): Resolved {
  const expected = field.values === 0 ? 0 : field.documents / field.values;
  return { kind: 'lists', keys: keysOfGiven(field, value), expected };
}

function between(field: IndexedField, range: FilterRange, manifest: Fields): Resolved {
  const { documents, minimum, maximum } = field;
  const numbers = numbersOf(field, range);
  if (minimum === undefined || maximum === undefined) return NONE;
  const low = Math.max(minimum, numbers.low?.value ?? minimum);
  const high = Math.min(maximum, numbers.high?.value ?? maximum);
  if (low > high) return NONE;
  if (low === minimum && high === maximum && holdsAll(numbers, low, high)) return having(field, manifest);
  const share = maximum > minimum ? (high - low) / (maximum - minimum) : 1;
  return { kind: 'lists', keys: keysOfRange(field, numbers, field.levels), expected: share * documents };
}

/**
 * The keys of a range that someone gave.
 *
 * @param levels to which numbers are there cut as well
 * @throws SparsedgeError `bad-query` for a range that the field cannot have
 */
export function keysOfGivenRange(
  field: IndexedField,
  range: FacetRange,
  levels = field.levels,
): readonly KeyRange[] {
  return keysOfRange(field, numbersOf(field, range), levels);
}

function holdsAll({ low, high }: NumberRange, minimum: number, maximum: number): boolean {
  return (
    (low === undefined || low.isIn || low.value < minimum) &&
    (high === undefined || high.isIn || high.value > maximum)
  );
}

/**
 * The numbers of a range that someone gave. A day, month or year is all of its time: what is above it comes after.
 *
 * @throws SparsedgeError `bad-query` for a bound that is no such number, or two of one kind, or none
 */
function numbersOf(field: IndexedField, { from, to, above, below }: FacetRange): NumberRange {
  const { name, type } = field;
  if (type !== 'number' && type !== 'date')
    throw badQuery(`the field "${name}" is of the type ${type}: only numbers and dates have ranges`, {
      field: name,
      expected: 'number or date',
      found: type,
    });
  if (from !== undefined && above !== undefined) throw twoBounds(field, 'from', 'above');
  if (to !== undefined && below !== undefined) throw twoBounds(field, 'to', 'below');
  const span = (value: FilterValue | undefined) => (value === undefined ? undefined : spanOf(field, value));
  const turned = (bound: NumberRange['low']) => bound && { value: bound.value, isIn: !bound.isIn };
  const numbers = {
    low: span(from)?.low ?? turned(span(above)?.high),
    high: span(to)?.high ?? turned(span(below)?.low),
  };
  if (numbers.low || numbers.high) return numbers;
  throw badQuery(`the range of the field "${name}" has no bound: expected from, to, above or below`);
}

/** The numbers that a value stands for: one, or all instants of a day, a month or the like. */
function spanOf(field: IndexedField, value: FilterValue): NumberRange {
  const given = String(typed(field, value));
  if (field.type === 'date') {
    const { start, end } = periodOf(given)!;
    return { low: { value: start, isIn: true }, high: { value: end, isIn: false } };
  }
  const bound = { value: Number(given), isIn: true };
  return { low: bound, high: bound };
}

/** A value as the field has it, where it is only written otherwise. */
function typed(field: IndexedField, value: FilterValue): FilterValue {
  const { name, type } = field;
  if (type === 'text') throw isText(field);
  const meant = type === 'number' ? numberGiven(value) : value;
  if (meant !== undefined && keyOfValue(field, meant) !== undefined) return meant;
  const expected = type === 'date' ? 'a date of ISO 8601' : `a ${type}`;
  throw badQuery(`${JSON.stringify(value)} is not what the field "${name}" has: expected ${expected}`, {
    field: name,
    expected: type,
    found: String(value),
  });
}

function isText({ name }: IndexedField): SparsedgeError {
  return badQuery(`the field "${name}" is text, which is shown and does not filter`, { field: name });
}

function twoBounds({ name }: IndexedField, one: string, other: string): SparsedgeError {
  return badQuery(`the range of the field "${name}" has both ${one} and ${other}: expected one of them`);
}
