// `expansion`: documents with and without predicted queries, merged in each way, by the commands that a user has. The
// queries are predicted by the small model of the tests, or by the GGUF file that --model names; node-llama-cpp must be
// installed. What was predicted stays in the cache folder with its journal, so a run that was stopped goes on.

import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { askedFor } from '../../../../build/evaluate/bootstrap.ts';
import { type Evaluation, evaluate } from '../../../../build/evaluate/metrics.ts';
import { readRun } from '../../../../build/evaluate/trec-run.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { JUDGED, type Judged } from '../../data/judged-collections.ts';
import { round } from '../../figures.ts';
import { type Difference, differenceOf, hundredths } from './bench-quality.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const CLI = join(ROOT, 'build/cli.ts');
const MODEL = join(ROOT, 'test/fixtures/expansion/doc2query-small.gguf');
const QUERIES = 10;
const KEPT = 0.3;
/** As doc2query was first measured; and no network has to read each document for every merging. */
const ENCODER = ['--encoder', 'bm25'];
const MEASURES = ['nDCG@10', 'Recall@100'] as const;
const DEPTH = 100;

/** A way to use predicted queries. */
export type Way = 'none' | 'doc2query' | 'doc2query--' | 'distinct';

/** One index. */
export interface ExpandedIndex {
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
  readonly documents: number;
  readonly questions: number;
  readonly queriesPerDocument: number;
  /** Of the filter. */
  readonly kept: number;
  readonly predicted: number;
  readonly indexes: readonly ExpandedIndex[];
}

export async function* bench({ model = MODEL, collections }: BenchOptions): Results {
  for (const name of collections) yield [`expansion-${name}`, await measured(await JUDGED[name](), model)];
}

async function measured(judged: Judged, model: string): Promise<ExpansionFigures> {
  const { name: collection, documents, queries: questions } = judged;
  const folder = join(cacheFolder(), 'expansion', collection);
  const ofModel = join(folder, basename(model));
  mkdirSync(ofModel, { recursive: true });
  writeBeir(judged, folder);
  const [predicted, kept] = [join(ofModel, 'predicted.jsonl'), join(ofModel, 'kept.jsonl')];
  const how = ['--gguf', model, '--device', 'cpu', '--preset', 'doc2query-small', '--queries', `${QUERIES}`];
  await sparsedge('expand', folder, '-o', predicted, ...how);
  const share = ['--keep', String(KEPT), ...ENCODER];
  const filtered = await sparsedge('filter', folder, '--expansions', predicted, '-o', kept, ...share);
  const ways: Readonly<Record<Way, readonly string[]>> = {
    none: [],
    doc2query: ['--expansions', predicted],
    'doc2query--': ['--expansions', kept],
    distinct: ['--expansions', predicted, '--merge', 'distinct'],
  };
  const indexes: ExpandedIndex[] = [];
  let baseline: Evaluation<(typeof MEASURES)[number]> | undefined;
  for (const way of Object.keys(ways) as Way[]) {
    const [index, run] = [join(ofModel, way), join(ofModel, `${way}.run`)];
    rmSync(index, { recursive: true, force: true });
    const built = await sparsedge('build', folder, '-o', index, ...ENCODER, ...ways[way]);
    const found = await sparsedge('eval', index, '--beir', folder, '-k', `${DEPTH}`, '--run-out', run);
    rmSync(index, { recursive: true });
    const evaluation = evaluate(await readRun(run), judged.judgments[collection], MEASURES);
    indexes.push({
      way,
      measures: {
        'nDCG@10': hundredths(evaluation.mean['nDCG@10']),
        'Recall@100': hundredths(evaluation.mean['Recall@100']),
      },
      ...(baseline && { over: differenceOf(baseline, evaluation, askedFor(judged.judgments[judged.name])) }),
      termsPerDocument: round(built.spaces[0].postings / documents.length),
      bytes: built.bytes.total,
      reads: round(found.cost.reads.mean),
    });
    baseline ??= evaluation;
  }
  return {
    collection,
    model: basename(model),
    documents: documents.length,
    questions: questions.length,
    queriesPerDocument: round(filtered.queries / documents.length),
    predicted: filtered.queries,
    kept: filtered.kept,
    indexes,
  };
}

/** A collection as the commands take it: of some only a part of the documents is measured. */
function writeBeir({ name, documents, queries, judgments }: Judged, folder: string): void {
  mkdirSync(join(folder, 'qrels'), { recursive: true });
  const lines = (records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const corpus = documents.map(({ id, title, text }) => ({ _id: id, title, text }));
  writeFileSync(join(folder, 'corpus.jsonl'), lines(corpus));
  writeFileSync(join(folder, 'queries.jsonl'), lines(queries.map(({ id, text }) => ({ _id: id, text }))));
  const judged = [...judgments[name]].flatMap(([query, relevances]) =>
    [...relevances].map(([document, relevance]) => `${query}\t${document}\t${relevance}\n`),
  );
  writeFileSync(join(folder, 'qrels/test.tsv'), `query-id\tcorpus-id\tscore\n${judged.join('')}`);
}

// biome-ignore lint/suspicious/noExplicitAny: what commands print as JSON.
async function sparsedge(...args: readonly string[]): Promise<any> {
  const running = promisify(execFile)(process.execPath, [CLI, ...args, '--json'], { maxBuffer: 1 << 26 });
  running.child.stderr!.pipe(process.stderr);
  return JSON.parse((await running).stdout);
}
