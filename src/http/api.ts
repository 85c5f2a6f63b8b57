// The public contract: what requests may say and what answers look like. openapi.ts publishes these schemas; requests
// are checked against them, and tests check answers against them.

import * as z from 'zod';
import { MAX_SPACE_WEIGHT, MAX_SPACES } from '../query/encode/spaces.ts';
import type { Facet, Sort } from '../query/filter/facets.ts';
import { RRF_DEPTH, RRF_K } from '../query/fuse.ts';
import { MAX_RERANKED } from '../query/rerank/rerank.ts';
import { MAX_QUERY_BYTES, MAX_SHOWN_CHARACTERS } from './schemas/answer-limits.ts';
import { BODY_RULES } from './schemas/body-rules.ts';
import { cost } from './schemas/cost-schema.ts';
import { explainOption, explanationAnswer, hitExplanation } from './schemas/explain-schema.ts';
import {
  facetsAnswer,
  facetsMember,
  facetsParameter,
  matchesAnswer,
  sortMember,
  sortParameter,
} from './schemas/facet-schema.ts';
import { feedbackAnswer, feedbackOption, likeAnswer, likeOption } from './schemas/feedback-schema.ts';
import { fieldAnswer, filterMember, filterParameter } from './schemas/filter-schema.ts';
import { INDEX_OPTIONS, mergedAnswer } from './schemas/index-schema.ts';
import { operatorsAnswer, operatorsOption } from './schemas/operators-schema.ts';
import {
  cursorOption,
  fieldList,
  fieldNames,
  GROUPING,
  nextAnswer,
  PASSAGES,
  SHOWN,
  sectionAnswer,
} from './schemas/shown-schema.ts';
import { rulesOption, steeringAnswer } from './schemas/steering-schema.ts';
import { suggestions, TYPING_ANSWERS, TYPING_OPTIONS, type TypingInput } from './schemas/typing-schema.ts';

/** The longest body of a request. The longest query takes 48 KB when every character is escaped. */
export const MAX_BODY_BYTES = 256 * 1024;

const encoder = new TextEncoder();

const queryText = z
  .string('must be a string')
  .min(1, 'must not be empty')
  .refine(
    (text) => text.length * 3 <= MAX_QUERY_BYTES || encoder.encode(text).length <= MAX_QUERY_BYTES,
    `must be at most ${MAX_QUERY_BYTES} bytes of UTF-8`,
  )
  .meta({ maxLength: MAX_QUERY_BYTES })
  .describe(`What to search for: at most ${MAX_QUERY_BYTES} bytes of UTF-8.`);

function integer(minimum: number, maximum?: number) {
  const wanted =
    maximum === undefined
      ? `must be an integer from ${minimum}`
      : `must be an integer from ${minimum} to ${maximum}`;
  return z
    .int(wanted)
    .min(minimum, wanted)
    .max(maximum ?? Number.MAX_SAFE_INTEGER, wanted);
}

const terms = z
  .record(z.string(), integer(0), 'must be an object of integer weights')
  .describe('An encoded query instead of text: terms of the space with their weights.');

const SUMMED =
  'Search several spaces in one pass: the score is the sum of their weights, each times what is given here, in steps of ' +
  'the `unit` of the answer.';

const spaceWeight = `must be a number above 0 and at most ${MAX_SPACE_WEIGHT}`;
const spaceWeights = z
  .record(
    z.string().max(32),
    z.number(spaceWeight).gt(0, spaceWeight).max(MAX_SPACE_WEIGHT, spaceWeight),
    'must be an object of weights by space',
  )
  .describe(`${SUMMED} At most ${MAX_SPACES}.`);
const spaceList = z
  .string('must be a string')
  .max(512, 'must be at most 512 characters')
  .optional()
  .describe(`${SUMMED} Written bm25=1,splade=.7; a space without a weight counts 1.`);
const reranked = integer(1, MAX_RERANKED).describe(
  'How many of the best to have reranked, where this deployment has a reranker.',
);

