// What an input is, without reading it: equal keys promise equal documents, so that a build that was stopped can go on.

import { randomUUID } from 'node:crypto';
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { filesOf, type InputFile, type Reading, siteFolderOf } from '../stages/read/read.ts';
import { keyOf } from '../work/stage.ts';
import { systemError } from '../work/system-error.ts';

/**
 * The key of an input: of its files' paths, sizes and times, of how they are read, and of what a site's configuration
 * says. What comes from standard input cannot be known before it is read, so its key is a new one each time.
 *
 * @throws SparsedgeError `bad-input` when the input cannot be reached
 */
export async function inputKeyOf(reading: Reading): Promise<string> {
  const { input, format, fields, skipBad, pages, language, schema } = reading;
  if (input === '-') return randomUUID();
  statOf(input);
  const files = await filesOf(reading);
  const named = files.map((file) => [nameOf(file.path), file.format, relative(input, file.path)]);
  return keyOf(named, format, fields, skipBad, pages, language, schema, await siteOf(files, reading));
}

/** What the site of Markdown files says of their URLs and languages, which its configuration may change. */
async function siteOf(files: readonly InputFile[], reading: Reading): Promise<string | undefined> {
  if (!files.some(({ format }) => format === 'markdown')) return undefined;
  const { generatorOf } = await import('../stages/read/pages/generators/find-generator.ts');
  const generator = generatorOf(siteFolderOf(files, reading.input), reading.pages?.generator);
  return JSON.stringify(generator, (_, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
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
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const { message } = isMissing
      ? { message: `there is no file or folder ${path}` }
      : (systemError(path, 'read', cause) as Error);
    throw new SparsedgeError('bad-input', message, { file: path }, { cause });
  }
}
