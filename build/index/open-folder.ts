// Indexes in folders: opening one with errors that say what to do, and finding the one that was built last.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
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
  try {
    return await openIndex(folderSource(folder));
  } catch (error) {
    throw placedIn(folder, error);
  }
}

/** Objects have the same names in all indexes: an error says in which folder it is. */
function placedIn(folder: string, error: unknown): unknown {
  if (!(error instanceof SparsedgeError)) return error;
  const { code, message, details } = error;
  const { where } = details;
  if (typeof where !== 'string' || !message.startsWith(where) || where.startsWith(normalize(folder)))
    return error;
  const path = join(folder, where);
  const placed = `${path}${message.slice(where.length)}`;
  return new SparsedgeError(code, placed, { ...details, where: path }, { cause: error });
}

/** @throws SparsedgeError `bad-input` when the folder holds no index that was built to the end */
export function mustHoldIndex(folder: string): void {
  if (existsSync(join(folder, CURRENT))) return;
  throw new SparsedgeError('bad-input', `${whatIsThere(folder)}; ${whatToDo(folder)}`, { folder });
}

function whatIsThere(folder: string): string {
  return existsSync(folder)
    ? `${folder} holds no finished index (there is no file "${CURRENT}" in it)`
    : `there is no folder ${folder}`;
}

/** Who names the folder of all indexes, or none that there is, is told which there are. */
function whatToDo(folder: string): string {
  const below = indexesBelow(folder);
  const others = below.length > 0 ? below : indexesBelow(INDEXES);
  if (others.length > 0) return `there is an index in ${enumerated(others.map(({ folder }) => folder))}`;
  // A question in the place of a folder is no place to build an index.
  return `build one with: sparsedge build <input> -o ${/\s/.test(folder) ? '<folder>' : folder}`;
}

const MOST_NAMED = 5;

function enumerated(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(more > 0 ? [`${more} more folders`] : [])].join(', ');
}

/** The folder of the index that was built last, if there is any below INDEXES. */
export function lastBuilt(): string | undefined {
  return indexesBelow(INDEXES)[0]?.folder;
}

/** The folders of indexes in a folder, and when each was built: the one built last comes first. */
function indexesBelow(folder: string): { folder: string; time: number }[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((each) => existsSync(join(each, CURRENT)))
    .map((each) => ({ folder: each, time: statSync(join(each, CURRENT)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
}
