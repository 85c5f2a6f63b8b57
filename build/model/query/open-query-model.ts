// The model that a space's queries need, from a folder.

import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { checkModelName } from '../../../src/core/model/model-name.ts';
import { type QueryModel, readTable } from '../../../src/query/encode/query-model.ts';
import { openModelFolder, openModelOfIndex, readModelFile, readVocabulary } from '../model-folder.ts';
import { openGraph } from '../session.ts';

/**
 * Opens the model of a space; nothing if its analyzer is all that its queries need.
 *
 * @param index the folder of the index, into which its build copied the model
 * @param path of the model's folder, if it is to be another one
 * @throws SparsedgeError `bad-input` for a model where the index was built without, `model-mismatch` for another model
 *   than the index was built with, `corrupt` where the index's own is damaged
 */
export async function openQueryModel(
  space: Space,
  index: string,
  path?: string,
): Promise<QueryModel | undefined> {
  const { model } = space.encoder;
  if (model === undefined) {
    if (path === undefined) return undefined;
    throw new SparsedgeError('bad-input', `the space ${space.name} was built without a model: it takes none`);
  }
  const needsNone = space.query === 'count' || space.query === 'binary';
  if (needsNone && path === undefined) return undefined;
  const folder = path === undefined ? openModelOfIndex(index, model) : openModelFolder(path);
  checkModelName(space, folder.name);
  if (needsNone) return undefined;
  const { contract, name } = folder;
  const { files, query } = contract;
  const table = query.kind === 'table' && files.table;
  const graph = query.kind === 'neural' && files.query;
  return {
    name,
    contract,
    vocabulary: await readVocabulary(folder),
    ...(table && { table: readTable(await readModelFile(folder, table), join(folder.path, table.name)) }),
    ...(graph && { run: (await openGraph(folder, graph)).run }),
  };
}
