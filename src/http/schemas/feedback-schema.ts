// Feedback, and documents as questions, as requests ask for them and answers report them.

import * as z from 'zod';
import { LIKE } from '../../query/encode/feedback/like-document.ts';
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

const weighedTerms = z.array(
  z.object({ space: z.string(), term: z.string(), share: z.number().gt(0).max(1) }),
);

/** What was fed back. */
export const feedbackAnswer = z
  .object({
    method: z.literal('rm3'),
    documents: z.int().min(0).describe('How many documents fed back.'),
    terms: weighedTerms.describe(
      'What was asked in the end: terms, those of the query among them, with their shares of the weight.',
    ),
  })
  .optional()
  .describe('The best documents added terms to the query.');

/** Documents that are like another. */
export const likeOption = z
  .string('must be a string')
  .min(1, 'must not be empty')
  .max(2048, 'must be at most 2048 characters')
  .optional()
  .describe(
    `The id of a document: find others like it, in the place of a query. Its own terms are asked, the ${LIKE.terms} that ` +
      'make most of what it would score itself. The document is left out, and where pages are found, all of its page. ' +
      'It costs up to three rounds of reads before the search. Not with reranking or feedback.',
  );

/** What a document was asked as. */
export const likeAnswer = z
  .object({ id: z.string(), terms: weighedTerms.describe('Its terms, with their shares of the weight.') })
  .optional()
  .describe('Documents like this one were asked for.');
