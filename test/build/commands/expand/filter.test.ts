import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readScores, ScoreWriter, scoreAt } from '../../../../build/stages/expand/scores.ts';
import {
  crossEncoderFolder,
  crossEncoderPairs,
  numberedVocabularyFile,
} from '../../model/reference-model.ts';
import { sparsedge, temporaryFolder, writeDocuments } from '../command-line.ts';

const MODELS = join(import.meta.dirname, '../../../../models');

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
      expect(scoreAt(path, rank) + 0).toBe(sorted[rank - 1] + 0);
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
    'Wrote kept.jsonl: 3 of 7 queries of 4 documents (42.9%), those that score above 0.\n1 document lost all queries.\n',
  );
  // Three score nothing alike: with room for one of them, all fall.
  expect((await filter('--keep', '0.6')).out).toContain(
    '--keep 0.6 allows 4, but the next ones all have the same score.\n',
  );
  expect(JSON.parse((await filter('--keep', '0.6', '--json')).out)).toMatchObject({ kept: 3, threshold: 0 });
  expect((await filter('--keep', '1', '--json')).code).toBe(0);
  expect(lines(folder, 'kept.jsonl')).toEqual(EXPANSIONS);
  const built = await sparsedge(folder, ['build', 'pages.jsonl', '--expansions', 'kept.jsonl']);
  expect(built.code).toBe(0);
});

test('a cross-encoder keeps the pairs that PyTorch scores highest; a query that leaves it no room falls first', async () => {
  const folder = temporaryFolder();
  // A word for each piece. The vocabulary has no w100, and 100 is the piece of such words.
  const words = (ids: readonly number[]) => ids.map((id) => `w${id}`).join(' ');
  const pairs = crossEncoderPairs().map(({ ids, types, score }, i) => ({
    id: `d${i}`,
    query: words(ids.slice(1, types.lastIndexOf(0))),
    text: words(ids.slice(types.indexOf(1), -1)),
    score,
  }));
  writeDocuments(
    folder,
    pairs.map(({ id, text }) => ({ id, text })),
  );
  const tooLong = 'w7 '.repeat(61);
  const expansions = pairs.map(({ id, query }) => ({ doc_id: id, queries: [tooLong, query] }));
  writeFileSync(join(folder, 'e.jsonl'), expansions.map((line) => JSON.stringify(line)).join('\n'));
  const reranker = crossEncoderFolder(numberedVocabularyFile());
  const filter = async (keep: number) => {
    const options = ['--expansions', 'e.jsonl', '--reranker', reranker, '--keep', `${keep}`];
    const filtered = await sparsedge(folder, [
      'filter',
      'pages.jsonl',
      ...options,
      '-o',
      'kept.jsonl',
      '--json',
    ]);
    expect({ code: filtered.code, err: filtered.err }).toEqual({ code: 0, err: '' });
    return JSON.parse(filtered.out);
  };

  const scores = pairs.map(({ score }) => score).sort((a, b) => b - a);
  const report = await filter(30 / 200);
  expect(report).toMatchObject({ documents: 100, queries: 200, kept: 30, emptied: 70 });
  expect(report.threshold).toBeCloseTo(scores[30], 4);
  expect(lines(folder, 'kept.jsonl')).toEqual(
    pairs.map(({ id, query, score }) => ({ doc_id: id, queries: score > scores[30] ? [query] : [] })),
  );
  expect(await filter(0.9)).toMatchObject({ kept: 100, emptied: 0 });
});

test('queries are scored with the encoder as all of its options say it', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder, [
    { id: 'titled', title: 'Cheap flights to the moon', text: 'Rockets, and what a seat costs.' },
    { id: 'said', title: 'Planes', text: 'Flights and flights, and flights again.' },
  ]);
  const expansions = ['titled', 'said'].map((id) => JSON.stringify({ doc_id: id, queries: ['flights'] }));
  writeFileSync(join(folder, 'e.jsonl'), expansions.join('\n'));
  const kept = async (...options: string[]) => {
    const args = ['pages.jsonl', '--expansions', 'e.jsonl', '-o', 'kept.jsonl', '--keep', '0.5', ...options];
    const { code, err } = await sparsedge(folder, ['filter', '--encoder', 'bm25', ...args]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return lines(folder, 'kept.jsonl').flatMap(({ doc_id, queries }) => (queries.length > 0 ? [doc_id] : []));
  };
  expect(await kept('--title-weight', '0')).toEqual(['said']);
  expect(await kept('--title-weight', '50')).toEqual(['titled']);
});

test.each([
  [['--keep', '0'], 'It must be above 0 and at most 1'],
  [['--keep', '0.5', '--expansions', 'nothing.jsonl'], 'there is no file or folder nothing.jsonl'],
  [['--keep', '0.5', '--reranker', '.'], '. is no reranker'],
  [
    ['--keep', '0.5', '--reranker', join(MODELS, 'sparsedge-en')],
    'found a model that weighs terms: it is for --model',
  ],
  [['--keep', '0.5', '-o', '.'], '. is a folder: expected a file to write'],
  [
    ['--keep', '0.5', '-o', 'pages.jsonl/k.jsonl'],
    'pages.jsonl/k.jsonl cannot be written: pages.jsonl is no folder',
  ],
  [['--keep', '0.5', '--reranker', '.', '--model', '.'], 'cannot be used with option'],
  [['--keep', '0.5', '--page-title', '2'], 'only sections of pages have titles of pages'],
  [['--keep', '0.5', '--encoder', 'bm25', '--added', '3'], 'bm25 adds no stems to documents'],
  [['--keep', '0.5', '--expansions', 'pages.jsonl'], 'pages.jsonl:1: no list of strings'],
])('%s is refused with the reason: %s', async (args, message) => {
  const { code, err } = await sparsedge(folderWithExpansions(), [
    'filter',
    'pages.jsonl',
    ...(args.includes('-o') ? [] : ['-o', 'k.jsonl']),
    ...(args.includes('--expansions') ? [] : ['--expansions', 'e.jsonl']),
    ...args,
  ]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
});
