// Operators of questions, as requests and answers have them.

import * as z from 'zod';
import { MAX_OPERATORS } from '../../query/language/operators.ts';

/** Whether a question is read for operators. */
export const operatorsOption = z
  .boolean('must be true or false')
  .default(true)
  .describe(
    'Whether the query is read for operators: "quoted words" stand in a row in the title or text of every hit, -word ' +
      'and -"quoted words" in none, and title:word or title:"quoted words" in the title. They are reported in the ' +
      `answer. At most ${MAX_OPERATORS}.`,
  );

/** Those that a question had. */
export const operatorsAnswer = z
  .array(z.object({ text: z.string(), field: z.string().optional(), excluded: z.literal(true).optional() }))
  .optional()
  .describe(
    'The operators of the query, of several indexes those that each of them took: every hit says `text`, or none does where it is `excluded`; in that field, or else in ' +
      'its title or text.',
  );
