// A model in a folder: its contract, and its files, each checked against the contract before anything is made of it.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, SparsedgeError } from '../../src/core/errors.ts';
import { parseGivenJson } from '../../src/core/format/bytes.ts';
import type { Vocabulary } from '../../src/core/heads/batch.ts';
import { termsOf } from '../../src/core/heads/head.ts';
import { readClusters } from '../../src/core/model/clusters.ts';
import {
  checkModelFile,
  type ModelContract,
  type ModelFile,
  parseModel,
} from '../../src/core/model/contract.ts';
import type { ModelName } from '../../src/core/model/model-name.ts';
import { MODEL_JSON, modelPlace } from '../../src/core/model/model-name.ts';
import { readTokenizer } from '../../src/core/model/tokenizer.ts';

/** A model whose contract was read; its files were not. */
export interface ModelFolder {
  readonly path: string;
  readonly name: ModelName;
  readonly contract: ModelContract;
  /** It lies beside an index, which put it there whole: what is wrong with it is damage. */
  readonly ofIndex?: boolean | undefined;
}

/**
 * Reads a model's contract.
 *
 * @throws SparsedgeError `bad-input` for a folder without one, or with a wrong one
 */
export function openModelFolder(path: string): ModelFolder {
  const where = join(path, MODEL_JSON);
  if (!existsSync(where)) {
    throw new SparsedgeError('bad-input', `${path} is no model: there is no file ${where}`, { file: where });
  }
  const bytes = readFileSync(where);
  mustWeighTerms(bytes, where);
  const contract = parseModel(bytes, where);
  return { path, contract, name: { id: contract.id, sha256: sha256(bytes) } };
}

/**
 * Reads the contract of a model that lies beside an index.
 *
 * @param index its folder
 * @throws SparsedgeError `corrupt` where it is not what it was when it was put there, `bad-input` where nothing is
 */
export function openModelOfIndex(index: string, name: ModelName): ModelFolder {
  const path = join(index, modelPlace(name));
  // An index may have been copied without its models, which can then be named.
  if (!existsSync(path)) return openModelFolder(path);
  const where = join(path, MODEL_JSON);
  if (!existsSync(where)) throw corrupt(where, `the model ${name.id}`, 'no file');
  const found = sha256(readFileSync(where));
  if (found !== name.sha256) throw corrupt(where, `SHA-256 ${name.sha256}`, found);
  return { ...openModelFolder(path), ofIndex: true };
}

/** A cross-encoder's folder has a model.json, too. */
function mustWeighTerms(bytes: Uint8Array, where: string): void {
  const json = parseGivenJson(bytes, where) as { readonly kind?: unknown } | null;
  if (json?.kind !== 'cross-encoder') return;
  throw new SparsedgeError(
    'bad-input',
    `${where}: expected a model that weighs terms, found a cross-encoder, which reranks: it is for --reranker`,
    { file: where, found: 'cross-encoder' },
  );
}

/**
 * Reads a file of a model.
 *
 * @throws SparsedgeError `bad-input` for a file that is missing or is not the one that the contract names; `corrupt` if
 *   the model lies beside an index
 */
export async function readModelFile(
  { path, ofIndex }: Pick<ModelFolder, 'path' | 'ofIndex'>,
  file: ModelFile,
): Promise<Uint8Array> {
  const code = ofIndex ? 'corrupt' : 'bad-input';
  const where = join(path, file.name);
  if (!existsSync(where)) {
    throw new SparsedgeError(code, `${where}: expected ${file.bytes} bytes, found no file`, {
      file: where,
      expected: file.bytes,
    });
  }
  const bytes = await readFile(where);
  checkModelFile(file, { bytes: bytes.length, sha256: sha256(bytes) }, where, code);
  return bytes;
}

/** Reads what turns text into pieces, and pieces into terms. */
export async function readVocabulary(folder: ModelFolder): Promise<Vocabulary> {
  const { files } = folder.contract;
  const where = join(folder.path, files.tokenizer.name);
  const pieces = readTokenizer(folder.contract, await readModelFile(folder, files.tokenizer), where);
  const { clusters: file } = files;
  const clusters =
    file &&
    readClusters(await readModelFile(folder, file), join(folder.path, file.name), pieces.pieces.length);
  return { pieces, terms: termsOf(folder.contract, pieces, clusters) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
