// A cross-encoder in a folder: as the reranker of the command line, and copied into the folder of an index for the
// Worker.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { parseGivenJson } from '../../../src/core/format/bytes.ts';
import { MOST_GRAPH_BYTES } from '../../../src/core/model/contract.ts';
import { type CrossEncoderContract, parseCrossEncoder } from '../../../src/core/model/cross-encoder.ts';
import { MODEL_JSON, modelPlace } from '../../../src/core/model/model-name.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { scorePairs } from '../../../src/query/rerank/cross-encoder-reranker.ts';
import type { Reranker } from '../../../src/query/rerank/rerank.ts';
import { writeAtomically } from '../../work/files.ts';
import { readModelFile } from '../model-folder.ts';
import { openGraph } from '../session.ts';

interface CrossEncoderFolder {
  readonly path: string;
  readonly contract: CrossEncoderContract;
  /** The contract as it lies there. */
  readonly bytes: Uint8Array;
  /** `models/<id>-<hash>/` */
  readonly place: string;
}

/** @throws SparsedgeError `bad-input` for a folder without a contract, or with another than a cross-encoder's */
function openFolder(path: string): CrossEncoderFolder {
  const where = join(path, MODEL_JSON);
  if (!existsSync(where)) {
    throw new SparsedgeError('bad-input', `${path} is no reranker: there is no file ${where}`, {
      file: where,
    });
  }
  const bytes = readFileSync(where);
  mustRerank(bytes, where);
  const contract = parseCrossEncoder(bytes, where);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, contract, bytes, place: modelPlace({ id: contract.id, sha256 }) };
}

/** A folder of a model that weighs terms has a model.json, too. */
function mustRerank(bytes: Uint8Array, where: string): void {
  const json = parseGivenJson(bytes, where) as { readonly head?: unknown } | null;
  if (json?.head === undefined) return;
  throw new SparsedgeError(
    'bad-input',
    `${where}: expected a cross-encoder, which reranks; found a model that weighs terms: it is for --model`,
    { file: where, found: 'a model that weighs terms' },
  );
}

/**
 * Opens the cross-encoder in a folder.
 *
 * @throws SparsedgeError `bad-input` for what is none, or has a file that is not its contract's
 */
export async function openReranker(path: string): Promise<Reranker> {
  const { contract } = openFolder(path);
  const { files, output } = contract;
  const where = join(path, files.tokenizer.name);
  const pieces = readWordPieces(await readModelFile({ path }, files.tokenizer), where);
  const { run } = await openGraph({ path, contract: { outputs: { values: output } } }, files.network);
  return {
    model: contract.id,
    score: (question, texts) => scorePairs(question, texts, { contract, pieces, run }),
  };
}

/**
 * Copies a cross-encoder into the folder of an index, where the Worker looks for it.
 *
 * @returns its files there, and what RERANK_MODEL is to be
 * @throws SparsedgeError `bad-input` as openReranker, and for a network that no Worker has room for
 */
export async function copyReranker(
  folder: string,
  path: string,
): Promise<{ readonly names: readonly string[]; readonly setting: string }> {
  const { contract, bytes, place } = openFolder(path);
  const { tokenizer, network } = contract.files;
  if (network.bytes > MOST_GRAPH_BYTES) {
    throw new SparsedgeError(
      'bad-input',
      `the network of ${contract.id} has ${network.bytes} bytes, and a Worker has room for ${MOST_GRAPH_BYTES}`,
      { model: contract.id, bytes: network.bytes, most: MOST_GRAPH_BYTES },
    );
  }
  for (const file of [tokenizer, network]) {
    writeAtomically(join(folder, place, file.name), await readModelFile({ path }, file));
  }
  writeAtomically(join(folder, place, MODEL_JSON), bytes);
  const names = [MODEL_JSON, tokenizer.name, network.name].map((name) => `${place}${name}`);
  return { names, setting: place.slice('models/'.length, -1) };
}
