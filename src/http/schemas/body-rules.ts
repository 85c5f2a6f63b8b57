// Options of a body that exclude or need one another.

/**
 * What `checkedTogether` of request.ts refuses, as JSON Schema says it: a search is for a text or for terms, and some
 * options exclude or need one another.
 */
export const BODY_RULES = {
  oneOf: [
    { required: ['query'], properties: { like: false } },
    {
      required: ['terms'],
      properties: {
        like: false,
        spaces: false,
        fusion: false,
        rerank: false,
        feedback: false,
        prefix: { const: false },
      },
    },
    {
      required: ['like'],
      properties: { query: false, terms: false, rerank: false, feedback: false, prefix: { const: false } },
    },
    {
      anyOf: [{ required: ['filter'] }, { required: ['facets'] }, { required: ['sort'] }],
      properties: {
        query: false,
        terms: false,
        like: false,
        fusion: false,
        rerank: false,
        feedback: false,
        prefix: { const: false },
      },
    },
  ],
  dependentRequired: { rrfK: ['fusion'], rrfDepth: ['fusion'] },
  dependentSchemas: {
    feedback: { properties: { fusion: false } },
    index: { properties: { lang: false } },
    space: { properties: { spaces: false, fusion: false } },
    fields: { properties: { documents: { const: true } } },
  },
};
