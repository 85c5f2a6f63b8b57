// Asks every judged question, and keeps the rankings and what each search cost.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { AnsweredHit } from '../../src/query/ask.ts';
import type { Cost } from '../../src/query/search/meter.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { type AskOptions, askedOfWorker, openAsk } from '../local/ask-folder.ts';
import { askWorker } from '../local/ask-worker.ts';
import { scaled } from '../local/given-query.ts';
import type { StartProgress } from '../terminal/progress.ts';
import type { Topic } from './topics.ts';
import { type Ranked, trecEvalOrder } from './trec-run.ts';

/** An answer without its documents' contents. */
interface Answer {
  readonly hits: readonly Pick<AnsweredHit, 'document' | 'score' | 'rerankScore'>[];
  readonly exact: boolean;
  readonly cost: Cost;
}

/** Answers a question with the k best. */
export type Searcher = (question: Topic, k: number, documents: boolean) => Promise<Answer>;

/** Asks an index in this process; page tables are in memory, no page is kept from one query to the next. */
export async function folderSearcher(
  folder: string,
  index: OpenIndex,
  options: AskOptions,
): Promise<Searcher> {
  const ask = await openAsk({ folder, index, clock: () => performance.now() }, options);
  return ({ text, vector }, k, documents) => ask({ text, vector, k, documents, budget: {} });
}

/** Asks a Worker that serves the same build of the index. */
export function workerSearcher(url: string, index: OpenIndex, options: AskOptions): Searcher {
  const { build } = index.manifest;
  const how = { ...askedOfWorker(options), exactWords: true };
  return async ({ text, vector }, k, documents) => {
    const asked =
      vector === undefined ? { query: text } : { terms: Object.fromEntries(scaled(vector).weights) };
    const answer = await askWorker(url, { ...asked, k, documents, ...how });
    if (answer.index.build === build) return answer;
    throw new SparsedgeError(
      'bad-input',
      `the Worker at ${url} serves build ${answer.index.build}, the folder holds build ${build}`,
    );
  };
}

/** What asking showed. */
export interface Measured {
  /** The ranking of each question, best first, in the order of trec_eval for the run file of it. */
  readonly run: ReadonlyMap<string, readonly Ranked[]>;
  /** Questions from whose ranking the document with their own id was left out. */
  readonly ownLeftOut: number;
  /** What showing the best `shown` hits of each question with their documents cost, in the order of questions. */
  readonly costs: readonly Cost[];
  readonly milliseconds: readonly number[];
  /** How many of those answers were proved. */
  readonly proved: number;
}

/** How deep, and what of a ranking counts. */
interface Depth {
  readonly k: number;
  readonly shown: number;
  /** Whether a query is asked of itself: a document with its id is then no answer. */
  readonly isOwn: (query: string, document: string) => boolean;
  /** The name of a document in the run file. */
  readonly nameOf: (id: string) => string;
}

/**
 * Asks each question twice: once for the ranking that is judged, as deep as that needs and without documents, and once
 * for what a reader would be shown, which is what costs are of.
 *
 * @param ids of the documents, by number: reading every hit's document for its id would be most of the work
 */
export async function measure(
  ids: readonly string[],
  searcher: Searcher,
  topics: readonly Topic[],
  { k, shown, isOwn, nameOf }: Depth,
  startProgress: StartProgress,
): Promise<Measured> {
  const run = new Map<string, Ranked[]>();
  const costs: Cost[] = [];
  const milliseconds: number[] = [];
  let [proved, ownLeftOut] = [0, 0];
  const progress = startProgress('asking', 'questions');
  for (const topic of topics) {
    const { id } = topic;
    const { hits } = await searcher(topic, k, false);
    // Scores of the two stages do not compare, and those of a run must fall: a reranked hit scores its place from the
    // end.
    const all = hits.map(({ document, score }, i) => ({
      id: ids[document],
      score: hits[0].rerankScore === undefined ? score : hits.length - i,
    }));
    const ranking = all.filter((hit) => !isOwn(id, hit.id));
    if (ranking.length < all.length) ownLeftOut++;
    run.set(id, trecEvalOrder(ranking, nameOf));
    const started = performance.now();
    const answer = await searcher(topic, shown, true);
    milliseconds.push(performance.now() - started);
    costs.push(answer.cost);
    if (answer.exact) proved++;
    progress.at(costs.length, topics.length);
  }
  progress.end();
  return { run, ownLeftOut, costs, milliseconds, proved };
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
