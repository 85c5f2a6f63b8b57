// What sums prove, given sums, bounds and thresholds that are stated here.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Proof, Prover } from '../../../../src/query/search/sums/prove.ts';
import { FLAGS } from '../../../../src/query/search/sums/score.ts';

/** Sums of documents 0, 1, 2 ...: each one's score, and which unfinished lists it was seen in. */
function sumsOf(...documents: readonly (readonly [score: number, ...seen: number[]])[]): Int32Array {
  return Int32Array.from(documents, ([score, ...seen]) =>
    seen.reduce((sum, list) => sum | (1 << list), score << FLAGS),
  );
}

/** What sums of documents 0, 1, 2 ... prove, taken in by windows of so many documents. */
function prove(sums: Int32Array, bounds: readonly number[], k: number, floor: number, window = 3): Proof {
  const prover = new Prover({ k, floor, bounds });
  for (let first = 0; first < sums.length; first += window)
    prover.window(sums.subarray(first, first + window), first);
  return prover.proof();
}

const PROVED = { exact: true, bound: 0, needed: [] };

describe('the k best', () => {
  test('are proved when nothing is unread, ties by document', () => {
    expect(prove(sumsOf([5], [9], [7], [9], [7]), [], 3, 0)).toEqual({
      ...PROVED,
      top: [
        { document: 1, score: 9 },
        { document: 3, score: 9 },
        { document: 2, score: 7 },
      ],
    });
  });

  test('are found in whatever order they come, however close their scores', () => {
    expect(prove(sumsOf([5], [6], [7], [6]), [], 2, 0).top).toEqual([
      { document: 2, score: 7 },
      { document: 1, score: 6 },
    ]);
    expect(prove(sumsOf([5], [6]), [], 1, 0).top).toEqual([{ document: 1, score: 6 }]);
  });

  test('are fewer than k where fewer documents score', () => {
    expect(prove(sumsOf([0], [4], [0]), [], 3, 0)).toEqual({ ...PROVED, top: [{ document: 1, score: 4 }] });
  });

  test('are proved when unread postings cannot lift another document above the last of them', () => {
    expect(prove(sumsOf([10, 0], [7]), [2], 1, 0)).toMatchObject(PROVED);
    expect(prove(sumsOf([10, 0], [7]), [4], 1, 0)).toMatchObject({ exact: false, bound: 11, needed: [0] });
  });

  test('at a bound that equals the last score are open to documents with lower numbers only', () => {
    expect(prove(sumsOf([10, 0], [7]), [3], 1, 0)).toMatchObject(PROVED);
    expect(prove(sumsOf([7], [10, 0]), [3], 1, 0)).toMatchObject({ exact: false, bound: 10, needed: [0] });
  });

  test('are open while the score of one of them can still grow', () => {
    const open = prove(sumsOf([10], [4, 0]), [3], 1, 0);
    expect(open).toMatchObject({ top: [{ document: 0, score: 10 }], exact: false, bound: 13, needed: [0] });
    expect(prove(sumsOf([10, 0], [4, 0]), [3], 1, 0)).toMatchObject(PROVED);
  });
});

describe('documents that no read list holds', () => {
  test('matter once all bounds together reach the last score: any of them may have a lower number', () => {
    const seen = sumsOf([10, 0, 1]);
    expect(prove(seen, [5, 4], 1, 0)).toMatchObject(PROVED);
    expect(prove(seen, [5, 5], 1, 0)).toMatchObject({
      exact: false,
      bound: 10,
      needed: [0, 1],
    });
  });

  test('matter while there are fewer than k results, whatever the bounds', () => {
    expect(prove(sumsOf([10, 0]), [1], 2, 0)).toMatchObject({
      exact: false,
      bound: 1,
      needed: [0],
    });
  });
});

describe('the lists that are needed', () => {
  test('are those that unsettled documents were not seen in', () => {
    const sums = sumsOf([20, 0, 1, 2], [19, 0, 2], [5]);
    expect(prove(sums, [3, 2, 1], 1, 0)).toMatchObject({ exact: false, bound: 21, needed: [1] });
  });

  test('are of several documents together', () => {
    const sums = sumsOf([20, 0, 1, 2], [19, 0, 1], [19, 0, 2], [5]);
    expect(prove(sums, [3, 2, 4], 1, 0)).toMatchObject({ exact: false, bound: 23, needed: [1, 2] });
  });

  test('are never lists that can add nothing', () => {
    expect(prove(sumsOf([20], [19]), [3, 0], 1, 0)).toMatchObject({ exact: false, needed: [0] });
  });

  test(`beyond the first ${FLAGS} could add to every document, seen in them or not`, () => {
    const flagged = Array.from({ length: FLAGS }, (_, list) => list);
    const sums = sumsOf([100, ...flagged]);
    expect(prove(sums, Array(FLAGS).fill(1), 1, 0)).toMatchObject(PROVED);
    // Forty lists: more than a set of flags in an integer has bits.
    expect(prove(sums, Array(40).fill(1), 1, 0)).toMatchObject({
      exact: false,
      bound: 132,
      needed: Array.from({ length: 40 - FLAGS }, (_, i) => FLAGS + i),
    });
  });
});

describe('a floor, which the k-th result is known to reach elsewhere', () => {
  test('leaves out documents that cannot reach it', () => {
    expect(prove(sumsOf([10], [4]), [9], 1, 20)).toMatchObject({ ...PROVED, top: [] });
  });

  test('leaves open those that can only equal it, since their number may be lower', () => {
    expect(prove(sumsOf([10, 0], [3]), [6, 3], 1, 13)).toMatchObject({
      exact: false,
      bound: 13,
      needed: [1],
    });
    expect(prove(sumsOf([10, 0], [3]), [6, 2], 1, 13)).toMatchObject(PROVED);
  });

  test('below the k-th score changes nothing', () => {
    const sums = sumsOf([10, 0], [7]);
    expect(prove(sums, [4], 1, 9)).toEqual(prove(sums, [4], 1, 0));
  });

  test('equal to the k-th score leaves ties by document in force', () => {
    expect(prove(sumsOf([10, 0], [7]), [3], 1, 10)).toMatchObject(PROVED);
    expect(prove(sumsOf([7], [10, 0]), [3], 1, 10)).toMatchObject({ exact: false, bound: 10 });
  });
});

describe('open documents', () => {
  test('are those that may be among the best, and unknown where unseen ones may be', () => {
    const { open } = prove(sumsOf([10, 0], [2], [7], [9]), [2], 1, 0);
    expect([...open!.documents]).toEqual([0, 3]);
    expect([...open!.sums]).toEqual([...sumsOf([10, 0], [9])]);
    expect(prove(sumsOf([10], [4, 0]), [10], 1, 0).open).toBeUndefined();
  });

  test('prove by themselves what all documents prove, however they are cut into windows', () => {
    const sum = fc
      .tuple(fc.nat(40), fc.nat(7))
      .map(([score, flags]) => (score === 0 ? 0 : (score << FLAGS) | flags));
    const bounds = fc.array(fc.nat(9), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(sum, { minLength: 1, maxLength: 60 }),
        bounds,
        fc.integer({ min: 1, max: 6 }),
        fc.nat(45),
        fc.integer({ min: 1, max: 70 }),
        (given, of, k, floor, window) => {
          const sums = Int32Array.from(given);
          const whole = prove(sums, of, k, floor, given.length);
          expect(prove(sums, of, k, floor, window)).toEqual(whole);
          if (!whole.open) return;
          const again = new Prover({ k, floor, bounds: of });
          again.documents(whole.open);
          expect(again.proof()).toEqual(whole);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
