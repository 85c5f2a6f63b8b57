// Documents that were read one after the other and are alike, as paragraphs of one page are, get terms of their own
// that they share: they say more of one subject, in the same words, than the count of shared terms tells. What was read
// in no order gets next to none.
//
// Measured as document reads for ten hits (questions of other texts, headings of these) and bytes of document pages:
// 227,190 passages as they are 7.65, 2.3, 41.3 MB; with this 7.65, 2.1, 41.1 MB; a million windows that overlap by
// half, 6.7, 2.0, 74 MB and 6.4, 1.8, 64 MB. More or longer groups make documents stay where they are.

import type { SharedArray } from './shared-array.ts';

/** Documents of a group; each even document begins one. */
const GROUP = 4;
const STRIDE = 2;
/** Groups that a document can be in. */
export const GROUPS_OF_DOCUMENT = GROUP / STRIDE;
/** The share of its terms that the shorter of two must have in common with the other. Passages of one book have from
 * 0.1 to 0.3, of two mostly less than 0.05. */
const ALIKE = 1 / 8;

/** Rows with room for GROUPS_OF_DOCUMENT more terms behind each. */
export interface LooseRows {
  readonly columns: SharedArray;
  readonly rowEnd: SharedArray;
  readonly terms: number;
}

/**
 * Adds the terms of groups to rows and closes the room between them.
 *
 * @returns the rows without room, numbers of terms up to `terms`
 */
export function joinNeighbours({ columns, rowEnd, terms }: LooseRows): LooseRows {
  const documents = rowEnd.length;
  const alike = alikeToTheOneBefore({ columns, rowEnd, terms });
  const isGroup = (start: number) =>
    start >= 0 &&
    start + GROUP <= documents &&
    alike[start + 1] === 1 &&
    alike[start + 2] === 1 &&
    alike[start + 3] === 1;
  let written = 0;
  let read = 0;
  for (let document = 0; document < documents; document++) {
    while (read < rowEnd[document]) columns[written++] = columns[read++];
    read += GROUPS_OF_DOCUMENT;
    const last = document - (document % STRIDE);
    for (const start of [last - STRIDE, last]) {
      if (isGroup(start)) columns[written++] = terms + start / STRIDE;
    }
    rowEnd[document] = written;
  }
  return { columns: columns.subarray(0, written), rowEnd, terms: terms + Math.ceil(documents / STRIDE) };
}

/** For each document, 1 when it is alike to the one before it. */
function alikeToTheOneBefore({ columns, rowEnd, terms }: LooseRows): Uint8Array {
  const alike = new Uint8Array(rowEnd.length);
  /** The last document that had each term, from 1. */
  const holder = new Uint32Array(terms);
  let start = 0;
  let before = 0;
  for (let document = 0; document < rowEnd.length; document++) {
    const end = rowEnd[document];
    let shared = 0;
    for (let i = start; i < end; i++) {
      const term = columns[i];
      if (holder[term] === document) shared++;
      holder[term] = document + 1;
    }
    alike[document] = shared > 0 && shared >= Math.min(before, end - start) * ALIKE ? 1 : 0;
    before = end - start;
    start = end + GROUPS_OF_DOCUMENT;
  }
  return alike;
}
