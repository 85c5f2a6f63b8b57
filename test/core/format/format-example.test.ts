import { expect, test } from 'vitest';
import { PostingsEncoder } from '../../../src/core/format/postings.ts';

test("FORMAT.md's example of a posting list is what the codec writes", () => {
  const encoder = new PostingsEncoder();
  encoder.order(Uint32Array.of(3, 10, 500), Uint8Array.of(7, 7, 5));
  const bits = ['0', '100', '0 00000011', '0 00000110', '100', '0', '0 111110100']
    .join('')
    .replaceAll(' ', '');
  const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) =>
    Number.parseInt(byte, 2),
  );
  expect([...encoder.encode(0, 3, 1000)]).toEqual(bytes);
  expect(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')).toBe('40 18 1a 1f 40');
});
