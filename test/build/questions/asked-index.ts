// Small indexes that tests ask: built as a person's, with the default model or with BM25.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIndex } from '../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import { openFolder } from '../../../build/index/open-folder.ts';
import { type Ask, openAsk } from '../../../build/local/ask-folder.ts';
import { silent } from '../../../build/terminal/progress.ts';
import type { Document } from '../../../src/core/document.ts';

/** Spaces by the names that tests give them. */
const ENCODERS = {
  default: {},
  english: { encoder: 'bm25', analyzer: 'english' },
  unicode: { encoder: 'bm25', analyzer: 'unicode' },
  stems: { encoder: 'bm25', analyzer: 'stems' },
} as const satisfies Record<string, NonNullable<BuildConfigInput['spaces']>[number]>;
export type Encoder = keyof typeof ENCODERS;

/** An index of documents, ready to be asked. */
export interface AskedDocuments {
  readonly ask: Ask;
  /** The ids of a query's hits, best first. */
  readonly ids: (query: string) => Promise<string[]>;
}

/** Builds an index of documents and opens it. */
export async function askedIndex(
  documents: readonly Document[],
  encoder: Encoder,
  config: BuildConfigInput = {},
): Promise<AskedDocuments> {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-asked-'));
  async function* inputs() {
    for (const document of documents) yield { document };
  }
  await buildIndex({
    inputs,
    inputKey: 'test',
    config: parseConfig({ spaces: [ENCODERS[encoder]], ...config }),
    folder,
    workFolder: mkdtempSync(join(tmpdir(), 'sparsedge-work-')),
    startProgress: silent,
  });
  const index = await openFolder(folder);
  const ask = await openAsk({ folder, index, clock: () => 0 }, {});
  return {
    ask,
    ids: async (query) => {
      const { hits } = await ask({ text: query, k: 20, documents: true, budget: {} });
      return hits.map(({ shown }) => shown?.id ?? '');
    },
  };
}

/** The documents of a file of test/fixtures/field. */
export function fieldDocuments(name: string): Document[] {
  const path = join(import.meta.dirname, '../../fixtures/field/queries', name);
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { _id: id, title, text } = JSON.parse(line) as { _id: string; title: string; text: string };
      return { id, title, text };
    });
}
