// The options that say what index to build, and the configuration that they make.

import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ANALYZERS } from '../../../src/core/analyzer/analysis.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { MAX_WINDOW_DOCUMENTS } from '../../../src/core/format/manifest.ts';
import { MOST_ADDED } from '../../../src/core/model/contract.ts';
import { type BuildConfig, parseConfig } from '../../index/config.ts';
import { INDEXES } from '../../index/open-folder.ts';
import type { FieldRules } from '../../stages/read/fields/rules.ts';
import { GROUPINGS, STORES } from '../../stages/shard/index-plan.ts';
import { schemaFile } from './field-schema.ts';
import type { ExpansionOptions } from './reading.ts';
import { decimal, jsonFile, whole } from './values.ts';

/** The encoder of one space, as encoderOptions() has it parsed. */
export interface EncoderOptions {
  readonly encoder?: string | undefined;
  readonly model?: string | undefined;
  readonly parts?: string | undefined;
  readonly analyzer?: string | undefined;
  readonly query?: string | undefined;
  readonly k1?: number | undefined;
  readonly b?: number | undefined;
  readonly titleWeight?: number | undefined;
  readonly pageTitle?: number | undefined;
  readonly added?: number | undefined;
  /** False for --no-expansion. */
  readonly expansion?: boolean | undefined;
}

/** An index of one space, or a file that describes several. */
export interface ConfigOptions extends EncoderOptions, ExpansionOptions {
  readonly windowDocuments?: number | undefined;
  readonly order?: string | undefined;
  readonly group?: string | undefined;
  readonly store?: string | undefined;
  readonly vectors?: string | undefined;
  /** False for --no-words. */
  readonly words?: boolean | undefined;
  readonly config?: string | undefined;
  readonly schema?: string | undefined;
}

/** How many threads a model's network runs on. */
export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    "On how many threads a model's network reads documents. The default is one for each processor, and 4 at most. The " +
      'bytes of the index are the same.',
  ).argParser(whole(1, 64));
}

/** The options that name the encoder of one space and its parameters. */
export function encoderOptions(): Option[] {
  return [
    new Option(
      '--encoder <encoder>',
      'What gives each term of a document its weight. The default is model, with the model sparsedge-en.',
    ).choices(['bm25', 'tfidf', 'vectors', 'model']),
    new Option(
      '--model <folder>',
      'The model folder, which holds model.json. It implies --encoder model; with --encoder vectors, and for a CIFF, it ' +
        'is the model that weighs queries.',
    ),
    new Option(
      '--parts <folder>',
      'Take the values that `sparsedge encode` computed with the model, all parts of which are in this folder, ' +
        'instead of running the model.',
    ),
    new Option(
      '--analyzer <analyzer>',
      'How text becomes terms, of queries alone for vectors and a CIFF. A model has its own; the default is english.',
    ).choices(ANALYZERS),
    new Option(
      '--query <weights>',
      "For the encoder vectors: a query term's weight is the count of its occurrences, or 1 " +
        '(binary). The default is count.',
    ).choices(['count', 'binary']),
    new Option(
      '--k1 <number>',
      "BM25's k1: how slowly repeats of a term saturate. The default is 0.9, or what the model says.",
    ).argParser(decimal),
    new Option(
      '--b <number>',
      "BM25's b, from 0 to 1: how much long documents are penalized. The default is 0.4; of documents that are no " +
        'pages, it is what the model says.',
    ).argParser(decimal),
    new Option(
      '--title-weight <number>',
      'How many times a word of a title counts, from 1. The default is 2, and 1 with a model. A question that is a ' +
        'whole title finds it first. With 0, there is nothing beside the words, as in Lucene.',
    ).argParser(decimal),
    new Option(
      '--page-title <number>',
      "How much more a word of a page's title weighs in all sections of the page, from 0 to 10: so many times what a " +
        'word weighs that is said once. The default is 0.5 for folders of pages whose sections are found together.',
    ).argParser(decimal),
    new Option(
      '--added <n>',
      'How many stems that a document lacks are added to it, lent by those that it has, so that a page about cars is ' +
        'found by who asks for automobiles. The default is what the model says.',
    ).argParser(whole(0, MOST_ADDED)),
    new Option('--no-expansion', 'Add no stems to documents, as --added 0.').conflicts('added'),
  ];
}

/**
 * Looks whether a command is told how to build though it is given an index.
 *
 * @param names of options that say how
 * @throws SparsedgeError `bad-input` for the first of them, which would be passed over
 */
