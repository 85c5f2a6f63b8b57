// Builds the golden index of this format version: `node test/golden/build-golden.ts <folder>`. Run it, and commit what
// it wrote, only together with a change of the format's version, of what decides a build's id, or of a text's terms.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIndex } from '../../build/index/build.ts';
import { parseConfig } from '../../build/index/config.ts';
import type { EncoderInput } from '../../build/stages/encode/encoder.ts';
import { openInputs, tallied } from '../../build/stages/encode/inputs.ts';
import { fieldRulesSchema } from '../../build/stages/read/fields/rules.ts';
import { newReport } from '../../build/stages/read/lines/report.ts';
import { silent } from '../../build/terminal/progress.ts';
import type { Fields } from '../../src/core/fields.ts';

/** So small that a few documents have everything: dictionary pages, whole tiers, divided ones, document pages. */
const LAYOUT = { longBytes: 2, dictionaryBytes: 256, dividedBytes: 2, documentBytes: 512 };

const SCHEMA = fieldRulesSchema.parse({
  fields: {
    kind: 'keyword',
    tags: 'keyword',
    depth: 'number',
    seen: 'date',
    ashore: 'boolean',
    note: 'text',
  },
});

/** By the ids of documents. */
const VALUES: Readonly<Record<string, Fields>> = {
  harbour: { kind: 'place', tags: ['sea', 'boats'], depth: 7.5, seen: '2024-02-29', ashore: true },
  tides: { kind: 'motion', tags: ['sea'], depth: -3, seen: '2024-05-17T21:08:09.123Z', ashore: false },
  lamp: { kind: 'thing', depth: 200_000, ashore: false, note: 'of oil' },
  月: { kind: 'motion', tags: ['海'], depth: 200_001, seen: '1969-12-31', ashore: false },
  boats: { kind: 'thing', tags: ['boats', 'sea'], depth: 2, seen: '2024-05', ashore: false },
  sand: { kind: 'place', depth: 0, seen: '2023', ashore: true },
};

/** Is in the base alone, and leaves a hole. It has no terms, so that the others are weighed as without it. */
const GONE = { document: { id: 'gone', text: '…' } };
/** Before which document it comes. */
const GONE_AT = 2;

/**
 * Two spaces and two windows, pages in shards and pages that are objects, fields of every type, sections of pages, a
 * number that is of no document: everything that the format has. It is built on an index of one document more.
 */
export async function buildGolden(folder: string): Promise<void> {
  const input = join(import.meta.dirname, 'v6', 'corpus.jsonl');
  const config = parseConfig({
    spaces: [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'unicode' }],
    windowDocuments: 5,
    group: 'url',
    vectors: 'always',
    store: 'both',
  });
  const read = newReport();
  const reading = { input, report: newReport(), schema: SCHEMA };
  const inputs = () => withFields(openInputs(reading));
  const build = (into: string, documents: () => AsyncIterable<EncoderInput>, base?: string) =>
    buildIndex({
      inputs: () => tallied(documents(), { schema: SCHEMA, report: read }),
      read,
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

async function* withFields(inputs: AsyncIterable<EncoderInput>): AsyncGenerator<EncoderInput> {
  for await (const input of inputs) {
    const { document } = input;
    yield { ...input, document: { ...document, fields: { ...document.fields, ...VALUES[document.id] } } };
  }
}

async function* withOneMore(inputs: AsyncIterable<EncoderInput>): AsyncGenerator<EncoderInput> {
  let at = 0;
  for await (const input of inputs) {
    if (at++ === GONE_AT) yield GONE;
    yield input;
  }
}

if (process.argv[1] === import.meta.filename) await buildGolden(process.argv[2]);
