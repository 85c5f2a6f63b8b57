// Asks every judged question, and keeps the rankings and what each search cost.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { AnsweredHit } from '../../src/query/ask.ts';
import type { Cost } from '../../src/query/search/meter.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { allIds } from '../inspect/lists.ts';
import { type AskOptions, askedOfWorker, openAsk } from '../local/ask-folder.ts';
import { askWorker } from '../local/ask-worker.ts';
import type { StartProgress } from '../terminal/progress.ts';
import type { Topic } from './topics.ts';
import type { Ranked } from './trec-run.ts';

/** An answer without its documents' contents. */
interface Answer {
  readonly hits: readonly Pick<AnsweredHit, 'document' | 'score' | 'rerankScore'>[];
  readonly exact: boolean;
  readonly cost: Cost;
}

/** Answers a question with the k best. */
export type Searcher = (question: string, k: number, documents: boolean) => Promise<Answer>;

/** Asks an index in this process; page tables are in memory, no page is kept from one query to the next. */
export async function folderSearcher(
  folder: string,
  index: OpenIndex,
  options: AskOptions,
): Promise<Searcher> {
  const ask = await openAsk({ folder, index, clock: () => performance.now() }, options);
  return (text, k, documents) => ask({ text, k, documents, budget: {} });
}

/** Asks a Worker that serves the same build of the index. */
export function workerSearcher(url: string, index: OpenIndex, options: AskOptions): Searcher {
  const { build } = index.manifest;
  const how = askedOfWorker(options);
  return async (query, k, documents) => {
    const answer = await askWorker(url, { query, k, documents, ...how });
    if (answer.index.build === build) return answer;
    throw new SparsedgeError(
      'bad-input',
      `the Worker at ${url} serves build ${answer.index.build}, the folder holds build ${build}`,
    );
  };
}

/** What asking showed. */
export interface Measured {
  /** The ranking of each question, best first. */
  readonly run: ReadonlyMap<string, readonly Ranked[]>;
  /** What showing the best `shown` hits of each question with their documents cost, in the order of questions. */
  readonly costs: readonly Cost[];
  readonly milliseconds: readonly number[];
  /** How many of those answers were proved. */
  readonly proved: number;
}

/**
 * Asks each question twice: once for the ranking that is judged, as deep as that needs and without documents, and once
 * for what a reader would be shown, which is what costs are of.
 */
export async function measure(
  index: OpenIndex,
  searcher: Searcher,
  topics: readonly Topic[],
  { k, shown }: { readonly k: number; readonly shown: number },
  startProgress: StartProgress,
): Promise<Measured> {
  // Rankings hold numbers; reading every hit's document for its id would be most of the work.
  const ids = await allIds(index);
  const run = new Map<string, Ranked[]>();
  const costs: Cost[] = [];
  const milliseconds: number[] = [];
  let proved = 0;
  const progress = startProgress('asking', 'questions');
  for (const { id, text } of topics) {
    const { hits } = await searcher(text, k, false);
    run.set(
      id,
      // Scores of the two stages do not compare, and those of a run must fall: a reranked hit scores its place from
      // the end.
      hits.map(({ document, score }, i) => ({
        id: ids[document],
        score: hits[0].rerankScore === undefined ? score : hits.length - i,
      })),
    );
    const started = performance.now();
    const answer = await searcher(text, shown, true);
    milliseconds.push(performance.now() - started);
    costs.push(answer.cost);
    if (answer.exact) proved++;
    progress.at(costs.length, topics.length);
  }
  progress.end();
  return { run, costs, milliseconds, proved };
}

/** How numbers are spread. */
export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

/** The spread of at least one number; percentiles are numbers that occurred, the nearest rank up. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    median: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}
