import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { FieldSchema } from '../../../src/core/fields.ts';
import { checkFilter } from '../../../src/query/filter/check.ts';
import { filterOfJson } from '../../../src/query/filter/filter-json.ts';
import { parseFilter, printFilter } from '../../../src/query/filter/parse-filter.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { normal, randomFilter } from './random-filter.ts';

const CASES = SLOW ? 10_000 : 500;

const is = (field: string, value: string | true) => ({ field, is: value });

test.each([
  ['lang:en', is('lang', 'en')],
  ['lang=en', is('lang', 'en')],
  ['lang: en', is('lang', 'en')],
  ['draft', is('draft', true)],
  ['NOT draft', { not: is('draft', true) }],
  ['NOT NOT draft', { not: { not: is('draft', true) } }],
  ['tag:*', { field: 'tag', exists: true }],
  ['tag:"*"', is('tag', '*')],
  ['*', { and: [] }],
  ['NOT *', { not: { and: [] } }],
  ['version>=4', { field: 'version', from: '4' }],
  ['version:>=4', { field: 'version', from: '4' }],
  ['version > 4', { field: 'version', above: '4' }],
  ['version<4', { field: 'version', below: '4' }],
  ['version <= -4.5', { field: 'version', to: '-4.5' }],
  ['date:2024-01-01..2024-12-31', { field: 'date', from: '2024-01-01', to: '2024-12-31' }],
  ['date:2024..', { field: 'date', from: '2024' }],
  ['date:..2024', { field: 'date', to: '2024' }],
  ['(date:..2024)', { field: 'date', to: '2024' }],
  [
    'date:"2024-01-01 10:00".."2024-01-02 10:00"',
    { field: 'date', from: '2024-01-01 10:00', to: '2024-01-02 10:00' },
  ],
  ['at:2024-01-01T10:00:00Z', is('at', '2024-01-01T10:00:00Z')],
  ['url:https://example.org/?a=b', is('url', 'https://example.org/?a=b')],
  ['"my field":"a \\"b\\" \\\\ (c)"', is('my field', 'a "b" \\ (c)')],
  ['path:"C:\\new"', is('path', 'C:\\new')],
  ['"and" AND "AND"', { and: [is('and', true), is('AND', true)] }],
  ['a b', { and: [is('a', true), is('b', true)] }],
  ['a AND b c', { and: [is('a', true), is('b', true), is('c', true)] }],
  ['a OR b AND c', { or: [is('a', true), { and: [is('b', true), is('c', true)] }] }],
  ['(a OR b) AND c', { and: [{ or: [is('a', true), is('b', true)] }, is('c', true)] }],
  ['a AND(b OR NOT(c))', { and: [is('a', true), { or: [is('b', true), { not: is('c', true) }] }] }],
  ['ANDROID OR NOTE', { or: [is('ANDROID', true), is('NOTE', true)] }],
  [
    'lang:en AND (version>=4 OR tag:api) AND NOT draft',
    {
      and: [
        is('lang', 'en'),
        { or: [{ field: 'version', from: '4' }, is('tag', 'api')] },
        { not: is('draft', true) },
      ],
    },
  ],
])('%s is read', (text, filter) => {
  expect(parseFilter(text)).toEqual(filter);
});

test.each([
  ['', 'character 1: expected a comparison such as field:value, found its end'],
  ['   ', 'character 4: expected a comparison such as field:value, found its end'],
  ['lang:', 'character 6: expected a value behind "lang:", or *, found its end'],
  ['lang: AND draft', 'character 7: expected a value behind "lang:", or *, found "AND draft"'],
  ['version>= ', 'character 11: expected a value behind >=, found its end'],
  ['a AND', 'character 6: expected a comparison such as field:value, found its end'],
  ['a AND OR b', 'character 7: expected a comparison such as field:value, found "OR b"'],
  ['(a', 'character 3: expected ")", found its end'],
  ['a)', 'character 2: expected AND, OR or the end, found ")"'],
  ['()', 'character 2: expected a comparison such as field:value, found ")"'],
  [':en', 'character 1: expected a comparison such as field:value, found ":en"'],
  ['lang:"en', 'character 6: the quote is never closed'],
  ['date:..', 'character 8: expected a bound before or behind "..", found its end'],
  ['NOT', 'character 4: expected a comparison such as field:value, found its end'],
])('"%s" is refused where it goes wrong', (text, message) => {
  expect(() => parseFilter(text)).toThrow(
    expect.objectContaining({ code: 'bad-query', message: `the filter, ${message}` }),
  );
});

