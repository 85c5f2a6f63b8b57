// Feedback, as requests ask for it and answers report it.

import * as z from 'zod';
import { RM3 } from '../../query/encode/feedback/rm3.ts';

/** Whether the best documents feed back. */
export const feedbackOption = z
  .literal('rm3', 'must be "rm3"')
  .optional()
  .describe(
    `Add to the query what its ${RM3.documents} best documents say, and ask again: the ${RM3.terms} terms that a model of ` +
      'relevance (RM3) finds most probable are half of what is then asked. It costs a second search. Not of a fusion, ' +
      'nor of terms.',
  );

/** What was fed back. */
export const feedbackAnswer = z
  .object({
    method: z.literal('rm3'),
    documents: z.int().min(0).describe('How many documents fed back.'),
    terms: z
      .array(z.object({ space: z.string(), term: z.string(), share: z.number().gt(0).max(1) }))
      .describe(
        'What was asked in the end: terms, those of the query among them, with their shares of the weight.',
      ),
  })
  .optional()
  .describe('The best documents added terms to the query.');
