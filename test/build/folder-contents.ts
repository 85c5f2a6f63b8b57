// What lies in a folder, to compare folders byte by byte.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path → digest, of all files below a folder but a build's work folder. */
export function contents(of: string): Map<string, string> {
  const files = readdirSync(of, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => !path.includes('.work'));
  return new Map(
    paths
      .sort()
      .map((path) => [path.slice(of.length), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}
