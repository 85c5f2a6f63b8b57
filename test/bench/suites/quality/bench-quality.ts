// `quality`: how good the answers of BM25 and of models are, and what they cost. Each judged collection is searched
// alone, and all of them as one; everything goes through the real build and the real search, with 8-bit impacts.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askedFor, type Comparison, pairedBootstrap } from '../../../../build/evaluate/bootstrap.ts';
import { type Evaluation, evaluate, scoresBy } from '../../../../build/evaluate/metrics.ts';
import type { Qrels } from '../../../../build/evaluate/qrels.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { JUDGED, type Judged, pooled } from '../../data/judged-collections.ts';
import { type Answers, answersOf, type Costs } from '../../systems/system-answers.ts';
import { BASELINES, systemsOf } from '../../systems/systems.ts';

const MEASURES = ['nDCG@10', 'MRR@10', 'Recall@100'] as const;
type QualityMeasure = (typeof MEASURES)[number];

/** All systems on the same documents. */
export interface QualityFigures {
  readonly collection: string;
  readonly documents: number;
  readonly systems: readonly SystemFigures[];
}

/** One system. */
export interface SystemFigures extends Costs {
  readonly system: string;
  /** By the collection that judges: one, or those of the pool. */
  readonly effectiveness: Readonly<Record<string, Effectiveness>>;
}

/** How good answers are, in hundredths. */
export interface Effectiveness extends Readonly<Record<QualityMeasure, number>> {
  readonly queries: number;
  /** nDCG@10 of weights that are not quantized. */
  readonly floats: number;
  /** nDCG@10 less that of a baseline, with the interval that holds it in 95 of 100 draws of documents. */
  readonly over: Readonly<Partial<Record<(typeof BASELINES)[number], Difference>>>;
}

export interface Difference extends Pick<Comparison, 'difference' | 'p'> {
  readonly interval: { readonly low: number; readonly high: number };
}

export async function* bench({ collections, models, alone }: BenchOptions): Results {
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder(), 'quality-'));
  try {
    const systems = systemsOf(models, folder);
    const judged = await Promise.all(collections.map((name) => JUDGED[name]()));
    const searched = [...(alone ? judged : []), ...(judged.length > 1 || !alone ? [pooled(judged)] : [])];
    for (const each of searched) {
      const answered = new Map<string, Answers>();
      for (const system of systems) answered.set(system.name, await answersOf(system, each, folder));
      yield [`quality-${each.name}`, compared(each, answered)];
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compared(
  { name, documents, judgments }: Judged,
  answered: ReadonlyMap<string, Answers>,
): QualityFigures {
  const effectiveness = Object.entries(judgments).map(
    ([collection, qrels]) => [collection, effectivenessBy(qrels, answered)] as const,
  );
  return {
    collection: name,
    documents: documents.length,
    systems: [...answered].map(([system, { costs }]) => ({
      system,
      effectiveness: Object.fromEntries(
        effectiveness.map(([collection, figures]) => [collection, figures.get(system)!]),
      ),
      ...costs,
    })),
  };
}

/** What one collection's judgments say of each system. */
function effectivenessBy(qrels: Qrels, answered: ReadonlyMap<string, Answers>): Map<string, Effectiveness> {
  const evaluated = new Map(
    [...answered].map(([system, { run }]) => [system, evaluate(run, qrels, MEASURES)]),
  );
  const groups = askedFor(qrels);
  return new Map(
    [...answered].map(([system, { floats }]) => {
      const evaluation = evaluated.get(system)!;
      const { mean, perQuery } = evaluation;
      const over = BASELINES.filter((baseline) => baseline !== system).map((baseline) => [
        baseline,
        differenceOf(evaluated.get(baseline)!, evaluation, groups),
      ]);
      return [
        system,
        {
          queries: perQuery.size,
          'nDCG@10': hundredths(mean['nDCG@10']),
          'MRR@10': hundredths(mean['MRR@10']),
          'Recall@100': hundredths(mean['Recall@100']),
          floats: hundredths(evaluate(floats, qrels, ['nDCG@10']).mean['nDCG@10']),
          over: Object.fromEntries(over),
        },
      ];
    }),
  );
}

/** How much better a candidate is, with its interval; questions of one group are drawn together. */
export function differenceOf(
  baseline: Evaluation<'nDCG@10'>,
  candidate: Evaluation<'nDCG@10'>,
  groups: ReadonlyMap<string, string>,
): Difference {
  const [before, after] = [scoresBy(baseline, 'nDCG@10'), scoresBy(candidate, 'nDCG@10')];
  const {
    difference,
    interval: [low, high],
    p,
  } = pairedBootstrap(before, after, { groups });
  return {
    difference: hundredths(difference),
    interval: { low: hundredths(low), high: hundredths(high) },
    p,
  };
}

export function hundredths(value: number): number {
  return Number((100 * value).toFixed(3));
}
