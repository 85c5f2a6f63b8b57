// Explanations, as requests ask for them and answers have them.

import * as z from 'zod';
import { SECTION_UNIT } from '../../query/search/sums/article-scores.ts';
import { FACTOR_UNIT } from '../../query/search/sums/factors.ts';
import { MAX_EXPLAINED } from '../../query/shown/explain.ts';

/** Whether the answer is explained. */
export const explainOption = z
  .boolean('must be true or false')
  .default(false)
  .describe(
    `Whether the answer says what was read and what that proved, and each of its first ${MAX_EXPLAINED} hits what its ` +
      'score is made of, to the last integer. That is read from the index again, which may take further reads; they ' +
      'are a part of `cost`.',
  );

const count = z.int().min(0);

const proof = z
  .object({
    k: z.int().min(1),
    spaces: z.array(z.string()).describe('Whose terms were searched.'),
    windows: z.object({ from: count, to: count }).describe('The windows that were searched: half-open.'),
    threshold: z.number().min(0).describe('What the k-th result reaches; 0 where fewer are known.'),
    bound: z
      .number()
      .min(0)
      .describe('What a document that is not among the results could score at most; 0 when they are proved.'),
  })
  .optional()
  .describe('Of a search: what it has proved with this round.');

/** What is said of an answer as a whole. */
export const explanationAnswer = z
  .object({
    terms: z
      .array(
        z.object({
          space: z.string(),
          term: z.string(),
          weight: z.int().min(1),
          from: z
            .array(
              z.object({
                kind: z.enum(['question', 'synonym', 'correction', 'prefix', 'feedback', 'like']),
                of: z.string().optional().describe('What the query says; of `like`, the id of the document.'),
                text: z.string().optional().describe('The synonym, what was meant, or how a word may go on.'),
              }),
            )
            .describe('Where the term comes from.'),
          documents: count.describe('In how many documents it is.'),
          list: z
            .object({ kind: z.enum(['long', 'dictionary']), firstPage: count, pages: z.int().min(1) })
            .optional()
            .describe('Where its list lies: on pages of its own, or on one that it shares.'),
        }),
      )
      .describe('What was searched for.'),
    rounds: z
      .array(
        z.object({
          round: count.describe('Rounds of one number did not wait for one another.'),
          reads: z.array(
            z.object({
              object: z.string(),
              start: count,
              bytes: count,
              pages: z.array(z.object({ space: z.string(), page: count, bytes: count })),
            }),
          ),
          proof,
        }),
      )
      .describe('What was read, before anything was read to explain it.'),
    cost: z
      .object({ reads: count, bytes: count, rounds: count })
      .describe('What explaining read besides. It is a part of the `cost` of the answer.'),
  })
  .optional()
  .describe('Why the answer is as it is.');

const part = z.object({
  document: count,
  id: z.string(),
  space: z.string().optional().describe('Of a fusion: the space whose ranks these scores give.'),
  terms: z
    .array(
      z.object({
        space: z.string(),
        term: z.string(),
        weight: z.int().min(1),
        impact: z.int().min(1).max(255),
        product: z.int().min(1).describe('Weight times impact.'),
        in: z
          .array(z.enum(['title', 'text', 'name', 'added']))
          .optional()
          .describe(
            'Where the document has the term from: its title or its text say it; links or a definition give it that name; ' +
              'or an expansion, a network or neighbours of its words added it. Absent where that is not known.',
          ),
      }),
    )
    .describe('The terms of the query that the document has.'),
  sum: count.describe('Of the products.'),
  factor: count
    .optional()
    .describe(`What rules multiply the sum by, in ${FACTOR_UNIT}ths, where documents have factors.`),
  boosts: z
    .object({
      rules: z.array(z.object({ rule: count, factor: z.number() })),
      own: z.number().optional().describe('Of a field of its own.'),
      recency: z.number().optional().describe('What its age leaves, about: the product of all is rounded.'),
    })
    .optional()
    .describe('What the factor is made of: boosts by their places among the rules, from 0.'),
  score: count.describe('The sum, times the factor.'),
  share: count
    .optional()
    .describe(
      `Of a section: what its score counts in its page's, which is in ${SECTION_UNIT}ths of a section's.`,
    ),
});

/** What is said of a hit. */
export const hitExplanation = z
  .object({
    score: count.describe(
      "The sum of the parts, each times its share where it has one: the hit's score, or of several indexes its " +
        '`indexScore`, if the answer is exact. 0 of a fusion, whose scores are of ranks, and of a hit that a rule puts ' +
        'first.',
    ),
    pinnedBy: count.optional().describe('The rule that puts it first, by its place among those of queries.'),
    parts: z
      .array(part)
      .describe('The document; of a page its best sections; of a fusion one for each space.'),
  })
  .optional()
  .describe(`What the score is made of, of the first ${MAX_EXPLAINED} hits of the answer.`);
