// What a build knows of pages: their sections are together, in one window, and every reader is told which they are.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import { keptTogether } from '../../../build/stages/order/order.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import type { Document } from '../../../src/core/document.ts';
import { readDocuments } from '../../../src/query/search/documents.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import { openIndex, windowHolding } from '../../../src/query/search/open.ts';
import { ArticleRuns } from '../../../src/query/search/sums/article-scores.ts';

const PAGES = 60;

/**
 * The sections of pages about three subjects; those of a page are of all of them.
 *
 * @param grown whether some pages have a section more
 */
function sections(pages: number, grown = false): Document[] {
  return Array.from({ length: pages }, (_, page) =>
    Array.from({ length: 1 + (page % 7) + (grown && page % 13 === 4 ? 1 : 0) }, (_, section) => ({
      id: `p${page}#s${section}`,
      url: `/p${page}${section === 0 ? '' : `#s${section}`}`,
      text: `page${page} subject${(page + section) % 3} word${section} ${'subject'.repeat(1 + (section % 3))}`,
    })),
  ).flat();
}

async function built(
  documents: readonly Document[],
  config: BuildConfigInput,
  base?: string,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-articles-'));
  await buildIndex({
    inputs: async function* () {
      for (const document of documents) yield { document };
    },
    inputKey: 'test',
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], group: 'url', ...config }),
    base,
    folder,
    workFolder: join(folder, '.work'),
    startProgress: silent,
  });
  return folder;
}

/** The numbers of the documents of each URL, and what of them the index says to be one article. */
async function articlesOf(folder: string) {
  const index = await openIndex(folderSource(folder));
  const { manifest, table, windowStart } = index;
  const numbers = Array.from({ length: manifest.documents }, (_, i) => i);
  const runs = new ArticleRuns(table.articles!, manifest.documents);
  const ofPage = new Map<string, number[]>();
  for (const [number, { url }] of await readDocuments(index, numbers, noCost())) {
    const page = url!.replace(/#.*/, '');
    ofPage.set(page, [...(ofPage.get(page) ?? []), number]);
  }
  return { manifest, table, windowStart, runs, ofPage };
}

describe('an index of pages', () => {
  test('has the sections of a page in a row', async () => {
    const { manifest, table, runs, ofPage } = await articlesOf(await built(sections(PAGES), {}));
    expect(manifest.articles).toBe(PAGES);
    expect(table.articles!.further.size).toBe(0);
    for (const numbers of ofPage.values()) {
      numbers.sort((a, b) => a - b);
      expect(runs.runsOf(numbers[0]!)).toEqual([{ from: numbers[0], to: numbers.at(-1)! + 1 }]);
    }
  });

  test('of several windows has nearly all pages in one', async () => {
    const { manifest, windowStart, ofPage, runs } = await articlesOf(
      await built(sections(PAGES), { windowDocuments: 64 }),
    );
    expect(manifest.windows.length).toBe(4);
    let cut = 0;
    for (const numbers of ofPage.values()) {
      const windows = new Set(numbers.map((number) => windowHolding(windowStart, number)));
      expect(new Set(numbers.map((number) => runs.articleOf(number))).size).toBe(windows.size);
      if (windows.size > 1) cut++;
    }
    // Where one window ends, another begins.
    expect(cut).toBeLessThanOrEqual(3);
    expect(manifest.articles).toBe(PAGES + cut);
  });

  test('that is built on another tells sections wherever they are', async () => {
    const store = 'both' as const;
    const base = await built(sections(PAGES), { store });
    const { manifest, table, runs, ofPage } = await articlesOf(
      await built(sections(PAGES, true), { store }, base),
    );
    expect(manifest.articles).toBe(PAGES);
    expect(table.articles!.further.size).toBeGreaterThan(0);
    for (const numbers of ofPage.values())
      expect(new Set(numbers.map((number) => runs.articleOf(number))).size).toBe(1);
  });

  test('that is not to be grouped has none', async () => {
    const folder = await built(sections(PAGES), { group: 'none' });
    const { manifest, table } = await openIndex(folderSource(folder));
    expect([manifest.articles, table.articles]).toEqual([undefined, undefined]);
  });
});

test('sections come together where the middle one of them was', () => {
  const order = Uint32Array.of(5, 0, 3, 1, 4, 2, 6);
  // 0, 1 and 2 are of one page, 3 and 4 of another; 5 and 6 are alone.
  const articleOf = Uint32Array.of(0, 0, 0, 3, 3, 5, 6);
  expect([...keptTogether(order, articleOf)]).toEqual([5, 0, 1, 2, 3, 4, 6]);
});
