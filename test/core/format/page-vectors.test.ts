import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeVectors,
  packDocumentPage,
  type VectorTerm,
  vectorBlocks,
  visitVectors,
} from '../../../src/core/format/document-page.ts';

/** Terms of one space over a page of so many documents, each with documents that hold it. */
function spaceOf(documents: number): fc.Arbitrary<VectorTerm[]> {
  const postings = fc.uniqueArray(fc.tuple(fc.nat(documents - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 20,
    selector: ([document]) => document,
  });
  return fc
    .uniqueArray(fc.tuple(fc.nat(5000), postings), { maxLength: 12, selector: ([term]) => term })
    .map((terms) =>
      terms
        .sort(([a], [b]) => a - b)
        .map(([term, held]) => {
          const ascending = held.sort(([a], [b]) => a - b);
          return {
            term,
            documents: ascending.map(([document]) => document),
            impacts: ascending.map(([, impact]) => impact),
          };
        }),
    );
}

const page = fc
  .oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 250, max: 260 }),
    fc.integer({ min: 1, max: 4000 }),
  )
  .chain((documents) =>
    fc.record({ documents: fc.constant(documents), spaces: fc.array(spaceOf(documents), { maxLength: 3 }) }),
  );

/** What visiting tells of some terms, as spaceOf has it. */
function lookedUp(block: Uint8Array, wanted: readonly number[], documents: number) {
  const found: { term: number; document: number; impact: number }[] = [];
  visitVectors(block, wanted, documents, 'a page', (at, document, impact) => {
    found.push({ term: wanted[at], document, impact });
  });
  return found;
}

describe('the vectors of a page', () => {
  test('say of any terms what they were given of them', () => {
    fc.assert(
      fc.property(page, fc.array(fc.nat(5000), { maxLength: 8 }), ({ documents, spaces }, others) => {
        const body = packDocumentPage(encodeVectors(spaces, documents), 0, new Uint8Array());
        const blocks = vectorBlocks(body, 'a page');
        expect(blocks).toHaveLength(spaces.length);
        for (const [i, terms] of spaces.entries()) {
          const some = terms.filter((_, at) => at % 2 === 0).map(({ term }) => term);
          const wanted = [...new Set([...some, ...others])].sort((a, b) => a - b);
          const expected = terms
            .filter(({ term }) => wanted.includes(term))
            .flatMap((each) =>
              each.documents.map((document, at) => ({ term: each.term, document, impact: each.impacts[at] })),
            );
          expect(lookedUp(blocks[i], wanted, documents)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('that are damaged in any byte are read as vectors of the page, or refused as damage', () => {
    fc.assert(
      fc.property(page, fc.nat(), fc.nat(255), ({ documents, spaces }, at, to) => {
        const body = packDocumentPage(encodeVectors(spaces, documents), 0, new Uint8Array());
        body[at % body.length] = to;
        try {
          for (const block of vectorBlocks(body, 'a page'))
            for (const { document } of lookedUp(block, [1, 2, 3], documents))
              expect(document).toBeLessThan(documents);
        } catch (error) {
          expect(error).toMatchObject({ code: 'corrupt' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
