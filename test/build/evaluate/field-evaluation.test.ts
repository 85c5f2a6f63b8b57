// Judged collections as people have them, measured from their files to the figures and the run file.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type EvaluateOptions, evaluateFolder } from '../../../build/evaluate/evaluate-folder.ts';
import { buildFolder } from '../../../build/index/build-folder.ts';
import { parseConfig } from '../../../build/index/config.ts';
import { silent } from '../../../build/terminal/progress.ts';

interface Collection {
  readonly corpus: readonly object[];
  readonly queries: readonly object[];
  readonly qrels: readonly string[];
}

/** A BEIR folder and its index. */
async function collection({ corpus, queries, qrels }: Collection) {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-eval-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const beir = join(folder, 'beir');
  mkdirSync(join(beir, 'qrels'), { recursive: true });
  const lines = (records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  writeFileSync(join(beir, 'corpus.jsonl'), lines(corpus));
  writeFileSync(join(beir, 'queries.jsonl'), lines(queries));
  writeFileSync(join(beir, 'qrels/test.tsv'), ['query-id\tcorpus-id\tscore', ...qrels].join('\n'));
  const vectors = corpus.some((record) => 'vector' in record);
  const config = parseConfig({ spaces: [{ encoder: vectors ? 'vectors' : 'bm25' }] });
  await buildFolder({
    reading: { input: beir },
    config,
    folder: join(folder, 'index'),
    startProgress: silent,
  });
  const measured = (options: Partial<EvaluateOptions> = {}) =>
    evaluateFolder(
      join(folder, 'index'),
      { beir, split: 'test', k: 100, shown: 10, measures: ['nDCG@10', 'MRR@10'], ...options },
      silent,
    );
  return { folder, beir, measured };
}

const document = (_id: string, text: string) => ({ _id, text });
const PERFECT = { 'nDCG@10': 1, 'MRR@10': 1 };

test('equal scores are in the order of trec_eval, in the figures and in the run file', async () => {
  const { folder, measured } = await collection({
    corpus: [document('a', 'ship wind'), document('b', 'ship rain'), document('c', 'ship snow')],
    queries: [document('q1', 'ship')],
    qrels: ['q1\tc\t1'],
  });
  const runOut = join(folder, 'out.run');
  expect((await measured({ runOut })).measures).toEqual(PERFECT);
  const run = readFileSync(runOut, 'utf8').trim().split('\n');
  expect(run.map((line) => line.split(' ')[2])).toEqual(['c', 'b', 'a']);
  expect((await measured({ compare: runOut })).over?.['nDCG@10'].difference).toBe(0);
});

test('a query that is a document of the collection is no answer to itself, as in BEIR', async () => {
  const text = 'school uniforms should be worn by all pupils';
  const { beir, measured } = await collection({
    corpus: [
      document('a1', text),
      document('a2', 'pupils need no uniforms at school'),
      document('a3', 'rain'),
    ],
    queries: [document('a1', text)],
    qrels: ['a1\ta2\t1'],
  });
  expect(await measured()).toMatchObject({ measures: PERFECT, ownLeftOut: 1 });
  expect(await measured({ k: 1, measures: ['MRR@1'] })).toMatchObject({
    measures: { 'MRR@1': 1 },
    ownLeftOut: 1,
  });
  expect(await measured({ own: 'keep' })).toMatchObject({ measures: { 'MRR@10': 0.5 }, ownLeftOut: 0 });
  const files = { queries: join(beir, 'queries.jsonl'), qrels: join(beir, 'qrels/test.tsv') };
  expect(await measured({ beir: undefined, ...files })).toMatchObject({ measures: { 'MRR@10': 0.5 } });
  expect(await measured({ beir: undefined, ...files, own: 'leave-out' })).toMatchObject({
    measures: PERFECT,
  });
});

test('a document that has the id of its query by chance stays, for it is judged relevant', async () => {
  const { measured } = await collection({
    corpus: [document('1', 'ship wind'), document('2', 'rain')],
    queries: [document('1', 'ship')],
    qrels: ['1\t1\t1'],
  });
  expect(await measured()).toMatchObject({ measures: PERFECT, ownLeftOut: 0 });
});

test('ids with white space do not spoil a run, and their other form is said', async () => {
  const { folder, measured } = await collection({
    corpus: [document('d 4', 'raspberry'), document('d\u20035', 'raspberry pi')],
    queries: [document('q 1', 'raspberry pi')],
    qrels: ['q 1\td\u20035\t1'],
  });
  const runOut = join(folder, 'out.run');
  expect(await measured({ runOut })).toMatchObject({
    measures: PERFECT,
    renamed: [
      ['q 1', 'q%201'],
      ['d\u20035', 'd%E2%80%835'],
      ['d 4', 'd%204'],
    ],
  });
  expect(readFileSync(runOut, 'utf8')).toMatch(
    /^q%201 Q0 d%E2%80%835 1 \d+ sparsedge-bm25\nq%201 Q0 d%204 2 /,
  );
});

test('an index is no better than its own run, whatever its ids are', async () => {
  const ids = [
    'a b',
    'a%20b',
    'a%20b%',
    'a%2520b',
    'a\u00A0b',
    'a b%20c',
    'a%20b c',
    '%',
    '100%',
    'd %E0',
    'c',
  ];
  const { folder, measured } = await collection({
    corpus: ids.map((id, i) => document(id, `word${i} ship`)),
    queries: ids.map((id, i) => document(`q ${id}`, `word${i}`)),
    qrels: ids.map((id) => `q ${id}\t${id}\t1`),
  });
  const runOut = join(folder, 'out.run');
  expect(await measured({ runOut })).toMatchObject({ measures: PERFECT });
  const { over } = await measured({ compare: runOut });
  expect(Object.values(over ?? {}).map(({ difference }) => difference)).toEqual(
    Object.keys(over ?? {}).map(() => 0),
  );
  expect(Object.keys(over ?? {})).not.toEqual([]);
});

test('a run file that cannot be written is refused before anything is asked', async () => {
  const { folder, measured } = await collection({
    corpus: [document('a', 'x')],
    queries: [document('q', 'x')],
    qrels: ['q\ta\t1'],
  });
  await expect(
    measured({ runOut: folder, measures: ['nDCG@10'], beir: join(folder, 'none') }),
  ).rejects.toMatchObject({
    code: 'bad-input',
    message: `${folder} is a folder: expected a file to write`,
  });
});

test('judged documents that the index lacks are counted, and questions without a hit', async () => {
  const { measured } = await collection({
    corpus: [document('a', 'ship')],
    queries: [document('1', 'ship'), document('2', 'plane')],
    qrels: ['1\tzzz\t1', '2\tyyy\t2', '2\ta\t0'],
  });
  expect(await measured()).toMatchObject({
    measures: { 'nDCG@10': 0, 'MRR@10': 0 },
    judged: { documents: 3, missing: 2 },
    unanswered: 1,
  });
});

test('measures are reported by question where that is asked for', async () => {
  const { measured } = await collection({
    corpus: [document('a', 'ship'), document('b', 'ship rain')],
    queries: [document('1', 'ship'), document('2', 'rain')],
    qrels: ['1\ta\t1', '2\tb\t1', '2\ta\t-1'],
  });
  expect((await measured()).perQuery).toBeUndefined();
  expect((await measured({ perQuery: true })).perQuery).toEqual({ 1: PERFECT, 2: PERFECT });
});

test('ids of topics may have zeros before their numbers where judgments have none', async () => {
  const { measured } = await collection({
    corpus: [document('a', 'ship')],
    queries: [document('051', 'ship')],
    qrels: ['51\ta\t1'],
  });
  expect((await measured()).measures).toEqual(PERFECT);
});

test('queries that were encoded elsewhere are asked as they are, whatever their weights sum to', async () => {
  const vector = (_id: string, weights: object) => ({ _id, text: 'x', vector: weights });
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`t${i}`, 400 + i / 7]));
  const { measured } = await collection({
    corpus: [vector('a', { moon: 2, sea: 1 }), vector('b', { moon: 1, sea: 3 }), vector('c', { t7: 1 })],
    queries: [
      { id: 'q1', vector: { moon: 1.5, sea: 0.25 } },
      { id: 'q2', vector: { moon: 1, sea: 1 } },
      { id: 'q3', vector: many },
    ],
    qrels: ['q1\ta\t1', 'q2\tb\t1', 'q3\tc\t1'],
  });
  expect(await measured({ perQuery: true })).toMatchObject({ queries: 3, measures: PERFECT });
});