/** What URLs and bodies say in the same form. */
function sharedOptions(maxK: number) {
  return {
    ...INDEX_OPTIONS,
    k: integer(1, maxK).default(Math.min(10, maxK)).describe('How many results.'),
    offset: integer(0, maxK - 1)
      .default(0)
      .describe(
        `How many of the best to pass over, for further pages of results: \`k\` and \`offset\` together are at most ${maxK}. ` +
          'Pages of one query join without a gap, since every ranking is exact. A page costs what a search for all of ' +
          'the hits to its end does.',
      ),
    cursor: cursorOption,
    space: z
      .string('must be a string')
      .max(32, 'must be at most 32 characters')
      .optional()
      .describe('The impact space to search; the first of the index unless given.'),
    fusion: z
      .literal('rrf', 'must be "rrf"')
      .optional()
      .describe(
        'Search each of `spaces` (all of the index unless given) by itself and add up 1 / (rrfK + rank), each times the ' +
          "space's weight: reciprocal rank fusion. Scores are then of ranks.",
      ),
    rrfK: integer(0, 10_000).optional().describe(`The constant of a fusion: ${RRF_K} unless given.`),
    rrfDepth: integer(1, Math.max(maxK, RRF_DEPTH))
      .optional()
      .describe(
        `How deep the lists of a fusion are: ${RRF_DEPTH} unless given. What no list holds is no result.`,
      ),
    operators: operatorsOption,
    rules: rulesOption,
    ...TYPING_OPTIONS,
    feedback: feedbackOption,
    like: likeOption,
    explain: explainOption,
    ...SHOWN,
    ...GROUPING,
    maxReads: integer(1).optional().describe('Stop looking for postings before more reads than this.'),
    maxBytes: integer(1).optional().describe('Stop looking for postings before more bytes than this.'),
    deadlineMs: integer(1)
      .optional()
      .describe(
        'Answer within this many milliseconds, with what is proved by then: an answer that cannot be shown in time is a ' +
          'problem `unavailable`, with status 503. Unless given, thirty seconds are waited, for an exact answer alone.',
      ),
  };
}

/** The schemas of a search, by a URL's parameters and by a JSON body. */
export function searchSchemas(maxK: number) {
  const options = sharedOptions(maxK);
  const object = 'must be a JSON object';
  return {
    maxK,
    byUrl: z
      .strictObject({
        q: queryText.optional(),
        ...options,
        fields: fieldList,
        filter: filterParameter,
        facets: facetsParameter,
        sort: sortParameter,
        spaces: spaceList,
        rerank: reranked.optional(),
      })
      .refine(({ q, like, filter, facets, sort }) => (q ?? like ?? filter ?? facets ?? sort) !== undefined, {
        path: ['q'],
        error: 'must be a string',
        when: () => true,
      }),
    byBody: z
      .strictObject(
        {
          query: queryText.optional(),
          terms: terms.optional(),
          ...options,
          fields: fieldNames.optional(),
          filter: filterMember,
          facets: facetsMember,
          sort: sortMember,
          spaces: spaceWeights.optional(),
          rerank: z.strictObject({ n: reranked }, { error: object }).optional(),
        },
        { error: object },
      )
      .refine(
        ({ query, terms, like, filter, facets, sort }) =>
          query === undefined
            ? (terms ?? like ?? filter ?? facets ?? sort) !== undefined
            : terms === undefined,
        'must have either "query" or "terms", or neither with "like", a "filter", "facets" or "sort"',
      )
      .meta(BODY_RULES),
  };
}

/** A checked search. */
export interface SearchInput extends TypingInput {
  readonly question:
    | { readonly text: string }
    | { readonly terms: ReadonlyMap<string, number> }
    /** The id of a document that others are to be like. */
    | { readonly like: string }
    /** No question: what a filter keeps, in an order, or what facets count. */
    | { readonly browse: true };
  readonly index?: string | undefined;
  readonly lang?: string | undefined;
  readonly k: number;
  readonly offset: number;
  readonly cursor?: string | undefined;
  readonly space?: string | undefined;
  readonly spaces?: ReadonlyMap<string, number> | undefined;
  readonly fusion?: 'rrf' | undefined;
  readonly rrfK?: number | undefined;
  readonly rrfDepth?: number | undefined;
  /** Which documents may be results: as text, or as a tree, not yet checked. */
  readonly filter?: string | object | undefined;
  readonly facets?: readonly Facet[] | undefined;
  readonly sort?: Sort | undefined;
  readonly rerank?: number | undefined;
  readonly feedback?: 'rm3' | undefined;
  readonly operators: boolean;
  /** Whether the rules of the index steer the answer. */
  readonly rules: boolean;
  readonly documents: boolean;
  /** Names of the parts of documents that hits carry; all unless given. */
  readonly fields?: readonly string[] | undefined;
  readonly snippet: boolean;
  readonly highlight: boolean;
  readonly explain: boolean;
  readonly group?: boolean | undefined;
  readonly maxReads?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly deadlineMs?: number | undefined;
}

const count = z.int().min(0);

const indexState = z
  .object({
    name: z.string().optional().describe('What it is called, where the deployment has several.'),
    build: z
      .string()
      .describe('The generation that answered. Of several indexes, names and builds have commas between.'),
    rules: z.string().optional().describe('The rules that steer answers, by the digest of them.'),
    stale: z.boolean().describe('It could not be established that this generation is still the current one.'),
  })
  .describe('Which index answered.');

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]);

const documentFields = {
  id: z.string(),
  title: z.string().optional(),
  text: z.string(),
  url: z.string().optional(),
  fields: z.record(z.string(), fieldValue).optional(),
};

