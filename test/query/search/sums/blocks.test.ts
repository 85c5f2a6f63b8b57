// Lists in blocks prove what their postings prove when all are added up.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Postings, PostingsEncoder } from '../../../../src/core/format/postings.ts';
import {
  addBlocks,
  BLOCK_BITS,
  blocksOf,
  makeBlockList,
  openBlockList,
  type WeightedList,
} from '../../../../src/query/search/sums/blocks.ts';
import { Prover } from '../../../../src/query/search/sums/prove.ts';
import { addPostings, addPostingsWithTops } from '../../../../src/query/search/sums/score.ts';

const WINDOW = 6000;

/** What a term adds to a window's sums: impacts by document. */
interface Term {
  readonly weight: number;
  readonly impacts: ReadonlyMap<number, number>;
}

function postingsOf({ impacts }: Term): Postings {
  const documents = [...impacts.keys()].sort((a, b) => a - b);
  const order = new PostingsEncoder().order(
    Uint32Array.from(documents),
    Uint8Array.from(documents, (document) => impacts.get(document)!),
  );
  return order;
}

/** The second of two windows, since its blocks do not come first in the lists. */
function inBlocks(term: Term): WeightedList {
  const blocks = 2 * blocksOf(WINDOW);
  const postings = postingsOf(term);
  const bytes = makeBlockList(2 * postings.count, blocks, (take) => {
    take(postings, 0);
    take(postings, blocksOf(WINDOW));
  });
  const bound = term.weight * Math.max(0, ...term.impacts.values());
  return { list: openBlockList(bytes, 2 * postings.count, blocks), weight: term.weight, bound };
}

const term = fc
  .record({
    weight: fc.integer({ min: 1, max: 60 }),
    impacts: fc.array(fc.tuple(fc.nat(WINDOW - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 200 }),
  })
  .map(({ weight, impacts }): Term => ({ weight, impacts: new Map(impacts) }));

test('blocks that are left out change no result, no bound and no open document', () => {
  let pruned = 0;
  fc.assert(
    fc.property(
      fc.array(term, { minLength: 1, maxLength: 9 }),
      fc.array(term, { maxLength: 4 }),
      fc.array(fc.nat(9000), { maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(20_000),
      (whole, parts, bounds, k, floor) => {
        const claim = { k, floor, bounds };
        const flagOf = (part: number) => (part < bounds.length ? part : -1);
        const all = new Int32Array(WINDOW);
        for (const each of whole) addPostings(all, postingsOf(each), each.weight, -1);
        for (const [i, part] of parts.entries()) addPostings(all, postingsOf(part), part.weight, flagOf(i));
        const plain = new Prover(claim);
        plain.window(all, 5000);

        const sums = new Int32Array(WINDOW);
        const tops = new Int32Array(blocksOf(WINDOW));
        for (const [i, part] of parts.entries())
          addPostingsWithTops(sums, tops, BLOCK_BITS, postingsOf(part), part.weight, flagOf(i));
        const prover = new Prover(claim);
        const into = { sums, tops, firstBlock: blocksOf(WINDOW), firstDocument: 5000 };
        const added = addBlocks(into, whole.map(inBlocks), prover);

        expect(prover.proof()).toEqual(plain.proof());
        if (added < whole.reduce((sum, { impacts }) => sum + impacts.size, 0)) pruned++;
      },
    ),
    { numRuns: 1000 },
  );
  expect(pruned).toBeGreaterThan(100);
});

test('a list with a document twice is no list', () => {
  const twice = postingsOf({ weight: 1, impacts: new Map(Array.from({ length: 40 }, (_, i) => [i, 7])) });
  const make = () =>
    makeBlockList(80, 1, (take) => {
      take(twice, 0);
      take(twice, 0);
    });
  expect(make).toThrow(/64 documents/);
});