test.each([
  ['parentheses', `${'('.repeat(65)}a${')'.repeat(65)}`, 'it nests deeper than 64'],
  ['NOTs', `${'NOT '.repeat(65)}a`, 'it nests deeper than 64'],
  ['NOTs in parentheses', `${'NOT ('.repeat(40)}a${')'.repeat(40)}`, 'it nests deeper than 64'],
  ['comparisons', Array.from({ length: 257 }, () => 'a').join(' '), 'it has more than 256 comparisons'],
  ['characters', 'a'.repeat(8193), 'it has 8193 characters: expected at most 8192'],
])('a filter of too many %s is refused', (_, text, message) => {
  expect(() => parseFilter(text)).toThrow(message);
});

const FIELDS: readonly FieldSchema[] = [
  { name: 'lang', type: 'keyword', list: false },
  { name: 'tags', type: 'keyword', list: true },
  { name: 'version', type: 'number', list: false },
  { name: 'published', type: 'date', list: false },
  { name: 'draft', type: 'boolean', list: false },
  { name: 'about', type: 'text', list: false },
];

test.each([
  'lang:en',
  'lang:3',
  'tags:api tags:*',
  'version:3 version>=-2.5',
  'version>1e-7 version<=1.5E+300 version:12345678901234567890..',
  'published:2024 published>2024-01-31T12:00 published:..2024-02',
  'draft NOT draft:false draft:TRUE',
  'about:*',
])('%s can be asked of the fields', (text) => {
  expect(() => checkFilter(parseFilter(text, FIELDS), FIELDS)).not.toThrow();
});

test.each([
  ['lnag:en', 'character 1: there is no field "lnag"; the nearest is "lang"'],
  ['lang:en AND tag:api', 'character 13: there is no field "tag"; the nearest is "tags"'],
  [
    'zebra',
    'character 1: there is no field "zebra"; the index has "lang", "tags", "version", "published", "draft", "about"',
  ],
  ['draft and lang:en', 'character 7: there is no field "and"; the operator is written AND'],
  [
    'NOT lang',
    'character 5: the field "lang" is a keyword and not true or false: expected a comparison such as lang:value or lang:*',
  ],
  ['lang>en', 'character 1: the field "lang" is a keyword: only numbers and dates have ranges'],
  [
    'version:four',
    'character 1: the field "version" is a number: expected a number such as 3 or -2.5, found "four"',
  ],
  [
    'version>1e400',
    'character 1: the field "version" is a number: expected a number such as 3 or -2.5, found "1e400"',
  ],
  [
    'version>0x10',
    'character 1: the field "version" is a number: expected a number such as 3 or -2.5, found "0x10"',
  ],
  [
    'published>Jan',
    'character 1: the field "published" is a date: expected a date of ISO 8601 such as 2024, 2024-01-31 or 2024-01-31T12:00:00Z, found "Jan"',
  ],
  ['draft:maybe', 'character 1: the field "draft" is a boolean: expected true or false, found "maybe"'],
  ['about:x', 'character 1: the field "about" is text, which is shown and filters by nothing but about:*'],
])('%s is refused by the fields', (text, message) => {
  expect(() => parseFilter(text, FIELDS)).toThrow(
    expect.objectContaining({ code: 'bad-query', message: `the filter, ${message}` }),
  );
});

