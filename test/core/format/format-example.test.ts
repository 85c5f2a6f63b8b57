import { expect, test } from 'vitest';
import { PostingsEncoder } from '../../../src/core/format/postings.ts';

test("FORMAT.md's example of a posting list is what the codec writes", () => {
  const encoder = new PostingsEncoder();
  encoder.order(Uint32Array.of(3, 10, 500), Uint8Array.of(7, 7, 5));
  const bits = ['1', '01 0', '11000000 01100000', '1 1', '01 0', '1', '001011111', '1']
    .join('')
    .replaceAll(' ', '');
  // The first bit of a byte is its lowest.
  const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
    Number.parseInt([...byte].reverse().join(''), 2),
  );
  expect([...encoder.encode(0, 3, 1000)]).toEqual(bytes);
  expect(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe('35 60 b0 d2 0f');
});
