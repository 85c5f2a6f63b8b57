// The client of the example page, against the Worker.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalWorker, startLocalWorker } from '../../build/local/local-worker.ts';
import { silent } from '../../build/terminal/progress.ts';
import { sparsedge, writeDocuments } from '../build/commands/command-line.ts';

interface Answer {
  readonly exact: boolean;
  readonly hits: readonly { readonly id: string; readonly title: string }[];
}

const client = pathToFileURL(join(import.meta.dirname, '../../examples/page/search.js')).href;
const { searcher } = (await import(client)) as {
  searcher(endpoint: string): (question: string) => Promise<Answer | undefined>;
};

const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
let worker: LocalWorker;

beforeAll(async () => {
  writeDocuments(folder);
  expect(await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25'])).toMatchObject({ code: 0 });
  worker = await startLocalWorker(join(folder, 'shards/pages'), { port: 0, startProgress: silent });
});

afterAll(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true });
});

test('a question is answered with the hits and whether they are proved', async () => {
  const answer = await searcher(worker.url)('bread');
  expect(answer).toMatchObject({ exact: true, hits: [{ id: 'c', title: 'Bread' }] });
});

test('an empty question finds nothing and asks nobody', async () => {
  expect(await searcher('http://127.0.0.1:1')(' ')).toEqual({ exact: true, hits: [] });
});

test('a question cancels the one before it', async () => {
  const search = searcher(worker.url);
  const [first, second] = await Promise.all([search('moon'), search('salt')]);
  expect(first).toBeUndefined();
  expect(second?.hits.length).toBeGreaterThan(0);
});

test('a refusal says why, in the words of the Worker', async () => {
  await expect(searcher(worker.url)('x'.repeat(9000))).rejects.toThrow('at most 8192 bytes');
});
