// Builds the golden index of this format version: `node test/golden/build-golden.ts <folder>`. Run it, and commit what
// it wrote, only together with a change of the format's version, or of what decides a build's id.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../build/index/config.ts';
import { planIndex } from '../../build/index/plan-index.ts';
import { publishLocally } from '../../build/index/publish.ts';
import { openInputs } from '../../build/stages/encode/inputs.ts';
import { spoolDocuments } from '../../build/stages/invert/spool.ts';
import { orderDocuments } from '../../build/stages/order/order.ts';
import { newReport } from '../../build/stages/read/lines/report.ts';
import { cutWindows, writeIndex } from '../../build/stages/shard/write-index.ts';
import { silent } from '../../build/terminal/progress.ts';
import { claimFolder, keyOf } from '../../build/work/stage.ts';

/** So small that a few documents have everything: dictionary pages, whole tiers, divided ones, document pages. */
const LAYOUT = { longBytes: 2, dictionaryBytes: 256, dividedBytes: 2, documentBytes: 512 };

/** Two spaces and two windows: everything that the format has. */
export async function buildGolden(folder: string): Promise<void> {
  const input = join(import.meta.dirname, 'v2', 'corpus.jsonl');
  const workFolder = join(folder, '.work');
  claimFolder(workFolder, keyOf('golden'));
  const config = parseConfig({
    spaces: [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'unicode' }],
    windowDocuments: 5,
    vectors: 'always',
  });
  const plan = planIndex(config, workFolder);
  const inputs = openInputs({ input, report: newReport() });
  const spool = await spoolDocuments(inputs, plan.spaces, workFolder, silent('', ''));
  const windowStart = cutWindows(spool.documents, plan.windowDocuments);
  const order = await orderDocuments(spool, windowStart, workFolder, silent);
  const { manifest } = await writeIndex(spool, plan, { folder, workFolder }, silent, order, LAYOUT);
  await publishLocally(folder, workFolder, manifest.build);
  rmSync(workFolder, { recursive: true });
}

if (process.argv[1] === import.meta.filename) await buildGolden(process.argv[2]);
