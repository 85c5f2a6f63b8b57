import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sparsedge, temporaryFolder, writeDocuments } from '../command-line.ts';

const EXPANSIONS = [
  { doc_id: 'a', queries: ['moon and sea', 'ebb and flow'] },
  { doc_id: 'b', queries: ['albedo', 'lunar shine'] },
  { doc_id: 'c', queries: ['loaf'] },
  { doc_id: 'd', queries: ['sodium', 'sodium chloride'] },
];
const QUESTIONS = { 1: ['ebb', 'a'], 2: ['lunar', 'b'], 3: ['loaf', 'c'], 4: ['table', 'd'] };

function folderWithJudgments(): string {
  const folder = temporaryFolder();
  writeDocuments(folder);
  writeFileSync(join(folder, 'e.jsonl'), EXPANSIONS.map((line) => JSON.stringify(line)).join('\n'));
  mkdirSync(join(folder, 'beir/qrels'), { recursive: true });
  const entries = Object.entries(QUESTIONS);
  const questions = entries.map(([_id, [text]]) => JSON.stringify({ _id, text }));
  writeFileSync(join(folder, 'beir/queries.jsonl'), questions.join('\n'));
  const judgments = entries.map(([id, [, document]]) => `${id}\t${document}\t1`);
  writeFileSync(join(folder, 'beir/qrels/test.tsv'), ['query-id\tcorpus-id\tscore', ...judgments].join('\n'));
  return folder;
}

test('more queries find more, and cost more terms: each index is that of a build with as many', async () => {
  const folder = folderWithJudgments();
  // By their words alone: the default model finds some of these answers without any query.
  const words = ['--encoder', 'bm25'];
  const sweep = ['sweep', 'pages.jsonl', '--expansions', 'e.jsonl', '--beir', 'beir', '-o', 'swept'];
  const { code, out, err } = await sparsedge(folder, [
    ...sweep,
    ...words,
    '--max-queries',
    '0,1,2',
    '--json',
  ]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { rows } = JSON.parse(out);
  // Of four questions one needs no expansion, one a first query, two a second.
  expect(rows.map((row: { measures: Record<string, number> }) => row.measures['nDCG@10'])).toEqual([
    0.25, 0.5, 1,
  ]);
  const terms = rows.map((row: { termsPerDocument: number }) => row.termsPerDocument);
  expect(terms).toEqual([...terms].sort((a, b) => a - b));
  expect(terms[0]).toBeLessThan(terms[2]);
  const one = await sparsedge(folder, [
    'build',
    'pages.jsonl',
    ...words,
    '--expansions',
    'e.jsonl',
    '--max-queries',
    '1',
    '-o',
    'alone',
    '--json',
  ]);
  expect(rows[1].build).toBe(JSON.parse(one.out).build);
  const plain = await sparsedge(folder, ['build', 'pages.jsonl', ...words, '-o', 'plain', '--json']);
  expect(rows[0].build).toBe(JSON.parse(plain.out).build);
  const shown = await sparsedge(folder, [...sweep, ...words, '--max-queries', '2']);
  expect(shown.out.split('\n')[0]).toMatch(/^queries +nDCG@10 .* terms\/document +index +reads\/query/);
  expect(shown.out).toMatch(/^ +2 +1\.0000 .* swept\/2$/m);
});

test.each([
  [['--max-queries', '5,x'], 'It must be whole numbers from 0'],
  [['--max-queries', '5', '--qrels', 'q'], 'an evaluation needs judged questions'],
  [['--max-queries', '5', '--qrels', 'q', '--beir', 'b'], "option '--beir <folder>' cannot be used with"],
  [[], "required option '--max-queries <n,n,...>' not specified"],
])('%s is refused with the reason: %s', async (args, message) => {
  const { code, err } = await sparsedge(folderWithJudgments(), [
    'sweep',
    'pages.jsonl',
    '--expansions',
    'e.jsonl',
    ...args,
  ]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
});
