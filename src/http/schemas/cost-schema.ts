// What an answer says of its cost.

import * as z from 'zod';

const count = z.int().min(0);

export const cost = z.object({
  postingReads: count,
  documentReads: count,
  reads: count.describe('Both together.'),
  bytes: count,
  rounds: count.describe('Reads that had to wait for other reads.'),
  postings: count.describe('Postings added up.'),
  cachedPages: count.describe('Pages that needed no read.'),
  edgeCalls: count.describe("Reads that went through the platform's cache."),
  edgeHits: count.describe('Those of them that it answered: they cost no read of storage.'),
  openReads: count.describe('Reads that opened the index in this request: 0 when it was open.'),
  openBytes: count,
  retries: count.describe(
    'Reads that were made again, beyond those above, since storage had failed or had brought damaged bytes.',
  ),
  hedges: count.describe('Reads that were made beside slow ones, beyond those above.'),
  milliseconds: z.number().describe('Time that passed, as a Worker sees it: waiting, not computing.'),
  microdollars: z
    .number()
    .min(0)
    .describe(
      'What this answer costs beyond what a plan includes: the request, an estimate of its processor time, and reads of ' +
        'R2. What Workers AI bills is not among it, nor what is saved where this answer is cached.',
    ),
});
