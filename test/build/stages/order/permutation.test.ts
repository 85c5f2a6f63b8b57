import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DocumentSorter } from '../../../../build/stages/order/permutation.ts';

test('numbers of documents are sorted, few or many of them, and leave nothing for the next', () => {
  const documents = 1000;
  const number = fc.nat({ max: documents - 1 });
  const lists = fc.array(fc.uniqueArray(number, { maxLength: 200 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(lists, (each) => {
      const sorter = new DocumentSorter(documents);
      for (const list of each) {
        const numbers = Uint32Array.of(...list, documents, 0);
        sorter.sort(numbers, list.length);
        expect([...numbers]).toEqual([...list.sort((a, b) => a - b), documents, 0]);
      }
    }),
    { numRuns: 300 },
  );
});
