// Builds the golden index of this format version: `node test/golden/build-golden.ts <folder>`. Run it, and commit what
// it wrote, only together with a change of the format's version, or of what decides a build's id.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIndex } from '../../build/index/build.ts';
import { parseConfig } from '../../build/index/config.ts';
import type { EncoderInput } from '../../build/stages/encode/encoder.ts';
import { openInputs } from '../../build/stages/encode/inputs.ts';
import { newReport } from '../../build/stages/read/lines/report.ts';
import { silent } from '../../build/terminal/progress.ts';

/** So small that a few documents have everything: dictionary pages, whole tiers, divided ones, document pages. */
const LAYOUT = { longBytes: 2, dictionaryBytes: 256, dividedBytes: 2, documentBytes: 512 };

/** Is in the base alone, and leaves a hole. It has no terms, so that the others are weighed as without it. */
const GONE = { document: { id: 'gone', text: '…' } };
/** Before which document it comes. */
const GONE_AT = 2;

/**
 * Two spaces and two windows, pages in shards and pages that are objects, a number that is of no document: everything
 * that the format has. It is built on an index of one document more.
 */
export async function buildGolden(folder: string): Promise<void> {
  const input = join(import.meta.dirname, 'v3', 'corpus.jsonl');
  const config = parseConfig({
    spaces: [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'unicode' }],
    windowDocuments: 5,
    vectors: 'always',
    store: 'both',
  });
  const inputs = () => openInputs({ input, report: newReport() });
  const build = (into: string, documents: () => AsyncIterable<EncoderInput>, base?: string) =>
    buildIndex({
      inputs: documents,
      inputKey: 'golden',
      config,
      base,
      folder: into,
      workFolder: join(into, '.work'),
      layout: LAYOUT,
      startProgress: silent,
    });
  const first = mkdtempSync(join(tmpdir(), 'sparsedge-golden-base-'));
  await build(first, () => withOneMore(inputs()));
  const { base } = await build(folder, inputs, first);
  if (base?.fresh !== undefined) throw new Error(`nothing was kept of the base: ${base.fresh}`);
  rmSync(first, { recursive: true });
}

async function* withOneMore(inputs: AsyncIterable<EncoderInput>): AsyncGenerator<EncoderInput> {
  let at = 0;
  for await (const input of inputs) {
    if (at++ === GONE_AT) yield GONE;
    yield input;
  }
}

if (process.argv[1] === import.meta.filename) await buildGolden(process.argv[2]);
