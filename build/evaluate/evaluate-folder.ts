// Measures an index by judged questions: the rankings against the judgments, and what answering costs.

import { openFolder } from '../index/open-folder.ts';
import { type AskOptions, searched } from '../local/ask-folder.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { askedFor, type Comparison, pairedBootstrap } from './bootstrap.ts';
import { type JudgedFiles, judgedQuestions } from './judged.ts';
import { folderSearcher, type Measured, measure, type Spread, spreadOf, workerSearcher } from './measure.ts';
import { type Evaluation, evaluate, type Measure, measureNamed, scoresBy } from './metrics.ts';
import type { Qrels } from './qrels.ts';
import { readRun, writeRun } from './trec-run.ts';

/** How to evaluate. */
export interface EvaluateOptions extends JudgedFiles, AskOptions {
  /** How many hits a ranking has. */
  readonly k: number;
  /** How many hits are shown where costs are counted. */
  readonly shown: number;
  /** Names of measures. */
  readonly measures?: readonly string[] | undefined;
  /** Where the rankings are written as a TREC run file. */
  readonly runOut?: string | undefined;
  /** The TREC run file that the rankings are compared with. */
  readonly compare?: string | undefined;
  /** The Worker that is asked in place of the folder. */
  readonly url?: string | undefined;
}

/** What an evaluation found. */
export interface Evaluated {
  readonly folder: string;
  /** The Worker that was asked, if one was. */
  readonly url?: string | undefined;
  readonly build: string;
  /** The space that was searched, or how several were. */
  readonly space: string;
  /** Questions that were asked; `unasked` are judged, but their texts are not in the file of queries. */
  readonly queries: number;
  readonly unasked: number;
  readonly k: number;
  readonly measures: Readonly<Record<string, number>>;
  /** How much better by each measure than the run it was compared with. */
  readonly over?: Readonly<Record<string, Comparison>> | undefined;
  readonly cost: {
    readonly shown: number;
    readonly proved: number;
    readonly reads: Spread;
    readonly bytes: Spread;
    readonly rounds: Spread;
    readonly milliseconds: Spread;
  };
  readonly seconds: number;
}

/** What is measured unless measures are named. */
export const MEASURES: readonly Measure[] = ['nDCG@10', 'MRR@10', 'MAP', 'Recall@100', 'Recall@1000'];

/**
 * Measures the index in a folder.
 *
 * @throws SparsedgeError `bad-input` for options, files and measures that are wrong; what searching throws
 */
export async function evaluateFolder(
  folder: string,
  options: EvaluateOptions,
  startProgress: StartProgress,
): Promise<Evaluated> {
  const { k, shown, url, runOut } = options;
  const measures = options.measures?.map(measureNamed) ?? MEASURES.filter((name) => cutOf(name) <= k);
  const index = await openFolder(folder);
  const { topics, qrels, unasked } = await judgedQuestions(options);
  const other = options.compare === undefined ? undefined : await readRun(options.compare);
  const searcher =
    url === undefined ? await folderSearcher(folder, index, options) : workerSearcher(url, index, options);
  const started = performance.now();
  const measured = await measure(index, searcher, topics, { k, shown }, startProgress);
  const seconds = (performance.now() - started) / 1000;
  const evaluation = evaluate(measured.run, qrels, measures);
  const space = searched(index, options);
  if (runOut !== undefined)
    await writeRun(runOut, measured.run, `sparsedge-${space.replaceAll(/\s+/g, '_')}`);
  return {
    folder,
    url,
    build: index.manifest.build,
    space,
    queries: topics.length,
    unasked,
    k,
    measures: evaluation.mean,
    over: other && overRun(evaluate(other, qrels, measures), evaluation, qrels),
    cost: costOf(measured, shown),
    seconds,
  };
}

function overRun(before: Evaluation, after: Evaluation, qrels: Qrels): Record<string, Comparison> {
  const groups = askedFor(qrels);
  const names = Object.keys(after.mean) as Measure[];
  return Object.fromEntries(
    names.map((name) => [name, pairedBootstrap(scoresBy(before, name), scoresBy(after, name), { groups })]),
  );
}

/** The rank at which a measure stops looking. */
function cutOf(measure: Measure): number {
  return Number(measure.split('@')[1] ?? 0);
}

function costOf({ costs, milliseconds, proved }: Measured, shown: number): Evaluated['cost'] {
  return {
    shown,
    proved: proved / costs.length,
    reads: spreadOf(costs.map(({ postingReads, documentReads }) => postingReads + documentReads)),
    bytes: spreadOf(costs.map(({ bytes }) => bytes)),
    rounds: spreadOf(costs.map(({ rounds }) => rounds)),
    milliseconds: spreadOf(milliseconds),
  };
}
