// How good rankings are, by trec_eval's definitions (github.com/usnistgov/trec_eval, version 9: m_map.c,
// m_recip_rank.c, m_ndcg_cut.c, m_recall.c, m_P.c), checked by cases worked by hand and a published figure.
//
// The mean is over every judged query, as trec_eval's with -c: one that the run does not answer counts 0, and so does
// one without any relevant document, though no ranking can do better.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Qrels } from './qrels.ts';
import type { Ranked, Run } from './trec-run.ts';

/** A measure by name: `MAP`, or a family and the rank at which it stops looking, such as `nDCG@10`. */
export type Measure = 'MAP' | `${Family}@${number}`;
type Family = 'MRR' | 'nDCG' | 'Recall' | 'P';

/** The measures of a run. */
export interface Evaluation<M extends Measure = Measure> {
  readonly mean: Readonly<Record<M, number>>;
  /** Every query that counts in the mean, in the order of the judgments. */
  readonly perQuery: ReadonlyMap<string, Readonly<Record<M, number>>>;
}

/**
 * Measures a run against judgments.
 *
 * @throws SparsedgeError `bad-input` for an unknown measure, a ranking that holds a document twice, and judgments
 *   in which nothing is relevant
 */
export function evaluate<M extends Measure>(run: Run, qrels: Qrels, measures: readonly M[]): Evaluation<M> {
  const formulas = measures.map((name): [M, Formula] => [name, formulaOf(name)]);
  const perQuery = new Map<string, Record<M, number>>();
  const mean = Object.fromEntries(measures.map((name) => [name, 0])) as Record<M, number>;
  let answerable = 0;
  for (const [query, judged] of qrels) {
    // From the best on: what the ideal ranking would gain at each rank.
    const ideal = [...judged.values()].filter((relevance) => relevance > 0).sort((a, b) => b - a);
    if (ideal.length > 0) answerable++;
    const gains = gainsOf(query, run.get(query) ?? [], judged);
    const scores = {} as Record<M, number>;
    for (const [name, formula] of formulas) {
      scores[name] = ideal.length === 0 ? 0 : formula(gains, ideal);
      mean[name] += scores[name];
    }
    perQuery.set(query, scores);
  }
  if (answerable === 0)
    throw new SparsedgeError('bad-input', 'no query is judged to have a relevant document');
  for (const name of measures) mean[name] /= perQuery.size;
  return { mean, perQuery };
}

/** One measure's score for each query, as a paired test takes it. */
export function scoresBy<M extends Measure>(evaluation: Evaluation<M>, measure: M): Map<string, number> {
  return new Map([...evaluation.perQuery].map(([query, scores]) => [query, scores[measure]]));
}

/** A figure as trec_eval prints it: four digits, and the even one of two that are as near; toFixed takes the larger. */
export function printed(value: number): string {
  const isBetween = /\.\d{3}[02468]50*$/.test(value.toFixed(60));
  return isBetween ? value.toFixed(5).slice(0, -1) : value.toFixed(4);
}

/** What trec_eval and ir_measures call the families. */
const OTHER_NAMES: readonly (readonly [form: RegExp, family: Family])[] = [
  [/^(?:ndcg@|ndcg_cut_)(?=\d)/i, 'nDCG'],
  [/^(?:m?rr@)(?=\d)/i, 'MRR'],
  [/^(?:r@|recall@|recall_)(?=\d)/i, 'Recall'],
  [/^(?:p@|p_)(?=\d)/i, 'P'],
];

/**
 * The measure of a name, as given on a command line: its own, trec_eval's (`ndcg_cut_10`) or ir_measures' (`RR@10`).
 */
export function measureNamed(name: string): Measure {
  if (/^m?ap$/i.test(name)) return 'MAP';
  const [form, family] = OTHER_NAMES.find(([form]) => form.test(name)) ?? [];
  const measure = form === undefined ? name : name.replace(form, `${family}@`);
  formulaOf(measure, name);
  return measure as Measure;
}

/** From the gain at each rank, and the gains of the relevant documents from the best on, to a score. */
type Formula = (gains: readonly number[], ideal: readonly number[]) => number;

const FAMILIES: Readonly<Record<Family, (cut: number) => Formula>> = {
  MRR: (cut) => (gains) => {
    const first = gains.slice(0, cut).findIndex((gain) => gain > 0);
    return first < 0 ? 0 : 1 / (first + 1);
  },
  nDCG: (cut) => (gains, ideal) => discounted(gains, cut) / discounted(ideal, cut),
  Recall: (cut) => (gains, ideal) => relevantIn(gains, cut) / ideal.length,
  // Over the cut even where fewer were found: not finding enough is not precise.
  P: (cut) => (gains) => relevantIn(gains, cut) / cut,
};

/** Over the whole ranking, however long; relevant documents that it lacks count 0. */
const averagePrecision: Formula = (gains, ideal) => {
  let found = 0;
  let sum = 0;
  for (const [i, gain] of gains.entries()) if (gain > 0) sum += ++found / (i + 1);
  return sum / ideal.length;
};

/** @param given the name as a person gave it */
function formulaOf(name: string, given = name): Formula {
  if (name === 'MAP') return averagePrecision;
  const [, family, cut] = /^(\w+)@([1-9]\d*)$/.exec(name) ?? [];
  if (family === undefined || !Object.hasOwn(FAMILIES, family)) {
    throw new SparsedgeError(
      'bad-input',
      `no measure is named ${given}: use MAP, MRR@k, nDCG@k, Recall@k or P@k`,
      {
        measure: given,
      },
    );
  }
  return FAMILIES[family as Family](Number(cut));
}

/** What each rank holds, 0 for what is not relevant or not judged. */
function gainsOf(query: string, ranking: readonly Ranked[], judged: ReadonlyMap<string, number>): number[] {
  if (new Set(ranking.map(({ id }) => id)).size < ranking.length) {
    throw new SparsedgeError('bad-input', `the ranking of query ${query} holds a document twice`, { query });
  }
  return ranking.map(({ id }) => Math.max(0, judged.get(id) ?? 0));
}

// Linear gain: the relevance itself. Others use 2^relevance - 1; trec_eval and BEIR do not.
function discounted(gains: readonly number[], cut: number): number {
  let sum = 0;
  for (const [i, gain] of gains.slice(0, cut).entries()) sum += gain / Math.log2(i + 2);
  return sum;
}

function relevantIn(gains: readonly number[], cut: number): number {
  return gains.slice(0, cut).filter((gain) => gain > 0).length;
}
