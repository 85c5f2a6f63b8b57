// Indexes in folders: opening one with errors that say what to do, and finding the one that was built last.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
// Whoever opens an index may ask it, and questions may need its stemmers.
import '../../src/core/analyzer/stemming/snowball.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { CURRENT } from '../../src/core/format/manifest.ts';
import { type OpenIndex, openIndex } from '../../src/query/search/open.ts';
import { folderSource } from '../work/files.ts';

/** Where indexes are built unless another place is named. */
export const INDEXES = 'shards';

/**
 * Opens the index in a folder.
 *
 * @throws SparsedgeError `bad-input` when the folder holds none
 */
export async function openFolder(folder: string): Promise<OpenIndex> {
  mustHoldIndex(folder);
  return openIndex(folderSource(folder));
}

/** @throws SparsedgeError `bad-input` when the folder holds no index that was built to the end */
export function mustHoldIndex(folder: string): void {
  if (existsSync(join(folder, CURRENT))) return;
  const found = existsSync(folder)
    ? `${folder} holds no finished index (there is no file "${CURRENT}" in it)`
    : `there is no folder ${folder}`;
  throw new SparsedgeError('bad-input', `${found}; build one with: sparsedge build <input> -o ${folder}`, {
    folder,
  });
}

/** The folder of the index that was built last, if there is any below INDEXES. */
export function lastBuilt(): string | undefined {
  if (!existsSync(INDEXES)) return undefined;
  let last: { folder: string; time: number } | undefined;
  for (const entry of readdirSync(INDEXES, { withFileTypes: true })) {
    const folder = join(INDEXES, entry.name);
    if (!existsSync(join(folder, CURRENT))) continue;
    const time = statSync(join(folder, CURRENT)).mtimeMs;
    if (last === undefined || time > last.time) last = { folder, time };
  }
  return last?.folder;
}
