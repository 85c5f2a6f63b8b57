// `sparsedge report`: what readers asked, and what they did not find, from the owner's own dataset.

import { Command } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { COLUMNS } from '../../../src/query/usage/query-log.ts';
import { count, counted, oneLine, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption } from '../options/json-output.ts';
import { whole } from '../options/values.ts';

/** Where Cloudflare answers SQL about datasets; Wrangler knows the variable, too. */
const API = process.env.CLOUDFLARE_API_BASE_URL ?? 'https://api.cloudflare.com/client/v4';

interface Options {
  readonly dataset: string;
  readonly account?: string;
  readonly days: number;
  readonly top: number;
  readonly index?: string;
  readonly json?: true;
}

/** A question with how often it was asked. */
interface AskedQuestion {
  readonly question: string;
  readonly searches: number;
}

/** What a report says. */
interface Report {
  readonly days: number;
  readonly searches: number;
  /** Searches without a hit, and those whose answers were not proved. */
  readonly withoutHits: number;
  readonly unproved: number;
  readonly clicks: number;
  readonly milliseconds: number;
  readonly microdollars: number;
  readonly asked: readonly AskedQuestion[];
  readonly notFound: readonly AskedQuestion[];
  /** Asked several times, answered, and no hit opened. */
  readonly notOpened: readonly AskedQuestion[];
}

/** The command. */
export function reportCommand(): Command {
  return new Command('report')
    .description(
      "Reports searches and clicks from the dataset of Analytics Engine that a Worker's QUERIES binds: how many, what was " +
        'asked most, what had no hit, and what had hits that nobody opened. Questions themselves are there where ' +
        'LOG_QUERIES is "text". The token is CLOUDFLARE_API_TOKEN, with the permission to read account analytics.',
    )
    .requiredOption('--dataset <name>', 'The dataset, as the configuration of the Worker names it.')
    .option('--account <id>', 'The account; the default is CLOUDFLARE_ACCOUNT_ID.')
    .option('--days <n>', 'How far back: the platform keeps three months.', whole(1, 92), 30)
    .option('--top <n>', 'How many questions of each kind.', whole(1, 1000), 20)
    .option('--index <name>', 'One of several indexes.')
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (options: Options) => {
      const report = await reportOf(options);
      if (options.json) printJson(report);
      else print(...lines(report));
    });
}

const MORE = `
In the Worker's configuration:

  "analytics_engine_datasets": [
    { "binding": "QUERIES", "dataset": "docs_search" }
  ],
  "vars": { "LOG_QUERIES": "text" }

Examples:
  sparsedge report --dataset docs_search --days 7

Exit codes: 0 reported; 1 the platform does not answer; 2 an option is wrong,
or the token is missing or refused.`;