export function mustBuildNothing(command: Command, names: readonly string[], index: string): void {
  const given = names.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given === undefined) return;
  const option = command.options.find((each) => each.attributeName() === given)?.long ?? `--${given}`;
  throw new SparsedgeError(
    'bad-input',
    `${option} says how documents are built, and ${index} is an index: build it with sparsedge build, or name the documents`,
    { option, folder: index },
  );
}

/** The options that say how documents are divided and stored. */
export function layoutOptions(): Option[] {
  return [
    new Option(
      '--window-documents <n>',
      `The most documents in one window, which is what a search adds up at a time. The default, and the most, is ${MAX_WINDOW_DOCUMENTS}.`,
    ).argParser(whole(1, MAX_WINDOW_DOCUMENTS)),
    new Option(
      '--order <order>',
      'How documents are numbered: as they are read (input), or so that similar ones are close ' +
        '(similarity), which makes lists smaller and lets hits share reads. The default is similarity.',
    ).choices(['similarity', 'input']),
    new Option(
      '--group <by>',
      'Which documents are sections of one page, so that a search finds pages by what all of their sections say and ' +
        'shows the best sections: those whose URLs are equal but for what follows the # (url), or none. The default is ' +
        'url for folders of HTML and Markdown, and none for anything else.',
    ).choices(GROUPINGS),
    new Option(
      '--store <where>',
      "Where the index is to be served from: an R2 bucket (r2), a bucket with documents among a Worker's static " +
        'assets, whose requests are free (both), or static assets alone (assets). The default is r2.',
    ).choices(STORES),
    new Option(
      '--vectors <when>',
      'Whether the page that shows a document also says which long lists hold it, so that its score can be settled ' +
        'without reading them to their end: always, never, or where documents are more than one window (auto). The ' +
        'default is auto.',
    ).choices(['auto', 'always', 'never']),
    new Option(
      '--no-words',
      'Keep no words as they are typed: questions can then neither be completed nor corrected.',
    ),
  ];
}

/**
 * The configuration that the options ask for.
 *
 * @param ofPages whether the documents are sections of pages
 * @throws SparsedgeError `bad-input`
 */
export function configFrom(options: ConfigOptions, ofPages = false): BuildConfig {
  const { config, model, parts, merge, maxQueries, analyzer, query, k1, b } = options;
  const { titleWeight, pageTitle } = options;
  const added = options.expansion === false ? 0 : options.added;
  const schema = options.schema === undefined ? undefined : schemaFile(options.schema);
  if (config !== undefined)
    return parseConfig(withSchema(jsonFile(config, 'the configuration'), schema), ofPages);
  const encoder = options.encoder ?? (model === undefined ? undefined : 'model');
  if (encoder !== undefined && encoder !== 'bm25' && encoder !== 'model' && (k1 ?? b) !== undefined) {
    throw new SparsedgeError(
      'bad-input',
      `--k1 and --b are parameters of BM25, and the encoder ${encoder} has no such parameters`,
    );
  }
  const titles = { titleWeight, pageTitle };
  const space = { encoder, model, parts, merge, maxQueries, analyzer, query, k1, b, ...titles, added };
  const { expansions, windowDocuments, order, group, store, vectors, words } = options;
  const layout = { windowDocuments, order, group, store, vectors, words };
  return parseConfig({ spaces: [space], expansions, ...layout, schema }, ofPages, (path) =>
    optionNamed(options, String(path.at(-1))),
  );
}

/** An option as it is given, with its value: `--title-weight 0.5`. */
function optionNamed(options: ConfigOptions, key: string): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${name} ${JSON.stringify(options[key as keyof ConfigOptions])}`;
}

/** @throws SparsedgeError `bad-input` where the configuration has a schema of fields, too */
function withSchema(config: unknown, schema: FieldRules | undefined): unknown {
  if (schema === undefined || typeof config !== 'object' || config === null) return config;
  if ('schema' in config)
    throw new SparsedgeError(
      'bad-input',
      'both --schema and the configuration have a schema of fields: expected one',
    );
  return { ...config, schema };
}

/**
 * The folder of an index for which none is named: below INDEXES, with the name of its input.
 *
 * @throws SparsedgeError `bad-input` for standard input, which has no name
 */
export function folderFor(input: string): string {
  if (input === '-') {
    throw new SparsedgeError(
      'bad-input',
      'standard input has no name from which the index folder could be named: name the folder with -o',
    );
  }
  const name = basename(resolve(input)).replace(
    /(\.(jsonl|ndjson|json|csv|tsv|tab|parquet|md|markdown|html?|xht(?:ml)?|ciff|gz|zst|zstd))+$/i,
    '',
  );
  return `${INDEXES}/${name === '' ? 'index' : name}`;
}
