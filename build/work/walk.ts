// The files below a folder, in an order that depends on their names only. Symbolic links are followed: each file comes
// once, under its own name if it has one below the folder, and no link leads in a circle. What is not handed out as a
// file is handed out with the reason.

import { existsSync, lstatSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';

/** A name below a folder. */
export interface Found {
  readonly path: string;
  /** Why it is no file to be read, if it is none. */
  readonly reason?: string | undefined;
}

/** A folder that is being listed. */
interface Place {
  readonly path: string;
  readonly real: string;
}

/**
 * The files in a folder and the folders in it, folder by folder, in the order of their names' code units. Names that
 * begin with a dot, `node_modules` and indexes that were built there are passed over.
 *
 * @throws SparsedgeError `bad-input` for a folder that cannot be listed
 */
export async function* filesBelow(folder: string): AsyncGenerator<Found> {
  const walk = new Walk(folder, await realpath(folder));
  yield* walk.files();
}

/** Passed over without a word: they belong to tools. */
function isOfTools(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

class Walk {
  readonly #root: Place;
  /** Real paths of folders that were entered. */
  readonly #folders = new Set<string>();
  /** Real paths of files → the name under which each is handed out. */
  readonly #files = new Map<string, string>();

  constructor(path: string, real: string) {
    this.#root = { path, real };
  }

  async *files(): AsyncGenerator<Found> {
    // Links give way to the files that they lead to, wherever those stand: all of these must be known first.
    const own: [Found, Place][] = [];
    for await (const entry of this.#list(this.#root)) own.push(entry);
    for (const [{ path, reason }, { real }] of own) if (reason === undefined) this.#files.set(real, path);
    for (const [found, place] of own) {
      if (found.reason === LINK) yield* this.#follow(place);
      else yield found;
    }
  }

  /** What is in a folder, and in those in it that are no links. */
  async *#list(folder: Place): AsyncGenerator<[Found, Place]> {
    this.#folders.add(folder.real);
    const entries = await listed(folder.path);
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const isOfIndex = ofIndexIn(folder.path);
    for (const entry of entries) {
      if (isOfTools(entry.name) || isOfIndex(entry.name)) continue;
      const place = { path: join(folder.path, entry.name), real: join(folder.real, entry.name) };
      const { path } = place;
      if (entry.name.includes('\uFFFD') && !isThere(path)) yield [{ path, reason: NO_NAME }, place];
      else if (entry.isSymbolicLink()) yield [{ path, reason: LINK }, place];
      else if (entry.isFile()) yield [{ path }, place];
      else if (!entry.isDirectory()) yield [{ path, reason: 'it is neither a file nor a folder' }, place];
      else if (await isIndexAlone(path)) yield [{ path, reason: 'it is an index, and no documents' }, place];
      else if (!this.#folders.has(place.real)) yield* this.#list(place);
    }
  }

  async *#follow(link: Place): AsyncGenerator<Found> {
    const { path } = link;
    const target = await targetOf(path);
    if (target === undefined) {
      yield { path, reason: 'a link that leads nowhere' };
    } else if (!target.isFolder) {
      yield this.#once(path, target.real, target.isFile);
    } else if (isBelow(this.#root.real, target.real) || this.#folders.has(target.real)) {
      yield { path, reason: 'a link to a folder that is read already' };
    } else {
      for await (const [found, place] of this.#list({ path, real: target.real })) {
        if (found.reason === LINK) yield* this.#follow(place);
        else if (found.reason === undefined) yield this.#once(found.path, place.real, true);
        else yield found;
      }
    }
  }

  #once(path: string, real: string, isFile: boolean): Found {
    if (!isFile) return { path, reason: 'a link to what is neither a file nor a folder' };
    const known = this.#files.get(real);
    if (known !== undefined) {
      const other = relative(this.#root.path, known).replaceAll(sep, '/');
      return { path, reason: `the same file as ${other}, which is read` };
    }
    this.#files.set(real, path);
    return { path };
  }
}

/** Stands for the reason of a link until it is followed. */
const LINK = 'a link';
const NO_NAME = 'its name is not UTF-8: give it another one';

/** Whether a name leads to something, be it a link to nowhere: bytes that are not UTF-8 are lost in a name. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** What a build writes into the folder of an index. */
const INDEX_NAMES = new Set(['current', 'previous', 'inputs', 'manifests', 'objects']);
/** What a build writes into folders that may be somebody else's, too. */
const PARTS_OF_INDEX = new Map([
  ['pages', /^[0-9a-f]{32}$/],
  ['models', /-[0-9a-f]{12}$/],
  ['rules', /^[0-9a-f]{16}-[0-9a-f]{16}$/],
]);

/** Which names in a folder are of an index that was built there, beside what it holds otherwise. */
function ofIndexIn(folder: string): (name: string) => boolean {
  if (holdsIndex(folder)) return (name) => INDEX_NAMES.has(name);
  const part = PARTS_OF_INDEX.get(basename(folder));
  return part && holdsIndex(dirname(folder)) ? (name) => part.test(name) : () => false;
}

/** Whether a folder holds an index and nothing besides. */
async function isIndexAlone(folder: string): Promise<boolean> {
  if (!holdsIndex(folder)) return false;
  const names = (await listed(folder)).map(({ name }) => name);
  return names.every((name) => isOfTools(name) || INDEX_NAMES.has(name) || PARTS_OF_INDEX.has(name));
}

function holdsIndex(folder: string): boolean {
  const has = (name: string) => existsSync(join(folder, name));
  // A build that was stopped has left its work, and no index that is current.
  return has('objects') && (has('current') || has('.work'));
}

/** Whether `path` is `folder` or is in it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function targetOf(path: string) {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    return { real, isFolder: found.isDirectory(), isFile: found.isFile() };
  } catch {
    return undefined;
  }
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = `cannot be listed (${code})`;
    throw new SparsedgeError('bad-input', `${folder}: ${reason}`, { file: folder, reason }, { cause });
  }
}
