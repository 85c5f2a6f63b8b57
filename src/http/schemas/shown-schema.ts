// What of documents hits carry, and where results go on, as requests say it.

import * as z from 'zod';

/** The most names of fields that a request may choose. */
const MAX_FIELDS = 64;

const FIELDS =
  'Which parts of documents hits carry: `title`, `text`, `url`, `fields` for all further fields of a document, or the ' +
  'names of some of those. `id` is always there.';
const fieldName = z
  .string('must be a string')
  .min(1, 'must not be empty')
  .max(128, 'must be at most 128 characters');
export const fieldNames = z
  .array(fieldName, 'must be an array of names')
  .min(1, 'must name at least one field')
  .max(MAX_FIELDS, `must name at most ${MAX_FIELDS} fields`)
  .describe(FIELDS);
export const fieldList = z
  .string('must be a string')
  .min(1, 'must name at least one field')
  .max(2048, 'must be at most 2048 characters')
  .optional()
  .describe(`${FIELDS} Written title,url.`);

/** What hits carry, by a URL and by a body. */
export const SHOWN = {
  documents: z
    .boolean('must be true or false')
    .default(true)
    .describe(
      'Whether hits carry their documents. Without, they have only an `id`, which is read from the same pages and ' +
        'costs the same reads.',
    ),
  snippet: z
    .boolean('must be true or false')
    .default(false)
    .describe(
      'Whether hits carry a `snippet`: the passage of the text that best shows the query, and its `matches`; and ' +
        '`titleMatches`, those of the title.',
    ),
  highlight: z
    .boolean('must be true or false')
    .default(false)
    .describe(
      'Whether hits carry a `highlight`: the same passage as HTML, its matches between <mark> and </mark>; and ' +
        '`titleHighlight`, the title in this form.',
    ),
};

const ranges = z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional();
const ESCAPED = 'Everything in it is escaped but <mark> and </mark> around matches.';

/** What shows in a hit why it was found. */
export const PASSAGES = {
  snippet: z.string().optional().describe('A passage of the text, with an ellipsis where text was left out.'),
  matches: ranges.describe(
    'The parts of `snippet` that are of the query, in UTF-16 units: each its start and its end.',
  ),
  highlight: z.string().optional().describe(`The passage as HTML. ${ESCAPED}`),
  titleMatches: ranges.describe('The parts of `title` that are of the query, where that is shown.'),
  titleHighlight: z.string().optional().describe(`The title as HTML, where it is shown. ${ESCAPED}`),
};

/** Options of a search, by a URL and by a body. */
export const GROUPING = {
  group: z
    .boolean('must be true or false')
    .optional()
    .describe(
      "Whether hits are pages, whose score is a mean of their sections', each of which weighs .35 of the one before, the " +
        'best first. So it is where the index was built from a folder of pages, unless this is false or ranks are ' +
        'fused. A hit is then the best section of its page, and `k` and `offset` count pages.',
    ),
};

/** A section of a page that is a hit. */
export const sectionAnswer = z.object({
  document: z.int().min(0),
  score: z.number().gt(0).describe("The section's own, in 1024ths of which its page's is."),
  id: z.string(),
  heading: z.string().optional().describe('The headings that lead to it.'),
  url: z.string().optional().describe('Where it begins: with its anchor, if it has one.'),
  headingMatches: ranges,
  headingHighlight: z.string().optional(),
  snippet: z.string().optional(),
  matches: ranges,
  highlight: z.string().optional(),
});
export type SectionAnswer = z.infer<typeof sectionAnswer>;

/** Where results go on. */
export const cursorOption = z
  .string('must be a string')
  .min(1, 'must not be empty')
  .max(512, 'must be at most 512 characters')
  .optional()
  .describe(
    'The `next` of the answer before, instead of an `offset`: the same search goes on behind its hits. It is for the ' +
      'generation that answered; when another one is searched, the answer is a problem of status 410 with the code ' +
      '`cursor-expired`. What is asked must be the same, but for `k`, budgets and what hits carry.',
  );

/** Where they go on behind an answer. */
export const nextAnswer = z
  .string()
  .optional()
  .describe(
    'The `cursor` of the next page. None behind the last hit, beyond the depth that can be asked for, or where `exact` ' +
      'is false.',
  );
