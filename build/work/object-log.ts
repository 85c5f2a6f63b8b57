// The objects that an unfinished build has written, by name: until a manifest names them, this is the only proof that
// they are this program's own and may be removed.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { naming } from './system-error.ts';

function logPath(workFolder: string): string {
  return join(workFolder, 'objects');
}

/** Notes an object before it gets its name. */
export function noteObject(workFolder: string, name: string): void {
  const path = logPath(workFolder);
  naming(path, 'written', () => appendFileSync(path, `${name}\n`));
}

/** The objects that were noted; a line that a kill cut off names none. */
export function notedObjects(workFolder: string): string[] {
  const path = logPath(workFolder);
  if (!existsSync(path)) return [];
  return naming(path, 'read', () => readFileSync(path, 'utf8'))
    .split('\n')
    .slice(0, -1);
}
