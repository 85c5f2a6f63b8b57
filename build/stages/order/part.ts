// Parts of an order in the making, and the memory that they share: what threads hand to one another.

import type { Graph } from './document-graph.ts';
import type { Allocate, SharedArray } from './shared-array.ts';

/** Two buffers of rows: a part is read from one, and its halves are written to the other. */
export interface Buffers {
  readonly columns: readonly [SharedArray, SharedArray];
  readonly rowEnd: readonly [SharedArray, SharedArray];
  /** The document at each position. */
  readonly order: readonly [SharedArray, SharedArray];
}

/** Positions `start` to `end`, half-open, their rows in buffer `from`, at `edge` and on, over terms below `terms`. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly from: 0 | 1;
  readonly edge: number;
  readonly terms: number;
}

/** All documents, in the order in which they stand. */
export function wholeOf(
  { documents, terms, rowEnd, columns }: Graph,
  allocate: Allocate,
): { buffers: Buffers; part: Part } {
  const order = allocate('order', documents);
  for (let i = 0; i < documents; i++) order[i] = i;
  return {
    buffers: {
      columns: [columns, allocate('columns of the other', columns.length)],
      rowEnd: [rowEnd, allocate('rows of the other', documents)],
      order: [order, allocate('order of the other', documents)],
    },
    part: { start: 0, end: documents, from: 0, edge: 0, terms },
  };
}
