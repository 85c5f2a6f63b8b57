// What an input is, without reading it: equal keys promise equal documents, so that a build that was stopped can go on.

import { randomUUID } from 'node:crypto';
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { filesOf, type Reading } from '../stages/read/read.ts';
import { keyOf } from '../work/stage.ts';

/**
 * The key of an input: of its files' paths, sizes and times, and of how they are read. What comes from standard input
 * cannot be known before it is read, so its key is a new one each time.
 *
 * @throws SparsedgeError `bad-input` when the input cannot be reached
 */
export async function inputKeyOf(reading: Reading): Promise<string> {
  const { input, format, fields, skipBad, pages, language, schema } = reading;
  if (input === '-') return randomUUID();
  statOf(input);
  const files = (await filesOf(reading)).map((file) => [
    nameOf(file.path),
    file.format,
    relative(input, file.path),
  ]);
  return keyOf(files, format, fields, skipBad, pages, language, schema);
}

/** The key of a file of expansions, or of a folder of their parts. */
export function expansionsKeyOf(path: string): string {
  const isFolder = statOf(path).isDirectory();
  const files = isFolder ? readdirSync(path).sort() : [path];
  return keyOf(files.map((name) => nameOf(isFolder ? join(path, name) : name)));
}

function nameOf(path: string): [path: string, bytes: number, time: number] {
  const { size, mtimeMs } = statOf(path);
  return [realpathSync(path), size, mtimeMs];
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new SparsedgeError('bad-input', `there is no file or folder ${path}`, { file: path }, { cause });
  }
}
