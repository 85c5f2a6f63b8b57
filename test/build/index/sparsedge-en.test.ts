// The model that comes with Sparsedge, and the builds that use it because nothing else was asked for. No number here is
// the training's: another model of the same kind takes its place and passes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_MODEL, parseConfig } from '../../../build/index/config.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { openQueryModel } from '../../../build/model/query/open-query-model.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { sparsedge, temporaryFolder, writeDocuments } from '../commands/command-line.ts';
import { modelFolder, numberedVocabularyFile } from '../model/reference-model.ts';

const SAMPLE = join(import.meta.dirname, '../../fixtures/sample');
const QUESTIONS = readFileSync(join(SAMPLE, 'queries.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .filter((_, i) => i % 10 === 0)
  .map((line) => (JSON.parse(line) as { text: string }).text);

test('is whole, small, free to use, and needs no network for queries', async () => {
  const { name, contract } = openModelFolder(DEFAULT_MODEL);
  const shown = await sparsedge(temporaryFolder(), [
    'model',
    'show',
    DEFAULT_MODEL,
    'the moon pulls the sea',
  ]);
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toContain('every file is as model.json says');
  expect(shown.out).toMatch(/\d+ terms:\n {2}\d/);
  expect(name.id).toBe('sparsedge-en');
  expect(contract.licence).toBe('Apache-2.0');
  expect(['binary', 'count', 'table']).toContain(contract.query.kind);
  // In eight bits: a float32 network of this shape has 13.5 MB.
  expect(contract.files.document!.bytes).toBeLessThan(5_000_000);
  const card = readFileSync(join(DEFAULT_MODEL, 'README.md'), 'utf8').replace(/\s+/g, ' ');
  expect(card).toContain(contract.trainedOn);
  expect(card).toContain(contract.files.document!.name);
});

test('weighs a build that names no encoder, from any folder, and the Worker without a network answers as Node does', async () => {
  const cwd = temporaryFolder();
  const built = await sparsedge(cwd, ['build', SAMPLE, '-o', 'index', '--json']);
  expect(built).toMatchObject({ code: 0, err: '' });
  const model = openModelFolder(DEFAULT_MODEL).name;
  expect(JSON.parse(built.out)).toMatchObject({
    documents: 300,
    spaces: [{ name: 'sparsedge-en', encoder: { model } }],
  });
  const folder = join(cwd, 'index');
  const index = await openIndex(folderSource(folder));
  const space = spaceNamed(index);
  const opened = await openQueryModel(space, folder);
  const worker = await startLocalWorker(folder, { port: 0, startProgress: silent });
  try {
    for (const text of QUESTIONS) {
      const terms = await encodeQueryWith(text, space, opened);
      const { hits } = await search({ terms, k: 10, documents: false }, { index, clock: () => 0 });
      expect(hits.length, text).toBeGreaterThan(0);
      const asked = `${worker.url}v1/search?q=${encodeURIComponent(text)}&documents=false`;
      expect(await (await fetch(asked)).json(), text).toMatchObject({
        exact: true,
        hits: hits.map(({ document, score }) => ({ document, score })),
      });
    }
  } finally {
    await worker.stop();
  }
  const found = await sparsedge(cwd, ['search', 'index', QUESTIONS[0], '--json']);
  const terms = await encodeQueryWith(QUESTIONS[0], space, opened);
  const { hits } = await search({ terms, k: 10, documents: false }, { index, clock: () => 0 });
  expect(JSON.parse(found.out).hits).toMatchObject(hits.map(({ score }) => ({ score })));
});

test('that is named, or whose parts were encoded before, gives the bytes that it gives by default', async () => {
  const cwd = temporaryFolder();
  writeDocuments(cwd);
  const build = async (...options: readonly string[]) =>
    JSON.parse((await sparsedge(cwd, ['build', 'pages.jsonl', '--json', ...options])).out).build as string;
  const encoded = await sparsedge(cwd, ['encode', 'pages.jsonl', '--part', '1/1', '-o', 'parts']);
  expect(encoded).toMatchObject({ code: 0, err: '' });
  const builds = [await build(), await build('--model', DEFAULT_MODEL), await build('--parts', 'parts')];
  expect(new Set(builds).size).toBe(1);
  expect(await build('--encoder', 'bm25')).not.toBe(builds[0]);
  const { out } = await sparsedge(cwd, ['build', 'pages.jsonl']);
  expect(out).toMatch(/^ +beside it +\d+ KB +3 files that queries need of sparsedge-en$/m);
});

test.each([
  ['nothing', {}, 'sparsedge-en'],
  ['a name', { name: 'mine' }, 'mine'],
  ["BM25's saturation", { k1: 1.2 }, 'bm25'],
  ["BM25's lengths", { lengths: 'lucene' }, 'bm25'],
  ['an analyzer', { analyzer: 'unicode' }, 'bm25'],
  ['an encoder', { encoder: 'tfidf' }, 'tfidf'],
])('a space of which %s is said', (_, said, name) => {
  const [space] = parseConfig({ spaces: [said] }).spaces;
  expect(space!.name).toBe(name);
  expect(space!.model).toBe(name === 'sparsedge-en' || name === 'mine' ? DEFAULT_MODEL : undefined);
});

test('stands beside other spaces, each with the name of what weighs it', () => {
  const model = modelFolder(
    'residual',
    { tokenizer: numberedVocabularyFile() },
    { id: 'my_model.v1.1-of-a-very-long-name-that-goes-on' },
  );
  const { spaces } = parseConfig({ spaces: [{}, { encoder: 'bm25' }, { model }] });
  expect(spaces.map(({ name }) => name)).toEqual([
    'sparsedge-en',
    'bm25',
    'my-model-v1-1-of-a-very-long-nam',
  ]);
  expect(() => parseConfig({ spaces: [{}, {}] })).toThrow('two spaces are named "sparsedge-en"');
});
