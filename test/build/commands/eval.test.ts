import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWithIndex, sparsedge } from './command-line.ts';

/** Two questions that the index answers with the right document first, and one with the right one second. */
async function folderWithJudgments(): Promise<string> {
  const folder = await folderWithIndex();
  mkdirSync(join(folder, 'beir/qrels'), { recursive: true });
  const queries = [
    { _id: 'q1', text: 'tides' },
    { _id: 'q2', text: 'bread' },
    { _id: 'q3', text: 'salt' },
    { _id: 'unjudged', text: 'moon' },
  ];
  writeFileSync(join(folder, 'beir/queries.jsonl'), queries.map((query) => JSON.stringify(query)).join('\n'));
  const judgments = ['query-id\tcorpus-id\tscore', 'q1\ta\t1', 'q2\tc\t1', 'q3\tc\t1', 'elsewhere\ta\t1'];
  writeFileSync(join(folder, 'beir/qrels/test.tsv'), `${judgments.join('\n')}\n`);
  return folder;
}

test('eval measures judged questions and what answering them costs', async () => {
  const folder = await folderWithJudgments();
  const { code, out, err } = await sparsedge(folder, ['eval', 'shards/pages', '--beir', 'beir']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/space bm25: 3 questions, rankings of 1000/);
  expect(out).toContain('1 judged question left out, because the file of questions does not have them');
  expect(out).toMatch(/MRR@10 +0\.8333/);
  expect(out).toMatch(/100\.0% proved/);
  expect(out).toMatch(/reads +[\d.]+ +\d+ +\d+ +\d+/);
});

test('eval prints one JSON document and writes a run file', async () => {
  const folder = await folderWithJudgments();
  const files = ['--queries', 'beir/queries.jsonl', '--qrels', 'beir/qrels/test.tsv'];
  const more = ['--measures', 'MRR@1', 'P@1', '--run-out', 'out.run', '-k', '2', '--json'];
  const { out } = await sparsedge(folder, ['eval', 'shards/pages', ...files, ...more]);
  expect(JSON.parse(out)).toMatchObject({
    space: 'bm25',
    queries: 3,
    unasked: 1,
    k: 2,
    measures: { 'MRR@1': 2 / 3, 'P@1': 2 / 3 },
    cost: { shown: 10, proved: 1, reads: { mean: expect.any(Number), p99: expect.any(Number) } },
  });
  const run = readFileSync(join(folder, 'out.run'), 'utf8').trim().split('\n');
  expect(run[0]).toMatch(/^q1 Q0 a 1 \d+ sparsedge-bm25$/);
  expect(run.filter((line) => line.startsWith('q3 '))).toHaveLength(2);
});

test('eval compares rankings with those of a run file', async () => {
  const folder = await folderWithJudgments();
  // q1 as here, q2 not at all, q3 right at once: 0, +1 and −1/2. The last two ask for one document and are drawn
  // together.
  writeFileSync(join(folder, 'other.run'), 'q1 Q0 a 1 2 other\nq3 Q0 c 1 2 other\n');
  const asked = ['eval', 'shards/pages', '--beir', 'beir', '--measures', 'MRR@10', '--compare', 'other.run'];
  expect((await sparsedge(folder, asked)).out).toMatch(
    /MRR@10 +0\.8333 +\+0\.1667 +\[\+0\.0000, \+0\.2500\]/,
  );
  const { over } = JSON.parse((await sparsedge(folder, [...asked, '--json'])).out);
  expect(over['MRR@10']).toMatchObject({ queries: 3, difference: expect.closeTo(1 / 6) });
});

test.each([
  ['nothing to measure by', [], 'an evaluation needs judged questions'],
  ['a folder that is not of BEIR', ['--beir', '.'], '. is not a BEIR folder: it has no file queries.jsonl'],
  [
    'a split that is not there',
    ['--beir', 'beir', '--split', 'dev'],
    'beir has no file beir/qrels/dev.tsv: its splits are test',
  ],
  ['an unknown measure', ['--beir', 'beir', '--measures', 'F1'], 'no measure is named F1'],
  [
    'a measure that looks deeper than rankings go',
    ['--beir', 'beir', '-k', '5', '--measures', 'P@5', 'nDCG@10'],
    'nDCG@10 looks at 10 hits, and -k lets rankings have 5',
  ],
  [
    'judgments of other questions',
    ['--queries', 'other.tsv', '--qrels', 'beir/qrels/test.tsv'],
    'they have no id in common',
  ],
])('eval refuses %s with exit code 2', async (_, args, message) => {
  const folder = await folderWithJudgments();
  writeFileSync(join(folder, 'other.tsv'), 'x\tmoon\n');
  const ended = await sparsedge(folder, ['eval', 'shards/pages', ...args]);
  expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
});

test('eval says so when no Worker answers', async () => {
  const folder = await folderWithJudgments();
  const args = ['eval', 'shards/pages', '--beir', 'beir', '--url', 'http://127.0.0.1:1'];
  expect(await sparsedge(folder, args)).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot be reached'),
  });
});

test('eval measures a fusion and a sum of spaces, and says which', async () => {
  const folder = await folderWithJudgments();
  const files = ['eval', 'shards/pages', '--beir', 'beir', '--run-out', 'out.run', '--json'];
  const fused = await sparsedge(folder, [...files, '--fusion', 'rrf', '--rrf-depth', '2']);
  expect(JSON.parse(fused.out)).toMatchObject({ space: 'rrf(bm25)', measures: { 'MRR@10': 2.5 / 3 } });
  expect(readFileSync(join(folder, 'out.run'), 'utf8')).toMatch(
    /^q1 Q0 a 1 0\.01\d+ sparsedge-rrf\(bm25\)\n/,
  );
  const summed = await sparsedge(folder, [...files, '--spaces', 'bm25=2']);
  expect(JSON.parse(summed.out)).toMatchObject({ space: '2·bm25', measures: { 'MRR@10': 2.5 / 3 } });
  const own = await sparsedge(folder, [
    'eval',
    'shards/pages',
    '--beir',
    'beir',
    '--url',
    'http://127.0.0.1:1',
    '--reranker',
    '.',
  ]);
  expect(own).toMatchObject({
    code: 2,
    err: expect.stringContaining('--reranker is for searches in this process'),
  });
});
