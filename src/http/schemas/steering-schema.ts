// What rules did to an answer, as the API says it.

import * as z from 'zod';

export const rulesOption = z
  .boolean('must be true or false')
  .default(true)
  .describe(
    'Whether the rules of the index, where it has any, steer the answer: false searches without them.',
  );

const count = z.int().min(0);

export const steeringAnswer = z
  .object({
    synonyms: z.array(
      z.object({
        of: z.string().describe('What the query says.'),
        text: z.string().describe('What was searched beside it.'),
        weight: count.describe('What its words weigh, in 64ths of those of the query.'),
      }),
    ),
    pinned: count.describe('Hits that a rule puts first.'),
    hidden: count.describe('Documents that a rule leaves out.'),
  })
  .optional()
  .describe('What the rules of the index did to this query, beside the factors of documents.');
