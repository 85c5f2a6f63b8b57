// `sparsedge cost`: what an index costs at Cloudflare, on each store and plan.

import { Command, InvalidArgumentError } from 'commander';
import { REPORT_MICRODOLLARS } from '../../../src/query/usage/price.ts';
import type { CostReport, StoreCost } from '../../evaluate/query-costs.ts';
import { count, size, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { jsonOption } from '../options/json-output.ts';
import { decimal, whole } from '../options/values.ts';

interface Options {
  readonly queries?: string;
  readonly most: number;
  readonly hitRate: number;
  readonly monthly: number;
  readonly json?: true;
}

/** The command. */
export function costCommand(): Command {
  return new Command('cost')
    .description(
      'Reckons what storing an index and answering queries costs at Cloudflare, on each store and plan. It asks ' +
        'questions on this machine and counts what they read; nothing is sent anywhere.',
    )
    .argument('<folder>', 'The index folder.')
    .option(
      '--queries <file>',
      'The questions of a log: a text in each line after an id and a tab, or JSON lines. The default is titles of the ' +
        "index's own documents.",
    )
    .option('--most <n>', 'The most questions to ask.', whole(1), 300)
    .option(
      '--hit-rate <share>',
      "The share of queries that Cloudflare's cache answers, from 0 to 1.",
      hitRate,
      0.8,
    )
    .option('--monthly <n>', 'Queries a month, for the sum of a month.', whole(0), 1_000_000)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Reads are of the index as it is laid out in the folder; one that is built with
--store assets reads a little more often. Processor time is an estimate.

Examples:
  sparsedge cost shards/docs
  sparsedge cost shards/docs --queries log.tsv --hit-rate 0.5 --monthly 20000000

Exit codes: 0 it is reckoned; 1 the index is damaged; 2 there is no index in the
folder, or no question in the file.`,
    )
    .action(async (folder: string, { json, ...options }: Options) => {
      const { costOfIndex } = await import('../../evaluate/query-costs.ts');
      const report = await costOfIndex({
        folder,
        ...options,
        startProgress: terminalProgress(process.stderr),
      });
      if (json) printJson({ folder, ...report });
      else print(...costLines(folder, report));
    });
}

function hitRate(text: string): number {
  const value = decimal(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be from 0 to 1.');
}

/** The report, for people. */
function costLines(folder: string, report: CostReport): string[] {
  const { questions, reads, cpuMilliseconds, bytes, files, stores } = report;
  const rate = `${Math.round(report.hitRate * 100)} % cached`;
  const header = [
    '',
    'a million queries',
    rate,
    `${count(report.monthly)} a month`,
    'upload',
    'storage a month',
  ];
  return [
    `${folder}: ${size(bytes)} in ${count(files)} files.`,
    `${count(questions.asked)} questions (${questions.from}) took ${reads.mean.toFixed(1)} reads on average, and ` +
      `${reads.p99} at the 99th percentile; about ${cpuMilliseconds.mean.toFixed(1)} ms of processor time each.`,
    '',
    ...table([header, ...stores.map((store) => cells(store))], [1, 2, 3, 4, 5]),
    '',
    ...stores.map(freeLine),
    '',
    `A limit for the day (MAX_MICRODOLLARS_A_DAY) adds a tenth at most where questions come fast; else a report, for ` +
      `$${REPORT_MICRODOLLARS.toFixed(2)} a million beyond what a plan includes, every 20 seconds.`,
    `A month is on the paid plan: its $5, and what goes beyond what it includes. Prices are of ${report.pricesAsOf}.`,
  ];
}

const NAMES = { assets: 'assets', both: 'assets and R2', r2: 'R2' } as const;

function cells({ store, million, month, upload, storageMonth }: StoreCost): string[] {
  return [NAMES[store], ...[million.cold, million.cached, month, upload, storageMonth].map(dollars)];
}

function freeLine({ store, freeRefuses }: StoreCost): string {
  return freeRefuses.length === 0
    ? `On the free plan, ${NAMES[store]} cost nothing, up to 100,000 queries a day.`
    : `The free plan does not carry ${NAMES[store]}: ${freeRefuses.join('; ')}.`;
}

/** Dollars, with cents. */
function dollars(value: number): string {
  return `$${value.toFixed(2)}`;
}
