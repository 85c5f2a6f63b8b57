// Facets and orders, as requests and answers have them.

import * as z from 'zod';
import { MAX_COUNTED, MAX_FACETS } from '../../query/filter/facets.ts';

const FACETS =
  'Which fields are counted over all documents that match, not only over `k` of them. The answer has the counts in ' +
  '`facets`, and in `matches` how many match.';
const SORT = 'By which field results are ordered; those without it come last.';

const name = z.string('must be the name of a field').min(1, 'must not be empty').max(512);
const value = z.union(
  [z.string().max(2048), z.number(), z.boolean()],
  'must be a string, a number, true or false',
);
const bound = value.optional();
const range = z.strictObject({ from: bound, to: bound, above: bound, below: bound }, 'must be a range');

const facet = z.strictObject(
  {
    field: name,
    top: z
      .int()
      .min(0)
      .max(MAX_COUNTED)
      .optional()
      .describe('How many of the most frequent values: 10 unless values or ranges are named.'),
    values: z.array(value).max(MAX_COUNTED).optional().describe('Values that are counted, however rare.'),
    ranges: z
      .array(range)
      .max(MAX_COUNTED)
      .optional()
      .describe('Ranges of numbers or dates: `from` and `to` are in them, `above` and `below` are not.'),
  },
  'must be a name, or an object with a field',
);

/** By a URL. */
export const facetsParameter = z
  .string('must be facets')
  .min(1, 'must not be empty')
  .max(2048, 'must be at most 2048 characters')
  .optional()
  .describe(
    `${FACETS} Written lang,tag:20,version:..2,version:2.. with how many values are wanted, or a range; a name with a colon or a comma stands in quotation marks.`,
  );

export const sortParameter = z
  .string('must be the name of a field')
  .min(1, 'must not be empty')
  .max(512, 'must be at most 512 characters')
  .optional()
  .describe(`${SORT} Written date, its lowest values first, or date:desc.`);

/** By a body. */
export const facetsMember = z
  .array(
    z.union([name, facet], 'must be the name of a field, or an object with one'),
    'must be an array of facets',
  )
  .min(1, 'must name at least one facet')
  .max(MAX_FACETS, `must name at most ${MAX_FACETS} facets`)
  .optional()
  .describe(FACETS);

export const sortMember = z
  .union(
    [z.string().min(1).max(512), z.strictObject({ field: name, descending: z.boolean().default(false) })],
    'must be a string such as date:desc, or {field, descending}',
  )
  .optional()
  .describe(`${SORT} As text, date or date:desc.`);

const count = z.int().min(0);

/** What was counted. */
export const facetsAnswer = z
  .array(
    z.object({
      field: z.string(),
      values: z
        .array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), count }))
        .readonly()
        .describe('Those that were named, then the most frequent ones; of as many, in their order.'),
      ranges: z
        .array(z.object({ from: bound, to: bound, above: bound, below: bound, count }))
        .readonly()
        .describe('As they were named.'),
      exact: z
        .boolean()
        .describe(
          'Else not all that match were counted: counts are lower bounds, and other values may be as frequent.',
        ),
    }),
  )
  .readonly()
  .optional()
  .describe('The counts of the facets that were asked for, in their order.');

export const matchesAnswer = z
  .object({ count, exact: z.boolean().describe('Else at least so many.') })
  .optional()
  .describe(
    'How many documents match, where all were looked for: with `facets`, with `sort`, and without a query.',
  );
