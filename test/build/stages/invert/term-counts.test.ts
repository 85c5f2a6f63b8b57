import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillWriter } from '../../../../build/stages/invert/spills.ts';
import { TermCounts, writeTermCounts } from '../../../../build/stages/invert/term-counts.ts';
import { compareBytes, utf8 } from '../../../../src/core/format/bytes.ts';

/** Of a spool: each term's values, one a document. */
type Values = Readonly<Record<string, readonly number[]>>;

const spool = fc.dictionary(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
);

function counted(spools: readonly Values[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-counts-'));
  return spools.map((values, number) => {
    const [spill, path] = ['spill', 'counts'].map((name) => join(folder, `${number}.${name}`));
    const writer = new SpillWriter(spill!);
    const terms = Object.entries(values).map(([term, list]) => ({ key: utf8(term), list }));
    for (const { key, list } of terms.sort((a, b) => compareBytes(a.key, b.key)))
      writer.write(key, Uint32Array.from(list.keys()), Float32Array.from(list), 0, list.length);
    writer.close();
    writeTermCounts([spill!], path!);
    return path!;
  });
}

test('the counts of all spools are added up, whichever terms are asked for', () => {
  fc.assert(
    fc.property(fc.array(spool, { maxLength: 6 }), fc.array(fc.boolean()), (spools, wanted) => {
      const terms = [...new Set(spools.flatMap((values) => Object.keys(values)))].map(utf8);
      const asked = terms.sort(compareBytes).filter((_, i) => wanted[i] ?? true);
      const counts = new TermCounts(counted(spools));
      for (const key of asked) {
        const values = spools.flatMap((each) => each[Buffer.from(key).toString()] ?? []);
        const sum = values.reduce((total, value) => total + value, 0);
        expect(counts.of(key)).toEqual({ count: values.length, sum });
      }
      expect(counts.of(utf8('\u{10ffff}\u{10ffff}\u{10ffff}'))).toEqual({ count: 0, sum: 0 });
      counts.close();
    }),
    { numRuns: 100 },
  );
});
