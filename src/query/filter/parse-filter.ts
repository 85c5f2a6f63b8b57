// Filters as people type them: `lang:en AND (version>=4 OR tag:api) AND NOT draft`.
//
//   filter      = all, { "OR", all }
//   all         = one, { [ "AND" ], one }
//   one         = "NOT", one | "(", filter, ")" | "*" | comparison
//   comparison  = word, ":", "*"                      the field is there
//               | word, ":" | "=", value              it has this value
//               | word, ":", [ value ], "..", [ value ]   it is between these, both included
//               | word, [ ":" ], "<" | "<=" | ">" | ">=", value
//               | word                                it is true
//
// A word ends at white space, a parenthesis, a quote or one of : < > =, and a value at white space, a parenthesis or
// "..". Either may stand in quotes, in which \" is a quote and \\ a backslash. `*` alone is every document.

import type { FieldSchema } from '../../core/fields.ts';
import { badFilter, type Comparison, checkComparison, MAX_DEPTH, TOO_MANY } from './check.ts';
import { type Filter, type FilterValue, MAX_COMPARISONS } from './filter.ts';

/** A filter as text has no more characters. */
export const MAX_FILTER_CHARACTERS = 8192;

/**
 * Reads a filter.
 *
 * @param fields of the index, by which each comparison is checked; no comparison is checked without them
 * @throws SparsedgeError `bad-query` that names the character where something else was expected
 */
export function parseFilter(text: string, fields?: readonly FieldSchema[]): Filter {
  if (text.length > MAX_FILTER_CHARACTERS)
    throw badFilter(`it has ${text.length} characters: expected at most ${MAX_FILTER_CHARACTERS}`, '');
  return new Parser(text, fields).parse();
}

