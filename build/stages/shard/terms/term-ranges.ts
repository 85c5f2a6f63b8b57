// Ranges of terms: what is merged over all windows at a time, by whoever is free. Where they are cut follows from the
// lists alone.

import { compareBytes } from '../../../../src/core/format/bytes.ts';
import type { SpillPart } from '../../invert/spills.ts';
import type { Block } from '../../quantize/window-lists.ts';

/** A window's lists of a space: a spill, and where its blocks begin. */
export interface ListFile {
  readonly path: string;
  readonly blocks: readonly Block[];
}

/** Terms from a key on, up to another; undefined is the beginning, or the end. */
export interface TermRange {
  readonly from: Uint8Array | undefined;
  readonly until: Uint8Array | undefined;
}

/** Cuts the terms of a space into ranges of about as many postings. */
export function cutRanges(files: readonly ListFile[], rangePostings: number): TermRange[] {
  const blocks = files.flatMap(({ blocks }) =>
    blocks.map(({ key, postings }) => ({ key: Buffer.from(key, 'base64'), postings })),
  );
  blocks.sort((a, b) => compareBytes(a.key, b.key));
  const cuts: Uint8Array[] = [];
  let postings = 0;
  for (const block of blocks) {
    const isAfter = compareBytes(block.key, cuts.at(-1) ?? new Uint8Array()) > 0;
    if (postings >= rangePostings && isAfter) {
      cuts.push(block.key);
      postings = 0;
    }
    postings += block.postings;
  }
  return [undefined, ...cuts].map((from, i) => ({ from, until: cuts[i] }));
}

/** What is to be merged of the windows' lists for a range; a few terms before it are among them. */
export function listsFrom(files: readonly ListFile[], { from }: TermRange): SpillPart[] {
  return files.flatMap(({ path, blocks }) => {
    if (blocks.length === 0) return [];
    const first = (block: Block) => compareBytes(Buffer.from(block.key, 'base64'), from ?? new Uint8Array());
    const block = blocks.findLast((each) => first(each) <= 0) ?? blocks[0];
    return [{ path, position: block.position }];
  });
}
