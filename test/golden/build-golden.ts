// Builds the golden index of this format version: `node test/golden/build-golden.ts <folder>`. Run it, and commit what
// it wrote, only together with a change of the format's version, or of what decides a build's id.

import { join } from 'node:path';
import { buildIndex } from '../../build/index/build.ts';
import { parseConfig } from '../../build/index/config.ts';
import { openInputs } from '../../build/stages/encode/inputs.ts';
import { newReport } from '../../build/stages/read/lines/report.ts';
import { silent } from '../../build/terminal/progress.ts';

/** Two spaces, two segments, and lists cut as any index's: everything that the format has. */
export async function buildGolden(folder: string): Promise<void> {
  const input = join(import.meta.dirname, 'v1', 'corpus.jsonl');
  await buildIndex({
    inputs: () => openInputs({ input, report: newReport() }),
    inputKey: 'golden',
    config: parseConfig({
      spaces: [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'unicode' }],
      segmentDocuments: 4,
    }),
    folder,
    workFolder: join(folder, '.work'),
    startProgress: silent,
  });
}

if (process.argv[1] === import.meta.filename) await buildGolden(process.argv[2]);
