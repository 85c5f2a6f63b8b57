// A folder as storage, what a build writes and the command line searches; and files that somebody asked for by name.

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { corrupt, SparsedgeError } from '../../src/core/errors.ts';
import type { ByteRange, Source } from '../../src/core/source.ts';
import { writeAll } from './records.ts';
import { naming, systemError } from './system-error.ts';

/** No object is as large as this: a page table that is, is damage, and no reason to run out of memory. */
const MOST_OBJECT_BYTES = 1 << 30;

/** Objects are files below a folder, named as in any other storage. */
export function folderSource(folder: string): Source {
  return {
    async read(name: string, range?: ByteRange): Promise<Uint8Array> {
      const path = join(folder, name);
      const file = await openObject(folder, name);
      try {
        const start = range?.start ?? 0;
        const length = (range?.end ?? (await file.stat()).size) - start;
        if (length > MOST_OBJECT_BYTES) throw corrupt(path, `at most ${MOST_OBJECT_BYTES} bytes`, length);
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, start);
        if (bytesRead < length) throw corrupt(path, `${length} bytes from ${start}`, bytesRead);
        return bytes;
      } catch (cause) {
        throw systemError(path, 'read', cause);
      } finally {
        await file.close();
      }
    },
  };
}

/** Names that are known only by what names them: where such a file is missing, the index is not whole. */
const NAMED = /^(?:objects|pages|rules)\//;

/** The error for a file that an index names and its folder does not have. */
export function missingFile(folder: string, name: string): SparsedgeError {
  return corrupt(join(folder, name), 'a file that the index needs', 'none');
}

async function openObject(folder: string, name: string): Promise<FileHandle> {
  const path = join(folder, name);
  let file: FileHandle;
  try {
    // Without waiting: a FIFO that nobody writes to would otherwise never open.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (NAMED.test(name)) throw missingFile(folder, name);
      throw new SparsedgeError('not-found', `there is no object ${name} in ${folder}`, { name }, { cause });
    }
    // A socket cannot be opened at all.
    if (code === 'ENXIO') throw corrupt(path, 'a file', 'something else');
    throw systemError(path, 'read', cause);
  }
  const stat = await file.stat();
  if (stat.isFile()) return file;
  await file.close();
  throw corrupt(path, 'a file', stat.isDirectory() ? 'a folder' : 'something else');
}

/** Others may remove a folder while one in it is made: so often that is begun again. */
const MOST_TRIES = 5;

/**
 * Makes a folder, and those above it that are missing, unless it is there.
 *
 * Node's own `recursive` never ends where the system says that a folder is missing above the one to be made, and it is
 * there: /proc answers so.
 *
 * @returns the uppermost folder that was made, if any was
 * @throws SparsedgeError `unavailable` where the system refuses
 */
export function makeFolder(path: string): string | undefined {
  return naming(path, 'written', () => madeFolder(path));
}

/** Makes a folder; what the system refuses stays as it says it. */
function madeFolder(path: string): string | undefined {
  for (let tries = 1; ; tries++) {
    try {
      return makeMissing(resolve(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === MOST_TRIES) throw error;
    }
  }
}

function makeMissing(path: string): string | undefined {
  // What is there ends at once: as a folder, or with the reason why it is none.
  if (existsSync(path)) return mkdirSync(path, { recursive: true });
  const above = dirname(path);
  const made = existsSync(above) ? undefined : makeMissing(above);
  try {
    mkdirSync(path);
    return made ?? path;
  } catch (error) {
    // Others make it at the same time.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(path)) return made;
    throw error;
  }
}

/** What is refused though a path is right: exit codes tell the two apart. */
const REFUSALS: ReadonlySet<unknown> = new Set(['EACCES', 'EDQUOT', 'EMFILE', 'ENOSPC', 'EPERM', 'EROFS']);

/**
 * Makes sure that a file can be written where somebody wants it, before work is done for it. Folders above it are made.
 *
 * @throws SparsedgeError `bad-input` for a path where no file can be, `unavailable` where the system refuses
 */
export function checkWritable(path: string): void {
  const wrong = (why: string, cause?: unknown) =>
    new SparsedgeError('bad-input', why, { file: path }, { cause });
  // Standard output has what the command says, and with --json nothing else.
  if (path === '' || path === '-')
    throw wrong(`expected the name of a file to write, found ${JSON.stringify(path)}`);
  try {
    const folder = statSync(dirname(path), { throwIfNoEntry: false });
    if (folder && !folder.isDirectory())
      throw wrong(`${path} cannot be written: ${dirname(path)} is no folder`);
    madeFolder(dirname(path));
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw wrong(`${path} is a folder: expected a file to write`);
    accessSync(there && !there.isFile() ? path : dirname(realPath(path)), constants.W_OK);
  } catch (cause) {
    if (cause instanceof SparsedgeError) throw cause;
    const refused = systemError(path, 'written', cause) as Error;
    throw REFUSALS.has((cause as NodeJS.ErrnoException).code) ? refused : wrong(refused.message, cause);
  }
}

/**
 * Writes a file that somebody named, so that it is there whole or not at all. Where the path leads to something that is
 * no file, as /dev/stdout does, or to a pipe, that is written to, and never replaced.
 *
 * @param through what the chunks pass on their way
 */
export async function writeNamed(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  through: Transform = new PassThrough(),
): Promise<void> {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  const target = realPath(path);
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  const written = isFile ? beside : path;
  try {
    makeFolder(dirname(target));
    await pipeline(
      chunks,
      through,
      createWriteStream(written, { flags: isFile ? 'wx' : 'w', flush: isFile }),
    );
    if (isFile) renameSync(beside, target);
  } catch (cause) {
    if (isFile) rmSync(beside, { force: true });
    throw systemError(path, 'written', cause);
  }
}

/** Where links lead; where nothing is, the path itself. */
function realPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
}

/**
 * Writes a file so that it is there whole or not at all, whenever the machine stops.
 *
 * @param partial where it is written first, in the same file system; what an earlier run left there is overwritten
 */
export function writeAtomically(path: string, bytes: Uint8Array, partial = `${path}.partial`): void {
  makeFolder(dirname(path));
  const file = naming(path, 'written', () => openSync(partial, 'w'));
  try {
    writeAll(file, bytes, path);
    naming(path, 'written', () => fsyncSync(file));
  } finally {
    closeSync(file);
  }
  naming(path, 'written', () => renameSync(partial, path));
}

/** Names an object by its content, so that it never changes and is stored once. */
export function objectName(digest: string): string {
  return `objects/${digest.slice(0, 32)}`;
}
