// Values of options: text from the command line → checked values.

import { InvalidArgumentError, Option } from 'commander';
import { MERGES, type Merge } from '../../stages/expand/merge.ts';
import type { Format } from '../../stages/read/detect.ts';

/** A whole number from `minimum` to `maximum`. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum} on` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** A number; whether it is in range is for the configuration to say. */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** What a command is told of records, as readingOptions() has it parsed. */
export interface ReadingOptions {
  readonly format: 'auto' | Format;
  readonly field?: readonly string[];
  readonly skipBad?: true;
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
];

/**
 * The options that say how an input is read.
 *
 * @param more formats that a command takes besides those of documents
 */
export function readingOptions(...more: readonly string[]): Option[] {
  return [
    new Option('--format <format>', 'what the input is; goes by name and contents unless given')
      .choices([...FORMATS, ...more])
      .default('auto', 'auto'),
    new Option(
      '--field <part=column>',
      'which column is the id, title, text or url (repeat; several for text are joined)',
    ).argParser((value: string, before: readonly string[] = []) => [...before, value]),
    new Option('--skip-bad', 'count malformed records and pass over them instead of stopping at the first'),
  ];
}

/** What a command is told of predicted queries, as expansionOptions() has it parsed. */
export interface ExpansionOptions {
  readonly expansions?: string;
  readonly merge?: Merge;
  readonly maxQueries?: number;
}

/** The options that say which predicted queries documents are weighed with. */
export function expansionOptions(): Option[] {
  return [
    new Option(
      '--expansions <file>',
      'predicted queries, from `sparsedge expand`: documents are found by them too, and shown without',
    ),
    new Option(
      '--merge <how>',
      'doc2query: append queries; distinct: only words that are new (default: by encoder)',
    ).choices(MERGES),
    new Option('--max-queries <n>', 'merge at most so many of a document (default: all)').argParser(whole(1)),
  ];
}

/** The option that every command has. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document instead of text');
}
