// Filters of all forms, as trees.

import fc from 'fast-check';
import type { Filter, FilterValue } from '../../../src/query/filter/filter.ts';

const word = fc.oneof(
  fc.constantFrom(
    'lang',
    'AND',
    'NOT',
    'a b',
    'a..b',
    '*',
    '"',
    '\\',
    '..',
    '1.',
    '.5',
    '>=4',
    'x:y',
    'é',
    '',
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const name = word.filter((text) => text !== '');

/** @param value of comparisons */
function filters(value: fc.Arbitrary<FilterValue>): fc.Arbitrary<Filter> {
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
      fc.record({ field: name, is: value }),
      fc.record({ field: name, exists: fc.boolean() }),
      fc.record({ field: name, from: value, to: value }),
      fc.record({ field: name, above: value, to: value }),
      fc.record({ field: name, below: value }),
      fc.record({ field: name, from: value }),
      fc.record({ not: tie('filter') }),
      fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    ),
  }));
  return filter;
}

export const randomFilter = filters(
  fc.oneof(word, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
);

/** A filter in the form that text has: values as they are written, and nothing that stands alone in a list. */
export function normal(filter: Filter): Filter {
  if ('and' in filter)
    return filter.and.length === 1 ? normal(filter.and[0]) : { and: filter.and.map(normal) };
  if ('or' in filter) {
    if (filter.or.length === 0) return { not: { and: [] } };
    return filter.or.length === 1 ? normal(filter.or[0]) : { or: filter.or.map(normal) };
  }
  if ('not' in filter) return { not: normal(filter.not) };
  const { field } = filter;
  if ('exists' in filter) return filter.exists ? filter : { not: { field, exists: true } };
  if ('is' in filter) return { field, is: filter.is === true ? true : String(filter.is) };
  const given = Object.entries(filter).filter(([key]) => key !== 'field');
  const bounds = given.map(([key, value]) => [key, String(value)] as const);
  const keys = bounds.map(([key]) => key);
  if (bounds.length === 1 || keys.every((key) => key === 'from' || key === 'to'))
    return { field, ...Object.fromEntries(bounds) };
  const order = ['from', 'to', 'above', 'below'];
  return {
    and: bounds
      .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
      .map(([key, value]) => ({ field, [key]: value })),
  };
}
