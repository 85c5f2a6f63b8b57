// The contract of api.ts as an OpenAPI 3.1 description, made when it is asked for.
//
// Rejected: @hono/zod-openapi, which would derive it from the routes. It imports the whole of zod, every locale
// included: an app of one route takes 512 KB minified and 25 ms to start with it, 105 KB and 8 ms without.

import * as z from 'zod';
import * as api from './api.ts';
import { PROBLEMS, type ProblemCode } from './messages/problem.ts';
import { clickBody } from './schemas/body-rules.ts';
import { FILTER_SCHEMAS, refTo } from './schemas/filter-schema.ts';
import { indexesAnswer, keysAnswer, namedIndex, suggesting } from './schemas/index-schema.ts';

/** What every request can meet, whatever it asks. */
const ALWAYS: readonly ProblemCode[] = [
  'bad-query',
  'unauthorized',
  'forbidden',
  'too-many-requests',
  'method-not-allowed',
  'internal',
  'unavailable',
];

const INFO = {
  title: 'Sparsedge',
  version: '1',
  description: 'Exact learned-sparse search from object storage.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

/** The description of the interface whose searches have the given schemas. */
export function openApi({ byUrl, byBody }: ReturnType<typeof api.searchSchemas>) {
  return {
    openapi: '3.1.0',
    info: INFO,
    paths: {
      '/v1/search': {
        get: {
          operationId: 'search',
          summary: 'Search for a text.',
          parameters: [...parametersOf(byUrl), IF_NONE_MATCH],
          responses: validated('SearchAnswer', ['not-found', 'cursor-expired']),
        },
        post: {
          operationId: 'searchByBody',
          summary: 'Search for a text or for weighted terms: give one of "query" and "terms".',
          description: 'The body may be coded in gzip or deflate, as Content-Encoding says.',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: refTo('SearchBody') } },
          },
          responses: responses('SearchAnswer', [
            'not-found',
            'cursor-expired',
            'slow-request',
            'too-large',
            'unsupported-media-type',
          ]),
        },
      },
      '/v1/suggest': {
        get: {
          operationId: 'suggest',
          summary: 'What somebody who is typing may mean.',
          parameters: [...parametersOf(suggesting), IF_NONE_MATCH],
          responses: validated('SuggestAnswer', ['not-found']),
        },
      },
      ...aboutDocuments(),
      ...aboutDeployment(),
    },
    // Where there are no keys, none is needed.
    security: [{}, { key: [] }],
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key, or a token that one signed.' },
      },
      schemas: {
        SearchBody: schemaOf(byBody, 'input'),
        ClickBody: schemaOf(clickBody, 'input'),
        ...answers(),
        ...FILTER_SCHEMAS,
      },
    },
  };
}

/** What is said of a deployment, and not of one index. */
function aboutDeployment() {
  return {
    '/v1/indexes': {
      get: {
        operationId: 'indexes',
        summary: 'The names of the indexes, where there are several.',
        parameters: [IF_NONE_MATCH],
        responses: validated('IndexesAnswer', []),
      },
    },
    '/v1/keys': {
      get: {
        operationId: 'keys',
        summary: 'Which keys there are, without what checks them: for a key of the scope admin.',
        responses: responses('KeysAnswer', []),
      },
    },
    '/metrics': METRICS,
    '/v1/clicks': CLICKS,
    '/healthz': {
      get: {
        operationId: 'health',
        summary: 'Whether the current index is searched.',
        parameters: parametersOf(namedIndex),
        responses: responses('HealthAnswer', ['not-found']),
      },
    },
  };
}

/** What a monitor reads. */
const METRICS = {
  get: {
    operationId: 'metrics',
    summary: 'What one isolate has answered: for a key of the scope admin, unless METRICS is public.',
    responses: {
      // Its type is unknown to generators of clients, which leave the text to their callers.
      200: { description: 'Text of OpenMetrics 1.0.' },
      ...problemsOf([]),
    },
  },
};

/** What is noted beside searches. */
const CLICKS = {
  post: {
    operationId: 'clicked',
    summary: "Note that a reader opened a hit, in the owner's own dataset: 404 where there is none.",
    description: 'The body may be called text/plain, as that of a beacon is.',
    requestBody: { required: true, content: { 'application/json': { schema: refTo('ClickBody') } } },
    responses: {
      204: { description: 'It is noted.' },
      ...problemsOf(['not-found', 'too-large', 'unsupported-media-type']),
    },
  },
};

/** What is read and not searched. */
function aboutDocuments() {
  return {
    '/v1/documents/{id}': {
      get: {
        operationId: 'document',
        summary: 'Read a document by its id.',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          ...parametersOf(namedIndex),
          IF_NONE_MATCH,
        ],
        responses: validated('DocumentAnswer', ['not-found']),
      },
    },
    '/v1/index': {
      get: {
        operationId: 'index',
        summary: 'What the index holds.',
        parameters: [...parametersOf(namedIndex), IF_NONE_MATCH],
        responses: validated('IndexAnswer', ['not-found']),
      },
    },
  };
}

/** What answers are, by name: generators of clients make a class of each. */
const ANSWERS = {
  SearchAnswer: api.searchAnswer,
  SuggestAnswer: api.suggestAnswer,
  DocumentAnswer: api.documentAnswer,
  IndexAnswer: api.indexAnswer,
  IndexesAnswer: indexesAnswer,
  KeysAnswer: keysAnswer,
  HealthAnswer: api.healthAnswer,
  Problem: api.problemAnswer,
};
type AnswerName = keyof typeof ANSWERS;

function answers() {
  return Object.fromEntries(
    Object.entries(ANSWERS).map(([name, schema]) => [name, schemaOf(schema, 'output')]),
  );
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, override: countItems });
  return json;
}

/** Says how many items a tuple has without `items: false`: generators of clients know schemas that are objects only. */
function countItems({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { prefixItems, items } = jsonSchema;
  if (prefixItems === undefined || items !== false) return;
  delete jsonSchema.items;
  Object.assign(jsonSchema, { minItems: prefixItems.length, maxItems: prefixItems.length });
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

/** What a GET may ask of an answer that it has. */
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'ETags of answers that are at hand: 304 says that one of them is still right.',
  schema: { type: 'string' },
};

/** Responses to a GET whose answer has an ETag. */
function validated(answer: AnswerName, codes: readonly ProblemCode[]) {
  const { 200: found, ...others } = responses(answer, codes);
  const ETag = {
    description: 'Names what the answer says. An answer that may be better the next time has none.',
    schema: { type: 'string' },
  };
  return {
    200: { ...found, headers: { ETag } },
    304: { description: 'What was named in If-None-Match is still the answer.', headers: { ETag } },
    ...others,
  };
}

function responses(answer: AnswerName, codes: readonly ProblemCode[]) {
  return {
    200: {
      description: 'The answer.',
      content: { 'application/json': { schema: refTo(answer) } },
    },
    ...problemsOf(codes),
  };
}

function problemsOf(codes: readonly ProblemCode[]) {
  const problems = [...codes, ...ALWAYS].map((code) => {
    const { status, title } = PROBLEMS[code];
    const content = { 'application/problem+json': { schema: refTo('Problem') } };
    return [status, { description: title, content }] as const;
  });
  return Object.fromEntries(problems);
}
