// `sparsedge eval`: how good the index's answers are, by judgments, and what they cost.

import { Command, Option } from 'commander';
import { MAX_K } from '../../../src/query/search/search.ts';
import { askedFor, type Comparison, pairedBootstrap } from '../../evaluate/bootstrap.ts';
import { type JudgedFiles, judgedQuestions } from '../../evaluate/judged.ts';
import {
  folderSearcher,
  type Measured,
  measure,
  type Spread,
  spreadOf,
  workerSearcher,
} from '../../evaluate/measure.ts';
import { type Evaluation, evaluate, type Measure, measureNamed, scoresBy } from '../../evaluate/metrics.ts';
import type { Qrels } from '../../evaluate/qrels.ts';
import { readRun, writeRun } from '../../evaluate/trec-run.ts';
import { openFolder } from '../../index/open-folder.ts';
import { type AskOptions, askOptions, searched } from '../../local/ask-folder.ts';
import { count, counted, duration, size, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { type StartProgress, terminalProgress } from '../../terminal/progress.ts';
import { jsonOption, whole } from '../options/values.ts';

interface Options extends JudgedFiles, AskOptions {
  readonly k: number;
  readonly shown: number;
  readonly measures?: readonly string[];
  readonly runOut?: string;
  readonly compare?: string;
  readonly url?: string;
  readonly json?: true;
}

/** What an evaluation found. */
export interface Evaluated {
  readonly folder: string;
  /** Of the Worker that was asked, if one was. */
  readonly url?: string;
  readonly build: string;
  /** The space that was searched, or how several were. */
  readonly space: string;
  /** Questions that were asked; `unasked` are judged, but their texts are not in the file of queries. */
  readonly queries: number;
  readonly unasked: number;
  readonly k: number;
  readonly measures: Readonly<Record<string, number>>;
  /** How much better by each measure than the run it was compared with. */
  readonly over?: Readonly<Record<string, Comparison>>;
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

const MEASURES: readonly Measure[] = ['nDCG@10', 'MRR@10', 'MAP', 'Recall@100', 'Recall@1000'];

export function evalCommand(): Command {
  const command = new Command('eval')
    .summary('measure answers against judgments')
    .description(
      'Asks every judged question with the real search, measures the rankings as trec_eval does, and says what showing ' +
        'the best ten costs, documents included. Page tables are in memory; no page is kept between questions.',
    )
    .argument('<folder>', 'of the index')
    .option('--queries <file>', "questions: BEIR's queries.jsonl, id<TAB>text, or TREC topics")
    .option('--qrels <file>', 'judgments: of BEIR or of TREC')
    .addOption(
      new Option('--beir <folder>', 'a BEIR folder, instead of --queries and --qrels').conflicts([
        'queries',
        'qrels',
      ]),
    )
    .option('--split <name>', 'which judgments of the BEIR folder', 'test')
    .option('-k <n>', 'how deep rankings are', whole(1, MAX_K), MAX_K)
    .option('--shown <n>', 'how many results the costs are for', whole(1, MAX_K), 10);
  return askOptions(command)
    .option(
      '--measures <name...>',
      'MAP, MRR@k, nDCG@k, Recall@k or P@k (default: those below, as deep as -k goes)',
    )
    .option('--run-out <file>', 'write the rankings as a TREC run file')
    .option(
      '--compare <file>',
      'say how much better the rankings are than those of a TREC run file, with the interval that holds the difference ' +
        'in 95 of 100 draws of documents',
    )
    .option('--url <url>', 'ask the Worker that serves this index there; -k must be within its MAX_K')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Measures unless named: ${MEASURES.join(', ')}.

Examples:
  sparsedge eval shards/scifact --beir scifact/
  sparsedge eval shards/scifact --queries topics.tsv --qrels qrels.txt \\
    --measures nDCG@10 P@5 --run-out bm25.run
  sparsedge eval shards/learned --beir scifact/ --compare bm25.run
  sparsedge eval shards/scifact --beir scifact/ --url http://127.0.0.1:8787 -k 100
  sparsedge eval shards/scifact --beir scifact/ --spaces bm25=1,splade=.7
  sparsedge eval shards/scifact --beir scifact/ --fusion rrf

Exit codes: 0 measured; 1 the index is damaged or the Worker does not answer;
2 a file or an option is wrong.`,
    )
    .action(async (folder: string, options: Options) => {
      const evaluated = await evaluateFolder(folder, options, terminalProgress(process.stderr));
      if (options.json) printJson(evaluated);
      else print(...toLines(evaluated));
    });
}

/** Measures an index. */
export async function evaluateFolder(
  folder: string,
  options: Omit<Options, 'json'>,
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
    ...(url !== undefined && { url }),
    build: index.manifest.build,
    space,
    queries: topics.length,
    unasked,
    k,
    measures: evaluation.mean,
    ...(other && { over: overRun(evaluate(other, qrels, measures), evaluation, qrels) }),
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

/** "+0.0123", "[−0.0010, +0.0250]" */
function differenceOf(comparison: Comparison | undefined): string[] {
  if (!comparison) return [];
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  const [low, high] = comparison.interval;
  return [signed(comparison.difference), `[${signed(low)}, ${signed(high)}]`];
}

function toLines(evaluated: Evaluated): string[] {
  const { folder, url, space, queries, unasked, k, measures, over = {}, cost, seconds } = evaluated;
  const row = (name: string, { mean, median, p95, p99 }: Spread, show: (value: number) => string) => [
    name,
    ...[mean, median, p95, p99].map(show),
  ];
  const numbers = (value: number) => (Number.isInteger(value) ? count(value) : value.toFixed(1));
  return [
    `${folder}, space ${space}: ${counted(queries, 'question')}, rankings of ${k}, in ${duration(seconds)}`,
    ...(unasked > 0 ? [`${counted(unasked, 'judged question')} left out: not in the file of queries`] : []),
    '',
    ...table(
      Object.entries(measures).map(([name, value]) => [
        '',
        name,
        value.toFixed(4),
        ...differenceOf(over[name]),
      ]),
      [2, 3],
    ),
    '',
    `Cost of showing the best ${cost.shown}, documents included; ${(100 * cost.proved).toFixed(1)}% proved.`,
    url === undefined
      ? 'No page was kept between questions:'
      : `The Worker at ${url} keeps pages between questions:`,
    ...table(
      [
        ['', 'mean', 'median', 'p95', 'p99'],
        row('reads', cost.reads, numbers),
        row('bytes', cost.bytes, size),
        row('rounds', cost.rounds, numbers),
        row('ms here', cost.milliseconds, (value) => value.toFixed(1)),
      ].map((cells) => ['', ...cells]),
      [2, 3, 4, 5],
    ),
  ];
}
