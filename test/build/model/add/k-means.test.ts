import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterRows, type Rows } from '../../../../build/model/add/k-means.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { sparsedge, temporaryFolder } from '../../commands/command-line.ts';
import { FIXTURES, modelFolder, numberedVocabularyFile } from '../reference-model.ts';

const PLANTED = 12;
const WIDTH = 40;
const NETWORK = join(FIXTURES, 'logits.onnx');

/** Rows around planted centres, far apart; row i belongs to i modulo PLANTED. */
function planted(count: number): Rows {
  const values = new Float32Array(count * WIDTH);
  for (let i = 0; i < count; i++) {
    const of = i % PLANTED;
    for (let d = 0; d < WIDTH; d++)
      values[i * WIDTH + d] = 10 * Math.sin(7 * of + d * (of + 1)) + 0.1 * Math.sin(i * 12.9898 + d * 78.233);
  }
  return { values, width: WIDTH };
}

const cluster = (rows: Rows, kept: readonly number[], clusters: number, seed = 1) =>
  clusterRows(rows, kept, { clusters, rounds: 20, seed }, silent('clustering', 'rounds'));

test.each([1, 2, 3, 4])('planted clusters are found again, with seed %i', (seed) => {
  const kept = Array.from({ length: 590 }, (_, i) => i + 5);
  const found = cluster(planted(600), kept, PLANTED, seed);
  expect(new Set(found.slice(5, 595)).size).toBe(PLANTED);
  for (const i of kept) expect(found[i]).toBe(found[12 + (i % PLANTED)]);
  // Rows that are left out belong nowhere.
  expect([...found.slice(0, 5), ...found.slice(595)]).toEqual(new Array(10).fill(-1));
});

test('the same seed gives the same clusters, and every cluster has a row', () => {
  const rows = planted(500);
  const kept = Array.from({ length: 500 }, (_, i) => i);
  const found = cluster(rows, kept, 60);
  expect(cluster(rows, kept, 60)).toEqual(found);
  expect(cluster(rows, kept, 60, 2)).not.toEqual(found);
  expect(new Set(found).size).toBe(60);
  expect(cluster(rows, kept, 500).toSorted((a, b) => a - b)).toEqual(kept);
});

test('equal rows share a cluster, and more clusters than rows are refused', () => {
  const rows = { values: new Float32Array(8 * WIDTH).fill(3), width: WIDTH };
  expect(new Set(cluster(rows, [0, 1, 2, 3, 4, 5, 6, 7], 4)).size).toBe(1);
  expect(() => cluster(rows, [0, 1], 3)).toThrow(/expected at least 3 pieces, found 2/);
});

test('a network becomes clusters, and those the terms of an index', async () => {
  const cwd = temporaryFolder();
  const tokenizer = numberedVocabularyFile();
  const clusters = join(cwd, 'clusters.json');
  const asked = ['model', 'clusters', NETWORK, '--clusters', '50', '--rounds', '3', '-o', clusters];
  expect(await sparsedge(cwd, [...asked, '--tokenizer', tokenizer])).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('30,517 pieces in 50 clusters'),
  });
  const found = JSON.parse(readFileSync(clusters, 'utf8')) as number[];
  expect(found).toHaveLength(30_522);
  for (const [id, of] of found.entries()) {
    if ([0, 100, 101, 102, 103].includes(id)) expect(of).toBe(-1);
    else expect(of >= 0 && of < 50, `piece ${id}`).toBe(true);
  }

  const model = modelFolder(
    'lens',
    { tokenizer, document: NETWORK, query: NETWORK, clusters },
    {
      query: { kind: 'neural', scale: 10 },
    },
  );
  // From the folder of the model itself they are the same.
  const again = join(cwd, 'again.json');
  await sparsedge(cwd, ['model', 'clusters', model, '--clusters', '50', '--rounds', '3', '-o', again]);
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(clusters, 'utf8'));

  const texts = ['w2000 w2001', 'w3000 w4000 w5000', 'w20000'];
  const lines = texts.map((text, i) => JSON.stringify({ id: `d${i}`, text }));
  writeFileSync(join(cwd, 'pages.jsonl'), lines.join('\n'));
  const built = await sparsedge(cwd, ['build', 'pages.jsonl', '-o', 'index', '--model', model]);
  expect(built).toMatchObject({ code: 0, err: '' });
  const answer = await sparsedge(cwd, ['search', 'index', texts[1], '--model', model, '--json']);
  const { terms, hits } = JSON.parse(answer.out);
  expect(hits).toHaveLength(3);
  for (const { term } of terms) expect(Number(term) >= 0 && Number(term) < 50, term).toBe(true);
});

test('what has no such embedding is refused, and what it has is named', async () => {
  const cwd = temporaryFolder();
  const tokenizer = join(cwd, 'vocab.txt');
  writeFileSync(tokenizer, '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncat\n');
  const ask = (...more: string[]) =>
    sparsedge(cwd, ['model', 'clusters', NETWORK, '--clusters', '2', '-o', 'x.json', ...more]);
  const refused = async (said: RegExp, ...more: string[]) => {
    const { code, err } = await ask(...more);
    expect(err).toMatch(said);
    expect(code).toBe(2);
  };
  await refused(/expected one matrix of float32 of 6 rows, found/, '--tokenizer', tokenizer);
  await refused(/is not a model folder: for an ONNX file, give its --tokenizer/);
  await refused(/there is no file/, '--tokenizer', 'nothing.txt');
  const named = ['--tokenizer', numberedVocabularyFile(), '--weights', 'nothing'];
  await refused(/with the name nothing and of 30522 rows, found \S+/, ...named);
});
