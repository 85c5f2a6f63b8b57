// Programs that tests run where they are installed.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The first program that there is.
 *
 * @param path that somebody named, if anybody has
 * @param names looked for in PATH
 */
export function programNamed(path: string | undefined, ...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [path, ...found].find((each) => each !== undefined && each !== '' && isProgram(each));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
