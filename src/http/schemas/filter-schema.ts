// Filters, as requests have them, and the fields of an index, as it describes them.

import * as z from 'zod';
import { FIELD_TYPES } from '../../core/fields.ts';
import { MAX_FILTER_CHARACTERS } from '../../query/filter/parse-filter.ts';

const FILTER =
  'Which documents may be results, by their fields: `lang:en AND (version>=4 OR tag:api) AND NOT draft`. A field is ' +
  'followed by `:` and a value, by <, <=, > or >= and a number or a date, by `:from..to`, or by `:*` where it has to be ' +
  'there; alone, it has to be true. Words with spaces or signs stand in quotation marks.';

const text = z
  .string('must be a filter')
  .min(1, 'must not be empty')
  .max(MAX_FILTER_CHARACTERS, `must be at most ${MAX_FILTER_CHARACTERS} characters`);

/** By a URL: text, or the JSON of a tree. */
export const filterParameter = text.optional().describe(`${FILTER} A tree is written as JSON.`);

/** By a body: text, or a tree. What a tree must be is checked where it is read, which says what is wrong with it. */
export const filterMember = z
  .union([text, z.record(z.string(), z.unknown())], 'must be a filter: a string, or an object')
  .meta({
    description: FILTER,
    anyOf: [{ type: 'string', minLength: 1, maxLength: MAX_FILTER_CHARACTERS }, refTo('Filter')],
  })
  .optional();

/** What stands for a schema of the API's description. */
export function refTo(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

const tree = refTo('Filter');
const value = { type: ['string', 'number', 'boolean'] };
const field = { type: 'string', minLength: 1 };

const RANGE =
  'A number or a date is in this range: `from` and `to` are in it, `above` and `below` are not. A date that is a year, ' +
  'a month or a day is all of its time.';

/** The forms that a tree can have, by name: generators of clients make a class of each. */
const FORMS = {
  FilterAnd: part({ and: { type: 'array', items: tree } }, 'All of these hold.'),
  FilterOr: part({ or: { type: 'array', items: tree } }, 'One of these holds at least.'),
  FilterNot: part({ not: tree }, 'This does not hold.'),
  FilterIs: part({ field, is: value }, 'The field has this value, or it is in its list.'),
  FilterExists: part({ field, exists: { type: 'boolean' } }, 'The field is there, or it is not.'),
  FilterRange: {
    ...part({ field, from: value, to: value, above: value, below: value }, RANGE, ['field']),
    minProperties: 2,
    not: { anyOf: [{ required: ['from', 'above'] }, { required: ['to', 'below'] }] },
  },
};

/** A tree and its forms, as JSON Schema says them: a filter is in a filter. */
export const FILTER_SCHEMAS = { Filter: { oneOf: Object.keys(FORMS).map(refTo) }, ...FORMS };

function part(properties: object, description: string, required = Object.keys(properties)) {
  return { type: 'object', description, properties, required, additionalProperties: false };
}

/** A field of an index. */
export const fieldAnswer = z.object({
  name: z.string(),
  type: z.enum(FIELD_TYPES).describe('Text is shown and does not filter.'),
  list: z.boolean().describe('Whether a document may have several values.'),
  documents: z.int().min(0).describe('How many documents have it.'),
  values: z.int().min(0).describe('How many different values it has; 0 of text.'),
  minimum: z.union([z.number(), z.string()]).optional().describe('Of numbers and dates.'),
  maximum: z.union([z.number(), z.string()]).optional(),
});
