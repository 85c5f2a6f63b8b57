// `expansion`: documents with and without predicted queries, merged in each way, by the commands that a user has. The
// queries are predicted by the small model of the tests, or by the GGUF file that --model names, with the adapter that
// --adapter names; node-llama-cpp must be installed. What was predicted stays in the cache folder with its journal, so
// a run that was stopped goes on.

import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { askedFor } from '../../../../build/evaluate/bootstrap.ts';
import { type Evaluation, evaluate } from '../../../../build/evaluate/metrics.ts';
import { readRun } from '../../../../build/evaluate/trec-run.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { JUDGED, type Judged } from '../../data/judged-collections.ts';
import { round } from '../../figures.ts';
import { sparsedge, writeBeir } from '../../systems/commands.ts';
import { type Difference, differenceOf, hundredths } from './bench-quality.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const MODEL = join(ROOT, 'test/fixtures/expansion/doc2query-small.gguf');
const QUERIES = 10;
const KEPT = 0.3;
/** As doc2query was first measured, and what documents are weighed with unless a build is told otherwise. */
const ENCODERS = { bm25: ['--encoder', 'bm25'], default: [] } as const;
const MEASURES = ['nDCG@10', 'Recall@100'] as const;
const DEPTH = 100;

/** A way to use predicted queries. */
export type Way = 'none' | 'doc2query' | 'doc2query--' | 'distinct';

/** One index. */
export interface ExpandedIndex {
  /** BM25 where an older result does not say. */
  readonly encoder?: keyof typeof ENCODERS;
  readonly way: Way;
  /** In hundredths. */
  readonly measures: Readonly<Record<(typeof MEASURES)[number], number>>;
  /** nDCG@10 less that of no expansion, in hundredths. */
  readonly over?: Difference;
  readonly termsPerDocument: number;
  readonly bytes: number;
  /** The mean of showing ten documents. */
  readonly reads: number;
}

/** One collection, expanded. */
export interface ExpansionFigures {
  readonly collection: string;
  readonly model: string;
  readonly adapter?: string | undefined;
  readonly documents: number;
  readonly questions: number;
  readonly queriesPerDocument: number;
  /** Of the filter. */
  readonly kept: number;
  readonly predicted: number;
  readonly indexes: readonly ExpandedIndex[];
}

/** A model, and what is asked of it. */
interface Predictor {
  readonly model: string;
  readonly adapter?: string | undefined;
}

export async function* bench({ model = MODEL, adapter, collections }: BenchOptions): Results {
  // What the tests' model predicts has no name of its own.
  const named = adapter === undefined ? '' : `${basename(adapter, '.gguf')}-`;
  for (const name of collections)
    yield [`expansion-${named}${name}`, await measured(await JUDGED[name](), { model, adapter })];
}

async function measured(judged: Judged, { model, adapter }: Predictor): Promise<ExpansionFigures> {
  const { name: collection, documents, queries: questions } = judged;
  const folder = join(cacheFolder(), 'expansion', collection);
  const ofModel = join(folder, basename(adapter ?? model));
  mkdirSync(ofModel, { recursive: true });
  writeBeir(judged, folder);
  const [predicted, kept] = [join(ofModel, 'predicted.jsonl'), join(ofModel, 'kept.jsonl')];
  const asked = adapter === undefined ? ['doc2query-small'] : ['llama2-doc2query', '--adapter', adapter];
  const how = ['--gguf', model, '--device', 'cpu', '--queries', `${QUERIES}`, '--preset', ...asked];
  await sparsedge('expand', folder, '-o', predicted, ...how);
  const share = ['--keep', String(KEPT), ...ENCODERS.bm25];
  const filtered = await sparsedge('filter', folder, '--expansions', predicted, '-o', kept, ...share);
  const ways: Readonly<Record<Way, readonly string[]>> = {
    none: [],
    doc2query: ['--expansions', predicted],
    'doc2query--': ['--expansions', kept],
    distinct: ['--expansions', predicted, '--merge', 'distinct'],
  };
  const indexes: ExpandedIndex[] = [];
  for (const encoder of Object.keys(ENCODERS) as (keyof typeof ENCODERS)[]) {
    let baseline: Evaluation<(typeof MEASURES)[number]> | undefined;
    for (const way of Object.keys(ways) as Way[]) {
      const options = [...ENCODERS[encoder], ...ways[way]];
      const { evaluation, ...costs } = await indexed(judged, folder, join(ofModel, way), options);
      const over = baseline && {
        over: differenceOf(baseline, evaluation, askedFor(judged.judgments[judged.name])),
      };
      const { 'nDCG@10': ndcg, 'Recall@100': recall } = evaluation.mean;
      const measures = { 'nDCG@10': hundredths(ndcg), 'Recall@100': hundredths(recall) };
      indexes.push({ encoder, way, measures, ...over, ...costs });
      baseline ??= evaluation;
    }
  }
  return {
    collection,
    model: basename(model),
    adapter: adapter && basename(adapter),
    documents: documents.length,
    questions: questions.length,
    queriesPerDocument: round(filtered.queries / documents.length),
    predicted: filtered.queries,
    kept: filtered.kept,
    indexes,
  };
}

/** Builds an index, asks it everything, and removes it. */
async function indexed(
  { name, documents, judgments }: Judged,
  folder: string,
  index: string,
  options: readonly string[],
): Promise<
  Pick<ExpandedIndex, 'termsPerDocument' | 'bytes' | 'reads'> & {
    readonly evaluation: Evaluation<(typeof MEASURES)[number]>;
  }
> {
  const run = `${index}.run`;
  rmSync(index, { recursive: true, force: true });
  const built = await sparsedge('build', folder, '-o', index, ...options);
  const found = await sparsedge('eval', index, '--beir', folder, '-k', `${DEPTH}`, '--run-out', run);
  rmSync(index, { recursive: true });
  return {
    evaluation: evaluate(await readRun(run), judgments[name], MEASURES),
    termsPerDocument: round(built.spaces[0].postings / documents.length),
    bytes: built.bytes.total,
    reads: round(found.cost.reads.mean),
  };
}
