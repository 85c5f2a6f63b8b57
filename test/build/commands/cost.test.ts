import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cpuMillisecondsOf, microdollarsOf, PRICES, readsFor } from '../../../src/query/usage/price.ts';
import { keptResult } from '../../bench/figures.ts';
import type { QueryFigures } from '../../bench/suites/cost/bench-query.ts';
import { folderWithIndex, sparsedge } from './command-line.ts';

const WORK = { postingReads: 6, documentReads: 4, openReads: 0, edgeHits: 0, postings: 20_000 };

test('a query costs its request, its processor time, and the reads that its store bills', () => {
  const cpu = PRICES.cpuMillisecond * cpuMillisecondsOf(WORK);
  expect(microdollarsOf(WORK, 'assets')).toBeCloseTo(0.3 + cpu);
  expect(microdollarsOf(WORK, 'both')).toBeCloseTo(0.3 + cpu + 6 * 0.36);
  expect(microdollarsOf(WORK, 'r2')).toBeCloseTo(0.3 + cpu + 10 * 0.36);
  expect(microdollarsOf({ ...WORK, edgeHits: 10 }, 'r2')).toBeCloseTo(0.3 + cpu);
});

test('the reads of a budget cost no more than the budget, and one more would', () => {
  const work = (postingReads: number) => ({ postingReads, documentReads: 0, postings: 0 });
  const reads = readsFor(5, 'r2')!;
  expect(microdollarsOf(work(reads), 'r2')).toBeLessThanOrEqual(5);
  expect(microdollarsOf(work(reads + 1), 'r2')).toBeGreaterThan(5);
  expect(readsFor(5, 'assets')).toBeUndefined();
});

test('the estimate of processor time is within a fifth of what was measured', () => {
  for (const size of ['10k', '100k', '227k', '1m']) {
    const set = keptResult<QueryFigures>(`query-${size}`)!.figures.sets.squad!;
    const { postingReads, documentReads, postingsDecoded } = set.withDocuments;
    const estimate = cpuMillisecondsOf({
      postingReads: postingReads.mean,
      documentReads: documentReads.mean,
      postings: postingsDecoded.mean,
    });
    expect(Math.abs(estimate / set.cpuMilliseconds!.workerd!.mean - 1), size).toBeLessThan(0.2);
  }
});

test('an index is reckoned by its own questions, or by a log', async () => {
  const folder = await folderWithIndex();
  const own = JSON.parse((await sparsedge(folder, ['cost', 'shards/pages', '--json'])).out);
  expect(own).toMatchObject({ questions: { asked: 4 }, hitRate: 0.8 });
  const [assets, , r2] = own.stores;
  expect(r2.million.cold).toBeGreaterThan(assets.million.cold + 0.36);
  // A cached answer is a request still.
  expect(r2.million.cached).toBeCloseTo(0.3 + 0.2 * (r2.million.cold - 0.3));

  writeFileSync(join(folder, 'log.tsv'), 'q1\tmoon and sea\nq2\tnothing that is there\n');
  const log = ['--queries', 'log.tsv', '--monthly', '20000000', '--hit-rate', '0', '--json'];
  const asked = JSON.parse((await sparsedge(folder, ['cost', 'shards/pages', ...log])).out);
  expect(asked.questions).toEqual({ asked: 2, from: 'log.tsv' });
  // $5, and ten million requests beyond the ten that are included.
  expect(asked.stores[0].month).toBeCloseTo(5 + 10 * 0.3);
  expect(asked.stores[0].freeRefuses[0]).toMatch(/^666667 queries a day/);
});
