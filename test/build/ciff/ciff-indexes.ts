// Builds indexes from CIFF files and from vectors, and asks them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CiffReport, spoolCiff } from '../../../build/ciff/import.ts';
import { type BuildReport, buildIndex } from '../../../build/index/build.ts';
import { ciffConfig, largestTf } from '../../../build/index/ciff-config.ts';
import { type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import type { Document } from '../../../src/core/document.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';

/** A folder that is gone after the test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-ciff-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function* asynchronous<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** Builds from documents or vectors; returns the index. */
export async function buildFrom(
  inputs: Iterable<EncoderInput> | AsyncIterable<EncoderInput>,
  config: BuildConfigInput,
): Promise<OpenIndex> {
  const folder = temporary();
  await buildIndex({
    inputs: () => (Symbol.asyncIterator in inputs ? inputs : asynchronous(inputs)),
    inputKey: 'test',
    // Ties are broken by document number, so that both sides must number alike.
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], order: 'input', ...config }),
    folder,
    workFolder: temporary(),
    startProgress: silent,
  });
  return openIndex(folderSource(folder));
}

export interface Imported {
  readonly index: OpenIndex;
  readonly report: CiffReport;
  readonly built: BuildReport;
}

/** Builds from a CIFF. */
export async function importCiff(
  input: string,
  configInput: BuildConfigInput = { spaces: [{ encoder: 'vectors' }] },
  corpus?: readonly Document[],
): Promise<Imported> {
  const folder = temporary();
  const config = ciffConfig(parseConfig({ order: 'input', ...configInput }));
  let report: CiffReport | undefined;
  const built = await buildIndex({
    spool: async (plans, workFolder) => {
      const read = await spoolCiff(
        { input, largestTf: largestTf(config), corpus: corpus && (() => asynchronous(corpus)) },
        plans,
        workFolder,
        silent,
      );
      report = read.report;
      return read.spool;
    },
    inputKey: 'test',
    config,
    folder,
    workFolder: temporary(),
    startProgress: silent,
  });
  return { index: await openIndex(folderSource(folder)), report: report!, built };
}

/** The ids and scores that an index answers with. */
export async function ask(
  index: OpenIndex,
  query: ReadonlyMap<string, number>,
  k = 10,
): Promise<{ id: string; score: number }[]> {
  const terms = weighTerms(query, index.manifest.spaces[0].name);
  const { hits, exact } = await search({ terms, k, documents: true }, { index, clock: () => 0 });
  if (!exact) throw new Error('an answer that is not exact');
  return hits.map(({ shown, score }) => ({ id: shown!.id, score }));
}
