import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptResult } from '../figures.ts';
import type { FamiliesFigures } from '../suites/quality/bench-families.ts';

const FOLDER = join(import.meta.dirname, '../../../models/train/families');
const MARK = /<title>(\S+): nDCG@10 ([\d.]+), ([\d.]+) \w+<\/title>/g;

test.each([
  ['reads', 'reads'],
  ['postings', 'termsPerDocument'],
] as const)('the picture of %s shows the kept results: every system, at its place', (cost, figure) => {
  const { systems } = keptResult<FamiliesFigures>('families-small')!.figures;
  const expected = Object.entries(systems).map(([name, { collections }]) => {
    const each = Object.values(collections);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      name,
      100 * mean(each.map(({ measures }) => measures['nDCG@10'])),
      mean(each.map((one) => (figure === 'reads' ? one.reads.mean : one.termsPerDocument))),
    ] as const;
  });
  const drawn = [...readFileSync(join(FOLDER, `${cost}.svg`), 'utf8').matchAll(MARK)];
  const found = new Map(
    drawn.map(([, name, effectiveness, cells]) => [name, [Number(effectiveness), Number(cells)]]),
  );
  expect([...found.keys()].sort()).toEqual(expected.map(([name]) => name).sort());
  for (const [name, effectiveness, cells] of expected) {
    expect(found.get(name)![0]).toBeCloseTo(effectiveness, 0.9);
    expect(found.get(name)![1]).toBeCloseTo(cells, 0.9);
  }
});
