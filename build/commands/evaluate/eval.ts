// `sparsedge eval`: how good the index's answers are, by judgments, and what they cost.

import { Command, Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { MAX_K } from '../../../src/query/search/search.ts';
import type { Comparison } from '../../evaluate/bootstrap.ts';
import {
  type Evaluated,
  type EvaluateOptions,
  evaluateFolder,
  MEASURES,
} from '../../evaluate/evaluate-folder.ts';
import { gateOfExpansions, gateSchema, passGate } from '../../evaluate/gate.ts';
import type { Spread } from '../../evaluate/measure.ts';
import { printed } from '../../evaluate/metrics.ts';
import { count, counted, duration, oneLine, size, table } from '../../terminal/layout.ts';
import { endAsFailed, print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { askOptions } from '../options/asking.ts';
import { jsonOption } from '../options/json-output.ts';
import { judgedOptions } from '../options/judging.ts';
import { share, whole } from '../options/values.ts';
import { yamlFile } from '../options/yaml-file.ts';
import { gateLines } from './gate-lines.ts';

interface Options extends EvaluateOptions {
  readonly gate?: string;
  readonly among?: number;
  readonly share?: number;
  readonly json?: true;
}

/** What a gate has no use for. */
const MEASURING = [
  'queries',
  'qrels',
  'beir',
  'split',
  'own',
  'k',
  'shown',
  'measures',
  'runOut',
  'perQuery',
  'compare',
  'url',
];

/** The command. */
export function evalCommand(): Command {
  const command = new Command('eval')
    .description(
      'Asks an index every judged question, measures the rankings as trec_eval does, and reports what it ' +
        'costs to show the best hits with their documents. Page tables are in memory, and no page is kept ' +
        'from one question to the next.',
    )
    .argument('<folder>', 'The index folder.');
  askOptions(judgedOptions(command))
    .option('-k <n>', 'How many hits a ranking has.', whole(1, MAX_K), MAX_K)
    .option('--shown <n>', 'How many hits are shown where costs are counted.', whole(1, MAX_K), 10)
    .option(
      '--measures <name...>',
      'The measures: MAP, MRR@k, nDCG@k, Recall@k or P@k, or what trec_eval and ir_measures call these. The default is ' +
        'those below that -k is deep enough for.',
    )
    .option(
      '--run-out <file>',
      'Write the rankings to a TREC run file, for which trec_eval -c prints the same figures.',
    )
    .option('--per-query', 'Report the measures of each question, too.')
    .option(
      '--compare <file>',
      'Report by how much the rankings are better than those of a TREC run file, with the interval that ' +
        'holds the difference in 95 of 100 random draws of the documents.',
    )
    .option(
      '--url <url>',
      'Ask the Worker at this URL, which must serve the same index; -k may be no larger than its MAX_K.',
    )
    .addOption(
      new Option(
        '--gate <file>',
        'Ask the questions of a YAML file, or of expansions in a .jsonl file, and fail where too few find their pages.',
      ).conflicts(MEASURING),
    )
    .option(
      '--among <n>',
      'With --gate: among how many hits a page must be. The default is what the file says, else 3.',
      whole(1, MAX_K),
    )
    .option(
      '--share <share>',
      'With --gate: the share of questions that must find their pages. The default is what the file says, else 1.',
      share,
    )
    .addOption(jsonOption());
  return command.addHelpText('after', MORE).action(async (folder: string, options: Options) => {
    if (options.gate !== undefined) return gateOf(folder, options.gate, options);
    if (options.among !== undefined || options.share !== undefined)
      throw new SparsedgeError('bad-input', '--among and --share are for --gate');
    const evaluated = await evaluateFolder(folder, options, terminalProgress(process.stderr));
    if (options.json) printJson(evaluated);
    else print(...toLines(evaluated));
  });
}

async function gateOf(
  folder: string,
  file: string,
  { among, share, json, ...options }: Options,
): Promise<void> {
  const said = { ...(among !== undefined && { among }), ...(share !== undefined && { share }) };
  const gate = /\.jsonl$/i.test(file)
    ? await gateOfExpansions(file, { among: 3, share: 1, ...said })
    : { ...yamlFile(file, gateSchema), ...said };
  const gated = await passGate(folder, gate, options, terminalProgress(process.stderr));
  if (json) printJson(gated);
  else print(...gateLines(gated));
  if (!gated.passes) endAsFailed();
}

const MORE = `
Without --measures, it measures ${MEASURES.join(', ')}.

Examples:
  sparsedge eval shards/scifact --beir scifact/
  sparsedge eval shards/scifact --queries topics.tsv --qrels qrels.txt \\
    --measures nDCG@10 P@5 --run-out bm25.run
  sparsedge eval shards/learned --beir scifact/ --compare bm25.run
  sparsedge eval shards/scifact --beir scifact/ --url http://127.0.0.1:8787 -k 100
  sparsedge eval shards/scifact --beir scifact/ --spaces bm25=1,splade=.7
  sparsedge eval shards/scifact --beir scifact/ --fusion rrf
  sparsedge eval shards/manual --gate questions.yaml

A file for --gate:

  among: 3                         # hits that are looked at
  share: 0.9                       # nine of ten questions find their pages there
  questions:
    - question: how do I change the port
      pages: guide/ports.html      # an id, a URL or its path; or a list of them
    - question: install
      pages: [/install/]
      among: 1                     # it must be the first hit
      must: true                   # and nothing passes without it

Exit codes: 0 measured, and the gate passed; 1 too few questions find their
pages, the index is damaged, or the Worker does not answer; 2 a file or an
option is wrong.`;

/** "+0.0123", "[−0.0010, +0.0250]" */
function differenceOf(comparison: Comparison | undefined): string[] {
  if (!comparison) return [];
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  const [low, high] = comparison.interval;
  return [signed(comparison.difference), `[${signed(low)}, ${signed(high)}]`];
}

/** A table of the questions' measures. */
function perQueryLines({ perQuery, measures }: Evaluated): string[] {
  if (perQuery === undefined) return [];
  const names = Object.keys(measures);
  const rows = Object.entries(perQuery).map(([query, scores]) => [
    oneLine(query, 80),
    ...names.map((name) => printed(scores[name] ?? 0)),
  ]);
  return [
    '',
    ...table(
      [['question', ...names], ...rows],
      names.map((_, i) => i + 1),
    ),
  ];
}

function toLines(evaluated: Evaluated): string[] {
  const { folder, url, space, queries, unasked, k, measures, over = {}, cost, seconds } = evaluated;
  const { unanswered, ownLeftOut, judged, renamed } = evaluated;
  const row = (name: string, { mean, median, p95, p99 }: Spread, show: (value: number) => string) => [
    name,
    ...[mean, median, p95, p99].map(show),
  ];
  const numbers = (value: number) => (Number.isInteger(value) ? count(value) : value.toFixed(1));
  const shownRenamed = renamed.slice(0, 3).map(([id, name]) => `"${oneLine(id, 80)}" is ${name}`);
  return [
    `${folder}, space ${space}: ${counted(queries, 'question')}, rankings of ${k}, in ${duration(seconds)}`,
    ...(unasked > 0
      ? [`${counted(unasked, 'judged question')} left out, because the file of questions does not have them`]
      : []),
    ...(unanswered > 0
      ? [`${counted(unanswered, 'question')} without a hit, which count 0 (trec_eval -c)`]
      : []),
    ...(ownLeftOut > 0
      ? [
          `Left out of the rankings of ${counted(ownLeftOut, 'question')}: the document with the question's own id ` +
            '(--own keep keeps it)',
        ]
      : []),
    ...(judged.missing > 0
      ? [`${count(judged.missing)} of ${counted(judged.documents, 'judged document')} are not in the index`]
      : []),
    ...(renamed.length > 0
      ? [
          `${counted(renamed.length, 'id')} with white space, which the run file has in percent: ` +
            `${shownRenamed.join(', ')}${renamed.length > 3 ? ' and so on' : ''}`,
        ]
      : []),
    '',
    ...table(
      Object.entries(measures).map(([name, value]) => [
        '',
        name,
        printed(value),
        ...differenceOf(over[name]),
      ]),
      [2, 3],
    ),
    ...perQueryLines(evaluated),
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
