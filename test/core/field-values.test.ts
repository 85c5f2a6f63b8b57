import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparableOf, type FieldType, numberOf, periodOf, typedFields } from '../../src/core/fields.ts';

const of = (type: FieldType, list = false) => ({ name: 'f', type, list });
const iso = (text: string) => {
  const period = periodOf(text);
  return period && [new Date(period.start).toISOString(), new Date(period.end).toISOString()];
};

test.each([
  ['2024', '2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
  ['2024-02', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['2024-12', '2024-12-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['2024-02-29T23:59', '2024-02-29T23:59:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['2024-02-29 23:59:58', '2024-02-29T23:59:58.000Z', '2024-02-29T23:59:59.000Z'],
  ['2024-02-29T23:59:58.5Z', '2024-02-29T23:59:58.500Z', '2024-02-29T23:59:58.501Z'],
  ['2024-02-29T23:59:58.123456789+02:30', '2024-02-29T21:29:58.123Z', '2024-02-29T21:29:58.124Z'],
  ['2001-12-14 21:59:43.10 -05', '2001-12-15T02:59:43.100Z', '2001-12-15T02:59:43.101Z'],
  ['0000-01-01', '0000-01-01T00:00:00.000Z', '0000-01-02T00:00:00.000Z'],
  ['0099', '0099-01-01T00:00:00.000Z', '0100-01-01T00:00:00.000Z'],
  ['9999', '9999-01-01T00:00:00.000Z', '+010000-01-01T00:00:00.000Z'],
])('%s is a period', (text, start, end) => {
  expect(iso(text)).toEqual([start, end]);
});

test.each([
  '',
  '24',
  '20240101',
  '2024-1-1',
  '2024-13',
  '2024-00',
  '2023-02-29',
  '2024-04-31',
  '2024-01-01T24:00',
  '2024-01-01T12:60',
  '2024-01-01T12:00:60',
  '2024-01-01T12',
  '2024-01-01T12:00+24:00',
  '2024-01-01T12:00+02:60',
  '2024-01-01Z',
  'Jan 5, 2024',
  ' 2024-01-01',
  '12345-01-01',
])('%s is no date', (text) => {
  expect(periodOf(text)).toBeUndefined();
});

test('every instant is the beginning of its own millisecond, however its zone is written', () => {
  const instant = fc.date({ min: new Date('0000-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, fc.integer({ min: -839, max: 839 }), (date, offset) => {
      const local = new Date(date.getTime() + offset * 60_000).toISOString().replace('Z', '');
      const zone = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
      const sign = offset < 0 ? '-' : '+';
      const text = `${local}${sign}${zone.map((part) => String(part).padStart(2, '0')).join(':')}`;
      expect(periodOf(text)).toEqual({ start: date.getTime(), end: date.getTime() + 1 });
    }),
  );
});

test.each([
  ['0', 0],
  ['-0', 0],
  ['12', 12],
  ['-12.50', -12.5],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', undefined],
  ['007', undefined],
  ['+1', undefined],
  ['1e5', undefined],
  ['.5', undefined],
  ['5.', undefined],
  ['1,000', undefined],
  ['', undefined],
  ['0x10', undefined],
])('%s as a number', (text, number) => {
  expect(numberOf(text)).toBe(number);
});

test('a value is compared as its type has it', () => {
  expect(comparableOf('a', of('keyword'))).toEqual(['a']);
  expect(comparableOf(3, of('keyword'))).toEqual(['3']);
  expect(comparableOf(['b', 'e\u0301', '\u00e9', 'b'], of('keyword', true))).toEqual(['b', '\u00e9']);
  expect(comparableOf('3.5', of('number'))).toBe(3.5);
  expect(comparableOf('n/a', of('number'))).toBeUndefined();
  expect(comparableOf('1970-01-02', of('date'))).toBe(86_400_000);
  expect(comparableOf('TRUE', of('boolean'))).toBe(true);
  expect(comparableOf(false, of('boolean'))).toBe(false);
  expect(comparableOf('yes', of('boolean'))).toBeUndefined();
  expect(comparableOf('words', of('text'))).toBeUndefined();
});

test('values are shown as their types have them, and those of no known field as they are', () => {
  const fields = { n: '3', b: 'true', k: 3, l: 'a', d: '2024-01-01', t: ['a long', 'text'], other: '1' };
  const types = { n: 'number', b: 'boolean', k: 'keyword', l: 'keyword', d: 'date', t: 'text' } as const;
  const schema = Object.entries(types).map(([name, type]) => ({ name, type, list: name === 'l' }));
  expect(typedFields(fields, schema)).toEqual({
    n: 3,
    b: true,
    k: '3',
    l: ['a'],
    d: '2024-01-01',
    t: ['a long', 'text'],
    other: '1',
  });
});
