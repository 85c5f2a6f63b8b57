import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVectors } from '../../../../src/query/encode/feedback/document-vectors.ts';
import { noCost } from '../../../../src/query/search/meter.ts';
import { openIndex } from '../../../../src/query/search/open.ts';
import { buildInMemory, FINE, type ImpactVector } from '../../../fakes/memory-index.ts';
import { memorySource } from '../../../fakes/memory-source.ts';

const vector = fc
  .array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 255 })), { maxLength: 8 })
  // Terms of low numbers are in more documents.
  .map(
    (entries): ImpactVector => new Map(entries.map(([n, impact]) => [`t${Math.floor(n ** 2 / 30)}`, impact])),
  );

const SOME = fc.uniqueArray(fc.nat(30), { maxLength: 12 });

test('are what the documents were indexed with, of the terms given and of all long ones', async () => {
  let long = 0;
  let short = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(vector, { minLength: 30, maxLength: 90 }),
      fc.integer({ min: 1, max: 4 }),
      fc.uniqueArray(fc.tuple(fc.nat(29), SOME), { selector: ([document]) => document, maxLength: 10 }),
      async (vectors, windows, chosen) => {
        const objects = buildInMemory(vectors, { ...FINE, windows, vectors: true });
        const index = await openIndex(memorySource(objects));
        const documents = chosen.map(([document, terms]) => ({ document, terms: terms.map((n) => `t${n}`) }));
        const cost = noCost();
        const read = await readVectors(index, { space: 'test', documents, impacts: true }, cost);
        const { keys } = index.table.spaces.get('test')!.longTerms;
        const longTerms = Array.from(keys, (key) => new TextDecoder().decode(key));
        const frequency = (term: string) => vectors.filter((each) => each.has(term)).length;
        const given = new Set(documents.flatMap(({ terms }) => terms));
        for (const [i, { document }] of documents.entries()) {
          const looked = new Set([...given, ...longTerms]);
          const right = Array.from(vectors[document], ([term, impact]) => ({
            term,
            impact,
            documents: frequency(term),
          })).filter(({ term }) => looked.has(term));
          const inOrder = (a: { term: string }, b: { term: string }) => (a.term < b.term ? -1 : 1);
          expect([...read[i]].sort(inOrder)).toEqual(right.sort(inOrder));
          for (const { term } of right) longTerms.includes(term) ? long++ : short++;
        }
        expect(cost.rounds).toBeLessThanOrEqual(1);
        const counted = await readVectors(index, { space: 'test', documents, impacts: false }, noCost());
        expect(counted).toEqual(
          documents.map(({ terms }) =>
            terms
              .filter((term) => frequency(term) > 0)
              .map((term) => ({ term, impact: 0, documents: frequency(term) })),
          ),
        );
      },
    ),
    { numRuns: 200 },
  );
  expect(Math.min(long, short)).toBeGreaterThan(500);
});