const SPACE = /\s*/y;
const WORD = /[^\s():<>="]+/y;
const OPERATOR = /:?(?:<=|>=|<|>)|[:=]/y;
/** Up to where a range begins or goes on, if it does. */
const VALUE = /(?:(?!\.\.)[^\s()"])+/y;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"/y;

class Parser {
  readonly #text: string;
  readonly #fields: readonly FieldSchema[] | undefined;
  #at = 0;
  #depth = 0;
  #comparisons = 0;

  constructor(text: string, fields: readonly FieldSchema[] | undefined) {
    this.#text = text;
    this.#fields = fields;
  }

  parse(): Filter {
    const filter = this.#any();
    if (this.#at < this.#text.length) throw this.#unexpected('AND, OR or the end');
    return filter;
  }

  #any(): Filter {
    if (++this.#depth > MAX_DEPTH)
      throw this.#error(`it nests deeper than ${MAX_DEPTH} parentheses and NOTs`);
    const of = [this.#all()];
    while (this.#takeOperator('OR')) of.push(this.#all());
    this.#depth--;
    return of.length === 1 ? of[0] : { or: of };
  }

  #all(): Filter {
    const of = [this.#one()];
    while (this.#takeOperator('AND') || this.#beginsOne()) of.push(this.#one());
    return of.length === 1 ? of[0] : { and: of };
  }

  #beginsOne(): boolean {
    return this.#at < this.#text.length && this.#text[this.#at] !== ')' && !this.#isOperator('OR');
  }

  #one(): Filter {
    let nots = 0;
    while (this.#takeOperator('NOT')) nots++;
    this.#depth += nots;
    if (this.#depth > MAX_DEPTH) throw this.#error(`it nests deeper than ${MAX_DEPTH} parentheses and NOTs`);
    let filter = this.#bare();
    this.#depth -= nots;
    for (; nots > 0; nots--) filter = { not: filter };
    return filter;
  }

  #bare(): Filter {
    if (this.#take(/\(/y) !== undefined) {
      const filter = this.#any();
      if (this.#take(/\)/y) === undefined) throw this.#unexpected('")"');
      return filter;
    }
    if (this.#take(/\*(?![^\s()])/y) !== undefined) return { and: [] };
    return this.#comparison();
  }

  #comparison(): Comparison {
    const start = this.#at;
    if (++this.#comparisons > MAX_COMPARISONS) throw this.#error(TOO_MANY);
    if (this.#isOperator('AND') || this.#isOperator('OR'))
      throw this.#unexpected('a comparison such as field:value');
    const field = this.#word(WORD);
    if (field === undefined) throw this.#unexpected('a comparison such as field:value');
    const comparison = this.#comparedBy(field);
    if (this.#fields !== undefined) {
      this.#mustBeTrueOrFalse(comparison, start);
      checkComparison(comparison, this.#fields, placeOf(start));
    }
    return comparison;
  }

  #comparedBy(field: string): Comparison {
    const operator = this.#take(OPERATOR)?.replace(/^:(?=.)/, '');
    if (operator === undefined) return { field, is: true };
    if (operator === ':' || operator === '=') return this.#equal(field);
    const value = this.#value();
    if (value === undefined) throw this.#unexpected(`a value behind ${operator}`);
    switch (operator) {
      case '<':
        return { field, below: value };
      case '<=':
        return { field, to: value };
      case '>':
        return { field, above: value };
      default:
        return { field, from: value };
    }
  }

  /** What follows a colon: a value, or `*`, or a range. */
  #equal(field: string): Comparison {
    if (this.#take(/\*(?![^\s()])/y) !== undefined) return { field, exists: true };
    const value = this.#value(false);
    if (!this.#text.startsWith('..', this.#at)) {
      this.#skipSpace();
      if (value === undefined) throw this.#unexpected(`a value behind "${field}:", or *`);
      return { field, is: value };
    }
    this.#at += 2;
    const isOpen = /^(?:\s|\)|$)/.test(this.#text.slice(this.#at, this.#at + 1));
    const to = isOpen ? undefined : this.#value();
    this.#skipSpace();
    if (value === undefined && to === undefined) throw this.#unexpected('a bound before or behind ".."');
    return { field, ...(value !== undefined && { from: value }), ...(to !== undefined && { to }) };
  }

  /** A word, or what stands in quotes. */
  #word(form: RegExp, skipsSpace = true): string | undefined {
    if (this.#text[this.#at] !== '"') return this.#take(form, skipsSpace);
    const quoted = this.#take(QUOTED, skipsSpace);
    if (quoted === undefined) throw this.#error('the quote is never closed');
    return quoted.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  /** The operators are values in quotes alone: `lang: AND` is a slip. */
  #value(skipsSpace = true): string | undefined {
    const isOperator = this.#isOperator('AND') || this.#isOperator('OR') || this.#isOperator('NOT');
    return isOperator ? undefined : this.#word(VALUE, skipsSpace);
  }

  #mustBeTrueOrFalse(comparison: Comparison, at: number): void {
    if (!('is' in comparison) || comparison.is !== true) return;
    const field = this.#fields?.find(({ name }) => name === comparison.field);
    if (field === undefined || field.type === 'boolean') return;
    const { name, type } = field;
    throw badFilter(
      `the field "${name}" is a ${type} and not true or false: expected a comparison such as ${name}:value or ${name}:*`,
      placeOf(at),
      { at, expected: 'boolean', found: type },
    );
  }

  #isOperator(operator: 'AND' | 'OR' | 'NOT'): boolean {
    const end = this.#at + operator.length;
    return this.#text.startsWith(operator, this.#at) && /^(?:[\s()"]|$)/.test(this.#text.slice(end, end + 1));
  }

  #takeOperator(operator: 'AND' | 'OR' | 'NOT'): boolean {
    this.#skipSpace();
    if (!this.#isOperator(operator)) return false;
    this.#at += operator.length;
    this.#skipSpace();
    return true;
  }

  /** Takes what has this form, and the space behind it. */
  #take(form: RegExp, skipsSpace = true): string | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    if (skipsSpace) this.#skipSpace();
    return found;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)![0].length;
  }

  #unexpected(expected: string) {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return this.#error(`expected ${expected}, found ${rest === '' ? 'its end' : JSON.stringify(rest)}`);
  }

  #error(what: string) {
    return badFilter(what, placeOf(this.#at), { at: this.#at });
  }
}

/** Characters count from 1 for people. */
function placeOf(at: number): string {
  return `character ${at + 1}`;
}

/** A filter as text that parses to a filter of the same documents. */
export function printFilter(filter: Filter): string {
  return print(filter, 'any');
}

/** @param inside what it stands in: part of an "or", of an "and", or behind a "NOT" */
function print(filter: Filter, inside: 'any' | 'all' | 'one'): string {
  if ('and' in filter) {
    if (filter.and.length === 0) return '*';
    if (filter.and.length === 1) return print(filter.and[0], inside);
    const text = filter.and.map((part) => print(part, 'one')).join(' AND ');
    return inside === 'one' ? `(${text})` : text;
  }
  if ('or' in filter) {
    if (filter.or.length === 0) return 'NOT *';
    if (filter.or.length === 1) return print(filter.or[0], inside);
    const text = filter.or.map((part) => print(part, 'all')).join(' OR ');
    return inside === 'any' ? text : `(${text})`;
  }
  if ('not' in filter) return `NOT ${print(filter.not, 'one')}`;
  return printComparison(filter, inside);
}

function printComparison(filter: Comparison, inside: 'any' | 'all' | 'one'): string {
  const name = printWord(filter.field, /^[^\s():<>="*][^\s():<>="]*$/);
  if ('exists' in filter) return filter.exists ? `${name}:*` : `NOT ${name}:*`;
  if ('is' in filter) return filter.is === true ? name : `${name}:${printValue(filter.is)}`;
  const { from, to, above, below } = filter;
  if (from !== undefined && to !== undefined && above === undefined && below === undefined)
    return `${name}:${printValue(from)}..${printValue(to)}`;
  const bounds = [
    ['>=', from],
    ['<=', to],
    ['>', above],
    ['<', below],
  ] as const;
  const parts = bounds.flatMap(([sign, value]) =>
    value === undefined ? [] : [`${name}${sign}${printValue(value)}`],
  );
  const text = parts.join(' AND ');
  return inside === 'one' && parts.length > 1 ? `(${text})` : text;
}

function printValue(value: FilterValue): string {
  return printWord(String(value), /^(?!.*\.\.)[^\s()"*<>=.][^\s()"]*(?<!\.)$/s);
}

function printWord(text: string, bare: RegExp): string {
  const isBare = bare.test(text) && !/^(?:AND|OR|NOT)$/.test(text);
  return isBare ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
