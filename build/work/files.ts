// A folder as storage: what a build writes and the command line searches.

import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

async function openObject(folder: string, name: string): Promise<FileHandle> {
  const path = join(folder, name);
  let file: FileHandle;
  try {
    // Without waiting: a FIFO that nobody writes to would otherwise never open.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
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

/** Opens a file of a new name beside the path, for what is to be there whole or not at all. */
export function openBeside(path: string): { readonly file: number; readonly temporary: string } {
  return naming(path, 'written', () => {
    mkdirSync(dirname(path), { recursive: true });
    const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
    return { file: openSync(temporary, 'wx'), temporary };
  });
}

/**
 * Writes a file so that it is there whole or not at all, whenever the machine stops.
 *
 * @param partial where it is written first, in the same file system; what an earlier run left there is overwritten
 */
export function writeAtomically(path: string, bytes: Uint8Array, partial = `${path}.partial`): void {
  naming(path, 'written', () => mkdirSync(dirname(path), { recursive: true }));
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
