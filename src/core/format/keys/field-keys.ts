// Keys of the space `_fields`: what a document's fields are filtered, sorted and counted by. FORMAT.md, "Fields".
//
// A field's values are in their order where they stand together, and ranges of numbers are few ranges of keys.

import { corrupt, SparsedgeError } from '../../errors.ts';
import { comparableOf, type FieldSchema, type FieldValue, isoDate, MAX_KEYWORD_BYTES } from '../../fields.ts';
import { fromUtf8, utf8 } from '../bytes.ts';

/** The term of all documents, which an index has where it has holes. */
export const EVERY_DOCUMENT = '';

/** Digits of six bits, in the order of their bytes; zeros at the end of a number are left out. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const DIGIT_BITS = 6;
const MOST_DIGITS = 11;
/** What follows a field's name in the key of a value, and in those of numbers cut to so many digits. */
const VALUE = '\0';
const LEVEL_MARKS: Readonly<Record<number, string>> = { 3: '\x01', 4: '\x02' };
/** To how many digits numbers are cut as well, coarse first: to powers of two, and those to 64ths, or to 4096ths. */
export const LEVELS = [3, 4] as const;

const DAY_MS = 86_400_000;
const ALL_BITS = 2n ** 64n;

/** Keys from `from` on, up to `until`, which is not one of them. */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly until: Uint8Array;
}

/** Numbers or milliseconds between two bounds; no bound where there is none. */
export interface NumberRange {
  readonly low?: { readonly value: number; readonly isIn: boolean } | undefined;
  readonly high?: { readonly value: number; readonly isIn: boolean } | undefined;
}

type Kind = Pick<FieldSchema, 'name' | 'type'>;

/**
 * All terms of a document's value.
 *
 * @param levels to which numbers are cut as well
 * @throws SparsedgeError `bad-input` for a value that is not of the field's type
 */
export function termsOfValue(
  field: FieldSchema,
  value: FieldValue,
  levels: readonly number[] = LEVELS,
): string[] {
  const { name, type, list } = field;
  if (type === 'text') return [name];
  const found = comparableOf(value, field);
  const values = typeof found === 'object' ? found : found === undefined ? [] : [found];
  const texts = values.map((each) => textOf(type, each)).filter((text) => text !== undefined);
  const isWhole = found !== undefined && texts.length === values.length && (list || texts.length === 1);
  if (!isWhole) {
    const shown = JSON.stringify(value);
    throw new SparsedgeError('bad-input', `the field ${name} is ${shown}, which is no ${type}`, {
      field: name,
      expected: type,
      found: shown,
    });
  }
  if (texts.length === 0) return [];
  const isCut = type === 'number' || type === 'date';
  return [
    name,
    ...texts.map((text) => name + VALUE + text),
    ...(isCut ? levels.map((level) => name + LEVEL_MARKS[level] + cut(texts[0], level)) : []),
  ];
}

/** What of a value stands in its key; undefined for a keyword that is too long. */
function textOf(type: FieldSchema['type'], value: string | number | boolean): string | undefined {
  if (typeof value === 'number') return digitsOf(orderOf(type, value), MOST_DIGITS);
  const text = String(value);
  return utf8(text).length <= MAX_KEYWORD_BYTES ? text : undefined;
}

/** The key of a value; undefined where a field of that type cannot have it. */
export function keyOfValue(field: Kind, value: string | number | boolean): Uint8Array | undefined {
  const found = comparableOf(value, field);
  const text =
    found === undefined ? undefined : textOf(field.type, typeof found === 'object' ? found[0] : found);
  return text === undefined ? undefined : utf8(field.name + VALUE + text);
}

/** The key of all documents that have a field. */
export function keyOfField({ name }: Kind): Uint8Array {
  return utf8(name);
}

/** The keys of all values of a field, in the order of the values. */
export function keysOfValues({ name }: Kind): KeyRange {
  return { from: utf8(name + VALUE), until: utf8(name + after(VALUE)) };
}

/** The keys of a field's numbers, cut to so many digits. */
export function keysOfLevel({ name }: Kind, level: number): KeyRange {
  const mark = LEVEL_MARKS[level];
  return { from: utf8(name + mark), until: utf8(name + after(mark)) };
}

