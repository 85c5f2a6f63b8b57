// `sparsedge expand import`: queries that were predicted elsewhere, or in parts, become one file.

import { statSync } from 'node:fs';
import { Command } from 'commander';
import type { Document } from '../../../src/core/document.ts';
import { aligned, writeExpansions } from '../../stages/expand/expansion-file.ts';
import type { Expansion } from '../../stages/expand/import-formats.ts';
import { type ImportReport, importPredictions } from '../../stages/expand/import-queries.ts';
import { newReport } from '../../stages/read/lines/report.ts';
import { readDocuments } from '../../stages/read/read.ts';
import { count, counted } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { checkWritable } from '../../work/files.ts';
import { lockFile, whileLocked } from '../../work/lock.ts';
import { jsonOption } from '../options/json-output.ts';
import { mustBeRereadable, type ReadingOptions, readingOf, readingOptions } from '../options/reading.ts';

interface Options extends ReadingOptions {
  readonly out: string;
  readonly json?: true;
}

/** The command. */
export function importCommand(): Command {
  const command = new Command('import')
    .summary('take queries that were predicted elsewhere, or in parts')
    .description(
      'Writes queries that were predicted elsewhere to a file of expansions, in the order of the ' +
        'documents, or joins the parts that `sparsedge expand --part` wrote.',
    )
    .argument('<input>', 'The documents, in a file or a folder, whose queries were predicted.')
    .argument('<files...>', 'The files of predicted queries, or the folder with all parts.')
    .requiredOption('-o, --out <file>', 'The file of expansions.');
  for (const option of [...readingOptions(), jsonOption()]) command.addOption(option);
  return command
    .addHelpText('after', MORE)
    .action(async (input: string, files: readonly string[], options: Options) => {
      mustBeRereadable(input);
      const { out } = options;
      checkWritable(out);
      const documents = readDocuments({ ...readingOf(input, options), report: newReport() });
      const report = await whileLocked(lockFile(out, 'an import'), () =>
        isFolder(files[0]) ? joinParts(documents, files[0], out) : importPredictions(documents, files, out),
      );
      if (options.json) printJson({ file: out, ...report });
      else print(...importLines(input, out, report));
    });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Joins the parts in a folder into one file. */
async function joinParts(
  documents: AsyncIterable<Document>,
  folder: string,
  out: string,
): Promise<ImportReport> {
  const report: ImportReport = { documents: 0, expanded: 0, queries: 0, unknown: 0 };
  await writeExpansions(out, partsInOrder(documents, folder, report));
  return report;
}

/** The expansion of each document, which the report counts. */
async function* partsInOrder(
  documents: AsyncIterable<Document>,
  folder: string,
  report: ImportReport,
): AsyncGenerator<Expansion> {
  for await (const [, expansion] of aligned(documents, ({ id }) => id, folder)) {
    report.documents++;
    report.queries += expansion.queries.length;
    if (expansion.queries.length > 0) report.expanded++;
    yield expansion;
  }
}

function importLines(input: string, out: string, report: ImportReport): string[] {
  const { documents, expanded, queries, unknown } = report;
  const lines = [
    `Wrote ${out}: ${counted(queries, 'query')} for ${count(expanded)} of ${counted(documents, 'document')}.`,
  ];
  if (unknown > 0) lines.push(`Skipped ${counted(unknown, 'record')} of documents that are not in ${input}.`);
  return lines;
}

const MORE = `
It reads JSON lines {doc_id, queries} (DeeperImpact's, and those that sparsedge
expand writes), {id, predicted_queries}, and Vespa's updates, in any order; and
text files of doc2query, which have a line for each document in the order of the
documents, where each file adds one query to each document.

Examples:
  sparsedge expand import corpus.jsonl queries.jsonl.gz -o expansions.jsonl
  sparsedge expand import corpus.jsonl parts/ -o expansions.jsonl

Exit codes: 0 the file is written; 1 it failed; 2 a file or an option is wrong, or
a part is missing.`;
