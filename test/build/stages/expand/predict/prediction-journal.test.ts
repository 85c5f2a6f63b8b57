import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NO_USAGE } from '../../../../../build/stages/expand/predict/expander.ts';
import { PredictionJournal } from '../../../../../build/stages/expand/predict/prediction-journal.ts';
import { temporaryFolder } from '../../../commands/command-line.ts';

const prediction = (query: string) => ({ queries: [query], discarded: {}, usage: { input: 3, output: 1 } });

function written(path: string, indexes: readonly number[]): void {
  const journal = new PredictionJournal(path, 5);
  for (const index of indexes)
    journal.append(index, `name ${index}`, `d${index}`, prediction(`query ${index}`));
  journal.close();
}

const queriesIn = (journal: PredictionJournal) => [...journal.inOrder()].map(({ queries }) => queries[0]);

test('whatever order predictions came in, they are given back in that of documents', () => {
  const path = join(temporaryFolder(), 'journal');
  written(path, [3, 0, 4]);
  written(path, [1]);
  const journal = new PredictionJournal(path, 5);
  expect(queriesIn(journal)).toEqual(['query 0', 'query 1', 'query 3', 'query 4']);
  expect(journal).toMatchObject({ done: 4, usage: { input: 12, output: 4 } });
  journal.append(3, 'name 3', 'd3', { ...prediction('another'), usage: NO_USAGE });
  expect(journal.at(3)!.queries).toEqual(['another']);
  expect(journal.at(2)).toBeUndefined();
  expect(journal.done).toBe(4);
  journal.close();
});

test('cut at any byte or damaged in its last record, it has every record before', () => {
  const path = join(temporaryFolder(), 'journal');
  written(path, [0, 1]);
  const two = readFileSync(path).length;
  written(path, [2]);
  const whole = readFileSync(path);
  for (let end = two; end < whole.length; end++) {
    writeFileSync(path, whole.subarray(0, end));
    const journal = new PredictionJournal(path, 5);
    expect(queriesIn(journal)).toEqual(['query 0', 'query 1']);
    journal.close();
    expect(readFileSync(path).length).toBe(two);
  }
  const damaged = Buffer.from(whole);
  damaged[whole.length - 4] ^= 1;
  writeFileSync(path, damaged);
  const journal = new PredictionJournal(path, 5);
  expect(queriesIn(journal)).toEqual(['query 0', 'query 1']);
  journal.close();
});

test('a journal that another process writes to is noticed', () => {
  const path = join(temporaryFolder(), 'journal');
  const journal = new PredictionJournal(path, 5);
  written(path, [1]);
  journal.append(0, 'name 0', 'd0', prediction('query 0'));
  expect(() => journal.at(0)).toThrow('expected document 0 at 0, found 1');
  truncateSync(path, 0);
  appendFileSync(path, 'x');
  expect(() => journal.at(0)).toThrow('expected document 0 at 0, found no record');
  journal.close();
});
