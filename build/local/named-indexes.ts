// Several indexes of one deployment: each has a name, which is its folder in a bucket or among assets, and what
// requests call it.

import { basename, resolve } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';

/** An index, and what it is called: empty where it is the only one. */
export interface NamedIndex {
  readonly name: string;
  readonly folder: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** What a person gives: a folder, or `name=folder`. */
export function splitName(given: string): { readonly name: string | undefined; readonly path: string } {
  const at = given.indexOf('=');
  const name = given.slice(0, Math.max(0, at));
  return NAME.test(name) ? { name, path: given.slice(at + 1) } : { name: undefined, path: given };
}

/**
 * Names indexes: as is said, or as their folders are called. One alone needs no name.
 *
 * @throws SparsedgeError `bad-input` for a folder whose name cannot be one of an index, and two of one name
 */
export function nameIndexes(
  given: readonly { readonly name?: string | undefined; readonly path: string }[],
): NamedIndex[] {
  const indexes = given.map(({ name, path }) => ({
    name: name ?? (given.length === 1 ? '' : basename(resolve(path))),
    folder: path,
  }));
  const seen = new Set<string>();
  for (const { name, folder } of indexes) {
    const isName = name === '' || NAME.test(name);
    if (isName && !seen.has(name)) {
      seen.add(name);
      continue;
    }
    const wrong = isName
      ? `two indexes are called "${name}"`
      : `"${name}" is no name of an index: expected letters from a to z, digits and hyphens, at most 64`;
    throw new SparsedgeError('bad-input', `${wrong}; say another as name=${folder}`, { folder, name });
  }
  return indexes;
}

/** An input that is deployed, and the folder of its index: itself, or where it is built. */
export interface IndexSource {
  readonly name: string | undefined;
  readonly path: string;
  readonly isIndex: boolean;
  readonly folder: string;
}

/** @throws SparsedgeError `bad-input` where an index would be built in the place of another one of them */
export function mustLieApart(sources: readonly IndexSource[]): void {
  for (const [i, source] of sources.entries()) {
    const isThere = (other: IndexSource) => resolve(other.folder) === resolve(source.folder);
    const other = sources.slice(0, i).find(isThere);
    if (other === undefined || (other.isIndex && source.isIndex)) continue;
    throw new SparsedgeError(
      'bad-input',
      `${other.path} and ${source.path} would have one index, in ${source.folder}: expected a folder for each; build one ` +
        'of them with sparsedge build -o, and deploy the folder of its index',
      { folder: source.folder },
    );
  }
}

/** In what folder of a store an index lies: empty, or ending in a slash. */
export function folderOf({ name }: NamedIndex): string {
  return name && `${name}/`;
}

/** The setting that names indexes, where they have names. */
export function indexesSetting(indexes: readonly NamedIndex[]): { readonly INDEXES?: string } {
  const names = indexes.flatMap(({ name }) => name || []);
  return names.length === 0 ? {} : { INDEXES: names.join(',') };
}
