// Which index a request is for, and what an answer says of several.

import * as z from 'zod';
import { explanationAnswer } from './explain-schema.ts';
import { operatorsAnswer } from './operators-schema.ts';
import { steeringAnswer } from './steering-schema.ts';
import { SUGGEST_OPTIONS, TYPING_ANSWERS } from './typing-schema.ts';

/** More would not get along with the invocations that a request may cause: see divide in grouped-index.ts. */
const MOST_AT_ONCE = 4;

const NAME = '[a-z0-9][a-z0-9-]{0,63}';
const language = z
  .string('must be a string')
  .regex(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/, 'must be a language tag, such as de or pt-BR')
  .max(64, 'must be at most 64 characters')
  .optional()
  .describe(
    'Instead of `index`: the language of the page that asks. The first index whose manifest names it is searched, or ' +
      'else the default one.',
  );

/** Which index is searched, by a URL and by a body. */
export const INDEX_OPTIONS = {
  index: z
    .string('must be a string')
    .regex(
      new RegExp(`^${NAME}(,${NAME}){0,${MOST_AT_ONCE - 1}}$`),
      `must be a name, or at most ${MOST_AT_ONCE} separated by commas, of letters from a to z, digits and hyphens`,
    )
    .optional()
    .describe(
      'The index to search, where the deployment has several: /v1/indexes has their names, and the first is searched ' +
        `unless one is named. At most ${MOST_AT_ONCE}, separated by commas, are searched at once: see \`merged\`.`,
    ),
  lang: language,
};

/** Which index a request without a body is for. */
export const namedIndex = z.strictObject({
  index: z
    .string('must be a string')
    .regex(new RegExp(`^${NAME}$`), 'must be a name: letters from a to z, digits and hyphens')
    .optional()
    .describe('The index, where the deployment has several; the first of /v1/indexes unless given.'),
  lang: language,
});

/** What a request says by its path or its body alone. */
export const noParameters = z.strictObject({});

/** What suggestions are asked by, and of which index. */
export const suggesting = z.strictObject({ ...SUGGEST_OPTIONS, ...namedIndex.shape });

const count = z.int().min(0);

/** What is said of several indexes that were searched at once. */
export const mergedAnswer = z
  .object({
    method: z.literal('share'),
    indexes: z.array(
      z.object({
        name: z.string(),
        build: z.string(),
        rules: z.string().optional(),
        stale: z.boolean(),
        exact: z.boolean(),
        bound: z
          .number()
          .min(0)
          .describe('As of the index alone, in its own scores: `indexScore` of its hits.'),
        most: count.describe(
          'What a document of this index would score that had every term with its highest impact.',
        ),
        hits: count.describe('How many of the hits are of this index.'),
        operators: operatorsAnswer.describe('Those that this index took: fields may be of one alone.'),
        prefix: TYPING_ANSWERS.prefix,
        spelling: TYPING_ANSWERS.spelling,
        steering: steeringAnswer,
        explain: explanationAnswer,
      }),
    ),
  })
  .optional()
  .describe(
    'Several indexes were searched, each by its own terms and weights. Their scores are of different scales, so that ' +
      "hits are ordered by a share: a hit's `indexScore` divided by its index's `most`. Within each index the order " +
      'is its own, and proved where it is; between indexes it is an estimate.',
  );

/** The indexes of a deployment. */
export const indexesAnswer = z.object({
  indexes: z
    .array(z.string())
    .describe('The default first. None in a deployment of one index, which has no name.'),
});
/** The keys of a deployment, without what checks them. */
export const keysAnswer = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      scope: z.enum(['search', 'admin']),
      expires: z.number().optional().describe('Seconds since 1970.'),
      indexes: z.array(z.string()).optional(),
      filter: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
      note: z.string().optional(),
    }),
  ),
});
export type KeysAnswer = z.infer<typeof keysAnswer>;
export type IndexesAnswer = z.infer<typeof indexesAnswer>;
