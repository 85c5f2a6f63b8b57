// The words of a page's title weigh more in all of its sections, by exactly what the configuration says.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import { documentsOf } from '../../../build/stages/read/pages/sections/chunk.ts';
import { silent } from '../../../build/terminal/progress.ts';
import type { Document } from '../../../src/core/document.ts';

/** A word, of seven: without a number behind it, which would be found without the number, too. */
const subject = (page: number) => `subject${'abcdefg'[page % 7]}`;

/** How many sections the page of a number has. */
const sizeOf = (page: number) => 1 + (page % 4);

/** Pages with sections that say their page's subject, others' subjects, and what they define. */
function pages(count: number): Document[] {
  return Array.from({ length: count }, (_, page) => {
    const sections = Array.from({ length: sizeOf(page) }, (_, i) => ({
      headings: i === 0 ? [] : [`part${i}`],
      level: i === 0 ? 0 : i === 3 ? 7 : 2,
      anchor: i === 0 ? undefined : `s${i}`,
      name: i === 3 ? `define${page}` : undefined,
      body: [`${subject(page + i)} and about word${page % 5}`, ...Array(i).fill(subject(page))],
      terms: [],
      weighed: [],
      divided: false,
    }));
    const title = `About ${subject(page)} of the ${subject(page)}, no${page}`;
    return documentsOf(`p${page}.html`, { title, about: [], hiddenParts: 0, sections }, `/p${page}`);
  }).flat();
}

/** The weights of an index's terms before they are quantized: `id term` → weight. */
async function built(documents: readonly Document[], config: BuildConfigInput) {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-titles-'));
  const vectorsPath = join(folder, 'vectors.jsonl');
  await buildIndex({
    inputs: async function* () {
      for (const document of documents) yield { document };
    },
    inputKey: 'test',
    config: parseConfig(config, true),
    folder,
    workFolder: join(folder, '.work'),
    vectorsPath,
    startProgress: silent,
  });
  const lines = readFileSync(vectorsPath, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const { id, vector } = JSON.parse(line) as { id: string; vector: Record<string, number> };
      return Object.entries(vector).map(([term, weight]): [string, number] => [`${id} ${term}`, weight]);
    }),
  );
}

const documents = pages(200);
/** The idf of what one document says. */
const RAREST = Math.log(1 + (documents.length - 0.5) / 1.5);
const titles = new Map(documents.map(({ id, pageTitle }) => [id, pageTitle!.toLowerCase().match(/\w+/g)!]));

test('every section of a page knows its title', () => {
  expect(titles.size).toBe(500);
  for (const [id, words] of titles) expect(words.at(-1)).toBe(`no${/\d+/.exec(id)![0]}`);
});

test.each([
  { pageTitle: 0.5, k1: 0.9, b: 0.4 },
  { pageTitle: 2, k1: 1.5, b: 0.75 },
])('%j: its terms weigh so much more, of what a term weighs that is said once', async (parameters) => {
  // Several windows, of several spools.
  const index = (pageTitle: number) =>
    built(documents, {
      spaces: [{ encoder: 'bm25', analyzer: 'unicode', ...parameters, pageTitle }],
      windowDocuments: 64,
    });
  const { pageTitle } = parameters;
  const [plain, titled] = [await index(0), await index(pageTitle)];
  expect([...titled.keys()]).toEqual([...plain.keys()]);
  const frequency = new Map<string, number>();
  for (const key of plain.keys()) {
    const term = key.split(' ')[1]!;
    frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  let raised = 0;
  const wrong: string[] = [];
  for (const [key, weight] of plain) {
    const [id, term] = key.split(' ') as [string, string];
    const df = frequency.get(term)!;
    const idf = Math.log(1 + (documents.length - df + 0.5) / (df + 0.5));
    const isOfTitle = titles.get(id)!.includes(term);
    if (isOfTitle) raised++;
    const expected = weight + (isOfTitle ? pageTitle * Math.max(idf, RAREST / 32) : 0);
    if (Math.abs(titled.get(key)! - expected) > 1e-4) wrong.push(`${key}: ${titled.get(key)}, ${expected}`);
  }
  expect(wrong).toEqual([]);
  expect(raised).toBeGreaterThan(2 * documents.length);
});

test('only sections of pages have titles of pages', () => {
  const weightOf = (space: object, ofPages: boolean, more: object = {}) =>
    parseConfig({ spaces: [space], ...more }, ofPages).spaces[0]!.pageTitle;
  expect(weightOf({}, true)).toBe(0.5);
  expect(weightOf({ encoder: 'bm25', pageTitle: 0 }, true)).toBeUndefined();
  expect(weightOf({ encoder: 'bm25', titleWeight: 0 }, true)).toBeUndefined();
  expect(weightOf({ encoder: 'vectors' }, true)).toBeUndefined();
  expect(weightOf({}, true, { group: 'none' })).toBeUndefined();
  expect(weightOf({}, false, { group: 'url' })).toBeUndefined();
  expect(() => weightOf({ pageTitle: 1 }, false)).toThrow('expected a folder of pages, grouped by url');
  expect(() => weightOf({ encoder: 'vectors', pageTitle: 1 }, true)).toThrow('weighs no titles of pages');
});
