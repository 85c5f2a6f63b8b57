// The contract of api.ts as an OpenAPI 3.1 description, made when it is asked for.
//
// Rejected: @hono/zod-openapi, which would derive it from the routes. It imports the whole of zod, every locale
// included: an app of one route takes 512 KB minified and 25 ms to start with it, 105 KB and 8 ms without.

import * as z from 'zod';
import * as api from './api.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';

/** What every request can meet, whatever it asks. */
const ALWAYS: readonly ProblemCode[] = ['method-not-allowed', 'internal', 'unavailable'];

/** The description of the interface whose searches have the given schemas. */
export function openApi({ byUrl, byBody }: ReturnType<typeof api.searchSchemas>) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sparsedge',
      version: '1',
      description: 'Exact learned-sparse search from object storage.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      '/v1/search': {
        get: {
          operationId: 'search',
          summary: 'Search for a text.',
          parameters: parametersOf(byUrl),
          responses: responses(api.searchAnswer, ['bad-query']),
        },
        post: {
          operationId: 'searchByBody',
          summary: 'Search for a text or for weighted terms: give one of "query" and "terms".',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(byBody, 'input') } },
          },
          responses: responses(api.searchAnswer, ['bad-query', 'too-large', 'unsupported-media-type']),
        },
      },
      '/v1/documents/{id}': {
        get: {
          operationId: 'document',
          summary: 'Read a document by its id.',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: responses(api.documentAnswer, ['bad-query', 'not-found']),
        },
      },
      '/v1/index': {
        get: {
          operationId: 'index',
          summary: 'What the index holds.',
          responses: responses(api.indexAnswer, []),
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'Whether the current index opens.',
          responses: responses(api.healthAnswer, []),
        },
      },
    },
    components: { schemas: { Problem: schemaOf(api.problemAnswer, 'output') } },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io });
  return json;
}

function parametersOf(schema: z.ZodType) {
  const { properties = {}, required = [] } = schemaOf(schema, 'input');
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }));
}

function responses(answer: z.ZodType, codes: readonly ProblemCode[]) {
  const problems = [...codes, ...ALWAYS].map((code) => {
    const { status, title } = PROBLEMS[code];
    const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
    return [status, { description: title, content }] as const;
  });
  return {
    200: {
      description: 'The answer.',
      content: { 'application/json': { schema: schemaOf(answer, 'output') } },
    },
    ...Object.fromEntries(problems),
  };
}
