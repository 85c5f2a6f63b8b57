import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterExpansions } from '../../../build/expand/filter.ts';
import { byReranker } from '../../../build/expand/relevance.ts';
import { readScores, ScoreWriter, scoreAt } from '../../../build/expand/scores.ts';
import { silent } from '../../../build/progress.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { sparsedge, temporaryFolder, writeDocuments } from '../commands/command-line.ts';

test('the score at a rank is that of sorted scores, for any scores', () => {
  const path = join(temporaryFolder(), 'scores');
  const score = fc.oneof(
    fc.float({ noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, Number.NEGATIVE_INFINITY, Math.fround(0.1)),
  );
  fc.assert(
    fc.property(fc.array(score, { minLength: 1, maxLength: 200 }), fc.nat(), (scores, chosen) => {
      const writer = new ScoreWriter(path);
      for (const each of scores) writer.write(each);
      writer.close();
      const rank = 1 + (chosen % scores.length);
      const sorted = [...scores].sort((a, b) => b - a);
      // 0 and −0 are one score.
      expect(scoreAt(path, rank) + 0).toBe(sorted[rank - 1]! + 0);
    }),
  );
});

test('scores are read back as they were written, however many buffers they fill', () => {
  const path = join(temporaryFolder(), 'scores');
  const scores = Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 40_000);
  const writer = new ScoreWriter(path);
  for (const score of scores) writer.write(score);
  writer.close();
  expect([...readScores(path)]).toEqual(scores);
  expect(scoreAt(path, 12_000)).toBe(28_000);
});

const EXPANSIONS = [
  { doc_id: 'a', queries: ['moon sea tides', 'football results', 'sea'] },
  { doc_id: 'b', queries: ['moonlight', 'stock prices'] },
  { doc_id: 'c', queries: [], failed: 'the document has no words' },
  { doc_id: 'd', queries: ['cheap flights', 'train tickets'] },
];

function folderWithExpansions(): string {
  const folder = temporaryFolder();
  writeDocuments(folder);
  writeFileSync(join(folder, 'e.jsonl'), EXPANSIONS.map((line) => JSON.stringify(line)).join('\n'));
  return folder;
}

const lines = (folder: string, name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test("the index's own encoder keeps queries that their documents answer, and says how many fell", async () => {
  const folder = folderWithExpansions();
  const filter = (...args: string[]) =>
    sparsedge(folder, ['filter', 'pages.jsonl', '--expansions', 'e.jsonl', '-o', 'kept.jsonl', ...args]);
  const { code, out, err } = await filter('--keep', '0.43', '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ documents: 4, queries: 7, kept: 3, emptied: 1 });
  expect(lines(folder, 'kept.jsonl')).toEqual([
    { doc_id: 'a', queries: ['moon sea tides', 'sea'] },
    { doc_id: 'b', queries: ['moonlight'] },
    EXPANSIONS[2],
    { doc_id: 'd', queries: [] },
  ]);
  expect((await filter('--keep', '0.43')).out).toContain(
    '4 queries of 7 fell (57.1%).\n1 document lost all of theirs.',
  );
  // Three score nothing alike: with room for one of them, all fall.
  expect(JSON.parse((await filter('--keep', '0.6', '--json')).out)).toMatchObject({ kept: 3, threshold: 0 });
  expect((await filter('--keep', '1', '--json')).code).toBe(0);
  expect(lines(folder, 'kept.jsonl')).toEqual(EXPANSIONS);
  const built = await sparsedge(folder, ['build', 'pages.jsonl', '--expansions', 'kept.jsonl']);
  expect(built.code).toBe(0);
});

test('a reranker scores each query with its document; a query that it cannot read falls first', async () => {
  const folder = folderWithExpansions();
  const asked: string[] = [];
  const relevance = byReranker({
    model: 'lengths',
    async score(question, [text]) {
      asked.push(`${question} | ${text}`);
      if (question === 'sea') throw new SparsedgeError('bad-query', 'too long');
      return { scores: [question.length] };
    },
  });
  async function* inputs() {
    for (const { doc_id: id } of EXPANSIONS) yield { document: { id, text: `text of ${id}` } };
  }
  const report = await filterExpansions({
    inputs: inputs(),
    expansions: join(folder, 'e.jsonl'),
    relevance,
    keep: 6 / 7,
    out: join(folder, 'kept.jsonl'),
    scoresPath: join(folder, 'scores'),
    progress: silent('', ''),
  });
  expect(asked).toHaveLength(7);
  expect(asked).toContain('moonlight | text of b');
  expect(report).toEqual({
    documents: 4,
    queries: 7,
    kept: 6,
    threshold: Number.NEGATIVE_INFINITY,
    emptied: 0,
  });
  expect(lines(folder, 'kept.jsonl')[0].queries).toEqual(['moon sea tides', 'football results']);
});

test.each([
  [['--keep', '0'], 'It must be above 0 and at most 1'],
  [['--keep', '0.5', '--expansions', 'nothing.jsonl'], 'there is no file or folder nothing.jsonl'],
  [['--keep', '0.5', '--reranker', '.'], '. is no reranker'],
  [['--keep', '0.5', '--reranker', '.', '--model', '.'], 'cannot be used with option'],
  [['--keep', '0.5', '--expansions', 'pages.jsonl'], 'pages.jsonl:1: no list of strings'],
])('%s is refused with the reason: %s', async (args, message) => {
  const { code, err } = await sparsedge(folderWithExpansions(), [
    'filter',
    'pages.jsonl',
    '-o',
    'k.jsonl',
    ...(args.includes('--expansions') ? [] : ['--expansions', 'e.jsonl']),
    ...args,
  ]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
});
