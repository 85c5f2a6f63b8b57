// `sparsedge build`: an input becomes an index in a folder.

import { Command, Option } from 'commander';
import { ANALYZERS } from '../../../src/core/analyzer/analyzer.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { FolderJob } from '../../index/build-folder.ts';
import { isCiff } from '../../index/ciff-config.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { type ConfigOptions, configFrom, fieldsFrom, folderFor } from '../options/building.ts';
import {
  decimal,
  expansionOptions,
  jsonOption,
  type ReadingOptions,
  readingOptions,
  whole,
} from '../options/values.ts';
import { buildSummary, toJson } from './build-summary.ts';

interface Options extends ConfigOptions, Omit<ReadingOptions, 'format'> {
  readonly out?: string;
  readonly format: ReadingOptions['format'] | 'ciff';
  readonly documents?: string;
  readonly vectorsOut?: string;
  readonly json?: true;
}

export function buildCommand(): Command {
  const command = new Command('build')
    .summary('build an index from documents')
    .description(
      'Builds an index from documents and makes it current in its folder. Stopped with Ctrl-C or by a failure, the same command ' +
        'goes on after the last finished stage. The same input and options give the same bytes.',
    )
    .argument('<input>', 'a file, a folder, or - for standard input')
    .option('-o, --out <folder>', 'where the index goes (default: shards/<name of the input>)');
  for (const option of [...readingOptions('ciff'), ...configOptions()]) command.addOption(option);
  return command
    .option('--documents <corpus>', 'for a CIFF: where the documents of its ids have their text')
    .option('--vectors-out <file>', "write the first space's weights as JSON lines {id, contents, vector}")
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (input: string, options: Options) => {
      const { out = folderFor(input), field = [], skipBad = false, vectorsOut } = options;
      const { format, ciff } = formatOf(input, options);
      // Here and not above: loading all readers would slow every other command down.
      const { buildFolder } = await import('../../index/build-folder.ts');
      const built = await buildFolder({
        reading: { input, format, fields: fieldsFrom(field), skipBad },
        ciff,
        // The numbers in a CIFF are impacts unless an encoder is named that takes them as counts.
        config: configFrom(ciff ? { ...options, encoder: options.encoder ?? 'vectors' } : options),
        folder: out,
        vectorsPath: vectorsOut,
        startProgress: terminalProgress(process.stderr),
      });
      if (options.json) printJson(toJson(built));
      else print(...buildSummary(built));
    });
}

/** Whether the input is a CIFF; if so, the format is its corpus's. */
function formatOf(
  input: string,
  { format, documents, field, skipBad }: Options,
): Pick<FolderJob, 'ciff'> & {
  format: ReadingOptions['format'];
} {
  const byName = format === 'auto' && isCiff(input);
  if (format !== 'ciff' && !byName) {
    if (documents === undefined) return { format };
    throw new SparsedgeError(
      'bad-input',
      '--documents is for a CIFF, which has no text; this input has its own',
    );
  }
  if (documents === undefined && (field ?? skipBad) !== undefined) {
    throw new SparsedgeError(
      'bad-input',
      '--field and --skip-bad are about records of text: a CIFF has none without --documents',
    );
  }
  return { format: 'auto', ciff: { corpus: documents } };
}

/** The options that say who weighs the terms of one space, and how. */
export function encoderOptions(): Option[] {
  return [
    new Option('--encoder <encoder>', 'who weighs the terms (default: the model sparsedge-en)').choices([
      'bm25',
      'tfidf',
      'vectors',
      'model',
    ]),
    new Option(
      '--model <folder>',
      'the model that weighs the terms, a folder with model.json; implies --encoder model',
    ),
    new Option('--parts <folder>', 'what `sparsedge encode` made of all parts of the input with the model'),
    new Option(
      '--analyzer <analyzer>',
      'how text becomes terms; a model has its own (default: english)',
    ).choices(ANALYZERS),
    new Option('--query <weights>', 'vectors: what a query term counts (default: count)').choices([
      'count',
      'binary',
    ]),
    new Option(
      '--k1 <number>',
      'BM25: how fast repeats of a term saturate (default: 0.9, or as the model says)',
    ).argParser(decimal),
    new Option(
      '--b <number>',
      'BM25: how much long documents are held back (default: 0.4, or as the model says)',
    ).argParser(decimal),
  ];
}

/** The options that say of one space what a configuration says of several. */
function configOptions(): Option[] {
  const one = [
    ...encoderOptions(),
    ...expansionOptions(),
    new Option('--segment-documents <n>', 'the most documents of a segment (default: 1000000)').argParser(
      whole(1),
    ),
    new Option(
      '--order <order>',
      'how documents are numbered: similarity puts those that are alike close, so that hits share reads (default: similarity)',
    ).choices(['similarity', 'input']),
    new Option(
      '--document-pages <where>',
      'objects: one file a page, to be served as static assets (default: shards)',
    ).choices(['shards', 'objects']),
  ];
  return [
    ...one.map((option) => option.conflicts('config')),
    new Option(
      '--config <file>',
      'a JSON file that says all this, for several spaces over the same documents',
    ),
  ];
}

const MORE = `
Unless told otherwise, terms are weighed by sparsedge-en, the English model that
comes with Sparsedge: some two hundred documents a second. --encoder bm25 weighs
twenty thousand. --k1, --b or --analyzer without an encoder ask for BM25, too.

Inputs: BEIR folders or corpus.jsonl, JSON lines, CSV or TSV with a header,
MS MARCO's collection.tsv, Parquet, folders of Markdown or HTML; lines may be
gzipped. For the encoder "vectors": JSON lines {id, contents, vector: {term:
weight}}. CIFF (Common Index File Format), gzipped or not: its numbers are taken
as impacts, 1 to 255, unless an encoder is named that counts terms.

Examples:
  sparsedge build scifact/                 a BEIR folder, into shards/scifact
  sparsedge build docs/ -o shards/manual   a folder of Markdown
  sparsedge build scifact/ --encoder bm25  words as BM25 counts them, no network
  sparsedge build papers.csv --field id=pmid --field text=abstract
  zcat dump.gz | sparsedge build - -o shards/dump --skip-bad
  sparsedge build splade.ciff --documents corpus.jsonl
    impacts from PISA or Anserini, with the text of the documents to show
  sparsedge build lucene.ciff --encoder bm25 --k1 0.9 --b 0.4
    counts of terms and document lengths, weighed here
  sparsedge build scifact/ --config two-spaces.json
    where the file says {"spaces": [{}, {"encoder": "bm25"}]}: the default model
    and BM25

Exit codes: 0 built and verified; 1 it failed, for instance because the disk is
full; 2 the input or an option is wrong.`;
