import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../../src/core/format/checksum.ts';

test("is zlib's CRC-32, wherever bytes begin, whole or in parts", () => {
  const bytes = fc.uint8Array({ maxLength: 100 });
  fc.assert(
    fc.property(bytes, fc.nat(20), fc.nat(100), (drawn, start, cut) => {
      const data = drawn.subarray(start);
      expect(crc32(data)).toBe(zlibCrc32(data));
      expect(crc32(data.subarray(cut), crc32(data.subarray(0, cut)))).toBe(zlibCrc32(data));
    }),
    { numRuns: 1000 },
  );
});
