// `sparsedge build`: an input becomes an index in a folder.

import { Command, Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { FolderJob } from '../../index/build-folder.ts';
import { isCiff } from '../../index/ciff-config.ts';
import { aboutPageCode, pageCodeFor } from '../../local/bundles/place-page-code.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { checkWritable } from '../../work/files.ts';
import type { Part } from '../../work/parts.ts';
import {
  type ConfigOptions,
  configFrom,
  encoderOptions,
  folderFor,
  layoutOptions,
  threadsOption,
} from '../options/building.ts';
import { schemaOption, writeSchema } from '../options/field-schema.ts';
import { jsonOption } from '../options/json-output.ts';
import {
  expansionOptions,
  languageOption,
  type ReadingOptions,
  readingOf,
  readingOptions,
} from '../options/reading.ts';
import { parsePart } from '../options/values.ts';
import { buildSummary, toJson } from './build-summary.ts';

interface Options extends ConfigOptions, Omit<ReadingOptions, 'format'> {
  readonly out?: string;
  readonly into?: string;
  readonly format: ReadingOptions['format'] | 'ciff';
  readonly documents?: string;
  readonly base?: string;
  readonly vectorsOut?: string;
  readonly part?: Part;
  readonly threads?: number;
  readonly schemaOut?: string;
  readonly list?: true;
  readonly json?: true;
}

/** The command. */
export function buildCommand(): Command {
  const command = new Command('build')
    .description(
      'Builds an index from documents and makes it the current one in its folder. After Ctrl-C or a ' +
        'failure, the same ' +
        'command continues after the last finished stage. The same input and options give the same bytes.',
    )
    .argument('<input>', 'The documents: a file, a folder, or - for standard input.')
    .option('-o, --out <folder>', 'The index folder. The default is shards/<name of the input>.')
    .addOption(intoOption());
  for (const option of [...readingOptions('ciff'), languageOption(), schemaOption(), ...configOptions()])
    command.addOption(option);
  return command
    .option('--documents <corpus>', 'For a CIFF: the file or folder with the text of its documents.')
    .option(
      '--vectors-out <file>',
      "Write each document's weights in the first space to this file, as JSON lines {id, contents, vector}.",
    )
    .option(
      '--base <folder>',
      'Build on the index in this folder, which may be the one of --out: documents that it has keep their numbers, ' +
        'and what did not change keeps its objects, so that little is to be uploaded. Only with --store both or assets.',
    )
    .option(
      '--part <i/n>',
      'Do part i of n of the work, from 1/n to n/n, while other machines do the others in the same index folder. Each ' +
        'ends once the index is there.',
      parsePart,
    )
    .addOption(threadsOption())
    .option('--schema-out <file>', 'Write the types of fields that were found to this file, for --schema.')
    .option('--list', 'Name each page that was kept out, and why.')
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (input: string, options: Options) => {
      const { into, out = into ?? folderFor(input), base, vectorsOut, schemaOut, part, threads } = options;
      for (const path of [vectorsOut, schemaOut]) if (path !== undefined) checkWritable(path);
      const inPlace = options.baseUrl === undefined;
      const given = into === undefined ? options : { ...options, inPlace, store: options.store ?? 'assets' };
      const { reading, ciff } = inputOf(input, given);
      // Imported here, because loading all readers would slow every other command down.
      const { buildFolder } = await import('../../index/build-folder.ts');
      const { readsPages } = await import('../../stages/read/read.ts');
      const ofPages = ciff === undefined && (await readsPages(reading));
      const placePageCode = into === undefined ? undefined : await pageCodeFor(into);
      const built = await buildFolder({
        reading,
        ciff,
        // The numbers in a CIFF are impacts unless an encoder is named that takes them as counts.
        config: configFrom(ciff ? { ...given, encoder: options.encoder ?? 'vectors' } : given, ofPages),
        base,
        folder: out,
        vectorsPath: vectorsOut,
        part,
        threads,
        startProgress: terminalProgress(process.stderr),
      });
      if (schemaOut !== undefined) await writeSchema(schemaOut, built.read.fields ?? []);
      placePageCode?.();
      if (options.json) printJson(toJson(built));
      else print(...buildSummary(built, options.list ?? false), ...(into ? aboutPageCode(input, into) : []));
    });
}

/** The folder of a site that is searched where it is. */
function intoOption(): Option {
  return new Option(
    '--into <folder>',
    'Make a site searchable where it is: the index goes into this folder of the site, in the form for static hosts, ' +
      'and beside it what pages search it with, without a server.',
  ).conflicts(['out', 'part', 'config']);
}

/** How the input is read. If it is a CIFF, this is how its corpus is read. */
function inputOf(input: string, options: Options): Pick<FolderJob, 'reading' | 'ciff'> {
  const { format, documents, field, skipBad } = options;
  if (format !== 'ciff' && !(format === 'auto' && isCiff(input))) {
    if (documents === undefined) return { reading: readingOf(input, { ...options, format }) };
    throw new SparsedgeError(
      'bad-input',
      `--documents gives a CIFF its text, and the input ${input} is not a CIFF but has its own text`,
    );
  }
  if (documents === undefined && (field ?? skipBad) !== undefined) {
    throw new SparsedgeError(
      'bad-input',
      '--field and --skip-bad say how text is read, and a CIFF has no text without --documents',
    );
  }
  return { reading: readingOf(input, { ...options, format: 'auto' }), ciff: { corpus: documents } };
}

