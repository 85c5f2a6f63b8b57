// `sparsedge sweep`: one index for each number of predicted queries, and what each is worth and costs, side by side.

import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type JudgedFiles, judgedQuestions } from '../../evaluate/judged.ts';
import type { Measure } from '../../evaluate/metrics.ts';
import { checkExpansions } from '../../stages/expand/expansion-file.ts';
import { count, size, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { encoderOptions } from '../build/build.ts';
import { type ConfigOptions, configFrom, fieldsFrom, folderFor } from '../options/building.ts';
import { expansionOptions, jsonOption, type ReadingOptions, readingOptions } from '../options/values.ts';

interface Options extends JudgedFiles, ReadingOptions, Omit<ConfigOptions, 'maxQueries' | 'config'> {
  readonly expansions: string;
  readonly maxQueries: readonly number[];
  readonly queries?: string;
  readonly out?: string;
  readonly json?: true;
}

/** One index of a sweep. */
interface Swept {
  /** Predicted queries of a document, at most. */
  readonly maxQueries: number;
  readonly folder: string;
  readonly build: string;
  readonly measures: Readonly<Record<string, number>>;
  readonly termsPerDocument: number;
  readonly bytes: number;
  /** Means of showing the best ten, documents included. */
  readonly reads: number;
  readonly bytesRead: number;
}

const MEASURES: readonly Measure[] = ['nDCG@10', 'MRR@10', 'Recall@100'];
const DEPTH = 100;
const SHOWN = 10;

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .summary('compare indexes with few and many predicted queries')
    .description(
      'Builds one index for each number of predicted queries, all from the same file, and measures them against ' +
        'judgments: effectiveness, bytes, and what a query costs, side by side.',
    )
    .argument('<input>', 'a file or a folder of documents: those that the queries were predicted of')
    .option('-o, --out <folder>', 'below which the indexes go (default: shards/<name of the input>-sweep)');
  for (const option of encoderOptions()) command.addOption(option);
  for (const option of expansionOptions()) {
    if (option.attributeName() === 'maxQueries')
      command.requiredOption('--max-queries <n,n,...>', 'the numbers to try; 0 is without any', numbersOf);
    else command.addOption(option.makeOptionMandatory(option.attributeName() === 'expansions'));
  }
  for (const option of readingOptions()) command.addOption(option);
  return command
    .option('--queries <file>', 'questions, as `sparsedge eval` takes them')
    .option('--qrels <file>', 'judgments')
    .addOption(
      new Option('--beir <folder>', 'a BEIR folder, instead of --queries and --qrels').conflicts([
        'queries',
        'qrels',
      ]),
    )
    .option('--split <name>', 'which judgments of the BEIR folder', 'test')
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (input: string, options: Options) => {
      if (input === '-')
        throw new SparsedgeError('bad-input', 'documents are read more than once here: give a file');
      const rows = await sweep(input, options);
      if (options.json) printJson({ rows });
      else print(...sweepLines(rows));
    });
}

async function sweep(input: string, options: Options): Promise<Swept[]> {
  const {
    format,
    field = [],
    skipBad = false,
    maxQueries: numbers,
    out = `${folderFor(input)}-sweep`,
  } = options;
  const { buildFolder } = await import('../../index/build-folder.ts');
  const { evaluateFolder } = await import('./eval.ts');
  const startProgress = terminalProgress(process.stderr);
  // Before anything is built: wrong ones would come out after the first index.
  await judgedQuestions(options);
  await checkExpansions(options.expansions);
  const rows: Swept[] = [];
  for (const maxQueries of numbers) {
    const folder = join(out, String(maxQueries));
    const { maxQueries: _, merge, expansions, ...own } = options;
    const expanded = { ...own, expansions, ...(merge !== undefined && { merge }), maxQueries };
    const built = await buildFolder({
      reading: { input, format, fields: fieldsFrom(field), skipBad },
      config: configFrom(maxQueries === 0 ? own : expanded),
      folder,
      startProgress,
    });
    const { build, measures, cost } = await evaluateFolder(
      folder,
      { ...options, k: DEPTH, shown: SHOWN, measures: MEASURES },
      startProgress,
    );
    const [space] = built.manifest.spaces;
    rows.push({
      maxQueries,
      folder,
      build,
      measures,
      termsPerDocument: space!.postings / built.manifest.documents,
      bytes: built.sizes.total,
      reads: cost.reads.mean,
      bytesRead: cost.bytes.mean,
    });
  }
  return rows;
}

function sweepLines(rows: readonly Swept[]): string[] {
  const head = ['queries', ...MEASURES, 'terms/document', 'index', 'reads/query', 'read/query', 'folder'];
  const body = rows.map(({ maxQueries, measures, termsPerDocument, bytes, reads, bytesRead, folder }) => [
    count(maxQueries),
    ...MEASURES.map((name) => measures[name].toFixed(4)),
    termsPerDocument.toFixed(1),
    size(bytes),
    reads.toFixed(1),
    size(bytesRead),
    folder,
  ]);
  return table([head, ...body], [0, 1, 2, 3, 4, 5, 6, 7]);
}

/** `0,5,10` → numbers, each once. */
function numbersOf(text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => /^\d{1,6}$/.test(part)))
    throw new InvalidArgumentError('It must be whole numbers from 0, with commas between them.');
  return [...new Set(parts.map(Number))];
}

const MORE = `
Each index stays: it is a folder below --out, named by its number. Reads and bytes
are means of showing the best ten with their documents, with no page kept.

Examples:
  sparsedge sweep scifact/ --expansions e.jsonl --max-queries 0,5,10,20,40,80
    --beir scifact/
  sparsedge sweep corpus.jsonl --expansions e.jsonl --max-queries 10,40
    --queries topics.tsv --qrels qrels.txt --model models/deeper-impact

Exit codes: 0 built and measured; 1 it failed; 2 a file or an option is wrong.`;
