import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldRulesSchema } from '../../../../../build/stages/read/fields/rules.ts';
import { FieldTally, MAX_FIELDS } from '../../../../../build/stages/read/fields/tally.ts';
import { newReport } from '../../../../../build/stages/read/lines/report.ts';
import type { Document } from '../../../../../src/core/document.ts';
import { comparableOf, type FieldValue } from '../../../../../src/core/fields.ts';

function tally(documents: Iterable<Document>, schema?: unknown) {
  const report = newReport();
  const counts = new FieldTally(schema === undefined ? undefined : fieldRulesSchema.parse(schema));
  for (const document of documents) counts.add(document);
  counts.report(report);
  return report;
}

const column = (values: readonly (FieldValue | undefined)[]): Document[] =>
  values.map((value, i) => ({ id: `d${i}`, text: '', ...(value !== undefined && { fields: { f: value } }) }));
const inferred = (values: readonly FieldValue[]) => tally(column(values)).fields![0];

test.each<[string, FieldValue[], object]>([
  ['numbers', [1, 2.5, -3], { type: 'number' }],
  ['numbers as text', ['1', '2.5', '-3'], { type: 'number' }],
  ['prices', ['9.90', '10.00', '0.99'], { type: 'number' }],
  ['days', ['2024-01-31', '2024-02-01'], { type: 'date' }],
  ['days and instants', ['2024-01-31', '2024-02-01T12:00:00Z', '2024-03'], { type: 'date' }],
  ['years, which are numbers', ['2024', '2023'], { type: 'number' }],
  ['booleans', [true, false], { type: 'boolean' }],
  ['booleans as text', ['true', 'False'], { type: 'boolean' }],
  ['words', ['api', 'cli'], { type: 'keyword' }],
  ['lists', [['api', 'cli'], 'api'], { type: 'keyword', list: true }],
  ['lists of numbers', [['1', '2'], ['3']], { type: 'keyword', list: true }],
  ['what is missing', ['1', '2', 'n/a'], { type: 'keyword', why: 'not a number: "n/a" in "d2"' }],
  ['what is missing first', ['n/a', 1, 2], { type: 'keyword', why: 'not a number: "n/a" in "d0"' }],
  ['another form of date', ['2024-01-31', '2024-02-01', 'May 2'], { why: 'not a date: "May 2" in "d2"' }],
  ['versions', ['1.9', '1.10', '2.0'], { type: 'keyword', why: 'as a number, 1.10 would be 1.1' }],
  ['codes', ['01067', '80331', '80333'], { type: 'keyword', why: 'not a number: "01067" in "d0"' }],
  ['numbers too large', ['9007199254740993', '1'], { why: 'not a number: "9007199254740993" in "d0"' }],
  ['numbers and booleans', [1, true], { type: 'keyword', why: 'not a number: "true" in "d1"' }],
  [
    'long values',
    ['a', 'x'.repeat(200)],
    { type: 'text', why: 'it has long values: 200 characters in "d1"' },
  ],
  ['lines', ['a', 'b\nc'], { type: 'text', why: 'it has long values: several lines in "d1"' }],
  [
    'sentences',
    ['How to rotate a key of the store', 'What to do when a key is lost'],
    { type: 'text', why: 'its values are 8.0 words long, on the average' },
  ],
])('%s', (_, values, expected) => {
  expect(inferred(values)).toMatchObject(expected);
});

test('values of some words that nearly every document has of its own are text, and others are keywords', () => {
  const own = Array.from({ length: 40 }, (_, i) => `The chapter of number ${i}`);
  expect(inferred(own).type).toBe('text');
  expect(inferred(own.map((_, i) => `The chapter of number ${i % 4}`)).type).toBe('keyword');
  expect(inferred(own.slice(0, 10)).type).toBe('keyword');
});

test('sections that repeat what their page says count as one, and headings above them are text', () => {
  const sections = Array.from({ length: 40 }, (_, page) =>
    Array.from({ length: 20 }, (_, i) => ({
      id: `p${page}#s${i}`,
      text: '',
      fields: { about: `The chapter of number ${page}`, heading: 'One' },
    })),
  ).flat();
  const { fields } = tally(sections);
  expect(fields).toMatchObject([
    { name: 'about', type: 'text', documents: 800 },
    { name: 'heading', type: 'text', why: 'it is the headings above a section' },
  ]);
});

test('fields are in the order of their names, with how many documents have them', () => {
  const documents: Document[] = [
    { id: 'a', text: '', fields: { tag: 'x', n: 1 } },
    { id: 'b', text: '', fields: { n: 2 } },
    { id: 'c', text: '' },
  ];
  expect(tally(documents).fields).toEqual([
    { name: 'n', type: 'number', list: false, documents: 2 },
    { name: 'tag', type: 'keyword', list: false, documents: 1 },
  ]);
});

test('a schema says the type of a field, and what is no longer in any document is told', () => {
  const schema = { fields: { f: 'keyword', typo: 'number', gone: 'none' }, others: 'text' };
  const { fields, notes } = tally([{ id: 'a', text: '', fields: { f: 1, g: 2 } }], schema);
  expect(fields).toEqual([
    { name: 'f', type: 'keyword', list: false, documents: 1, isGiven: true },
    { name: 'g', type: 'text', list: false, documents: 1, isGiven: true },
  ]);
  expect(notes).toEqual(['No document has what the schema of fields names: "typo".']);
});

test('only so many fields are told apart, and how much was left is said', () => {
  const documents = Array.from({ length: MAX_FIELDS + 7 }, (_, i) => ({
    id: `d${i}`,
    text: '',
    fields: { [`f${i}`]: 1 },
  }));
  const { fields, notes } = tally(documents);
  expect(fields).toHaveLength(MAX_FIELDS);
  expect(notes).toEqual([expect.stringContaining('with 7 values, are shown and do not filter')]);
});

test('every value is comparable as the type that was inferred, and the order of documents does not matter', () => {
  const value = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constantFrom('n/a', 'true', '1.10', '1.5', '007', '2024-01-01', '2024', 'x y', 'y'.repeat(200)),
    fc.string(),
    fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
  );
  const homogeneous = fc.oneof(
    fc.array(value, { minLength: 1 }),
    fc.array(fc.boolean(), { minLength: 1 }),
    fc.array(fc.integer().map(String), { minLength: 1 }),
    fc.array(
      fc.integer({ min: 0, max: 300 }).map((n) => (n / 100).toFixed(2)),
      { minLength: 1 },
    ),
    fc.array(
      fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
        .map((date) => date.toISOString()),
      { minLength: 1 },
    ),
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(homogeneous, fc.infiniteStream(fc.nat()), (values, random) => {
      const field = inferred(values);
      seen.add(field.type);
      if (field.type !== 'text') for (const one of values) expect(comparableOf(one, field)).toBeDefined();
      const shuffled = values.map((one) => [random.next().value, one] as const).sort(([a], [b]) => a - b);
      const again = inferred(shuffled.map(([, one]) => one));
      expect([again.type, again.list]).toEqual([field.type, field.list]);
    }),
    { numRuns: 500 },
  );
  expect(seen).toEqual(new Set(['keyword', 'number', 'date', 'boolean', 'text']));
});
