import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldSchema, isoDate, MAX_KEYWORD_BYTES, periodOf } from '../../../../src/core/fields.ts';
import { compareBytes, utf8 } from '../../../../src/core/format/bytes.ts';
import {
  type KeyRange,
  keyOfValue,
  keysOfRange,
  keysOfValues,
  LEVELS,
  numberOfKey,
  termsOfValue,
  valueOfKey,
} from '../../../../src/core/format/keys/field-keys.ts';

const YEAR: FieldSchema = { name: 'year', type: 'number', list: false };
const SEEN: FieldSchema = { name: 'seen', type: 'date', list: false };

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

const isIn = (key: Uint8Array, { from, until }: KeyRange) =>
  compareBytes(from, key) <= 0 && compareBytes(key, until) < 0;

test("FORMAT.md's example of a field is what the codec writes", () => {
  expect(termsOfValue(YEAR, 1999).map((term) => hex(utf8(term)))).toEqual([
    '79 65 61 72',
    '79 65 61 72 00 6b 38 77 77',
    '79 65 61 72 01 6b 38 77',
    '79 65 61 72 02 6b 38 77 77',
  ]);
  const years = { low: { value: 1990, isIn: true }, high: { value: 2010, isIn: false } };
  const ranges = keysOfRange(YEAR, years, LEVELS);
  expect(ranges).toEqual([{ from: utf8('year\x02k8wN'), until: utf8('year\x02k8xc') }]);
});

const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -300, max: 300 }),
);

describe('a number', () => {
  test('comes back from its key', () => {
    fc.assert(
      fc.property(double, (number) => {
        expect(numberOfKey(YEAR, keyOfValue(YEAR, number)!, 'a test')).toBe(number + 0);
      }),
    );
  });

  test('has its key in the order of numbers', () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        const order = compareBytes(keyOfValue(YEAR, a)!, keyOfValue(YEAR, b)!);
        expect(Math.sign(order)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test('is in exactly one of the keys of a range that it is in, and else in none', () => {
    const bound = fc.option(fc.record({ value: double, isIn: fc.boolean() }), { nil: undefined });
    const near = fc.integer({ min: -70, max: 5000 });
    const values = fc.array(fc.oneof(double, near), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, bound, bound, fc.subarray([...LEVELS]), (numbers, low, high, levels) => {
        const ranges = keysOfRange(YEAR, { low, high }, levels);
        for (const number of [...numbers, ...(low ? [low.value] : []), ...(high ? [high.value] : [])]) {
          const above = !low || number > low.value || (low.isIn && number === low.value);
          const below = !high || number < high.value || (high.isIn && number === high.value);
          const terms = termsOfValue(YEAR, number, levels).map((term) => utf8(term));
          const found = ranges.flatMap((range) => terms.filter((term) => isIn(term, range)));
          expect(found).toHaveLength(above && below ? 1 : 0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a date', () => {
  test.each([
    ['1970-01-01', 0],
    ['2024-02-29', 1_709_164_800_000],
    ['2024-05', 1_714_521_600_000],
    ['2023', 1_672_531_200_000],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2024-05-17T21:08', 1_715_980_080_000],
    ['2024-05-17T21:08:09+02:00', 1_715_972_889_000],
  ])('%s is %i milliseconds since 1970', (text, milliseconds) => {
    expect(periodOf(text)?.start).toBe(milliseconds);
    expect(numberOfKey(SEEN, keyOfValue(SEEN, text)!, 'a test')).toBe(milliseconds);
    expect(periodOf(isoDate(milliseconds))?.start).toBe(milliseconds);
  });

  test.each([
    '2024-02-30',
    '2023-02-29',
    '24-01-01',
    '2024-13',
    'today',
    '2024-05-17T25:00',
    '17.5.2024',
    '',
  ])('%j is none', (text) => {
    expect(periodOf(text)).toBeUndefined();
  });

  test('comes back from its key to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), (milliseconds) => {
        const text = new Date(milliseconds).toISOString();
        fc.pre(/^\d{4}/.test(text));
        expect(numberOfKey(SEEN, keyOfValue(SEEN, text)!, 'a test')).toBe(milliseconds);
      }),
    );
  });
});

test('values of a field stand together, apart from those of fields whose names begin alike', () => {
  const tag: FieldSchema = { name: 'tag', type: 'keyword', list: true };
  const tags: FieldSchema = { ...tag, name: 'tags' };
  const spaced: FieldSchema = { ...tag, name: 'tag s' };
  for (const value of ['', 'a', '\0', '\x01', 'ÿ', '𝄞']) {
    const key = keyOfValue(tag, value)!;
    expect(isIn(key, keysOfValues(tag))).toBe(true);
    expect(isIn(key, keysOfValues(tags)) || isIn(key, keysOfValues(spaced))).toBe(false);
    expect(valueOfKey(tag, key, 'a test')).toBe(value);
  }
});

test('a list has each of its values once, and an empty one is no value', () => {
  const tags: FieldSchema = { name: 'tags', type: 'keyword', list: true };
  expect(termsOfValue(tags, ['a', 'b', 'a'])).toEqual(['tags', 'tags\0a', 'tags\0b']);
  expect(termsOfValue(tags, [])).toEqual([]);
  expect(termsOfValue(tags, 'a')).toEqual(['tags', 'tags\0a']);
});

test.each<[FieldSchema['type'], string | number | boolean]>([
  ['number', '07'],
  ['number', Number.NaN],
  ['number', Number.POSITIVE_INFINITY],
  ['date', 'yesterday'],
  ['boolean', 'yes'],
  ['keyword', 'x'.repeat(MAX_KEYWORD_BYTES + 1)],
])('a %s cannot be %j', (type, value) => {
  expect(() => termsOfValue({ name: 'it', type, list: false }, value)).toThrow(
    /the field it is .* which is no/,
  );
});
