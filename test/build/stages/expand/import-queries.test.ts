import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { importPredictions } from '../../../../build/stages/expand/import-queries.ts';
import type { Document } from '../../../../src/core/document.ts';
import { sharedData } from '../../../fixtures/shared-data.ts';
import { folderWith } from '../read/input-files.ts';

async function* corpus(ids: readonly string[]): AsyncGenerator<Document> {
  for (const id of ids) yield { id, text: 'text' };
}

async function imported(ids: readonly string[], files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = folderWith(files);
  const out = join(folder, 'out.jsonl');
  const paths = Object.keys(files).map((name) => join(folder, name));
  const report = await importPredictions(corpus(ids), paths, out);
  const lines = readFileSync(out, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { report, lines };
}

const predicted = sharedData('oracles/doct5query/predicted-queries.jsonl.gz');

test.skipIf(predicted === undefined)(
  'all 63,612 published queries of 1,000 documents come through as they are (needs the shared data)',
  async () => {
    const published = gunzipSync(readFileSync(predicted!))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ update, fields }) => ({
        doc_id: update.split('::')[1],
        queries: fields.doc_t5_query.assign,
      }));
    // In another order than the file's.
    const sorted = published.toSorted((a, b) => (a.doc_id < b.doc_id ? -1 : 1));
    const folder = folderWith({});
    const out = join(folder, 'out.jsonl');
    const report = await importPredictions(corpus(sorted.map(({ doc_id }) => doc_id)), [predicted!], out);
    expect(report).toEqual({ documents: 1000, expanded: 1000, queries: 63_612, unknown: 0 });
    const lines = readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual(sorted);
  },
);

test("DeeperImpact's lines, Hugging Face's and our own come in any order and in several files, gzipped or not", async () => {
  const { report, lines } = await imported(['b', '7', 'a', 'none'], {
    'one.jsonl': '{"doc_id": 7, "queries": ["x", "y"]}\n\n{"doc_id": "a", "queries": ["z"]}\n',
    'two.jsonl.gz': gzipSync(
      '{"id": "a", "predicted_queries": ["z", "w"]}\n{"id": "lost", "predicted_queries": []}',
    ),
  });
  expect(report).toEqual({ documents: 4, expanded: 2, queries: 5, unknown: 1 });
  expect(lines).toEqual([
    { doc_id: 'b', queries: [] },
    { doc_id: '7', queries: ['x', 'y'] },
    { doc_id: 'a', queries: ['z', 'z', 'w'] },
    { doc_id: 'none', queries: [] },
  ]);
});

test("castorini's text files have one line a document, and are one sample each", async () => {
  const { report, lines } = await imported(['a', 'b', 'c'], {
    'predicted_queries_topk_sample000.txt': 'what is a\n\nwhat is c\n',
    'predicted_queries_topk_sample001.txt': 'who is a\nwho is b\nwho is c\n',
  });
  expect(report).toEqual({ documents: 3, expanded: 3, queries: 5, unknown: 0 });
  expect(lines.map(({ queries }) => queries)).toEqual([
    ['what is a', 'who is a'],
    ['who is b'],
    ['what is c', 'who is c'],
  ]);
});

test.each([
  ['too few lines', 'what is a\n', 'expected a line for document 2, found 1 lines'],
  ['too many lines', 'one\ntwo\nthree\n', 'expected 2 lines, one a document, found more'],
  ['no id', '{"queries": ["x"]}', ':1: no id under doc_id, id, _id, docid'],
  ['no queries', '{"id": "a", "queries": "x"}', ':1: no list of strings under queries or predicted_queries'],
  ['a key twice', '{"id": "a", "queries": ["x"], "queries": []}', ':1: the key "queries" is there twice'],
  ['half an object', '{"id": "a"', ':1: not JSON'],
  ['queries of another corpus', '{"id": "z", "queries": ["x"]}', 'found none: the first is of "z"'],
])('%s are refused with file and reason', async (_, text, message) => {
  await expect(imported(['a', 'b'], { 'f.jsonl': text })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(message),
  });
});

test('JSON and text are not taken together', async () => {
  const folder = folderWith({ 'a.jsonl': '{"id": "a", "queries": []}', 'b.txt': 'what' });
  writeFileSync(join(folder, 'out'), '');
  await expect(
    importPredictions(corpus(['a']), [join(folder, 'a.jsonl'), join(folder, 'b.txt')], join(folder, 'out')),
  ).rejects.toThrow('expected files of one form');
});
