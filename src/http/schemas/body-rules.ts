// Options of a body that exclude or need one another, and the body of a click.

import * as z from 'zod';
import { MAX_QUERY_BYTES } from './answer-limits.ts';
import { namedIndex } from './index-schema.ts';

/** What nothing is: `false` says the same, but generators of clients know schemas that are objects alone. */
const NEVER = { not: {} };

/**
 * What `checkedTogether` of request.ts refuses, as JSON Schema says it: a search is for a text, for terms or for
 * documents like one, or else for all that a filter keeps, and some options exclude or need one another. `oneOf` would
 * be shorter, but generators of clients make it a choice of bodies that have none of the other properties.
 */
export const BODY_RULES = {
  if: { not: { anyOf: [{ required: ['query'] }, { required: ['terms'] }, { required: ['like'] }] } },
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema, and nothing is awaited.
  then: {
    anyOf: [{ required: ['filter'] }, { required: ['facets'] }, { required: ['sort'] }],
    properties: { fusion: NEVER, rerank: NEVER, feedback: NEVER, prefix: { const: false } },
  },
  dependentRequired: { rrfK: ['fusion'], rrfDepth: ['fusion'] },
  dependentSchemas: {
    terms: {
      properties: {
        query: NEVER,
        spaces: NEVER,
        fusion: NEVER,
        rerank: NEVER,
        feedback: NEVER,
        prefix: { const: false },
      },
    },
    like: {
      properties: { query: NEVER, terms: NEVER, rerank: NEVER, feedback: NEVER, prefix: { const: false } },
    },
    feedback: { properties: { fusion: NEVER } },
    index: { properties: { lang: NEVER } },
    space: { properties: { spaces: NEVER, fusion: NEVER } },
    cursor: { properties: { offset: { const: 0 } } },
    fields: { properties: { documents: { const: true } } },
  },
};

const text = (most: number) =>
  z.string('must be a string').min(1, 'must not be empty').max(most, `must be at most ${most} characters`);

/** A hit that a reader opened. */
export const clickBody = z
  .strictObject(
    {
      query: text(MAX_QUERY_BYTES).describe('What was asked, as it was asked.'),
      id: text(2048).describe('The id of the hit that was opened.'),
      rank: z.int('must be a whole number').min(1).max(1000).describe('Its place among the hits, from 1.'),
      index: namedIndex.shape.index,
    },
    { error: 'must be a JSON object' },
  )
  .meta({ description: 'A hit that a reader opened.' });
