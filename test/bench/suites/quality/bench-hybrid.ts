// `hybrid`: a model whose queries a network reads, alone and added up with BM25 and with the default model, by the
// commands that a user has: one index of three spaces, asked with several weights.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Evaluation, evaluate } from '../../../../build/evaluate/metrics.ts';
import { readRun } from '../../../../build/evaluate/trec-run.ts';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { JUDGED, type Judged } from '../../data/judged-collections.ts';
import { round } from '../../figures.ts';
import { sparsedge, writeBeir } from '../../systems/commands.ts';
import { hundredths } from './bench-quality.ts';

/** What a network's space counts beside one of words. */
const WEIGHTS = [0.25, 0.5, 1] as const;
const MEASURES = ['nDCG@10', 'Recall@100'] as const;
const DEPTH = 100;

/** One collection. */
export interface HybridFigures {
  readonly collection: string;
  readonly model: string;
  readonly documents: number;
  readonly questions: number;
  readonly ways: readonly HybridWay[];
}

/** Spaces that were added up, and what came of it. */
interface HybridWay {
  readonly spaces: Readonly<Record<string, number>>;
  /** In hundredths. */
  readonly measures: Readonly<Record<(typeof MEASURES)[number], number>>;
  /** Means of showing ten documents. */
  readonly reads: number;
  readonly kilobytes: number;
}

export async function* bench({ models: [model], collections }: BenchOptions): Results {
  const { id } = openModelFolder(model).contract;
  for (const name of collections)
    yield [`hybrid-${id}-${name}`, await measured(await JUDGED[name](), resolve(model), id)];
}

async function measured(judged: Judged, path: string, model: string): Promise<HybridFigures> {
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder(), 'hybrid-'));
  try {
    writeBeir(judged, folder);
    const config = join(folder, 'spaces.json');
    const spaces = [{ name: 'default' }, { name: 'bm25', encoder: 'bm25' }, { name: model, model: path }];
    writeFileSync(config, JSON.stringify({ spaces }));
    const index = join(folder, 'index');
    await sparsedge('build', folder, '--config', config, '-o', index);
    const beside = (words: string) => WEIGHTS.map((weight) => ({ [words]: 1, [model]: weight }));
    const asked = [{ bm25: 1 }, { default: 1 }, { [model]: 1 }, ...beside('bm25'), ...beside('default')];
    const ways: HybridWay[] = [];
    for (const each of asked) ways.push(await answered(each, { judged, folder, index }));
    return {
      collection: judged.name,
      model,
      documents: judged.documents.length,
      questions: judged.queries.length,
      ways,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function answered(
  spaces: Readonly<Record<string, number>>,
  { judged, folder, index }: { readonly judged: Judged; readonly folder: string; readonly index: string },
): Promise<HybridWay> {
  const run = join(folder, 'answers.run');
  const weights = Object.entries(spaces).map(([name, weight]) => `${name}=${weight}`);
  const how = ['--spaces', weights.join(','), '-k', `${DEPTH}`, '--run-out', run];
  const { cost } = await sparsedge('eval', index, '--beir', folder, ...how);
  const judgments = judged.judgments[judged.name];
  const { mean }: Evaluation<(typeof MEASURES)[number]> = evaluate(await readRun(run), judgments, MEASURES);
  return {
    spaces,
    measures: { 'nDCG@10': hundredths(mean['nDCG@10']), 'Recall@100': hundredths(mean['Recall@100']) },
    reads: round(cost.reads.mean),
    kilobytes: round(cost.bytes.mean / 1000),
  };
}
