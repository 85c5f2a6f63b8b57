import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillWriter } from '../../../../../build/stages/invert/spills.ts';
import { codeRange } from '../../../../../build/stages/shard/terms/code-range.ts';
import { readCodedTerms } from '../../../../../build/stages/shard/terms/coded-terms.ts';
import { TermCoder } from '../../../../../build/stages/shard/terms/term-coder.ts';
import type { ListFile } from '../../../../../build/stages/shard/terms/term-ranges.ts';
import { utf8 } from '../../../../../src/core/format/bytes.ts';

const SMALL = { longBytes: 12, dictionaryBytes: 48, dividedBytes: 20 };
const WINDOW = 700;

/** Of a window: how many documents hold the term, how far apart they are, and how many impacts they have. */
const listOfWindow = fc.tuple(
  fc.integer({ min: 0, max: 650 }),
  fc.integer({ min: 1, max: 5 }),
  fc.constantFrom(1, 3, 40, 255),
);

function listFiles(lists: readonly (readonly [number, number, number])[]): ListFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-range-'));
  return lists.map(([count, stride, impacts], window) => {
    const path = join(folder, `${window}`);
    const writer = new SpillWriter(path);
    const kept = Math.min(count, Math.floor(WINDOW / stride));
    const documents = Uint32Array.from({ length: kept }, (_, i) => window * WINDOW + i * stride);
    const values = Uint8Array.from(documents, (document) => 1 + ((document * 7919) % impacts));
    if (kept > 0) writer.write(utf8('term'), documents, values, 0, kept);
    // A term beside it, of one document.
    writer.write(utf8('zebra'), Uint32Array.of(window * WINDOW), Uint8Array.of(9), 0, 1);
    writer.close();
    return {
      path,
      blocks: [{ position: 0, key: Buffer.from('term').toString('base64'), postings: kept + 1 }],
    };
  });
}

/** The bytes that a range is coded to. */
function coded(files: readonly ListFile[], mostPostings: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-coded-'));
  const windowStart = Array.from({ length: files.length + 1 }, (_, window) => window * WINDOW);
  const coder = new TermCoder(windowStart, SMALL);
  codeRange(files, { from: undefined, until: undefined }, { coder, folder, check: () => {}, mostPostings });
  expect(readdirSync(folder).sort()).toEqual(['long-keys', 'terms']);
  return Buffer.concat(['terms', 'long-keys'].map((name) => readFileSync(join(folder, name))));
}

test('a list coded in pieces is coded to the same bytes', () => {
  fc.assert(
    fc.property(
      fc.array(listOfWindow, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 10, max: 2000 }),
      (lists, mostPostings) => {
        // Whoever has long lists only hands these over in pieces: it never was short.
        fc.pre(lists.reduce((sum, [count]) => sum + count, 0) > 300 + mostPostings);
        const files = listFiles(lists);
        expect(coded(files, mostPostings)).toEqual(coded(files, Number.POSITIVE_INFINITY));
      },
    ),
    { numRuns: 200 },
  );
});

test('a coded term is read as it was written', () => {
  const files = listFiles([
    [650, 1, 255],
    [300, 2, 40],
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-coded-'));
  const coder = new TermCoder([0, WINDOW, 2 * WINDOW], SMALL);
  const range = { from: undefined, until: undefined };
  const { terms, termCount } = codeRange(files, range, { coder, folder, check: () => {} });
  const read = [...readCodedTerms(join(folder, terms))].map(({ key, kind, count }) => ({
    key: Buffer.from(key).toString(),
    kind,
    count,
  }));
  expect(termCount).toBe(2);
  expect(read).toEqual([
    { key: 'term', kind: 'long', count: 950 },
    { key: 'zebra', kind: 'short', count: 2 },
  ]);
});
