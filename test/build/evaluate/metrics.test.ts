import { describe, expect, test } from 'vitest';
import { evaluate, type Measure, measureNamed, scoresBy } from '../../../build/evaluate/metrics.ts';
import type { Qrels } from '../../../build/evaluate/qrels.ts';
import type { Run } from '../../../build/evaluate/trec-run.ts';

const qrelsOf = (judged: Record<string, Record<string, number>>): Qrels =>
  new Map(Object.entries(judged).map(([query, docs]) => [query, new Map(Object.entries(docs))]));

const runOf = (rankings: Record<string, string[]>): Run =>
  new Map(
    Object.entries(rankings).map(([query, ids]) => [query, ids.map((id, i) => ({ id, score: 100 - i }))]),
  );

const score = (measure: Measure, ranking: string[], judged: Record<string, number>) =>
  evaluate(runOf({ q: ranking }), qrelsOf({ q: judged }), [measure]).mean[measure];

describe('one query', () => {
  // Relevant at ranks 2 and 4; `e` is relevant and never found.
  const ranking = ['a', 'b', 'c', 'd'];
  const judged = { a: 0, b: 1, d: 2, e: 1 };

  test('average precision averages precision at each relevant document over all relevant documents', () => {
    expect(score('MAP', ranking, judged)).toBeCloseTo((1 / 2 + 2 / 4) / 3, 12);
  });

  test('reciprocal rank is that of the first relevant document', () => {
    expect(score('MRR@10', ranking, judged)).toBe(1 / 2);
  });

  test('reciprocal rank is 0 where the first relevant document lies below the cut', () => {
    expect(score('MRR@1', ranking, judged)).toBe(0);
    expect(score('MRR@2', ranking, judged)).toBe(1 / 2);
  });

  test('nDCG discounts the relevance itself by the logarithm of rank + 1, against the ideal order', () => {
    const gained = 1 / Math.log2(3) + 2 / Math.log2(5);
    const ideal = 2 / Math.log2(2) + 1 / Math.log2(3) + 1 / Math.log2(4);
    expect(score('nDCG@10', ranking, judged)).toBeCloseTo(gained / ideal, 12);
    // The figure itself, worked out by hand: 1.49228 / 3.13093.
    expect(score('nDCG@10', ranking, judged)).toBeCloseTo(0.47663, 5);
  });

  test('the ideal of nDCG stops at the cut too', () => {
    expect(score('nDCG@2', ranking, judged)).toBeCloseTo(1 / Math.log2(3) / (2 + 1 / Math.log2(3)), 12);
    expect(score('nDCG@1', ['d'], judged)).toBe(1);
  });

  test('recall is over all relevant documents, however small the cut', () => {
    expect(score('Recall@2', ranking, judged)).toBeCloseTo(1 / 3, 12);
    expect(score('Recall@1000', ranking, judged)).toBeCloseTo(2 / 3, 12);
  });

  test('precision is over the cut even where fewer documents were found', () => {
    expect(score('P@2', ranking, judged)).toBe(1 / 2);
    expect(score('P@10', ranking, judged)).toBe(2 / 10);
  });

  test('unjudged documents and negative judgments are not relevant', () => {
    expect(score('MAP', ['x', 'y', 'b'], { b: 1, y: -1 })).toBeCloseTo(1 / 3, 12);
    expect(score('nDCG@10', ['y', 'b'], { b: 1, y: -2 })).toBeCloseTo(1 / Math.log2(3), 12);
    expect(score('Recall@10', ['b'], { b: 1, y: -1, z: 0 })).toBe(1);
  });

  test('a perfect ranking scores 1 everywhere', () => {
    for (const measure of ['MAP', 'MRR@1', 'nDCG@3', 'Recall@3', 'P@3'] as const) {
      expect(score(measure, ['d', 'b', 'e'], judged), measure).toBe(1);
    }
  });
});

describe('many queries', () => {
  const qrels = qrelsOf({ answered: { a: 1 }, unanswered: { a: 1 }, hopeless: { a: 0 } });
  const run = runOf({ hopeless: ['a'], answered: ['a'], unjudged: ['a'] });

  test('a judged query without results, and one without a relevant document, count 0 in the mean', () => {
    expect(evaluate(run, qrels, ['MRR@10']).mean).toEqual({ 'MRR@10': 1 / 3 });
  });

  test('queries without judgments do not count', () => {
    expect([...evaluate(run, qrels, ['MAP']).perQuery.keys()]).toEqual([
      'answered',
      'unanswered',
      'hopeless',
    ]);
  });

  test('the scores of one measure are those that a paired test takes', () => {
    expect(scoresBy(evaluate(run, qrels, ['MAP', 'P@1']), 'P@1')).toEqual(
      new Map([
        ['answered', 1],
        ['unanswered', 0],
        ['hopeless', 0],
      ]),
    );
  });

  test('a ranking that holds a document twice is refused, since it would be counted twice', () => {
    const twice = runOf({ answered: ['a', 'a'] });
    expect(() => evaluate(twice, qrels, ['MAP'])).toThrow('ranking of query answered holds a document twice');
  });

  test('judgments in which nothing is relevant have no mean', () => {
    expect(() => evaluate(run, qrelsOf({ q: { a: 0 } }), ['MAP'])).toThrow('no query is judged');
  });
});

describe('names', () => {
  test('known names are accepted', () => {
    for (const name of ['MAP', 'MRR@10', 'nDCG@10', 'Recall@1000', 'P@30'])
      expect(measureNamed(name)).toBe(name);
  });

  test.each([
    ['MAP', ['map', 'AP']],
    ['nDCG@10', ['ndcg_cut_10', 'ndcg@10', 'NDCG@10']],
    ['MRR@10', ['RR@10', 'mrr@10']],
    ['Recall@100', ['R@100', 'recall_100', 'recall@100']],
    ['P@5', ['P_5', 'p@5']],
  ])('%s is known by the names that others have for it', (name, others) => {
    for (const other of others) expect(measureNamed(other)).toBe(name);
  });

  test('unknown names are refused with the names there are', () => {
    for (const name of [
      'MAP@10',
      'nDCG',
      'ndcg_cut_0',
      'recip_rank',
      'nDCG@0',
      'P@-1',
      'P@1.5',
      'toString@3',
    ]) {
      expect(() => measureNamed(name), name).toThrow(`no measure is named ${name}: use MAP`);
    }
  });
});
