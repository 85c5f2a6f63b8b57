import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PostingsEncoder } from '../../../src/core/format/postings.ts';
import {
  decodeTier,
  encodeDividedTier,
  encodeUndividedTier,
  type Piece,
} from '../../../src/core/format/tier.ts';

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** A piece of the postings that a window of 1,000 documents has, by the window's numbers. */
function pieceOf(window: number, postings: readonly (readonly [number, number])[]): Piece {
  const encoder = new PostingsEncoder();
  const ordered = encoder.order(
    Uint32Array.from(postings, ([document]) => document),
    Uint8Array.from(postings, ([, impact]) => impact),
  );
  const list = encoder.encode(0, postings.length, 1000);
  return { window, count: postings.length, firstImpact: ordered.runImpact[0], list };
}

const FIRST = pieceOf(0, [
  [3, 7],
  [10, 7],
  [500, 5],
]);

describe('a tier', () => {
  test("is what FORMAT.md's example says, divided and whole", () => {
    expect(hexOf(encodeDividedTier([FIRST, pieceOf(1, [[3, 6]])]))).toBe(
      '02 00 03 07 05 00 01 06 02 35 60 b0 d2 0f 0f 08',
    );
    expect(hexOf(encodeUndividedTier(FIRST.list))).toBe('00 35 60 b0 d2 0f');
  });

  test('that is whole is one place, with what the page table says of it', () => {
    const body = encodeUndividedTier(FIRST.list);
    const of = { count: 3, firstImpact: 7 };
    expect(decodeTier(body, body.length, of, 5, 'a tier')).toEqual([
      { ...of, window: undefined, start: 1, end: 6 },
    ]);
  });

  const pieces = fc
    .uniqueArray(fc.nat(20), { minLength: 1, maxLength: 12 })
    .chain((windows) =>
      fc.tuple(
        ...windows
          .sort((a, b) => a - b)
          .map((window) =>
            fc.record({
              window: fc.constant(window),
              count: fc.integer({ min: 1, max: 1_000_000 }),
              firstImpact: fc.integer({ min: 1, max: 255 }),
              list: fc.uint8Array({ minLength: 1, maxLength: 300 }),
            }),
          ),
      ),
    )
    .map((all) => all as Piece[]);
  const whatIsSaid = (all: readonly Piece[]) => ({
    count: all.reduce((sum, { count }) => sum + count, 0),
    firstImpact: Math.max(...all.map(({ firstImpact }) => firstImpact)),
  });

  test('that is divided has a place for each piece', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const body = encodeDividedTier(all);
        const places = decodeTier(body, body.length, whatIsSaid(all), 21, 'a tier');
        expect(places.map(({ start, end, ...said }) => ({ ...said, list: body.slice(start, end) }))).toEqual(
          all,
        );
      }),
    );
  });

  test('is damage where it is cut short, longer, or not what the page table says', () => {
    const all = [FIRST, pieceOf(2, [[3, 6]])];
    const body = encodeDividedTier(all);
    const of = whatIsSaid(all);
    const damaged = (bytes: Uint8Array, said = of, windows = 3) =>
      expect(() => decodeTier(bytes, bytes.length, said, windows, 'a tier')).toThrow(
        expect.objectContaining({ code: 'corrupt' }),
      );
    // An empty body cannot say that it is divided.
    for (let length = 0; length < body.length; length++) damaged(body.slice(0, length));
    damaged(Uint8Array.from([...body, 0]));
    damaged(body, { ...of, count: of.count + 1 });
    damaged(body, { ...of, firstImpact: 6 });
    damaged(body, of, 2);
    damaged(body, of, 1);
  });
});
