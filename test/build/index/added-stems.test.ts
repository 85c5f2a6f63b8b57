// Stems that documents lack, from a model's neighbours to hits: they find, and change nothing of what is written.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { sparsedge, temporaryFolder } from '../commands/command-line.ts';
import { modelFolder } from '../model/reference-model.ts';

const files = mkdtempSync(join(tmpdir(), 'sparsedge-added-'));
const file = (name: string, text: string) => {
  writeFileSync(join(files, name), text);
  return join(files, name);
};
const TOKENIZER = file('vocab.txt', '_the\ncar\nroad\nauto\nautomobil\n');
const NEIGHBOURS = file('neighbours.txt', 'car automobil 60 vehicl 30\nroad street 50\n');
const DOCUMENTS = [
  { id: 'cars', title: 'Cars', text: 'A car on the road, and one more car.', language: 'en' },
  { id: 'old', title: 'Museum', text: 'The automobile of a museum.', language: 'en' },
  { id: 'sea', title: 'Sea', text: 'Ships on the sea.', language: 'en' },
  {
    id: 'fr',
    title: 'Voiture',
    text: 'Le car est sur la route et les gens sont dans le car avec nous.',
    language: 'fr',
  },
];

function lendingModel(more: Readonly<Record<string, unknown>> = { added: { most: 40 } }): string {
  return modelFolder(
    'residual',
    { tokenizer: TOKENIZER, neighbours: NEIGHBOURS },
    {
      tokenizer: { kind: 'stems', maxLength: 64, buckets: 8 },
      bm25: { k1: 0.9, b: 0.75, burstiness: true },
      phrases: { weight: 0.3 },
      query: { kind: 'count' },
      ...more,
    },
  );
}

async function built(model: string, ...more: readonly string[]): Promise<string> {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'docs.jsonl'),
    DOCUMENTS.map((document) => `${JSON.stringify(document)}\n`).join(''),
  );
  const done = await sparsedge(cwd, ['build', 'docs.jsonl', '-o', 'index', '--model', model, ...more]);
  expect(done).toMatchObject({ code: 0 });
  return join(cwd, 'index');
}

interface Hit {
  readonly id: string;
  readonly score: number;
}

async function found(index: string, query: string): Promise<readonly Hit[]> {
  const { out, err } = await sparsedge(index, ['search', index, query, '--json']);
  expect(err).toBe('');
  return (JSON.parse(out) as { hits: readonly Hit[] }).hits;
}

interface Term {
  readonly term: string;
  readonly impact: number;
  readonly in?: readonly string[];
}

async function vectorOf(index: string, id: string): Promise<readonly Term[]> {
  const { out } = await sparsedge(index, ['inspect', index, '--document', id, '--json']);
  const { vectors } = JSON.parse(out) as { vectors: Readonly<Record<string, readonly Term[]>> };
  return Object.values(vectors)[0];
}

test('a document is found by what its words mean, after one that says it, and shows that it was', async () => {
  const index = await built(lendingModel());
  expect((await found(index, 'automobiles')).map(({ id }) => id)).toEqual(['old', 'cars']);
  expect((await found(index, 'street')).map(({ id }) => id)).toEqual(['cars']);
  const shown = await sparsedge(index, ['search', index, 'street']);
  expect(shown.out).toContain('matched through expansion');
  expect(shown.out).toContain('A car on the road, and one more car.');
  expect((await sparsedge(index, ['search', index, 'road'])).out).not.toContain('matched through expansion');
  const added = (await vectorOf(index, 'cars')).filter(({ in: from }) => from?.includes('added'));
  expect(added.map(({ term }) => term).sort()).toEqual(['automobil', 'street', 'vehicl']);
  expect((await vectorOf(index, 'sea')).some(({ in: from }) => from?.includes('added'))).toBe(false);
  expect((await sparsedge(index, ['verify', index])).code).toBe(0);
});

test('without expansion nothing is added, and what is written weighs the same either way', async () => {
  const [plain, lent] = [await built(lendingModel(), '--no-expansion'), await built(lendingModel())];
  expect(await found(plain, 'street')).toEqual([]);
  for (const id of ['cars', 'fr']) {
    const own = (await vectorOf(lent, id)).filter(({ in: from }) => !from?.includes('added'));
    expect(own).toEqual(await vectorOf(plain, id));
  }
});

test('no more are added than is said, the greatest first', async () => {
  const index = await built(lendingModel(), '--added', '1');
  const added = (await vectorOf(index, 'cars')).filter(({ in: from }) => from?.includes('added'));
  expect(added.map(({ term }) => term)).toEqual(['automobil']);
});

test('a model says how many, and has neighbours, or neither; a model without takes no number', async () => {
  expect(() => openModelFolder(lendingModel({}))).toThrow(
    'neighbours and how many of them are added go together',
  );
  const model = modelFolder(
    'residual',
    { tokenizer: TOKENIZER },
    { tokenizer: { kind: 'stems', maxLength: 64, buckets: 8 } },
  );
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'docs.jsonl'), `${JSON.stringify(DOCUMENTS[0])}\n`);
  const refused = await sparsedge(cwd, [
    'build',
    'docs.jsonl',
    '-o',
    'index',
    '--model',
    model,
    '--added',
    '3',
  ]);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('adds no stems to documents: only a model with neighbours does');
  expect(
    (await sparsedge(cwd, ['build', 'docs.jsonl', '-o', 'index', '--model', model, '--no-expansion'])).code,
  ).toBe(0);
});
