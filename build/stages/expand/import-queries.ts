// Queries predicted elsewhere → a file of expansions in the order of a corpus. Records with ids may come in any order
// and in several files: they are laid aside in a file, and memory holds one entry for each document. Castorini's text
// files have no ids: line i is of document i, and each file is one more sample.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { RecordFile, RecordWriter } from '../../work/records.ts';
import { openText } from '../read/lines/encodings.ts';
import type { Source } from '../read/lines/input-source.ts';
import { readLines } from '../read/lines/lines.ts';
import { writeExpansions } from './expansion-file.ts';
import { type Expansion, parseExpansion } from './import-formats.ts';

/** What an import found. */
export interface ImportReport {
  documents: number;
  /** Documents with at least one query. */
  expanded: number;
  queries: number;
  /** Records of documents that the corpus does not have. */
  unknown: number;
}

/**
 * Imports predictions.
 *
 * @param paths files of JSON lines, or of text lines; not of both
 * @throws SparsedgeError `bad-input` for a file in no known form, one whose lines are not as many as documents, and
 *   when no prediction is of any document
 */
export async function importPredictions(
  documents: AsyncIterable<Document>,
  paths: readonly string[],
  out: string,
): Promise<ImportReport> {
  const kinds = new Set<boolean>();
  for (const path of paths) kinds.add(await isJson(path));
  if (kinds.size > 1) {
    throw new SparsedgeError(
      'bad-input',
      `${paths.join(', ')}: expected files of one form, found JSON and text lines`,
    );
  }
  const report: ImportReport = { documents: 0, expanded: 0, queries: 0, unknown: 0 };
  const joined = kinds.has(true) ? joinById(documents, paths, report) : joinByLine(documents, paths);
  await writeExpansions(out, counted(joined, report));
  return report;
}

async function* counted(
  expansions: AsyncIterable<Expansion>,
  report: ImportReport,
): AsyncGenerator<Expansion> {
  for await (const expansion of expansions) {
    report.documents++;
    report.queries += expansion.queries.length;
    if (expansion.queries.length > 0) report.expanded++;
    yield expansion;
  }
}

async function isJson(path: string): Promise<boolean> {
  const source = await openText(path);
  source.close();
  return /^\s*\{/.test(source.head.toString());
}

/** A record as it is laid aside: the queries, and the number of the record before with the same id, or −1. */
type LaidAside = readonly [before: number, queries: readonly string[]];

async function* joinById(
  documents: AsyncIterable<Document>,
  paths: readonly string[],
  report: ImportReport,
): AsyncGenerator<Expansion> {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-import-'));
  try {
    const aside = join(folder, 'records');
    const last = await layAside(paths, aside);
    const records = new RecordFile(aside, last.records);
    const decoder = new TextDecoder();
    let found = 0;
    for await (const { id } of documents) {
      const lists: (readonly string[])[] = [];
      for (let number = last.byId.get(id) ?? -1; number >= 0; found++) {
        const [before, queries] = JSON.parse(decoder.decode(records.at(number))) as LaidAside;
        lists.unshift(queries);
        number = before;
      }
      yield { id, queries: lists.flat() };
    }
    records.close();
    report.unknown = last.records - found;
    if (found === 0) {
      const [example] = last.byId.keys();
      throw new SparsedgeError(
        'bad-input',
        `${paths.join(', ')}: expected predictions for documents of the corpus, found none: the first is of ${JSON.stringify(example)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function layAside(
  paths: readonly string[],
  aside: string,
): Promise<{ byId: Map<string, number>; records: number }> {
  const byId = new Map<string, number>();
  const writer = new RecordWriter(aside);
  let records = 0;
  for (const path of paths) {
    const source = await openText(path);
    try {
      for await (const lines of readLines(source)) {
        for (const { number, text, problem } of lines) {
          if (problem === undefined && text.trim() === '') continue;
          const { id, queries } = parseExpansion(text, problem, `${path}:${number}`);
          const record: LaidAside = [byId.get(id) ?? -1, queries];
          writer.write(Buffer.from(JSON.stringify(record)));
          byId.set(id, records++);
        }
      }
    } finally {
      source.close();
    }
  }
  writer.close();
  return { byId, records };
}

async function* joinByLine(
  documents: AsyncIterable<Document>,
  paths: readonly string[],
): AsyncGenerator<Expansion> {
  const sources = await Promise.all(paths.map(openText));
  const samples = sources.map(textLines);
  let number = 0;
  try {
    for await (const { id } of documents) {
      number++;
      const queries: string[] = [];
      for (const [i, sample] of samples.entries()) {
        const next = await sample.next();
        if (next.done) throw tooFewOrMany(paths[i], `a line for document ${number}`, `${number - 1} lines`);
        if (next.value.trim() !== '') queries.push(next.value);
      }
      yield { id, queries };
    }
    for (const [i, sample] of samples.entries()) {
      if (!(await sample.next()).done)
        throw tooFewOrMany(paths[i], `${number} lines, one a document`, 'more');
    }
  } finally {
    for (const source of sources) source.close();
  }
}

async function* textLines(source: Source): AsyncGenerator<string> {
  for await (const lines of readLines(source)) {
    for (const { number, text, problem } of lines) {
      if (problem !== undefined)
        throw new SparsedgeError('bad-input', `${source.name}:${number}: ${problem}`);
      yield text;
    }
  }
}

function tooFewOrMany(file: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${file}: expected ${expected}, found ${found}`, {
    file,
    expected,
    found,
  });
}
