// A model whose context is the random network of test/fixtures/models/context, with rows of a few stems.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURES, modelFolder } from './reference-model.ts';

/** A text, its vector, and the factors of its stems. */
interface ContextReference {
  readonly text: string;
  readonly vector: readonly number[];
  readonly own: Readonly<Record<string, number>>;
  readonly lent: Readonly<Record<string, number>>;
}

const FILES = join(FIXTURES, 'context');
export const REFERENCES = readFileSync(join(FILES, 'reference.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): ContextReference => JSON.parse(line));
export const STRENGTHS = { maxLength: 12, own: 4, lent: 3 };

/** A file of its own folder. */
export function file(name: string, bytes: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sparsedge-context-')), name);
  writeFileSync(path, bytes);
  return path;
}

export const TOKENIZER = file('vocab.txt', 'car\nroad\nmoon\n');
export const NEIGHBOURS = file('neighbours.txt', 'car automobil 20 vehicl 20\nroad street 20\n');
export const OF_CONTEXT = {
  context: join(FILES, 'context.onnx'),
  contextTokenizer: join(FILES, 'vocab.txt'),
  ownRows: join(FILES, 'own.rows'),
  lentRows: join(FILES, 'lent.rows'),
};

export const PLAIN = {
  tokenizer: { kind: 'stems', maxLength: 64, buckets: 8 },
  bm25: { k1: 0.9, b: 0.75 },
  added: { most: 40 },
  query: { kind: 'count' },
};

/** The model's folder, with some files in place of its own. */
export function deepModel(
  files: Readonly<Record<string, string>> = {},
  more: object = { context: STRENGTHS },
): string {
  return modelFolder(
    'residual',
    { tokenizer: TOKENIZER, neighbours: NEIGHBOURS, ...OF_CONTEXT, ...files },
    { ...PLAIN, ...more },
  );
}
