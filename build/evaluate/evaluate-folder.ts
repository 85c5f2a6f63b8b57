// Measures an index by judged questions: the rankings against the judgments, and what answering costs.

import { SparsedgeError } from '../../src/core/errors.ts';
import { MAX_K } from '../../src/query/search/search.ts';
import { openFolder } from '../index/open-folder.ts';
import { allIds } from '../inspect/lists.ts';
import { type AskOptions, searched } from '../local/ask-folder.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { checkWritable } from '../work/files.ts';
import { askedFor, type Comparison, pairedBootstrap } from './bootstrap.ts';
import { type JudgedFiles, judgedQuestions } from './judged.ts';
import { folderSearcher, type Measured, measure, type Spread, spreadOf, workerSearcher } from './measure.ts';
import { type Evaluation, evaluate, type Measure, measureNamed, scoresBy } from './metrics.ts';
import type { Qrels } from './qrels.ts';
import { type Run, RunNames, readRun, writeRun } from './trec-run.ts';

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
  /** Whether the measures of each question are reported. */
  readonly perQuery?: boolean | undefined;
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
  /** Questions without a hit: they count 0, as with trec_eval's -c. */
  readonly unanswered: number;
  /** Questions of which the document with their own id was left out. */
  readonly ownLeftOut: number;
  /** Documents that are judged, and how many of those the index lacks. */
  readonly judged: { readonly documents: number; readonly missing: number };
  /** Ids that the run file has in another form, since white space parts its columns. */
  readonly renamed: readonly (readonly [id: string, name: string])[];
  readonly k: number;
  readonly measures: Readonly<Record<string, number>>;
  /** By question, where that was asked for. */
  readonly perQuery?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
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
  const deeper = measures.find((name) => cutOf(name) > k);
  if (deeper !== undefined)
    throw new SparsedgeError(
      'bad-input',
      `${deeper} looks at ${cutOf(deeper)} hits, and -k lets rankings have ${k}`,
    );
  if (runOut !== undefined) checkWritable(runOut);
  const index = await openFolder(folder);
  const { topics, qrels, unasked } = await judgedQuestions(options);
  const other = options.compare === undefined ? undefined : await readRun(options.compare, TIES);
  const searcher =
    url === undefined ? await folderSearcher(folder, index, options) : workerSearcher(url, index, options);
  const ids = await allIds(index);
  const names = { queries: new RunNames(topics.map(({ id }) => id)), documents: new RunNames(ids) };
  const leavesOwnOut = (options.own ?? (options.beir === undefined ? 'keep' : 'leave-out')) === 'leave-out';
  const started = performance.now();
  const depth = {
    // One more, since one may be left out.
    k: leavesOwnOut && url === undefined ? Math.min(k + 1, MAX_K) : k,
    shown,
    // Where it is judged to be relevant it is no copy of the query: ids are equal by chance.
    isOwn: (query: string, document: string) =>
      leavesOwnOut && query === document && !((qrels.get(query)?.get(document) ?? 0) > 0),
    nameOf: (id: string) => names.documents.of(id),
  };
  const asked = await measure(ids, searcher, topics, depth, startProgress);
  const measured = { ...asked, run: cut(asked.run, k) };
  const seconds = (performance.now() - started) / 1000;
  const evaluation = evaluate(measured.run, qrels, measures);
  const space = searched(index, options);
  if (runOut !== undefined)
    await writeRun(runOut, measured.run, `sparsedge-${space.replaceAll(/\s+/g, '_')}`, names);
  return {
    folder,
    url,
    build: index.manifest.build,
    space,
    queries: topics.length,
    unasked,
    unanswered: [...measured.run.values()].filter((ranking) => ranking.length === 0).length,
    ownLeftOut: measured.ownLeftOut,
    judged: judgedIn(qrels, ids),
    renamed: runOut === undefined ? [] : [...names.queries.changed, ...names.documents.changed],
    k,
    measures: evaluation.mean,
    perQuery: options.perQuery ? Object.fromEntries(evaluation.perQuery) : undefined,
    over: other && overRun(evaluate(withIds(other, names), qrels, measures), evaluation, qrels),
    cost: costOf(measured, shown),
    seconds,
  };
}

/** As trec_eval reads a run file, whatever its ranks say. */
const TIES = { ties: 'trec_eval' } as const;

/** A run by the ids of its queries and documents, of which the run file has the names. */
function withIds(run: Run, { queries, documents }: Readonly<Record<'queries' | 'documents', RunNames>>): Run {
  return new Map(
    [...run].map(([query, ranking]) => [
      queries.idOf(query),
      ranking.map(({ id, score }) => ({ id: documents.idOf(id), score })),
    ]),
  );
}

function cut(run: Measured['run'], k: number): Measured['run'] {
  return new Map([...run].map(([query, ranking]) => [query, ranking.slice(0, k)]));
}

/** Judged documents, and how many of them the index lacks. */
function judgedIn(qrels: Qrels, ids: readonly string[]): { documents: number; missing: number } {
  const judged = new Set([...qrels.values()].flatMap((documents) => [...documents.keys()]));
  const known = new Set(ids);
  return { documents: judged.size, missing: [...judged].filter((id) => !known.has(id)).length };
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
