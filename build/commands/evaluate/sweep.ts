// `sparsedge sweep`: one index for each number of predicted queries, and what each is worth and costs, side by side.

import { join } from 'node:path';
import { Command } from 'commander';
import { documentsIn } from '../../../src/core/format/manifest.ts';
import { evaluateFolder } from '../../evaluate/evaluate-folder.ts';
import { type JudgedFiles, judgedQuestions } from '../../evaluate/judged.ts';
import type { Measure } from '../../evaluate/metrics.ts';
import { checkExpansions } from '../../stages/expand/expansion-file.ts';
import type { Merge } from '../../stages/expand/merge.ts';
import { count, size, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { configFrom, type EncoderOptions, encoderOptions, folderFor } from '../options/building.ts';
import { jsonOption } from '../options/json-output.ts';
import { judgedOptions } from '../options/judging.ts';
import {
  expansionOptions,
  mustBeRereadable,
  type ReadingOptions,
  readingOf,
  readingOptions,
} from '../options/reading.ts';
import { wholeNumbers } from '../options/values.ts';

interface Options extends JudgedFiles, ReadingOptions, EncoderOptions {
  readonly expansions: string;
  readonly merge?: Merge;
  readonly maxQueries: readonly number[];
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

/** The command. */
export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description(
      'Builds one index for each number of predicted queries, all from the same file, and measures them against ' +
        'judgments: how good their answers are, how large they are, and what a question costs, side by side.',
    )
    .argument('<input>', 'The documents, in a file or a folder, whose queries were predicted.')
    .option(
      '-o, --out <folder>',
      'The folder in which each index gets a folder. The default is shards/<name of the input>-sweep.',
    )
    .requiredOption(
      '--max-queries <n,n,...>',
      'The numbers of predicted queries to compare; 0 stands for documents alone.',
      wholeNumbers,
    );
  for (const option of expansionOptions()) {
    if (option.attributeName() === 'maxQueries') continue;
    command.addOption(option.makeOptionMandatory(option.attributeName() === 'expansions'));
  }
  for (const option of [...encoderOptions(), ...readingOptions()]) command.addOption(option);
  return judgedOptions(command)
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (input: string, options: Options) => {
      mustBeRereadable(input);
      const rows = await sweep(input, options);
      if (options.json) printJson({ rows });
      else print(...sweepLines(rows));
    });
}

async function sweep(input: string, options: Options): Promise<Swept[]> {
  const { out = `${folderFor(input)}-sweep` } = options;
  // Checked before anything is built: otherwise a wrong file would fail after the first index.
  await judgedQuestions(options);
  await checkExpansions(options.expansions);
  const rows: Swept[] = [];
  for (const maxQueries of options.maxQueries)
    rows.push(await sweepOne(input, maxQueries, join(out, String(maxQueries)), options));
  return rows;
}

/** Builds and measures the index with at most so many predicted queries of a document. */
async function sweepOne(input: string, maxQueries: number, folder: string, options: Options): Promise<Swept> {
  const { buildFolder } = await import('../../index/build-folder.ts');
  const startProgress = terminalProgress(process.stderr);
  const merging = maxQueries === 0 ? { expansions: undefined, merge: undefined } : { maxQueries };
  const built = await buildFolder({
    reading: readingOf(input, options),
    config: configFrom({ ...options, maxQueries: undefined, ...merging }),
    folder,
    startProgress,
  });
  const asked = { ...options, k: DEPTH, shown: SHOWN, measures: MEASURES };
  const { build, measures, cost } = await evaluateFolder(folder, asked, startProgress);
  const { manifest, sizes } = built;
  return {
    maxQueries,
    folder,
    build,
    measures,
    termsPerDocument: manifest.spaces[0].postings / documentsIn(manifest),
    bytes: sizes.total,
    reads: cost.reads.mean,
    bytesRead: cost.bytes.mean,
  };
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

const MORE = `
Each index is kept in a folder below --out that is named by its number. Reads and
bytes are means of showing the best ten hits with their documents, where no page
is kept from one question to the next.

Examples:
  sparsedge sweep scifact/ --expansions e.jsonl --max-queries 0,5,10,20,40,80 \\
    --beir scifact/
  sparsedge sweep corpus.jsonl --expansions e.jsonl --max-queries 10,40 \\
    --queries topics.tsv --qrels qrels.txt --model models/deeper-impact

Exit codes: 0 built and measured; 1 it failed; 2 a file or an option is wrong.`;
