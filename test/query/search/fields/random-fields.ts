// Random fields of documents and filters over them: of every type and shape, so that lists are short and long, and
// numbers are cut to fewer digits.

import fc from 'fast-check';
import type { FieldSchema, Fields } from '../../../../src/core/fields.ts';
import type { Facet, Sort } from '../../../../src/query/filter/facets.ts';
import type { Filter, FilterValue } from '../../../../src/query/filter/filter.ts';
import type { ImpactVector } from '../../../fakes/memory-index.ts';
import { SLOW } from '../../../fixtures/slow.ts';

/** Cases of a random test, and many times more where time does not matter. */
export const RUNS = SLOW ? 10_000 : 300;

export const SCHEMA: readonly FieldSchema[] = [
  { name: 'half', type: 'boolean', list: false },
  { name: 'kind', type: 'keyword', list: false },
  { name: 'tags', type: 'keyword', list: true },
  { name: 'size', type: 'number', list: false },
  { name: 'size of it', type: 'number', list: false },
  { name: 'when', type: 'date', list: false },
  { name: 'note', type: 'text', list: false },
  { name: 'never', type: 'keyword', list: false },
  // What every object has, and few of these documents.
  { name: 'constructor', type: 'keyword', list: false },
];

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: 0, max: 5000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const dates = fc
  .oneof(
    fc.integer({ min: 19_000, max: 19_030 }).map((day) => day * 86_400_000),
    fc.integer({ min: -1e12, max: 2e12 }),
  )
  .map((time) => new Date(time).toISOString());
const kinds = fc.oneof(fc.constantFrom('a', 'b', 'ab', ''), fc.string({ maxLength: 3 }));

const fields: fc.Arbitrary<Fields> = fc.record(
  {
    half: fc.boolean(),
    kind: kinds,
    tags: fc.array(fc.constantFrom('x', 'y', 'z', 'xy'), { maxLength: 4 }),
    size: numbers,
    'size of it': fc.nat(200_000),
    when: dates,
    note: fc.string(),
    constructor: fc.constantFrom('x', 'y') as fc.Arbitrary<never>,
  },
  { requiredKeys: ['size of it'] },
);

const vector = fc
  .array(fc.tuple(fc.nat(11), fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 255 }))), {
    maxLength: 8,
  })
  .map((entries): ImpactVector => new Map(entries.map(([term, impact]) => [`t${term}`, impact])));

/** Documents with their impacts and fields. */
export const documents = fc.oneof(
  fc.array(fc.tuple(vector, fields), { minLength: 1, maxLength: 30 }),
  fc.array(fc.tuple(vector, fields), { minLength: 100, maxLength: 300 }),
);

export const query = fc
  .array(fc.tuple(fc.nat(14), fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 300 }))), { maxLength: 14 })
  .map((entries) => new Map(entries.map(([term, weight]) => [`t${term}`, weight])));

const bounds = (values: fc.Arbitrary<FilterValue>) =>
  fc.oneof(
    fc.record({ from: values }),
    fc.record({ to: values }),
    fc.record({ above: values, below: values }),
    fc.record({ from: values, below: values }),
    fc.record({ above: values, to: values }),
    fc.record({ from: values, to: values }),
  );

const comparison: fc.Arbitrary<Filter> = fc.oneof(
  fc.boolean().map((is) => ({ field: 'half', is })),
  kinds.map((is) => ({ field: 'kind', is })),
  fc.constantFrom('x', 'y', 'z', 'xy', 'none').map((is) => ({ field: 'tags', is })),
  fc.constantFrom('never', 'kind', 'constructor').map((field) => ({ field, is: 'nobody' })),
  numbers.map((is) => ({ field: 'size', is })),
  dates.map((is) => ({ field: 'when', is })),
  bounds(numbers).map((range) => ({ field: 'size', ...range })),
  bounds(fc.nat(200_000)).map((range) => ({ field: 'size of it', ...range })),
  bounds(dates).map((range) => ({ field: 'when', ...range })),
  fc.record({ field: fc.constantFrom(...SCHEMA.map(({ name }) => name)), exists: fc.boolean() }),
);

/** Filters of every shape. */
export const filter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
})).filter;

const SORTABLE = SCHEMA.filter(({ type }) => type !== 'text').map(({ name }) => name);

/** An order of results by any field. */
export const sort: fc.Arbitrary<Sort> = fc.record({
  field: fc.constantFrom(...SORTABLE),
  descending: fc.boolean(),
});

const top = fc.integer({ min: 0, max: 5 });
const facet: fc.Arbitrary<Facet> = fc.oneof(
  fc.record(
    { field: fc.constantFrom(...SORTABLE), top: fc.oneof(top, fc.constant(1000)) },
    { requiredKeys: ['field'] },
  ),
  fc.record({ field: fc.constant('kind'), values: fc.array(kinds, { maxLength: 3 }), top }),
  fc.record({ field: fc.constant('tags'), values: fc.array(fc.constantFrom('x', 'y', 'none')) }),
  fc.record(
    { field: fc.constant('size'), ranges: fc.array(bounds(numbers), { maxLength: 3 }), top },
    { requiredKeys: ['field', 'ranges'] },
  ),
  fc.record({ field: fc.constant('size of it'), ranges: fc.array(bounds(fc.nat(200_000))) }),
  fc.record(
    { field: fc.constant('when'), ranges: fc.array(bounds(dates), { maxLength: 3 }), top },
    { requiredKeys: ['field', 'ranges'] },
  ),
);

/** What is counted. */
export const facets = fc.array(facet, { minLength: 1, maxLength: 4 });
