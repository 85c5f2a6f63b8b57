import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { parseConfig } from '../../../build/index/config.ts';
import { verifyIndex } from '../../../build/inspect/verify.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import type { Store } from '../../../build/stages/shard/index-plan.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';

async function* documents() {
  for (let i = 0; i < 400; i++) {
    const text = `river ${i % 7} `.repeat(40);
    yield { document: { id: `d${i}`, title: `Number ${i}`, text: `${text} ${i}` } };
  }
}

async function build(store: Store, folder = mkdtempSync(join(tmpdir(), 'sparsedge-assets-'))) {
  await buildIndex({
    inputs: documents,
    inputKey: store,
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], store, order: 'input' }),
    folder,
    workFolder: mkdtempSync(join(tmpdir(), 'sparsedge-work-')),
    startProgress: silent,
  });
  return folder;
}

const request = {
  terms: weighTerms(
    new Map([
      ['river', 1],
      ['3', 2],
    ]),
    'bm25',
  ),
  k: 20,
  documents: true,
};

describe('pages as objects of their own', () => {
  test.each(['both', 'assets'] as const)(
    'answer as those in shards do, and verify, for the store %s',
    async (store) => {
      const [shards, objects] = [await build('r2'), await build(store)];
      const [inShards, apart] = await Promise.all(
        [shards, objects].map(async (folder) =>
          search(request, { index: await openIndex(folderSource(folder)), clock: () => 0 }),
        ),
      );
      expect(apart!.hits).toEqual(inShards!.hits);
      expect(await verifyIndex(folderSource(objects), silent)).toMatchObject({ documents: 400 });
      const named = readdirSync(join(objects, 'objects')).length;
      // The page table, and where postings share shards those of ids, of terms and of words as they are written.
      expect(named).toBe(store === 'both' ? 4 : 1);
      const pages = readdirSync(join(objects, 'pages'), { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile(),
      );
      expect(pages.length).toBeGreaterThan(5);
      rmSync(join(pages[3].parentPath, pages[3].name));
      await expect(verifyIndex(folderSource(objects), silent)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining(pages[3].name),
      });
    },
  );

  test('leave with the generation that they belong to', async () => {
    const folder = await build('both');
    expect(readdirSync(join(folder, 'pages')).length).toBeGreaterThan(5);
    await build('r2', folder);
    expect(readdirSync(join(folder, 'pages')).length).toBeGreaterThan(5);
    await buildIndex({
      inputs: async function* () {
        yield { document: { id: 'one', text: 'one' } };
      },
      inputKey: 'one',
      config: parseConfig({ spaces: [{ encoder: 'bm25' }] }),
      folder,
      workFolder: mkdtempSync(join(tmpdir(), 'sparsedge-work-')),
      startProgress: silent,
    });
    expect(readdirSync(join(folder, 'pages'))).toEqual([]);
  });

  test.each(['both', 'assets'] as const)(
    "are read from the Worker's static assets, and not from R2, for the store %s",
    async (store) => {
      const folder = await build(store);
      const worker = await startLocalWorker(folder, { port: 0, startProgress: silent });
      try {
        if (store === 'assets') expect(worker.copied.objects).toBe(0);
        else expect(worker.copied.objects).toBeLessThan(10);
        const response = await fetch(`${worker.url}v1/search?q=river+3&k=20`);
        const answer = (await response.json()) as {
          hits: { id: string; title: string; document: number }[];
          exact: boolean;
        };
        expect(response.status).toBe(200);
        expect(answer.exact).toBe(true);
        expect(answer.hits.length).toBe(20);
        for (const { id, title, document } of answer.hits)
          expect([id, title]).toEqual([`d${document}`, `Number ${document}`]);
      } finally {
        await worker.stop();
      }
    },
  );
});
