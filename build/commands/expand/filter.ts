// `sparsedge filter`: of predicted queries, keeps those that are most about their documents.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { spaceNamed } from '../../../src/query/search/open.ts';
import { openFolder } from '../../index/open-folder.ts';
import { openQueryModel } from '../../model/open-query-model.ts';
import { openReranker } from '../../model/reranker.ts';
import type { EncoderInput } from '../../stages/encode/encoder.ts';
import { openInputs } from '../../stages/encode/inputs.ts';
import { checkExpansions, checkWritable } from '../../stages/expand/expansion-file.ts';
import { type FilterReport, filterExpansions, mostKept, type Relevance } from '../../stages/expand/filter.ts';
import { byOwnVectors, byReranker } from '../../stages/expand/relevance.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import type { ReadOptions } from '../../stages/read/read.ts';
import { count, counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { encoderOptions } from '../build/build.ts';
import { type ConfigOptions, configFrom, fieldsFrom } from '../options/building.ts';
import { decimal, jsonOption, type ReadingOptions, readingOptions } from '../options/values.ts';

interface Options extends ReadingOptions, ConfigOptions {
  readonly expansions: string;
  readonly keep: number;
  readonly reranker?: string;
  readonly out: string;
  readonly json?: true;
}

export function filterCommand(): Command {
  const command = new Command('filter')
    .summary('keep the predicted queries that are most about their documents')
    .description(
      'Scores every predicted query against its document and keeps the best share of all of them: doc2query--. The ' +
        'score is that of a cross-encoder, or that of a search for the query in an index of the documents alone, by the ' +
        'encoder that the options name. Memory does not grow with the number of queries.',
    )
    .argument('<input>', 'a file or a folder of documents: those that the queries were predicted of')
    .requiredOption('--expansions <file>', 'the predicted queries, from `sparsedge expand`')
    .requiredOption('--keep <share>', 'of all queries, for instance 0.3', shareOf)
    .requiredOption('-o, --out <file>', 'where the queries go that are kept')
    .addOption(
      new Option('--reranker <folder>', 'a cross-encoder that scores').conflicts(
        encoderOptions().map((option) => option.attributeName()),
      ),
    );
  for (const option of [...encoderOptions(), ...readingOptions(), jsonOption()]) command.addOption(option);
  return command.addHelpText('after', MORE).action(async (input: string, options: Options) => {
    if (input === '-')
      throw new SparsedgeError('bad-input', 'documents are read more than once here: give a file');
    const report = await filter(input, options);
    if (options.json) printJson({ file: options.out, ...report });
    else print(...filterLines(options, report));
  });
}

async function filter(input: string, options: Options): Promise<FilterReport> {
  const { format, field = [], skipBad = false, expansions, keep, out } = options;
  const reading = { input, format, fields: fieldsFrom(field), skipBad };
  // Before anything is built or scored, which can take long.
  checkWritable(out);
  await checkExpansions(expansions);
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
  const { expansions: _, ...own } = options;
  const [index, vectorsPath] = [join(folder, 'index'), join(folder, 'vectors.jsonl')];
  await buildFolder({
    reading,
    config: configFrom({ ...own, order: 'input' }),
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
  const share = `${((100 * kept) / queries).toFixed(1)}%`;
  const above = Number.isFinite(threshold)
    ? `, those that score above ${Number(threshold.toPrecision(4))}`
    : ', those that can be scored';
  return [
    `Wrote ${out}: ${count(kept)} of ${counted(queries, 'query')} of ${counted(documents, 'document')} (${share})${kept < queries ? above : ''}.`,
    ...(kept < mostKept(keep, queries)
      ? [
          `--keep ${keep} allows ${count(mostKept(keep, queries))}, but those that come next all score the same.`,
        ]
      : []),
    ...(emptied > 0 ? [`${counted(emptied, 'document')} lost all of theirs.`] : []),
  ];
}

function shareOf(text: string): number {
  const share = decimal(text);
  if (share > 0 && share <= 1) return share;
  throw new InvalidArgumentError('It must be above 0 and at most 1.');
}

const MORE = `
At most the share is kept: queries that score the same as the best one that falls
fall too, such as those that have no word in common with their documents.

Examples:
  sparsedge filter corpus.jsonl --expansions e.jsonl --keep 0.3 -o kept.jsonl
    --reranker models/my-cross-encoder
  sparsedge filter corpus.jsonl --expansions e.jsonl --keep 0.3 -o kept.jsonl
    --model models/my-splade
  sparsedge build corpus.jsonl --expansions kept.jsonl

Exit codes: 0 filtered; 1 it failed; 2 a file, a model or an option is wrong.`;
