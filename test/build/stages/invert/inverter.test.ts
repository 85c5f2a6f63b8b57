import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Inverter, SortBuffer } from '../../../../build/stages/invert/inverter.ts';
import { mergeSpills } from '../../../../build/stages/invert/spills.ts';

const sorted = new SortBuffer();

type Posting = [document: number, value: number];

/** Terms in the order of their UTF-8, each with its postings. */
function inverted(documents: readonly ReadonlyMap<string, number>[]): [string, Posting[]][] {
  const terms = new Map<string, Posting[]>();
  for (const [document, vector] of documents.entries()) {
    for (const [term, value] of vector) terms.set(term, [...(terms.get(term) ?? []), [document, value]]);
  }
  return [...terms].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/**
 * What an inverter makes of documents, in spills of so many terms; how many spills there are is the caller's to judge.
 */
function throughSpills(documents: readonly ReadonlyMap<string, number>[], spillTerms: number) {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-invert-'));
  const inverter = new Inverter(folder, 'space', sorted, spillTerms);
  for (const [document, vector] of documents.entries()) {
    for (const [term, value] of vector) inverter.add(term, document, value);
  }
  const spills = inverter.finish();
  const terms = Array.from(mergeSpills(spills), ({ key, documents, values, count }): [string, Posting[]] => [
    Buffer.from(key).toString(),
    Array.from({ length: count }, (_, i) => [documents[i], values[i]]),
  ]);
  expect(readdirSync(folder).length, 'files that are left').toBe(spills.length);
  rmSync(folder, { recursive: true });
  return { terms, spills: spills.length };
}

// Beyond U+FFFF the order of UTF-16 is not that of UTF-8; and ids mostly begin alike.
const term = fc
  .tuple(
    fc.constantFrom('', 'page', 'page-00000001-'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '\0', '\0\0\0\0\0', 'end'),
  )
  .map((parts) => parts.join(''));
// Halves, so that 32 bits hold them.
const vector = fc
  .array(fc.tuple(term, fc.integer({ min: 1, max: 99 })), { maxLength: 12 })
  .map((pairs) => new Map(pairs.map(([term, value]) => [term, value / 2])));

test('terms come out in the order of their bytes, with all postings in order, whatever the spills were', () => {
  fc.assert(
    fc.property(
      fc.array(vector, { maxLength: 40 }),
      fc.integer({ min: 1, max: 20 }),
      (documents, spillTerms) => {
        expect(throughSpills(documents, spillTerms).terms).toEqual(inverted(documents));
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  [32, 32],
  [33, 17],
  [1024, 32],
  [1025, 32],
])('%i spills are left as %i', (terms, left) => {
  const documents = [new Map(Array.from({ length: terms }, (_, i) => [`t${i}`, 1]))];
  const { spills, terms: found } = throughSpills(documents, 1);
  expect(spills).toBe(left);
  expect(found).toEqual(inverted(documents));
});

test('postings stay as they are when room is made for more, again and again', () => {
  const terms = Array.from({ length: 400 }, (_, i) => `t${i}`);
  const documents = Array.from(
    { length: 130 },
    (_, document) => new Map(terms.map((term, i) => [term, (document + i) / 2 + 1])),
  );
  const { spills, terms: found } = throughSpills(documents, terms.length + 1);
  expect(spills).toBe(1);
  expect(found).toEqual(inverted(documents));
});
