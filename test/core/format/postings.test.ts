import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SparsedgeError } from '../../../src/core/errors.ts';
import { BIT_PADDING, BitReader, BitWriter } from '../../../src/core/format/bits.ts';
import {
  addEncoded,
  decodePostings,
  emptyPostings,
  type ListPlace,
  PostingsEncoder,
} from '../../../src/core/format/postings.ts';

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + BIT_PADDING);
  whole.set(bytes);
  return whole;
}

/** Document → impact, as a list in document order. */
function list(entries: [number, number][]): { documents: Uint32Array; impacts: Uint8Array; count: number } {
  const sorted = [...new Map(entries)].sort((a, b) => a[0] - b[0]);
  return {
    documents: Uint32Array.from(sorted, ([document]) => document),
    impacts: Uint8Array.from(sorted, ([, impact]) => impact),
    count: sorted.length,
  };
}

/** What a decoded list holds, document by document. */
function contents(postings: ReturnType<typeof emptyPostings>): [number, number][] {
  const out: [number, number][] = [];
  for (let run = 0, i = 0; run < postings.runs; run++) {
    for (; i < postings.runEnd[run]; i++) out.push([postings.documents[i], postings.runImpact[run]]);
  }
  return out;
}

function roundTrip(entries: [number, number][], documentCount: number): [number, number][] {
  const { documents, impacts, count } = list(entries);
  const encoder = new PostingsEncoder();
  const [firstImpact] = encoder.order(documents, impacts).runImpact;
  const bytes = encoder.encode(0, count, documentCount);
  const decoded = emptyPostings(1);
  decodePostings(padded(bytes), { start: 0, end: bytes.length, count, firstImpact }, documentCount, decoded);
  return contents(decoded);
}

/** The sums that adding a list up gives; the error's code where it is damaged. */
function added(bytes: Uint8Array, place: ListPlace, documentCount: number): string {
  const sums = new Int32Array(documentCount);
  try {
    addEncoded(bytes, place, sums, 3, 1);
    return sums.join();
  } catch (error) {
    return (error as SparsedgeError).code;
  }
}

/** The same by decoding it first. */
function decodedAndAdded(bytes: Uint8Array, place: ListPlace, documentCount: number): string {
  const sums = new Int32Array(documentCount);
  try {
    const postings = decodePostings(bytes, place, documentCount, emptyPostings());
    for (const [document, impact] of contents(postings)) sums[document] += 3 * impact + 1;
    return sums.join();
  } catch (error) {
    return (error as SparsedgeError).code;
  }
}

function inImpactOrder(entries: [number, number][]): [number, number][] {
  return [...new Map(entries)].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

describe('a posting list', () => {
  test.each([1, 2, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 5000])(
    'of %i postings decodes to what was encoded, in order of impact',
    (count) => {
      for (const stride of [1, 7, 1000]) {
        const entries = Array.from({ length: count }, (_, i): [number, number] => [
          i * stride,
          1 + ((i * 7919) % 5),
        ]);
        expect(roundTrip(entries, count * stride)).toEqual(inImpactOrder(entries));
        const flat = entries.map(([document]): [number, number] => [document, 255]);
        expect(roundTrip(flat, count * stride)).toEqual(flat);
      }
    },
  );

  test('of any documents and impacts decodes to what was encoded', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(99_999), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 400,
        }),
        fc.integer({ min: 100_000, max: 2 ** 31 }),
        (entries, documentCount) => {
          expect(roundTrip(entries as [number, number][], documentCount)).toEqual(
            inImpactOrder(entries as [number, number][]),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test('adds up as it decodes, damaged or not', () => {
    // Documents crowd at the beginning, so some gaps take more bits than a window has.
    const document = fc.oneof(fc.nat(300), fc.nat(999), fc.integer({ min: 9000, max: 9999 }));
    const entry = fc.tuple(document, fc.integer({ min: 1, max: 5 }));
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 600 }), damage, (entries, changes) => {
        const { documents, impacts, count } = list(entries as [number, number][]);
        const encoder = new PostingsEncoder();
        const [firstImpact] = encoder.order(documents, impacts).runImpact;
        const encoded = encoder.encode(0, count, 10_000);
        const place = { start: 0, end: encoded.length, count, firstImpact };
        const bytes = padded(encoded);
        for (const [at, value] of changes) bytes[at % encoded.length] = value;
        expect(added(bytes, place, 10_000)).toEqual(decodedAndAdded(bytes, place, 10_000));
      }),
      { numRuns: 300 },
    );
  });

  test('cut anywhere gives parts that decode on their own', () => {
    const entries = Array.from({ length: 700 }, (_, i): [number, number] => [i * 3, 1 + (i % 4)]);
    const { documents, impacts, count } = list(entries);
    const encoder = new PostingsEncoder();
    encoder.order(documents, impacts);
    const whole = inImpactOrder(entries);
    for (const cut of [1, 100, 174, 175, 176, 350, 699]) {
      for (const [start, end] of [
        [0, cut],
        [cut, count],
      ] as const) {
        const bytes = encoder.encode(start, end, 2100);
        const decoded = emptyPostings();
        const place = { start: 0, end: bytes.length, count: end - start, firstImpact: whole[start][1] };
        decodePostings(padded(bytes), place, 2100, decoded);
        expect(contents(decoded)).toEqual(whole.slice(start, end));
      }
    }
  });

  test('of damaged bytes decodes to something or is reported, and never runs away', () => {
    const { documents, impacts, count } = list(
      Array.from({ length: 300 }, (_, i): [number, number] => [i * 11, 1 + (i % 9)]),
    );
    const encoder = new PostingsEncoder();
    encoder.order(documents, impacts);
    const bytes = encoder.encode(0, count, 3300);
    const place = { start: 0, end: bytes.length, count, firstImpact: 9 };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const damaged = padded(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const decoded = emptyPostings();
        try {
          decodePostings(damaged, place, 3300, decoded);
        } catch (error) {
          expect(error).toMatchObject({ code: 'corrupt' });
          return;
        }
        expect(Math.max(...decoded.documents.subarray(0, decoded.count))).toBeLessThan(3300);
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses an impact of zero', () => {
    expect(() => new PostingsEncoder().order(Uint32Array.of(1), Uint8Array.of(0))).toThrow(/zero/);
  });
});

describe('bits', () => {
  test('read as they were written, whatever the mixture', () => {
    const item = fc.oneof(
      fc.record({ kind: fc.constant('gamma' as const), value: fc.integer({ min: 1, max: 2 ** 25 - 1 }) }),
      fc.record({ kind: fc.constant('unary' as const), value: fc.nat(200) }),
      fc.record({ kind: fc.constant('bits' as const), value: fc.nat(2 ** 24 - 1) }),
    );
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const writer = new BitWriter();
        for (const { kind, value } of items) {
          if (kind === 'bits') writer.bits(value, 24);
          else writer[kind](value);
        }
        const bytes = writer.take();
        const reader = new BitReader(padded(bytes), 0, bytes.length);
        for (const { kind, value } of items)
          expect(kind === 'bits' ? reader.bits(24) : reader[kind]()).toBe(value);
        expect(reader.overran).toBe(false);
      }),
    );
  });
});