async function reportOf(options: Options): Promise<Report> {
  const { days, top, index } = options;
  const ask = sqlOf(options);
  const within = `timestamp > NOW() - INTERVAL '${days}' DAY${index === undefined ? '' : ` AND index1 = ${quoted(index)}`}`;
  const { kind, question, hits, offset, typing, exact, milliseconds, microdollars } = COLUMNS;
  // What is being typed is no question yet, and a further page is the same question.
  const search = `${within} AND ${kind} = 'search' AND ${typing} = 0 AND ${offset} = 0`;
  const n = 'SUM(_sample_interval)';
  const questions = (where: string) =>
    ask(
      `SELECT ${question} AS question, ${n} AS n FROM ${options.dataset} WHERE ${where} AND ${question} != '' ` +
        `GROUP BY question ORDER BY n DESC, question LIMIT ${top}`,
    );
  const [[all], [clicked], asked, notFound, found, opened] = await Promise.all([
    ask(
      `SELECT ${n} AS searches, SUM(_sample_interval * (${hits} = 0)) AS withoutHits, ` +
        `SUM(_sample_interval * (${exact} = 0)) AS unproved, ` +
        `SUM(_sample_interval * ${milliseconds}) AS milliseconds, ` +
        `SUM(_sample_interval * ${microdollars}) AS microdollars FROM ${options.dataset} WHERE ${search}`,
    ),
    ask(`SELECT ${n} AS n FROM ${options.dataset} WHERE ${within} AND ${kind} = 'click'`),
    questions(search),
    questions(`${search} AND ${hits} = 0`),
    questions(`${search} AND ${hits} > 0`),
    ask(
      `SELECT DISTINCT ${question} AS question FROM ${options.dataset} WHERE ${within} AND ${kind} = 'click' LIMIT 10000`,
    ),
  ]);
  const wasOpened = new Set(opened.map((row) => row.question));
  const searches = Number(all?.searches ?? 0);
  return {
    days,
    searches,
    withoutHits: Number(all?.withoutHits ?? 0),
    unproved: Number(all?.unproved ?? 0),
    clicks: Number(clicked?.n ?? 0),
    milliseconds: searches === 0 ? 0 : Number(all!.milliseconds) / searches,
    microdollars: Number(all?.microdollars ?? 0),
    asked: askedQuestions(asked),
    notFound: askedQuestions(notFound),
    notOpened: askedQuestions(found).filter(
      (each) => each.searches > 1 && wasOpened.size > 0 && !wasOpened.has(each.question),
    ),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Asks the platform's SQL interface. */
function sqlOf({ account = process.env.CLOUDFLARE_ACCOUNT_ID, dataset }: Options) {
  const token = process.env.CLOUDFLARE_API_TOKEN;
  if (!token || !account)
    throw new SparsedgeError(
      'bad-input',
      `there is no ${!token ? 'CLOUDFLARE_API_TOKEN' : '--account, and no CLOUDFLARE_ACCOUNT_ID'}`,
    );
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(dataset))
    throw new SparsedgeError('bad-input', `--dataset: expected letters, digits and _, found "${dataset}"`);
  if (!/^[0-9a-f]{32}$/.test(account))
    throw new SparsedgeError('bad-input', `--account: expected 32 hexadecimal digits, found "${account}"`);
  const url = `${API}/accounts/${account}/analytics_engine/sql`;
  return async (sql: string): Promise<readonly Row[]> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: `${sql} FORMAT JSON`,
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw new SparsedgeError('unavailable', `${url} does not answer`, {}, { cause });
    });
    const text = await response.text();
    if (response.ok) {
      const rows = rowsIn(text);
      if (rows) return rows;
    }
    const code = response.status >= 400 && response.status < 500 ? 'bad-input' : 'unavailable';
    throw new SparsedgeError(code, `${url} answered ${response.status}: ${oneLine(text, 300)}`);
  };
}

function rowsIn(text: string): readonly Row[] | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: unknown };
    return Array.isArray(data) ? (data as Row[]) : undefined;
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function askedQuestions(rows: readonly Row[]): AskedQuestion[] {
  return rows.map((row) => ({ question: String(row.question), searches: Number(row.n) }));
}

function lines(report: Report): string[] {
  const { days, searches, withoutHits, unproved, clicks, milliseconds, microdollars } = report;
  const percent = (part: number) => (searches === 0 ? '' : `, ${((100 * part) / searches).toFixed(1)} %`);
  const section = (title: string, questions: readonly AskedQuestion[]) =>
    questions.length === 0
      ? []
      : [
          '',
          title,
          ...table(
            questions.map((each) => ['', oneLine(each.question, 100), count(each.searches)]),
            [2],
          ),
        ];
  return [
    `${counted(searches, 'search')} in ${counted(days, 'day')}, ${counted(clicks, 'click')}`,
    ...table(
      [
        ['', 'without a hit', `${count(withoutHits)}${percent(withoutHits)}`],
        ['', 'not proved', `${count(unproved)}${percent(unproved)}`],
        ['', 'milliseconds, on average', milliseconds.toFixed(0)],
        ['', 'cost', `$${(microdollars / 1e6).toFixed(2)}`],
      ],
      [2],
    ),
    ...section('Asked most:', report.asked),
    ...section('Without a hit:', report.notFound),
    ...section('With hits that nobody opened:', report.notOpened),
  ];
}