/** The answer to a search. */
export const searchAnswer = z.object({
  query: z.string().optional(),
  operators: operatorsAnswer,
  steering: steeringAnswer,
  ...TYPING_ANSWERS,
  index: indexState,
  exact: z
    .boolean()
    .describe(
      'Proved: no other document scores more, and every score is final. Of a fusion: so it is for each of its lists. ' +
        'Reranking is of what was found so.',
    ),
  bound: z
    .number()
    .min(0)
    .describe('When not exact: no missing document scores more than this, and no hit gains beyond it.'),
  unit: z
    .number()
    .optional()
    .describe(
      "What a score of 1 is in the weights that the index was built from. With several spaces each term's weight was " +
        'rounded to a multiple of it. Not of a fusion.',
    ),
  most: count
    .optional()
    .describe('What a document would score that had every term of the query with its highest impact.'),
  merged: mergedAnswer,
  fusion: z
    .object({
      method: z.literal('rrf'),
      k: count,
      depth: count,
      lists: z.array(z.object({ space: z.string(), weight: z.number(), hits: count, exact: z.boolean() })),
    })
    .optional()
    .describe('The scores are of ranks in these lists.'),
  rerank: z
    .object({
      model: z.string(),
      documents: count.describe('Those that it read.'),
      tokens: count
        .optional()
        .describe('Tokens that a network here read, the question repeated for each document.'),
      calls: count.optional().describe('Calls of Workers AI, which are billed by what it reads.'),
      milliseconds: z.number().describe('Time that passed, as a Worker sees it: waiting, not computing.'),
    })
    .optional()
    .describe('A reranker ordered the first hits anew; the others follow as they were.'),
  feedback: feedbackAnswer,
  like: likeAnswer,
  facets: facetsAnswer,
  matches: matchesAnswer,
  explain: explanationAnswer,
  next: nextAnswer,
  hits: z.array(
    z.object({
      rank: z.int().min(1),
      document: count.describe("The document's number in this build."),
      score: z
        .number()
        .min(0)
        .describe(
          'An exact integer; of a fusion, a sum of reciprocal ranks; of several indexes, a share of what is possible; 0 ' +
            'without a query, or of a hit that a rule puts first.',
        ),
      index: z.string().optional().describe('Of several indexes: the one that it is from.'),
      indexScore: count.optional().describe('Of several indexes: its score there.'),
      pinned: z.literal(true).optional().describe('A rule puts it first.'),
      ranks: z.record(z.string(), z.int().min(1)).optional().describe('Of a fusion: the rank in each list.'),
      rerankScore: z.number().optional().describe("The reranker's, of a hit that it read."),
      ...z.object(documentFields).partial().shape,
      id: z.string(),
      cut: z
        .record(z.string(), count)
        .optional()
        .describe(
          `The parts that were cut off, with the characters (UTF-16 units) that they have whole: an answer carries at ` +
            `most ${MAX_SHOWN_CHARACTERS} characters of documents, the longest parts being cut first. A further field is ` +
            'named fields.<name>. /v1/documents/{id} has a document whole.',
        ),
      ...PASSAGES,
      sections: z
        .array(sectionAnswer)
        .optional()
        .describe('Of a page: its best sections, best first. The first is the hit itself.'),
      explain: hitExplanation,
    }),
  ),
  cost,
});
export type SearchAnswer = z.infer<typeof searchAnswer>;

/** What somebody who is typing may mean. */
export const suggestAnswer = z.object({ query: z.string(), index: indexState, suggestions, cost });
export type SuggestAnswer = z.infer<typeof suggestAnswer>;

/** A document by its id. */
export const documentAnswer = z.object({ index: indexState, document: z.object(documentFields), cost });
export type DocumentAnswer = z.infer<typeof documentAnswer>;

/** What the index holds. */
export const indexAnswer = z.object({
  index: indexState,
  builtBy: z.string().optional().describe('The program that built it, and its version.'),
  documents: count,
  articles: count.optional().describe('How many pages the documents are sections of, where they are.'),
  windows: z.array(count),
  fields: z.array(fieldAnswer).describe('What documents are filtered by.'),
  spaces: z.array(
    z.object({
      name: z.string(),
      analyzer: z.string(),
      encoder: z.object({
        id: z.string(),
        parameters: z.record(z.string(), z.number()),
        model: z.object({ id: z.string(), sha256: z.string() }).optional(),
      }),
      query: z.enum(['count', 'binary', 'tokenizer', 'neural']),
      quantizer: z.object({ maximum: z.number(), rounding: z.string() }),
      terms: count,
      postings: count,
    }),
  ),
});
export type IndexAnswer = z.infer<typeof indexAnswer>;

/** The current index opens, and answers. */
export const healthAnswer = z.object({ status: z.literal('ok'), index: indexState });
export type HealthAnswer = z.infer<typeof healthAnswer>;

/** Any failure: RFC 9457, with a stable code and the facts of the case as further members. */
export const problemAnswer = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
});
