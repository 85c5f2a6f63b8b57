// `sparsedge filter`: keeps the predicted queries that fit their documents best.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { spaceNamed } from '../../../src/query/search/open.ts';
import { openFolder } from '../../index/open-folder.ts';
import { openQueryModel } from '../../model/query/open-query-model.ts';
import { openReranker } from '../../model/query/reranker.ts';
import type { EncoderInput } from '../../stages/encode/encoder.ts';
import { openInputs } from '../../stages/encode/inputs.ts';
import { checkExpansions } from '../../stages/expand/expansion-file.ts';
import { type FilterReport, filterExpansions, mostKept, type Relevance } from '../../stages/expand/filter.ts';
import { byOwnVectors, byReranker } from '../../stages/expand/relevance.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import type { ReadOptions } from '../../stages/read/read.ts';
import { count, counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { checkWritable } from '../../work/files.ts';
import { lockFile, whileLocked } from '../../work/lock.ts';
import { configFrom, type EncoderOptions, encoderOptions } from '../options/building.ts';
import { jsonOption } from '../options/json-output.ts';
import { mustBeRereadable, type ReadingOptions, readingOf, readingOptions } from '../options/reading.ts';
import { share } from '../options/values.ts';

interface Options extends ReadingOptions, EncoderOptions {
  readonly expansions: string;
  readonly keep: number;
  readonly reranker?: string;
  readonly out: string;
  readonly json?: true;
}

/** The command. */
export function filterCommand(): Command {
  const command = new Command('filter')
    .description(
      'Scores every predicted query against its document and keeps the best share of all of them, which ' +
        'is known as doc2query--. The score is that of a cross-encoder, or that of the document when an ' +
        'index of the documents alone is searched for the query, with the encoder that the options name. ' +
        'Memory does not grow with the number of queries.',
    )
    .argument('<input>', 'The documents, in a file or a folder, whose queries were predicted.')
    .requiredOption('--expansions <file>', 'The predicted queries, a file of `sparsedge expand`.')
    .requiredOption(
      '--keep <share>',
      'The share of all queries to keep, above 0 and at most 1, for instance 0.3.',
      share,
    )
    .requiredOption('-o, --out <file>', 'The file of the queries that are kept.')
    .addOption(
      new Option(
        '--reranker <folder>',
        'The folder of the cross-encoder that scores, in place of an encoder.',
      ).conflicts(encoderOptions().map((option) => option.attributeName())),
    );
  for (const option of [...encoderOptions(), ...readingOptions(), jsonOption()]) command.addOption(option);
  return command.addHelpText('after', MORE).action(async (input: string, options: Options) => {
    mustBeRereadable(input);
    const report = await filter(input, options);
    if (options.json) printJson({ file: options.out, ...report });
    else print(...filterLines(options, report));
  });
}

async function filter(input: string, options: Options): Promise<FilterReport> {
  const { expansions, out } = options;
  // Checked before anything is built or scored, which can take long.
  checkWritable(out);
  await checkExpansions(expansions);
  return whileLocked(lockFile(out, 'a filtering'), () => filterLocked(input, options));
}

async function filterLocked(input: string, options: Options): Promise<FilterReport> {
  const { expansions, keep, out } = options;
  const reading = readingOf(input, options);
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-filter-'));
  try {
    const scored =
      options.reranker === undefined
        ? await withOwnVectors(reading, options, folder)
        : {
            inputs: openInputs({ ...reading, report: newReport() }),
            relevance: byReranker(await openReranker(options.reranker)),
          };
    const progress = terminalProgress(process.stderr)('scoring', 'documents');
    return await filterExpansions({
      ...scored,
      expansions,
      keep,
      out,
      scoresPath: join(folder, 'scores'),
      progress,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An index of the documents alone, and their vectors in it. */
async function withOwnVectors(
  reading: Omit<ReadOptions, 'report'>,
  options: Options,
  folder: string,
): Promise<{ inputs: AsyncIterable<EncoderInput>; relevance: Relevance }> {
  const { buildFolder } = await import('../../index/build-folder.ts');
  const given = Object.fromEntries(
    encoderOptions().map((option) => [
      option.attributeName(),
      options[option.attributeName() as keyof Options],
    ]),
  );
  const [index, vectorsPath] = [join(folder, 'index'), join(folder, 'vectors.jsonl')];
  await buildFolder({
    reading,
    config: configFrom({ ...given, order: 'input' }),
    folder: index,
    vectorsPath,
    startProgress: terminalProgress(process.stderr),
  });
  const space = spaceNamed(await openFolder(index));
  return {
    inputs: openInputs({ input: vectorsPath, format: 'jsonl', report: newReport() }, true),
    relevance: byOwnVectors(space, await openQueryModel(space, index)),
  };
}

function filterLines({ out, keep }: Options, report: FilterReport): string[] {
  const { documents, queries, kept, threshold, emptied } = report;
  const percent = `${((100 * kept) / queries).toFixed(1)}%`;
  const scored = Number.isFinite(threshold)
    ? `those that score above ${Number(threshold.toPrecision(4))}`
    : 'those that can be scored';
  const lines = [
    `Wrote ${out}: ${count(kept)} of ${counted(queries, 'query')} of ${counted(documents, 'document')} ` +
      `(${percent})${kept < queries ? `, ${scored}` : ''}.`,
  ];
  if (kept < mostKept(keep, queries)) {
    lines.push(
      `--keep ${keep} allows ${count(mostKept(keep, queries))}, but the next ones all have the same score.`,
    );
  }
  if (emptied > 0) lines.push(`${counted(emptied, 'document')} lost all queries.`);
  return lines;
}

const MORE = `
No more than the share is kept. Queries with the same score are kept or dropped
together, such as those that have no word in common with their documents.

Examples:
  sparsedge filter corpus.jsonl --expansions e.jsonl --keep 0.3 -o kept.jsonl \\
    --reranker models/my-cross-encoder
  sparsedge filter corpus.jsonl --expansions e.jsonl --keep 0.3 -o kept.jsonl \\
    --model models/my-splade
  sparsedge build corpus.jsonl --expansions kept.jsonl

Exit codes: 0 filtered; 1 it failed; 2 a file, a model or an option is wrong.`;
