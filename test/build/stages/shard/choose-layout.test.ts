import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Spool } from '../../../../build/stages/invert/spool.ts';
import { chooseLayout } from '../../../../build/stages/shard/choose-layout.ts';
import { LAYOUT } from '../../../../build/stages/shard/page-sizes.ts';

const folder = mkdtempSync(join(tmpdir(), 'sparsedge-layout-'));

/** What 227,190 passages leave when they are weighed by BM25, so many times over. */
function passages(times: number): Spool[] {
  const file = (name: string, bytes: number) => {
    const path = join(folder, `${name}-${times}`);
    writeFileSync(path, '');
    truncateSync(path, Math.round(bytes * times));
    return basename(path);
  };
  const spool: Spool = {
    folder,
    first: 0,
    documents: Math.round(227_190 * times),
    digest: '',
    documentsDigest: '',
    documentsFile: file('documents', 112_943_357),
    idSpills: [file('ids', 4_874_612)],
    fieldSpills: [],
    spaces: [
      {
        name: 'bm25',
        spills: [],
        values: Math.round(13_898_243 * times),
        lengths: { file: '', holders: 0, total: 0 },
      },
    ],
  };
  return [spool];
}

describe('the sizes of pages', () => {
  test.each(['r2', 'both', 'assets'] as const)(
    'are the usual ones of a small collection, for %s',
    (store) => {
      expect(chooseLayout(store, passages(1))).toEqual(LAYOUT);
    },
  );

  test('stay the usual ones where pages share objects, however many there are', () => {
    expect(chooseLayout('r2', passages(40))).toEqual(LAYOUT);
    expect(chooseLayout('both', passages(40))).toEqual({
      ...LAYOUT,
      documentBytes: 8 * LAYOUT.documentBytes,
    });
  });

  test('grow with the files that there would be, and end at eight times the usual', () => {
    const scales = [1.8, 1.9, 3, 5, 10, 14, 20, 100].map(
      (times) => chooseLayout('assets', passages(times)).documentBytes / LAYOUT.documentBytes,
    );
    expect(scales).toEqual([1, 1.5, 2, 3, 6, 8, 8, 8]);
    const layout = chooseLayout('assets', passages(5));
    expect(layout).toEqual({
      longBytes: 3 * LAYOUT.longBytes,
      dictionaryBytes: 3 * LAYOUT.dictionaryBytes,
      documentBytes: 3 * LAYOUT.documentBytes,
      dividedBytes: LAYOUT.dividedBytes,
    });
  });
});
