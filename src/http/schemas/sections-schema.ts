// What requests say of pages and their sections, and what hits do.

import * as z from 'zod';

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
  snippet: z.string().optional(),
  matches: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
  highlight: z.string().optional(),
});
export type SectionAnswer = z.infer<typeof sectionAnswer>;
