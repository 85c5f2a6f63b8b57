// Words that are not finished and words that are mistyped, as requests and answers have them.

import * as z from 'zod';
import { MOST_SUGGESTIONS } from '../../query/language/suggestions.ts';

const count = z.int().min(0);

/** Whether the last word is not finished. */
const prefixOption = z
  .boolean('must be true or false')
  .default(false)
  .describe(
    'Whether the query is being typed: its last word, unless something follows it, then stands for the most frequent words ' +
      'that begin so, and the whole for titles that begin so. The answer says which words, in `prefix`.',
  );

/** Whether words are taken as they are. */
const exactWordsOption = z
  .boolean('must be true or false')
  .default(false)
  .describe(
    'Whether words are taken as they are. Unless so, a word that no document has is taken for one that is near and that ' +
      'documents have, which costs a round of reads; the answer says what was searched for, in `spelling`.',
  );

/** What the last word stood for. */
const prefixAnswer = z
  .object({
    word: z.string().describe('The word that is not finished.'),
    words: z
      .array(z.string())
      .describe('The words that begin so and were searched, the more frequent first.'),
    more: z.boolean().describe('Whether more words begin so: they are not said more often.'),
    titles: count.describe('Titles that begin as the query does and were searched.'),
  })
  .optional()
  .describe('What the last word of the query stood for. The answer is exact for all of it.');

/** What was corrected. */
const spellingAnswer = z
  .object({
    text: z.string().describe('The query that was answered.'),
    words: z.array(
      z.object({
        typed: z.string(),
        text: z.string().describe('What was searched for in its place.'),
        edits: count.describe('Letters left out, put in, taken for others or swapped; of a space, 1.'),
      }),
    ),
  })
  .optional()
  .describe('Words that no document has were taken for others. `exactWords` forbids it.');

/** What requests say of half a word and a wrong letter. */
export const TYPING_OPTIONS = { prefix: prefixOption, exactWords: exactWordsOption };

/** What answers say of them. */
export const TYPING_ANSWERS = { prefix: prefixAnswer, spelling: spellingAnswer };

/** What TYPING_OPTIONS say, checked. */
export interface TypingInput {
  /** Whether the last word is not finished. */
  readonly prefix: boolean;
  /** Whether no word is corrected. */
  readonly exactWords: boolean;
}

const howMany = `must be an integer from 1 to ${MOST_SUGGESTIONS}`;

/** What is asked for suggestions, beside the index. */
export const SUGGEST_OPTIONS = {
  q: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(512, 'must be at most 512 characters')
    .describe('What has been typed so far. Its last word, unless something follows it, is not finished.'),
  k: z
    .int(howMany)
    .min(1, howMany)
    .max(MOST_SUGGESTIONS, howMany)
    .default(5)
    .describe('How many suggestions.'),
};

/** What may be meant. */
export const suggestions = z.array(
  z.object({
    text: z.string().describe('Titles are without capitals, and with blanks alone between words.'),
    kind: z
      .enum(['query', 'title', 'word', 'spelling'])
      .describe(
        "A query of the owner's rules, a title or heading that begins so, the last word completed, or, where there is " +
          'nothing of these, words that the index has in the place of those that it has not.',
      ),
  }),
);
