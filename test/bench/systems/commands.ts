// Collections as the commands of users take them, and those commands.

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Judged } from '../data/judged-collections.ts';

const CLI = join(import.meta.dirname, '../../../build/cli.ts');

/** A collection as the commands take it: of some only a part of the documents is measured. */
export function writeBeir({ name, documents, queries, judgments }: Judged, folder: string): void {
  mkdirSync(join(folder, 'qrels'), { recursive: true });
  const lines = (records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const corpus = documents.map(({ id, title, text }) => ({ _id: id, title, text }));
  writeFileSync(join(folder, 'corpus.jsonl'), lines(corpus));
  writeFileSync(join(folder, 'queries.jsonl'), lines(queries.map(({ id, text }) => ({ _id: id, text }))));
  const judged = [...judgments[name]].flatMap(([query, relevances]) =>
    [...relevances].map(([document, relevance]) => `${query}\t${document}\t${relevance}\n`),
  );
  writeFileSync(join(folder, 'qrels/test.tsv'), `query-id\tcorpus-id\tscore\n${judged.join('')}`);
}

/** Runs a command, and gives what it prints. */
// biome-ignore lint/suspicious/noExplicitAny: what commands print as JSON.
export async function sparsedge(...args: readonly string[]): Promise<any> {
  const running = promisify(execFile)(process.execPath, [CLI, ...args, '--json'], { maxBuffer: 1 << 26 });
  running.child.stderr!.pipe(process.stderr);
  return JSON.parse((await running).stdout);
}
