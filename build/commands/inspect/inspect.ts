// `sparsedge inspect`: what an index holds.

import { Command, Option } from 'commander';
import { isoDate } from '../../../src/core/fields.ts';
import { documentsIn, type IndexedField, type Space } from '../../../src/core/format/manifest.ts';
import { type OpenIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { openFolder } from '../../index/open-folder.ts';
import { aboutSpace } from '../../inspect/about-space.ts';
import { sizesOf } from '../../inspect/sizes.ts';
import { counted, oneLine, size, table } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { terminalProgress } from '../../terminal/progress.ts';
import { jsonOption } from '../options/json-output.ts';
import { documentLines, inspectDocument } from './inspect-document.ts';
import { inspectTerm, termLines } from './inspect-term.ts';

interface Options {
  readonly term?: string;
  readonly document?: string;
  readonly space?: string;
  readonly json?: true;
}

/** The command. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Shows how large an index is and how it was built, or the list of one term, or one document ' +
        'with its impacts.',
    )
    .argument('<folder>', 'The index folder.')
    .addOption(
      new Option(
        '--term <term>',
        'Show a term: how many documents have it, its largest impacts, where its list lies and its best postings.',
      ).conflicts('document'),
    )
    .option(
      '--document <id>',
      'Show a document, its impacts, and where it has each term from. There is no forward index, so this reads every list.',
    )
    .addOption(
      new Option(
        '--space <name>',
        'The space of the term. The default is the first one of the index.',
      ).conflicts('document'),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge inspect shards/scifact
  sparsedge inspect shards/scifact --term cells     a word, or a term as indexed
  sparsedge inspect shards/scifact --document 4983

Exit codes: 0 shown; 1 there is no such term or document, or the index is
damaged; 2 there is no index in the folder.`,
    )
    .action(async (folder: string, { term, document, space, json }: Options) => {
      const index = await openFolder(folder);
      if (term !== undefined) {
        const report = await inspectTerm(index, spaceNamed(index, space), term);
        if (json) printJson(report);
        else print(...termLines(report, term, index.manifest));
      } else if (document !== undefined) {
        const report = await inspectDocument(index, folder, document, terminalProgress(process.stderr));
        if (json) printJson(report);
        else print(...documentLines(report));
      } else if (json) printJson(toJson(index, folder));
      else print(...toLines(index, folder));
    });
}

function toJson(index: OpenIndex, folder: string) {
  const { build, builtBy, holes = 0, windows, fields = [], spaces } = index.manifest;
  return {
    folder,
    build,
    builtBy,
    documents: documentsIn(index.manifest),
    holes,
    windows,
    longTerms: Object.fromEntries(
      [...index.table.spaces].map(([name, { longTerms }]) => [name, longTerms.length]),
    ),
    fields,
    spaces,
    bytes: sizesOf(index),
  };
}

const QUERY_WEIGHTS: Readonly<Record<Space['query'], string>> = {
  count: 'a query term counts as often as it occurs',
  binary: 'each distinct query term counts 1',
  tokenizer: "the model's tokenizer and perhaps a table weigh query terms",
  neural: 'a network weighs query terms',
};

function toLines(index: OpenIndex, folder: string): string[] {
  const { build, builtBy, spaces, windows, fields = [] } = index.manifest;
  const documents = documentsIn(index.manifest);
  const sizes = sizesOf(index);
  const ofDocuments = documents === 0 ? '' : `${Math.round(sizes.documents / documents)} bytes a document`;
  return [
    `${folder}: ${counted(documents, 'document')} in ${counted(windows.length, 'window')}, build ${build}${builtBy === undefined ? '' : ` by ${builtBy}`}`,
    '',
    ...spaces.flatMap((space) => [
      ...aboutSpace(space, sizes.postings[space.name]),
      `    impact 255 is a weight of ${space.quantizer.maximum.toPrecision(4)}, rounded ${
        space.quantizer.rounding === 'floor' ? 'down' : 'to the nearest'
      }; ${QUERY_WEIGHTS[space.query]}`,
    ]),
    '',
    ...table(
      [
        ...Object.entries(sizes.postings).map(([name, bytes]) => [`postings of ${name}`, size(bytes), '']),
        ['page table', size(sizes.tables), 'a Worker keeps this in memory'],
        ['documents', size(sizes.documents), ofDocuments],
        ['ids', size(sizes.ids), ''],
        ['words', size(sizes.words), 'to complete and correct questions by'],
        [
          'everything',
          size(sizes.total),
          `${counted(sizes.pages, 'page')} in ${counted(sizes.objects, 'object')}`,
        ],
      ].map((row) => ['', ...row]),
      [2],
    ),
    '',
    ...(fields.length > 0
      ? ['  Fields, by which documents are filtered:', ...table(fields.map(aboutField)), '']
      : []),
    `  ${sizes.bytesPerPosting.toFixed(2)} bytes a posting, page table included, documents and ids not`,
  ];
}

function aboutField(field: IndexedField): string[] {
  const { name, type, list, documents, values, minimum, maximum } = field;
  const bound = (value: number) => (type === 'date' ? isoDate(value) : String(value));
  const range =
    minimum === undefined || maximum === undefined ? '' : `from ${bound(minimum)} to ${bound(maximum)}`;
  return [
    '',
    '',
    oneLine(name, 40),
    list ? `list of ${type}s` : type,
    counted(documents, 'document'),
    type === 'text' ? 'shown' : counted(values, 'value'),
    range,
  ];
}
