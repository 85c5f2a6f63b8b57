// Pages as objects that are named by their content: what generations share, damage, and others in a page's place.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildIndex } from '../../../../build/index/build.ts';
import { parseConfig } from '../../../../build/index/config.ts';
import { filesOf, objectsOf } from '../../../../build/index/publish.ts';
import { verifyIndex } from '../../../../build/inspect/verify.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../build/work/files.ts';
import { sealPage } from '../../../../src/core/format/page.ts';
import type { OpenPage } from '../../../../src/query/search/fetch.ts';
import { openIndex } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import { weighTerms } from '../../../../src/query/search/terms.ts';

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'sparsedge-page-objects-'));
}

/** Builds documents in the order of reading, with small pages; returns the names of their pages. */
async function build(
  texts: readonly string[],
  folder = temporary(),
): Promise<{ folder: string; pages: string[] }> {
  const { manifest } = await buildIndex({
    inputs: async function* () {
      for (const [i, text] of texts.entries()) yield { document: { id: `d${i}`, text } };
    },
    inputKey: texts.join(),
    config: parseConfig({ spaces: [{ encoder: 'tfidf' }], store: 'assets', order: 'input' }),
    folder,
    workFolder: temporary(),
    layout: { longBytes: 64, dictionaryBytes: 64, dividedBytes: 64, documentBytes: 128 },
    startProgress: silent,
  });
  const names = await objectsOf(folderSource(folder), manifest.build);
  return { folder, pages: names.filter((name) => name.startsWith('pages/')) };
}

const TEXTS = Array.from({ length: 60 }, (_, i) => `word${i % 20} salt tide${i} of the sea`);
/** As long as what it replaces, so that no other document is weighed otherwise. */
const EDITED = TEXTS.with(7, TEXTS[7].replace('salt', 'bread'));

test('pages that an edit does not reach are shared by generations, in the folder and in caches', async () => {
  const first = await build(TEXTS);
  const cache = new Map<string, OpenPage>();
  const cost = async () => {
    const index = await openIndex(folderSource(first.folder));
    const terms = weighTerms(new Map(TEXTS.slice(0, 30).map((_, i) => [`tide${i}`, 1])), 'tfidf');
    return (await search({ terms, k: 10, documents: true }, { index, clock: () => 0, cache })).cost;
  };
  expect((await cost()).cachedPages).toBe(0);
  const second = await build(EDITED, first.folder);
  const had = new Set(first.pages);
  const fresh = second.pages.filter((name) => !had.has(name));
  expect(fresh.length).toBeGreaterThan(0);
  expect(fresh.length).toBeLessThan(second.pages.length / 2);
  expect((await cost()).cachedPages).toBeGreaterThan(0);
  expect((await filesOf(first.folder)).before).toBeLessThan(first.pages.length);
  expect(await verifyIndex(folderSource(first.folder), silent)).toMatchObject({ documents: 60 });
});

test('a page is refused under the name of another one, and where its content has another name', async () => {
  const { folder, pages } = await build(TEXTS);
  const path = join(folder, pages[3]);
  const right = readFileSync(path);
  const whole = async () => (await verifyIndex(folderSource(folder), silent)).documents;
  expect(await whole()).toBe(60);
  const others = pages.filter((name) => name !== pages[3]).map((name) => readFileSync(join(folder, name)));
  writeFileSync(path, others.find(({ length }) => length === right.length) ?? others[0]);
  await expect(whole()).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(pages[3]),
  });
  // What a forger or a collision would put there: its checksum is right for the name.
  const forged = Uint8Array.from(right.subarray(0, right.length - 12));
  forged[forged.length - 1] ^= 1;
  writeFileSync(path, sealPage(forged, pages[3]));
  await expect(whole()).rejects.toThrow(`${pages[3]}: expected content of that name`);
  writeFileSync(path, right);
  expect(await whole()).toBe(60);
});

test('a damaged page is mended by a build, and another page of its name is never replaced', async () => {
  const { folder, pages } = await build(TEXTS);
  const path = join(folder, pages[3]);
  const right = readFileSync(path);
  for (const damaged of [right.subarray(0, 5), Buffer.alloc(0), Buffer.alloc(right.length)]) {
    writeFileSync(path, damaged);
    await build(TEXTS, folder);
    expect(readFileSync(path)).toEqual(right);
  }
  const other = sealPage(Uint8Array.of(1, 2, 3), pages[3]);
  writeFileSync(path, other);
  await expect(build(TEXTS, folder)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('another page whose content has the same digest'),
  });
  expect(readFileSync(path)).toEqual(Buffer.from(other));
});