test('a tree is refused by the fields at the part that is wrong', () => {
  const tree = { and: [is('lang', 'en'), { not: { or: [{ field: 'version', from: 'x' }] } }] };
  expect(() => checkFilter(tree, FIELDS)).toThrow(
    'the filter, at /and/1/not/or/0: the field "version" is a number',
  );
  expect(() => checkFilter(is('lang', 'en'), [])).toThrow(
    'the filter: there is no field "lang": the index has no fields',
  );
});

test('what is printed is read as the same filter', () => {
  fc.assert(
    fc.property(randomFilter, (filter) => {
      const text = printFilter(filter);
      fc.pre(text.length <= 8192);
      expect(parseFilter(text)).toEqual(normal(filter));
    }),
    { numRuns: CASES },
  );
});

test('what is read and printed is read again as the same, and whatever else is a typed error', () => {
  const token = fc.constantFrom(
    ...[
      'AND',
      'OR',
      'NOT',
      '(',
      ')',
      ' ',
      ':',
      '"',
      '\\',
      '..',
      '*',
      '<',
      '>=',
      '=',
      'lang',
      'en',
      '3',
      '.',
      '\n',
    ],
  );
  const text = fc.oneof(
    fc.array(token, { maxLength: 24 }).map((tokens) => tokens.join('')),
    fc.array(token, { maxLength: 24 }).map((tokens) => tokens.join(' ')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    randomFilter
      .map(printFilter)
      .chain((printed) => fc.nat(printed.length).map((end) => printed.slice(0, end))),
  );
  let read = 0;
  fc.assert(
    fc.property(text, (garbage) => {
      let filter: ReturnType<typeof parseFilter>;
      try {
        filter = parseFilter(garbage);
      } catch (error) {
        expect(error).toBeInstanceOf(SparsedgeError);
        expect((error as SparsedgeError).code).toBe('bad-query');
        return;
      }
      read++;
      expect(parseFilter(printFilter(filter))).toEqual(filter);
    }),
    { numRuns: CASES },
  );
  expect(read).toBeGreaterThan(CASES / 20);
});

test('a tree of JSON is read as it is', () => {
  fc.assert(
    fc.property(randomFilter, (filter) => {
      expect(filterOfJson(JSON.parse(JSON.stringify(filter)))).toEqual(JSON.parse(JSON.stringify(filter)));
    }),
    { numRuns: CASES },
  );
});

test('any JSON is a filter or a typed error', () => {
  const key = fc.constantFrom('and', 'or', 'not', 'field', 'is', 'from', 'to', 'above', 'exists', 'other');
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      try {
        printFilter(filterOfJson(value));
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-query' });
      }
    }),
    { numRuns: CASES },
  );
});

test.each([
  [3, ': expected an object such as {"field": "lang", "is": "en"}, found 3'],
  [[], ': expected an object such as {"field": "lang", "is": "en"}, found an array'],
  [{ and: {} }, ', at /and: expected an array of filters, found an object'],
  [
    { and: [is('a', 'x'), { field: 'b' }] },
    ', at /and/1: expected "is", "exists", or one bound or two: "from" or "above", and "to" or "below"',
  ],
  [{ field: 'a', from: 1, above: 2 }, ': expected "is", "exists", or one bound or two'],
  [
    { not: { field: 'a', is: null } },
    ', at /not/is: expected a string of at most 2048 characters, a number, true or false, found null',
  ],
  [
    { or: [{ field: '' }] },
    ', at /or/0: expected one of "and", "or", "not", or a "field", which is a name, found ""',
  ],
  [{ field: 'a', exists: 'yes' }, ', at /exists: expected true or false, found "yes"'],
  [{ and: [], or: [] }, ': "or" does not go with "and"'],
  [{ field: 'a', is: 1, from: 2 }, ': "from" does not go with "field"'],
])('%j is refused as a tree', (json, message) => {
  expect(() => filterOfJson(json)).toThrow(`the filter${message}`);
});

test('a tree that is nested too deeply is refused', () => {
  let json: unknown = { field: 'a', is: 1 };
  for (let i = 0; i < 30_000; i++) json = i % 2 === 0 ? { not: json } : { and: [json] };
  expect(() => filterOfJson(json)).toThrow('it nests deeper than 64 levels');
});
