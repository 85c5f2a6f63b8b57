// The checkpoints of test/fixtures/checkpoints, copies of them to damage, and what PyTorch makes of eight texts.

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { addModel } from '../../../../build/model/add/add.ts';
import type { Added, Addition } from '../../../../build/model/add/write-model.ts';
import { modelEncoder } from '../../../../build/model/encoding/model-encoder.ts';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import { openQueryModel } from '../../../../build/model/query/open-query-model.ts';
import { given } from '../../../../build/stages/weighting/weighting.ts';
import type { Space } from '../../../../src/core/format/manifest.ts';
import type { SparseVector } from '../../../../src/core/sparse.ts';
import { encodeFor } from '../../../../src/query/encode/query-model.ts';

export const CHECKPOINTS = join(import.meta.dirname, '../../../fixtures/checkpoints');

interface Reference {
  readonly text: string;
  readonly vectors: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export const REFERENCES = JSON.parse(
  readFileSync(join(CHECKPOINTS, 'reference.json'), 'utf8'),
) as Reference[];
export const TEXTS = REFERENCES.map(({ text }) => text);

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a checkpoint that a test may change. */
export function copyOf(name: string): string {
  const folder = join(temporary(), name);
  cpSync(join(CHECKPOINTS, name), folder, { recursive: true });
  return folder;
}

const SAID = { licence: 'Apache-2.0', trainedOn: 'nothing', source: 'models/train/reference' };

/** Adds a checkpoint; `more` replaces what is said of it and how it is added. */
export async function add(
  folder: string,
  { stated, ...more }: Partial<Addition> = {},
): Promise<Added & { readonly path: string }> {
  const path = join(temporary(), 'model');
  const added = await addModel({
    folder,
    out: path,
    stated: { ...SAID, ...stated },
    files: {},
    quantize: true,
    acceptLoss: false,
    samples: TEXTS,
    ...more,
  });
  return { ...added, path };
}

/** What a model makes of texts as documents, or its query network of texts. */
export async function encode(
  path: string,
  texts: readonly string[],
  role: 'document' | 'query' = 'document',
): Promise<SparseVector[]> {
  const { contract, ...folder } = openModelFolder(path);
  const files = { ...contract.files, document: contract.files[role] };
  const documents = texts.map((text, i) => ({ document: { id: String(i), text } }));
  return await modelEncoder({ ...folder, contract: { ...contract, files } }, given).encode(documents);
}

/** What a model makes of a query: terms and their weights, largest first. */
export async function ask(path: string, text: string): Promise<[string, number][]> {
  const folder = openModelFolder(path);
  const { kind } = folder.contract.query;
  const space = {
    name: 'x',
    analyzer: 'bert-words',
    query: kind === 'table' ? 'tokenizer' : 'neural',
    encoder: { id: 'x', parameters: {}, model: folder.name },
  } as unknown as Space;
  const { terms, scale } = await encodeFor(space, text, await openQueryModel(space, '', path));
  return terms
    .map(({ term, weight }): [string, number] => [term, weight / scale])
    .sort(([, a], [, b]) => b - a);
}
