import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../../../src/core/format/bytes.ts';
import type { IndexedField } from '../../../../src/core/format/manifest.ts';
import { type Filter, MAX_COMPARISONS } from '../../../../src/query/filter/filter.ts';
import { resolveFilter } from '../../../../src/query/filter/resolve.ts';

const field = (name: string, type: IndexedField['type'], more: Partial<IndexedField> = {}): IndexedField => ({
  name,
  type,
  list: false,
  documents: 90,
  values: 30,
  levels: [],
  ...more,
});
const MANIFEST = {
  documents: 100,
  fields: [
    field('kind', 'keyword'),
    field('draft', 'boolean', { documents: 100 }),
    field('version', 'number', { minimum: 1, maximum: 9 }),
    field('seen', 'date', { minimum: 0, maximum: 1e12 }),
    field('note', 'text'),
    field('never', 'number', { documents: 0, values: 0 }),
  ],
};

/** The keys of a filter that is one comparison, as text. */
function keysOf(filter: Filter): string[] {
  const resolved = resolveFilter(filter, MANIFEST);
  if (resolved.kind !== 'lists') return [resolved.kind];
  return resolved.keys.map(({ from, until }) => JSON.stringify([fromUtf8(from, ''), fromUtf8(until, '')]));
}

describe('a filter', () => {
  test.each<[string, Filter, Filter]>([
    ['a number as text', { field: 'version', is: '4' }, { field: 'version', is: 4 }],
    ['a small number as text', { field: 'version', below: '5e-324' }, { field: 'version', below: 5e-324 }],
    ['a large number as text', { field: 'version', is: '1e+300' }, { field: 'version', is: 1e300 }],
    ['a boolean as text', { field: 'draft', is: 'true' }, { field: 'draft', is: true }],
    ['a keyword as a number', { field: 'kind', is: 4 }, { field: 'kind', is: '4' }],
    ['a year as a number', { field: 'seen', is: 1999 }, { field: 'seen', is: '1999' }],
    [
      'a day, which is all of its time',
      { field: 'seen', is: '1999-12-31' },
      { field: 'seen', from: '1999-12-31T00:00Z', below: '2000-01-01T00:00Z' },
    ],
    [
      'a month',
      { field: 'seen', is: '1999-02' },
      { field: 'seen', from: '1999-02-01T00:00Z', below: '1999-03-01T00:00Z' },
    ],
    [
      'what is above a year and up to a day',
      { field: 'seen', above: '1999', to: '2000-02-29' },
      { field: 'seen', from: '2000-01-01T00:00Z', below: '2000-03-01T00:00Z' },
    ],
  ])('takes %s for what it is', (_, given, meant) => {
    expect(keysOf(given)).toEqual(keysOf(meant));
  });

  test('needs no list where all documents have a field, or none', () => {
    expect(keysOf({ field: 'draft', exists: true })).toEqual(['all']);
    expect(keysOf({ field: 'never', exists: true })).toEqual(['or']);
    expect(keysOf({ field: 'version', from: 10 })).toEqual(['or']);
    expect(keysOf({ field: 'version', from: 1, to: 9 })).toEqual(keysOf({ field: 'version', exists: true }));
    expect(keysOf({ field: 'version', above: 1, to: 9 })).not.toEqual(
      keysOf({ field: 'version', exists: true }),
    );
  });

  test.each<[RegExp, Filter]>([
    [/no field "size"; it has kind, draft/, { field: 'size', is: 1 }],
    [/no field "size"/, { not: { or: [{ field: 'size', exists: false }] } }],
    [/"note" is text/, { field: 'note', is: 'x' }],
    [/"four" is not what the field "version" has: expected a number/, { field: 'version', is: 'four' }],
    [/"" is not what the field "version" has/, { field: 'version', is: '' }],
    [/"yes" is not what the field "draft" has/, { field: 'draft', is: 'yes' }],
    [/a date of ISO 8601/, { field: 'seen', from: 'May' }],
    [/of the type keyword: only numbers and dates/, { field: 'kind', from: 'a' }],
    [/no bound/, { field: 'version' }],
    [/both from and above/, { field: 'version', from: 1, above: 1 }],
    [/both to and below/, { field: 'version', to: 1, below: 1 }],
    [
      /more than 256 comparisons/,
      { and: Array.from({ length: MAX_COMPARISONS + 1 }, () => ({ field: 'version', is: 1 })) },
    ],
  ])('is refused that says %s', (message, filter) => {
    expect(() => resolveFilter(filter, MANIFEST)).toThrow(
      expect.objectContaining({ code: 'bad-query', message: expect.stringMatching(message) }),
    );
  });
});
