// Builds the golden index of this format version: `node test/golden/build-golden.ts <folder>`. Run it, and commit what
// it wrote, only together with a change of the format's version, or of what decides a build's id.

import { join } from 'node:path';
import { buildIndex } from '../../build/index/build.ts';
import { parseConfig } from '../../build/index/config.ts';
import { openInputs } from '../../build/stages/encode/inputs.ts';
import { newReport } from '../../build/stages/read/lines/report.ts';
import { silent } from '../../build/terminal/progress.ts';

/** So small that a few documents have everything: dictionary pages, whole tiers, divided ones, document pages. */
const LAYOUT = { longBytes: 2, dictionaryBytes: 256, dividedBytes: 2, documentBytes: 512 };

/** Two spaces and two windows, pages in shards and pages that are objects: everything that the format has. */
export async function buildGolden(folder: string): Promise<void> {
  const input = join(import.meta.dirname, 'v3', 'corpus.jsonl');
  const config = parseConfig({
    spaces: [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'unicode' }],
    windowDocuments: 5,
    vectors: 'always',
    store: 'both',
  });
  await buildIndex({
    inputs: () => openInputs({ input, report: newReport() }),
    inputKey: 'golden',
    config,
    folder,
    workFolder: join(folder, '.work'),
    layout: LAYOUT,
    startProgress: silent,
  });
}

if (process.argv[1] === import.meta.filename) await buildGolden(process.argv[2]);
