import { expect, test } from 'vitest';
import { folderWithIndex, sparsedge } from './command-line.ts';

test('inspect shows an index, a term and a document', async () => {
  const folder = await folderWithIndex();
  const index = await sparsedge(folder, ['inspect', 'shards/pages']);
  expect(index.out).toMatch(
    /^shards\/pages: 4 documents in 1 window, build [0-9a-f]{16} by sparsedge \d+\.\d+\.\d+\n/,
  );
  expect(index.out).toMatch(/page table .* a Worker keeps this in memory/);

  const term = await sparsedge(folder, ['inspect', 'shards/pages', '--term', 'Moons']);
  expect(term.out).toMatch(/^Term "moon" \("Moons" is searched as this\), space bm25\n {2}in 2 documents/);

  const document = await sparsedge(folder, ['inspect', 'shards/pages', '--document', 'c']);
  expect(document.out).toMatch(/^Document c, number \d\n {2}title {2}Bread\n/);
  expect(document.out).toMatch(/space bm25: 8 terms, largest impact first\n {4}from the title/);
  expect(document.out).toMatch(/^ {4}from the text:\n {6}/m);
});

test('what inspect says of a term and of a document agree, and agree with search', async () => {
  const folder = await folderWithIndex();
  const json = async (...args: string[]) => JSON.parse((await sparsedge(folder, [...args, '--json'])).out);
  const { documents, maxImpact, top, kthImpact } = await json('inspect', 'shards/pages', '--term', 'salt');
  expect({ documents, kthImpact }).toEqual({
    documents: 2,
    kthImpact: { 10: 0, 100: 0, 1000: 0 },
  });
  expect(top[0].impact).toBe(maxImpact);
  for (const { id, impact } of top) {
    const { vectors } = await json('inspect', 'shards/pages', '--document', id);
    expect(vectors.bm25).toContainEqual({ term: 'salt', impact, in: expect.arrayContaining(['text']) });
  }
  const { hits } = await json('search', 'shards/pages', 'salts');
  expect(hits.map(({ id, score }: { id: string; score: number }) => [id, score])).toEqual(
    top.map(({ id, impact }: { id: string; impact: number }) => [id, impact]),
  );
});

test.each([
  ['a term', ['--term', 'zebra'], 1, 'no document has the term "zebra"'],
  ['a document', ['--document', 'z'], 1, 'there is no document with the id "z"'],
  ['a term and a document at once', ['--term', 'salt', '--document', 'a'], 2, 'cannot be used with'],
])('inspect says so when it cannot show %s', async (_, args, code, message) => {
  const folder = await folderWithIndex();
  const ended = await sparsedge(folder, ['inspect', 'shards/pages', ...args]);
  expect(ended).toMatchObject({ code, out: '', err: expect.stringContaining(message) });
});
