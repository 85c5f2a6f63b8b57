// The build command's options → what to build and what to read.

import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type BuildConfig, parseConfig } from '../../index/config.ts';
import { INDEXES } from '../../index/open-folder.ts';
import type { FieldMapping } from '../../stages/read/lines/record.ts';

/** The options that say what to build. */
export interface ConfigOptions {
  readonly encoder?: string;
  readonly model?: string;
  readonly parts?: string;
  readonly expansions?: string;
  readonly merge?: string;
  readonly maxQueries?: number;
  readonly analyzer?: string;
  readonly query?: string;
  readonly k1?: number;
  readonly b?: number;
  readonly segmentDocuments?: number;
  readonly order?: string;
  readonly documentPages?: string;
  readonly config?: string;
}

/**
 * The configuration that the options ask for.
 *
 * @throws SparsedgeError `bad-input`
 */
export function configFrom({
  config,
  model,
  parts,
  expansions,
  merge,
  maxQueries,
  encoder = model === undefined ? undefined : 'model',
  analyzer,
  query,
  k1,
  b,
  segmentDocuments,
  order,
  documentPages,
}: ConfigOptions): BuildConfig {
  if (config !== undefined) return parseConfig(jsonFile(config));
  if (encoder !== undefined && encoder !== 'bm25' && encoder !== 'model' && (k1 ?? b) !== undefined) {
    throw new SparsedgeError(
      'bad-input',
      `--k1 and --b are BM25's; the encoder ${encoder} has no such parameters`,
    );
  }
  const space = { encoder, model, parts, merge, maxQueries, analyzer, query, k1, b };
  return parseConfig({ spaces: [space], expansions, segmentDocuments, order, documentPages });
}

function jsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? `is not JSON: ${cause.message}` : 'cannot be read';
    throw new SparsedgeError('bad-input', `the configuration ${path} ${reason}`, { file: path }, { cause });
  }
}

const PARTS = ['id', 'title', 'text', 'url'] as const;

/**
 * `text=body text=abstract id=pmid` → a mapping.
 *
 * @throws SparsedgeError `bad-input`
 */
export function fieldsFrom(assignments: readonly string[]): FieldMapping | undefined {
  if (assignments.length === 0) return undefined;
  const columns: Partial<Record<(typeof PARTS)[number], string[]>> = {};
  for (const assignment of assignments) {
    const [, name, column] = /^(\w+)=(.+)$/.exec(assignment) ?? [];
    const part = PARTS.find((known) => known === name);
    if (part === undefined || column === undefined) {
      throw new SparsedgeError(
        'bad-input',
        `--field ${assignment}: write part=column, where the part is one of ${PARTS.join(', ')}`,
      );
    }
    columns[part] = [...(columns[part] ?? []), column];
    if (part !== 'text' && columns[part].length > 1) {
      throw new SparsedgeError(
        'bad-input',
        `--field names two columns for ${part}; only text can have several`,
      );
    }
  }
  const { id, title, text, url } = columns;
  return { id: id?.[0], title: title?.[0], text, url: url?.[0] };
}

/**
 * Where an index goes that was given no folder: below INDEXES, named after its input.
 *
 * @throws SparsedgeError `bad-input` for standard input, which has no name
 */
export function folderFor(input: string): string {
  if (input === '-') {
    throw new SparsedgeError(
      'bad-input',
      'standard input has no name: say with -o into which folder to build',
    );
  }
  const name = basename(resolve(input)).replace(
    /(\.(jsonl|ndjson|json|csv|tsv|tab|parquet|md|markdown|html?|ciff|gz))+$/i,
    '',
  );
  return `${INDEXES}/${name === '' ? 'index' : name}`;
}
