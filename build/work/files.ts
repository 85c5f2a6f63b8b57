// A folder as storage: what a build writes and the command line searches.

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { corrupt, SparsedgeError } from '../../src/core/errors.ts';
import type { ByteRange, Source } from '../../src/core/source.ts';
import { writeAll } from './records.ts';

/** Objects are files below a folder, named as in any other storage. */
export function folderSource(folder: string): Source {
  return {
    async read(name: string, range?: ByteRange): Promise<Uint8Array> {
      const file = await openObject(folder, name);
      try {
        const start = range?.start ?? 0;
        const length = (range?.end ?? (await file.stat()).size) - start;
        const bytes = new Uint8Array(length);
        const { bytesRead } = await file.read(bytes, 0, length, start);
        if (bytesRead < length) throw corrupt(name, `${length} bytes from ${start}`, bytesRead);
        return bytes;
      } finally {
        await file.close();
      }
    },
  };
}

async function openObject(folder: string, name: string): Promise<FileHandle> {
  try {
    return await open(join(folder, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SparsedgeError('not-found', `there is no object ${name} in ${folder}`, { name }, { cause });
    }
    throw new SparsedgeError('unavailable', `${name} cannot be read: ${String(cause)}`, { name }, { cause });
  }
}

/** Writes a file so that it is there whole or not at all, whenever the machine stops. */
export function writeAtomically(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.partial`;
  const file = openSync(temporary, 'w');
  writeAll(file, bytes);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

/** Names an object by its content, so that it never changes and is stored once. */
export function objectName(digest: string): string {
  return `objects/${digest.slice(0, 32)}`;
}

/** Writes an object under the name of its content; returns the name. */
export function writeObject(folder: string, bytes: Uint8Array): string {
  const name = objectName(createHash('sha256').update(bytes).digest('hex'));
  writeAtomically(join(folder, name), bytes);
  return name;
}
