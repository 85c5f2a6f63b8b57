// The options that say how documents are read, and with which predicted queries.

import { Option } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { MERGES, type Merge } from '../../stages/expand/merge.ts';
import type { Format } from '../../stages/read/detect.ts';
import type { FieldMapping } from '../../stages/read/lines/record.ts';
import { GENERATORS, type GeneratorName } from '../../stages/read/pages/generators/known-generators.ts';
import type { PageOptions } from '../../stages/read/pages/site.ts';
import type { ReadOptions } from '../../stages/read/read.ts';
import { instant, language, repeated, whole } from './values.ts';

/** What a command is told of records, as readingOptions() has it parsed. */
export interface ReadingOptions extends Omit<PageOptions, 'generator'> {
  readonly format: 'auto' | Format;
  readonly field?: readonly string[] | undefined;
  readonly skipBad?: true | undefined;
  readonly language?: string | undefined;
  readonly generator?: GeneratorName | 'auto' | undefined;
}

const FORMATS: readonly ReadingOptions['format'][] = [
  'auto',
  'beir',
  'jsonl',
  'msmarco',
  'csv',
  'parquet',
  'markdown',
  'html',
  'text',
];

/**
 * The options that say how an input is read.
 *
 * @param more formats that a command takes besides those of documents
 */
export function readingOptions(...more: readonly string[]): Option[] {
  return [
    new Option('--format <format>', "The input's format. With auto, it is detected from name and contents.")
      .choices([...FORMATS, ...more])
      .default('auto', 'auto'),
    new Option(
      '--field <field=column>',
      'Take a field of each document (id, title, text or url) from this column or key of its record. ' +
        'Repeat it for other fields; several columns for text are joined.',
    ).argParser(repeated),
    new Option('--skip-bad', 'Skip and count malformed records instead of stopping at the first.'),
    ...pageOptions(),
  ];
}

/** The option that says what language documents are in. */
export function languageOption(): Option {
  return new Option(
    '--language <code>',
    'The language of all documents, such as de. By default, it is that which a page (lang), its front matter or a ' +
      'record (lang, language, locale) names, or that shows in its text, or that nearly all other documents are in.',
  ).argParser(language);
}

/** The options that say which pages of Markdown and HTML are read, which parts of them, and what their URLs are. */
function pageOptions(): Option[] {
  return [
    new Option(
      '--base-url <url>',
      'The URL at which the pages stand, such as https://example.org/docs/. Without it, URLs are relative.',
    ),
    new Option('--clean-urls', 'Leave .html and index out of the URLs of pages.'),
    new Option(
      '--generator <name>',
      "What makes the site of Markdown files: it decides their URLs and the ids of their headings. With auto, it's " +
        'found by its configuration in the folder or above, and without one, files are named as GitHub shows them.',
    )
      .choices(['auto', ...GENERATORS])
      .default('auto', 'auto'),
    new Option(
      '--include <pattern>',
      'Read only pages whose path in the folder, or name, matches this pattern. Repeat it for other patterns. Plain text ' +
        'is read where one of them asks for it, such as "*.txt".',
    ).argParser(repeated),
    new Option('--exclude <pattern>', 'Leave out pages that match this pattern, such as "old/**".').argParser(
      repeated,
    ),
    new Option(
      '--select <selector>',
      "Of each HTML page, read only what this CSS selector finds. By default, that is the page's main part.",
    ).argParser(repeated),
    new Option(
      '--ignore-selector <selector>',
      'Of each HTML page, leave out what this CSS selector finds.',
    ).argParser(repeated),
    new Option('--drafts', 'Read drafts as well, and pages whose front matter keeps them out of searching.'),
    new Option(
      '--clock <time>',
      'Leave out Markdown that is published after this time, or expires before it, by its front matter (publishDate, ' +
        'date, expiryDate), as Hugo does: 2026-11-28, or 2026-11-28T09:30:00Z. Without it, none of it is left out, so ' +
        'that equal input gives equal bytes whenever it is built.',
    ).argParser(instant),
  ];
}

/**
 * How the options say that an input is read.
 *
 * @throws SparsedgeError `bad-input`
 */
export function readingOf(input: string, options: ReadingOptions): Omit<ReadOptions, 'report'> {
  const { format, field = [], skipBad, language } = options;
  const fields = fieldsFrom(field);
  return { input, format, fields, skipBad: skipBad ?? false, language, pages: pagesOf(options) };
}

function pagesOf(options: ReadingOptions): PageOptions {
  const { generator, include, exclude, select, ignoreSelector, drafts, clock, baseUrl, cleanUrls, inPlace } =
    options;
  const named = generator === 'auto' ? undefined : generator;
  const which = { include, exclude, select, ignoreSelector, drafts, clock };
  return { ...which, baseUrl, cleanUrls, inPlace, generator: named };
}

const FIELDS = ['id', 'title', 'text', 'url'] as const;

/** `text=body text=abstract id=pmid` → a mapping. */
function fieldsFrom(assignments: readonly string[]): FieldMapping | undefined {
  if (assignments.length === 0) return undefined;
  const columns: Partial<Record<(typeof FIELDS)[number], string[]>> = {};
  for (const assignment of assignments) {
    const [, name, column] = /^(\w+)=(.+)$/.exec(assignment) ?? [];
    const field = FIELDS.find((known) => known === name);
    if (field === undefined || column === undefined) {
      throw new SparsedgeError(
        'bad-input',
        `--field must be field=column, where the field is one of ${FIELDS.join(', ')}; it is "${assignment}"`,
      );
    }
    columns[field] = [...(columns[field] ?? []), column];
    if (field !== 'text' && columns[field].length > 1) {
      throw new SparsedgeError(
        'bad-input',
        `--field names two columns for ${field}, and only text can have several`,
      );
    }
  }
  const { id, title, text, url } = columns;
  return { id: id?.[0], title: title?.[0], text, url: url?.[0] };
}

/** @throws SparsedgeError `bad-input` for standard input, where a command must read its input more than once */
export function mustBeRereadable(input: string): void {
  if (input !== '-') return;
  throw new SparsedgeError(
    'bad-input',
    'this command reads the documents more than once, which standard input does not allow: give a file or a folder',
  );
}

/** What a command is told of predicted queries, as expansionOptions() has it parsed. */
export interface ExpansionOptions {
  readonly expansions?: string | undefined;
  readonly merge?: Merge | undefined;
  readonly maxQueries?: number | undefined;
}

/** The options that say which predicted queries documents are weighed with. */
export function expansionOptions(): Option[] {
  return [
    new Option(
      '--expansions <file>',
      'Let documents be found by the predicted queries in this file of `sparsedge expand` as well. ' +
        'Hits are shown without them.',
    ),
    new Option(
      '--merge <how>',
      "How predicted queries are added to a document's text: doc2query appends them, distinct " +
        'appends only words that ' +
        'the text does not have. The default is distinct for DeepImpact models and doc2query for other encoders.',
    ).choices(MERGES),
    new Option(
      '--max-queries <n>',
      'Take at most this many predicted queries of each document. By default, all are taken.',
    ).argParser(whole(1)),
  ];
}
