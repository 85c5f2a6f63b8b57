// The figures of trec_eval 9 (pytrec_eval-terrier 0.5) for 300 random sets of judgments and runs, some with ties, some
// with ties of 32-bit floats alone, negative judgments, and queries that are not answered or have nothing relevant.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { evaluate, type Measure, printed } from '../../../build/evaluate/metrics.ts';
import { trecEvalOrder } from '../../../build/evaluate/trec-run.ts';

interface RandomSet {
  readonly qrels: Record<string, Record<string, number>>;
  readonly run: Record<string, Record<string, number>>;
  readonly mean: Record<Measure, string>;
}

const sets = JSON.parse(
  gunzipSync(readFileSync('test/fixtures/evaluation/trec-eval.json.gz')).toString(),
) as RandomSet[];

test('the printed digits are those of trec_eval', () => {
  let compared = 0;
  for (const [number, { qrels, run, mean }] of sets.entries()) {
    if (Object.values(qrels).every((judged) => Object.values(judged).every((relevance) => relevance <= 0)))
      continue;
    const rankings = Object.entries(run).map(([query, scores]) => {
      const ranking = Object.entries(scores).map(([id, score]) => ({ id, score }));
      return [query, trecEvalOrder(ranking)] as const;
    });
    const judged = Object.entries(qrels).map(([query, of]) => [query, new Map(Object.entries(of))] as const);
    const names = Object.keys(mean) as Measure[];
    const found = evaluate(new Map(rankings), new Map(judged), names).mean;
    expect(Object.fromEntries(names.map((name) => [name, printed(found[name])])), `set ${number}`).toEqual(
      mean,
    );
    compared++;
  }
  expect(compared).toBeGreaterThan(280);
});

test('of two digits that are as near, the even one is printed', () => {
  expect([0.15625, 0.53125, 0.21875, 0.00005, 1, 0.99999].map(printed)).toEqual([
    '0.1562',
    '0.5312',
    '0.2188',
    '0.0001',
    '1.0000',
    '1.0000',
  ]);
});
