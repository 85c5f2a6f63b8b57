// What queries need of a model is copied into the folder of the index that it weighed: that folder is what is uploaded.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { Manifest } from '../../src/core/format/manifest.ts';
import { MOST_GRAPH_BYTES, type ModelContract, type ModelFile } from '../../src/core/model/contract.ts';
import { MODEL_JSON, modelPlace } from '../../src/core/model/model-name.ts';
import { openModelFolder, readModelFile } from '../model/model-folder.ts';
import { writeAtomically } from '../work/files.ts';
import type { BuildConfig } from './config.ts';

/** The files of a model that weigh queries; the network that weighs documents stays where it is. */
function queryFiles({ files }: ModelContract): ModelFile[] {
  return [files.tokenizer, files.clusters, files.table, files.query].filter((file) => file !== undefined);
}

/**
 * Copies what queries need of each space's model into the folder of an index.
 *
 * @throws SparsedgeError `bad-input` for files that are not the contract's
 */
export async function copyModels(folder: string, { spaces }: BuildConfig): Promise<void> {
  for (const { model } of spaces) {
    if (model === undefined) continue;
    const opened = openModelFolder(model);
    const place = join(folder, modelPlace(opened.name));
    for (const file of queryFiles(opened.contract)) {
      writeAtomically(join(place, file.name), await readModelFile(opened, file));
    }
    writeAtomically(join(place, MODEL_JSON), await readFile(join(model, MODEL_JSON)));
  }
}

/** The models whose files were copied into the folder of an index. */
function copiedModels(folder: string, { spaces }: Manifest): { place: string; contract: ModelContract }[] {
  const places = new Set(spaces.flatMap(({ encoder }) => (encoder.model ? [modelPlace(encoder.model)] : [])));
  return [...places]
    .filter((place) => existsSync(join(folder, place)))
    .map((place) => ({ place, contract: openModelFolder(join(folder, place)).contract }));
}

/** The names of the models' files in the folder of an index. */
export function filesBeside(folder: string, manifest: Manifest): string[] {
  return copiedModels(folder, manifest).flatMap(({ place, contract }) =>
    [MODEL_JSON, ...queryFiles(contract).map(({ name }) => name)].map((name) => `${place}${name}`),
  );
}

/**
 * The same names, for whoever publishes the index.
 *
 * @throws SparsedgeError `bad-input` for a network that no Worker has room for: better now than by an eviction later
 */
export function modelObjects(folder: string, manifest: Manifest): string[] {
  for (const { contract } of copiedModels(folder, manifest)) {
    const bytes = contract.query.kind === 'neural' ? (contract.files.query?.bytes ?? 0) : 0;
    if (bytes <= MOST_GRAPH_BYTES) continue;
    throw new SparsedgeError(
      'bad-input',
      `the query network of ${contract.id} has ${bytes} bytes, and a Worker has room for ${MOST_GRAPH_BYTES}: ` +
        'quantize it, or use a smaller one',
      { model: contract.id, bytes, most: MOST_GRAPH_BYTES },
    );
  }
  return filesBeside(folder, manifest);
}
