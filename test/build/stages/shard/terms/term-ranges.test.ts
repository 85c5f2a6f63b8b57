import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSpills, SpillWriter } from '../../../../../build/stages/invert/spills.ts';
import type { Block } from '../../../../../build/stages/quantize/window-lists.ts';
import { cutRanges, type ListFile, listsFrom } from '../../../../../build/stages/shard/terms/term-ranges.ts';
import { compareBytes, utf8 } from '../../../../../src/core/format/bytes.ts';

/** Terms of a window with how many documents hold each, and how many postings its blocks have. */
const window = fc.tuple(
  fc.dictionary(fc.string({ minLength: 1, maxLength: 2 }), fc.integer({ min: 1, max: 6 })),
  fc.integer({ min: 1, max: 12 }),
);

function written(windows: readonly (readonly [Readonly<Record<string, number>>, number])[]): ListFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-ranges-'));
  return windows.map(([terms, blockPostings], number) => {
    const path = join(folder, `${number}`);
    const writer = new SpillWriter(path);
    const blocks: { position: number; key: string; postings: number }[] = [];
    const sorted = Object.entries(terms).map(([term, count]) => ({ key: utf8(term), count }));
    for (const { key, count } of sorted.sort((a, b) => compareBytes(a.key, b.key))) {
      const block = blocks.at(-1);
      if (block && block.postings < blockPostings) block.postings += count;
      else {
        const { position } = writer;
        blocks.push({ position, key: Buffer.from(key).toString('base64'), postings: count });
      }
      const documents = Uint32Array.from({ length: count }, (_, i) => number * 10 + i);
      writer.write(key, documents, new Uint8Array(count).fill(1), 0, count);
    }
    writer.close();
    return { path, blocks: blocks as Block[] };
  });
}

function termsOf(files: readonly ListFile[], rangePostings: number): { lists: string[]; ranges: number } {
  const ranges = cutRanges(files, rangePostings);
  const lists = ranges.flatMap((range) =>
    Array.from(mergeSpills(listsFrom(files, range), range.until), ({ key, documents, count }) =>
      range.from && compareBytes(key, range.from) < 0
        ? []
        : [`${Buffer.from(key).toString()} ${documents.subarray(0, count).join()}`],
    ).flat(),
  );
  return { lists, ranges: ranges.length };
}

test('ranges have all lists of all windows between them, in order, however they are cut', () => {
  let most = 0;
  fc.assert(
    fc.property(fc.array(window, { maxLength: 4 }), fc.integer({ min: 1, max: 30 }), (windows, postings) => {
      const files = written(windows);
      const cut = termsOf(files, postings);
      most = Math.max(most, cut.ranges);
      expect(cut.lists).toEqual(termsOf(files, Number.POSITIVE_INFINITY).lists);
    }),
    { numRuns: 150 },
  );
  expect(most).toBeGreaterThan(3);
});
