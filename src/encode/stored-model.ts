// A model as it lies beside an index, models/<id>-<hash>/…: read whole, and held to the hashes that the index and the
// contract give.

import { corrupt, SparsedgeError } from '../core/errors.ts';
import type { Space } from '../core/format/manifest.ts';
import { termsOf } from '../core/heads/head.ts';
import { readClusters } from '../core/model/clusters.ts';
import { checkModelFile, type ModelFile, parseModel } from '../core/model/contract.ts';
import { checkModelName, MODEL_JSON, modelPlace } from '../core/model/model-name.ts';
import { readTokenizer } from '../core/model/tokenizer.ts';
import { type Decode, readAs, type Source } from '../core/source.ts';
import { type QueryModel, readTable } from '../query/encode/query-model.ts';

/** A model's contract, known to be the one that an index names. */
export type NamedContract = Pick<QueryModel, 'name' | 'contract'>;

/**
 * Reads the contract of the model that a space was built with.
 *
 * @throws SparsedgeError `model-mismatch` when none lies there, `corrupt` when it is not what it was; what storage
 *   throws
 */
export async function readContract(source: Source, space: Space): Promise<NamedContract> {
  // A manifest names the model of every space whose queries need one.
  const model = space.encoder.model!;
  const where = `${modelPlace(model)}${MODEL_JSON}`;
  const bytes = await readIn(source, where, async (read) => {
    const found = await sha256(read);
    // The place is named by the hash, so what lies there was once that model.
    if (found !== model.sha256) throw corrupt(where, `SHA-256 ${model.sha256}`, found);
    return read;
  });
  if (!bytes) checkModelName(space, undefined);
  const contract = parseModel(bytes!, where);
  checkModelName(space, { ...model, id: contract.id });
  return { name: model, contract };
}

/**
 * Reads what queries need of a model besides its network.
 *
 * @throws SparsedgeError what readModelFile throws
 */
export async function readQueryModel(source: Source, named: NamedContract): Promise<QueryModel> {
  const { name, contract } = named;
  const { files } = contract;
  const place = modelPlace(name);
  const read = (file: ModelFile | undefined) => file && readModelFile(source, place, file);
  const [tokenizer, clusters, table] = await Promise.all([
    readModelFile(source, place, files.tokenizer),
    read(files.clusters),
    read(files.table),
  ]);
  const pieces = readTokenizer(contract, tokenizer, files.tokenizer.name);
  const map = clusters && readClusters(clusters, files.clusters!.name, pieces.pieces.length);
  return {
    name,
    contract,
    vocabulary: { pieces, terms: termsOf(contract, pieces, map) },
    table: table && readTable(table, files.table!.name),
  };
}

/**
 * Reads a file of a model.
 *
 * @param place as modelPlace gives it
 * @throws SparsedgeError `corrupt` that names the file, what the contract says of it and what was found
 */
export async function readModelFile(source: Source, place: string, file: ModelFile): Promise<Uint8Array> {
  const where = `${place}${file.name}`;
  const check = async (read: Uint8Array) => {
    checkModelFile(file, { bytes: read.length, sha256: await sha256(read) }, where, 'corrupt');
    return read;
  };
  const bytes = await readIn(source, where, check, file.bytes);
  if (!bytes) {
    const expected = `${file.bytes} bytes with SHA-256 ${file.sha256}`;
    const details = { file: where, expected: file.sha256, found: '' };
    throw new SparsedgeError('corrupt', `${where}: expected ${expected}, found no such object`, details);
  }
  return bytes;
}

/** An object as `decode` makes it, if there is one of that name. */
export async function readIn<T>(
  source: Source,
  name: string,
  decode: Decode<T>,
  bytes?: number,
): Promise<T | undefined> {
  try {
    return await readAs(source, name, undefined, decode, bytes);
  } catch (error) {
    if (error instanceof SparsedgeError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** In hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