/** The options that describe one space, in place of a configuration that describes several. */
function configOptions(): Option[] {
  const one = [...encoderOptions(), ...expansionOptions(), ...layoutOptions()];
  return [
    ...one.map((option) => option.conflicts('config')),
    new Option(
      '--config <file>',
      'A JSON file in place of these options, which can describe several spaces over the same documents.',
    ),
  ];
}

const MORE = `
Encoders: by default, documents are encoded by sparsedge-en, the English model
that comes with Sparsedge, at about two hundred documents a second; BM25
(--encoder bm25) weighs about four thousand. --k1, --b and --analyzer without an
encoder select BM25, too.

Inputs: a BEIR folder or its corpus.jsonl, JSON lines or lists, CSV or TSV with
a header, MS MARCO's collection.tsv, Parquet, Markdown, MDX, HTML, or a folder
of any of these, in any mixture. Links are followed. Files of lines may be
compressed by gzip or zstd. What of a folder is not read is counted and named;
where that is most of it, the build refuses. The encoder "vectors" reads JSON
lines {id, contents, vector: {term: weight}}. A CIFF (Common Index File Format)
may be gzipped; its numbers are taken as impacts from 1 to 255, unless --encoder
names one that counts terms.

Languages: English words are stemmed, and those of 24 other languages in their
own ways: Arabic, Armenian, Danish, Dutch, Finnish, French, German, Greek,
Hindi, Hungarian, Indonesian, Irish, Italian, Lithuanian, Nepali, Norwegian,
Portuguese, Romanian, Russian, Serbian, Spanish, Swedish, Tamil and Turkish.
German, Dutch and Scandinavian compounds are found by their parts, which are
stems that the documents have; from standard input they are not. sparsedge-en
reads English: documents in any other language are weighed by their words, as
BM25 does. --analyzer unicode and --title-weight 0 stem nothing in this way.

Pages: what is hidden, navigation, and lines that stand on most pages of a site
are no text. Kept out are pages with noindex, drafts, redirects, 404 pages,
generated indexes of links, search pages, and copies of a page that they name as
their canonical one; with --clock, Markdown whose time it is not. Pages that
noindex keeps from one robot, by its name, are read. data-sparsedge-ignore,
-body, -meta, -filter, -sort, -weight and -index-attrs say what is text and what
are fields, and so do Pagefind's attributes of these names, data-nosnippet, and
docsearch's and sparsedge's meta elements (<meta name="sparsedge:version"
content="2">). A weight of 0 to 10 says how often words count. What links to a
page say, and what it defines, are names of it: a question that is exactly a
name finds the page first.

Fields: front matter, columns and keys beside id, title, text and url, and what
HTML says in meta and data- elements (author, keywords, date, article:tag ...;
lang is the page's language) are fields of a document. Each has the type that all
of its values have: number, date (ISO 8601), boolean, keyword or a list of them;
long values are text, which is shown and filters nothing. What objects of JSON
hold goes by its path: author.name.
--schema-out writes the types that were found; changed, they are for --schema:
  {"fields": {"version": "keyword", "secret": "none",
              "tags": {"type": "keyword", "separator": ","}}, "others": "text"}
A value that is not of the type given stops the build with its place, unless
--skip-bad counts it.

Several machines: with --part, machines that share the index folder and see the
input under the same path build one index together. A part that is killed
continues when it is run again, and others take its work meanwhile. Without
--part, the same command does all that is left. The bytes are the same.

Examples:
  sparsedge build scifact/                 a BEIR folder, into shards/scifact
  sparsedge build docs/ -o shards/manual   a folder of Markdown
  sparsedge build site/ --base-url https://example.org/ --clean-urls
    a site's HTML, with URLs that open its pages
  sparsedge build site/ --into site/_search
    the same, to be searched in its pages, on any static host
  sparsedge build scifact/ --encoder bm25  BM25, without a model
  sparsedge build papers.csv --field id=pmid --field text=abstract
  zcat dump.gz | sparsedge build - -o shards/dump --skip-bad
  sparsedge build splade.ciff --documents corpus.jsonl
    impacts from PISA or Anserini, and the text of the documents that is shown
  sparsedge build lucene.ciff --encoder bm25 --k1 0.9 --b 0.4
    counts of terms and document lengths, which BM25 weighs
  sparsedge build corpus.jsonl -o /data/index --part 3/8
    the third of eight machines
  sparsedge build docs/ -o shards/manual --store assets --base shards/manual
    a new generation that shares the objects of what did not change
  sparsedge build scifact/ --config two-spaces.json
    the default model and BM25, where the file has
    {"spaces": [{}, {"encoder": "bm25"}]}

Exit codes: 0 built and verified; 1 it failed, for instance because the disk is
full; 2 the input or an option is wrong.`;
