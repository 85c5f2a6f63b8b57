// Graphs of documents for tests of ordering, with a plain account of what an order costs.

import type { Graph } from '../../../../build/stages/order/document-graph.ts';
import { reusingMemory } from '../../../../build/stages/order/shared-array.ts';

/** A graph of documents that are given as lists of terms. */
export function graphOf(documents: readonly (readonly number[])[]): Graph {
  const allocate = reusingMemory();
  const columns = allocate(
    'columns',
    documents.reduce((sum, terms) => sum + terms.length, 0),
  );
  const rowEnd = allocate('rows', documents.length);
  let at = 0;
  for (const [document, terms] of documents.entries()) {
    columns.set(terms, at);
    at += terms.length;
    rowEnd[document] = at;
  }
  return { documents: documents.length, terms: 1 + Math.max(-1, ...documents.flat()), rowEnd, columns };
}

/** Bits that the gaps of all terms' lists take at least, in the given order. */
export function gapBits(documents: readonly (readonly number[])[], order: Iterable<number>): number {
  const last = new Map<number, number>();
  let bits = 0;
  let position = 0;
  for (const document of order) {
    for (const term of documents[document]) {
      bits += Math.log2(position - (last.get(term) ?? -1));
      last.set(term, position);
    }
    position++;
  }
  return bits;
}

/** Numbers that look random and are always the same. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
