// Whether an index has what a comparison of a filter names, and can compare it so: said before anything is read.

import { SparsedgeError } from '../../core/errors.ts';
import { comparableOf, type FieldSchema, periodOf } from '../../core/fields.ts';
import { type Filter, type FilterRange, type FilterValue, MAX_COMPARISONS, numberGiven } from './filter.ts';

/** A filter without parts. */
export type Comparison = Extract<Filter, { readonly field: string }>;

/** A filter nests no deeper: nobody writes more, and each level takes some of the stack. */
export const MAX_DEPTH = 64;

/**
 * Checks a filter that was given as a tree.
 *
 * @param fields of the index
 * @throws SparsedgeError `bad-query` that names the part, as a JSON pointer
 */
export function checkFilter(filter: Filter, fields: readonly FieldSchema[]): void {
  let left = MAX_COMPARISONS;
  const check = (part: Filter, at: string): void => {
    if ('and' in part) for (const [i, each] of part.and.entries()) check(each, `${at}/and/${i}`);
    else if ('or' in part) for (const [i, each] of part.or.entries()) check(each, `${at}/or/${i}`);
    else if ('not' in part) check(part.not, `${at}/not`);
    else {
      if (--left < 0) throw badFilter(TOO_MANY, at === '' ? '' : `at ${at}`);
      checkComparison(part, fields, at === '' ? '' : `at ${at}`);
    }
  };
  check(filter, '');
}

export const TOO_MANY = `it has more than ${MAX_COMPARISONS} comparisons`;

/**
 * Checks one comparison.
 *
 * @param where it stands, for the message
 * @throws SparsedgeError `bad-query` for a field that the index does not have, and a value that the field cannot have
 */
export function checkComparison(part: Comparison, fields: readonly FieldSchema[], where: string): void {
  const field = fields.find(({ name }) => name === part.field);
  if (field === undefined) throw noField(part.field, fields, where);
  if ('exists' in part) return;
  const { name, type } = field;
  if (type === 'text')
    throw badFilter(
      `the field "${name}" is text, which is shown and filters by nothing but ${name}:*`,
      where,
    );
  if ('is' in part) {
    mustFit(field, part.is, where);
    return;
  }
  if (type !== 'number' && type !== 'date')
    throw badFilter(`the field "${name}" is ${a(type)}: only numbers and dates have ranges`, where, {
      expected: 'number or date',
      found: type,
    });
  for (const value of boundsOf(part)) if (value !== undefined) mustFit(field, value, where);
}

function boundsOf({ from, to, above, below }: FilterRange): (FilterValue | undefined)[] {
  return [from, to, above, below];
}

const EXPECTED = {
  number: 'a number such as 3 or -2.5',
  date: 'a date of ISO 8601 such as 2024, 2024-01-31 or 2024-01-31T12:00:00Z',
  boolean: 'true or false',
} as const;

function mustFit(field: FieldSchema, value: FilterValue, where: string): void {
  const { name, type } = field;
  if (type === 'keyword' || type === 'text') return;
  const found =
    type === 'date'
      ? periodOf(String(value))
      : type === 'number'
        ? numberGiven(value)
        : comparableOf(value, field);
  if (found !== undefined) return;
  const shown = JSON.stringify(value);
  throw badFilter(`the field "${name}" is ${a(type)}: expected ${EXPECTED[type]}, found ${shown}`, where, {
    expected: EXPECTED[type],
    found: shown,
  });
}

function a(type: string): string {
  return `a ${type}`;
}

function noField(name: string, fields: readonly FieldSchema[], where: string): SparsedgeError {
  if (fields.length === 0) return badFilter(`there is no field "${name}": the index has no fields`, where);
  if (/^(?:and|or|not)$/.test(name))
    return badFilter(`there is no field "${name}"; the operator is written ${name.toUpperCase()}`, where);
  const names = fields.map((field) => field.name);
  const nearest = nearestOf(name, names);
  const shown = names
    .slice(0, NAMES_SHOWN)
    .map((each) => `"${each}"`)
    .join(', ');
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  const hint = nearest === undefined ? `the index has ${shown}${more}` : `the nearest is "${nearest}"`;
  return badFilter(`there is no field "${name}"; ${hint}`, where, { field: name });
}

const NAMES_SHOWN = 12;

/** The name that differs least, if it differs by no more than a third of its letters: the first of several. */
function nearestOf(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of names) {
    if (Math.abs(other.length - name.length) > MOST_EDITS || other.length > LONGEST_NEAR) continue;
    const edits = editsBetween(name.toLowerCase(), other.toLowerCase());
    if (edits < least && edits <= Math.min(MOST_EDITS, Math.max(1, Math.floor(other.length / 3))))
      [nearest, least] = [other, edits];
  }
  return nearest;
}

const MOST_EDITS = 3;
const LONGEST_NEAR = 64;

/** Levenshtein's distance, with two letters that changed places as one edit. */
function editsBetween(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (isSame ? 0 : 1)));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return above[to.length];
}

/** A filter that says what cannot be done. */
export function badFilter(
  what: string,
  where: string,
  details: Readonly<Record<string, string | number>> = {},
): SparsedgeError {
  return new SparsedgeError('bad-query', `the filter${where === '' ? '' : `, ${where}`}: ${what}`, details);
}