/** The value that a key is of: dates as ISO 8601 has them. */
export function valueOfKey(field: Kind, key: Uint8Array, where: string): string | number | boolean {
  const { name, type } = field;
  const text = fromUtf8(key.subarray(utf8(name).length + 1), where);
  if (type === 'number') return numberOfKey(field, key, where);
  if (type === 'date') return isoDate(numberOfKey(field, key, where));
  return type === 'boolean' ? text === 'true' : text;
}

/** The number that a key is of, or the milliseconds since 1970. */
export function numberOfKey({ name, type }: Kind, key: Uint8Array, where: string): number {
  const text = fromUtf8(key.subarray(utf8(name).length + 1), where);
  let order = 0n;
  for (let i = 0; i < MOST_DIGITS; i++) {
    const digit = i < text.length ? DIGITS.indexOf(text[i]) : 0;
    if (digit < 0) throw corrupt(where, 'a number of six bits a digit', text);
    order = (order << BigInt(DIGIT_BITS)) | BigInt(digit);
  }
  const number = numberIn(order >> 2n);
  return type === 'date' ? Math.round(number * DAY_MS) : number;
}

/**
 * The keys of all values of a range of numbers or dates: of no value outside it, and each value once.
 *
 * @param levels of LEVELS, that the index has of the field
 */
export function keysOfRange(field: Kind, { low, high }: NumberRange, levels: readonly number[]): KeyRange[] {
  const { type } = field;
  const from = low === undefined ? 0n : orderOf(type, low.value) + (low.isIn ? 0n : 1n);
  const until = high === undefined ? ALL_BITS : orderOf(type, high.value) + (high.isIn ? 1n : 0n);
  return cover(field, from, until, levels);
}

/** The coarsest keys that cover a range, and finer ones at both ends. */
function cover(field: Kind, from: bigint, until: bigint, levels: readonly number[]): KeyRange[] {
  if (from >= until) return [];
  const [level, ...finer] = levels;
  if (level === undefined) return [rangeOf(field, VALUE, MOST_DIGITS, from, until)];
  const shift = BigInt(64 - DIGIT_BITS * level);
  const first = ((from + (1n << shift) - 1n) >> shift) << shift;
  const last = (until >> shift) << shift;
  if (first >= last) return cover(field, from, until, finer);
  return [
    ...cover(field, from, first, finer),
    rangeOf(field, LEVEL_MARKS[level], level, first, last),
    ...cover(field, last, until, finer),
  ];
}

function rangeOf({ name }: Kind, mark: string, digits: number, from: bigint, until: bigint): KeyRange {
  return {
    from: utf8(name + mark + digitsOf(from, digits)),
    until: utf8(name + (until === ALL_BITS ? after(mark) : mark + digitsOf(until, digits))),
  };
}

function after(mark: string): string {
  return String.fromCharCode(mark.charCodeAt(0) + 1);
}

/**
 * A number as 64 bits in the order of numbers: its own, with the sign turned, or all of them where it is negative.
 * Dates are days, so that those without a time are short.
 */
function orderOf(type: FieldSchema['type'], number: number): bigint {
  // Adding 0 makes 0 of -0.
  const scaled = (type === 'date' ? number / DAY_MS : number) + 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, scaled);
  const bits = view.getBigUint64(0);
  const sign = 1n << 63n;
  return bits >= sign ? ALL_BITS - 1n - bits : bits + sign;
}

function numberIn(order: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  const sign = 1n << 63n;
  view.setBigUint64(0, order >= sign ? order - sign : ALL_BITS - 1n - order);
  return view.getFloat64(0);
}

function digitsOf(order: bigint, digits: number): string {
  let rest = order << 2n;
  const text: string[] = [];
  for (let i = 0; i < MOST_DIGITS; i++, rest >>= BigInt(DIGIT_BITS)) text.unshift(DIGITS[Number(rest & 63n)]);
  return cut(text.join(''), digits);
}

/** The first digits, without zeros at the end. */
function cut(text: string, digits: number): string {
  let end = Math.min(text.length, digits);
  while (end > 0 && text[end - 1] === DIGITS[0]) end--;
  return text.slice(0, end);
}
