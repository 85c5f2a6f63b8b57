// The indexes that benchmarks search: built once, kept in the cache folder, and built again when the code that decides
// their bytes has changed.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuildFigures, BuildOrder } from './build-child.ts';
import { cacheFolder } from './folders.ts';
import { collectionOf, type Size } from './passages.ts';

/** How current a kept index must be. */
export type Freshness = 'same-code' | 'any' | 'rebuilt';

/** The folder of a collection's index. */
export async function indexOf(size: Size, freshness: Freshness): Promise<string> {
  const folder = folderOf(size);
  const stamp = join(cacheFolder(), `index-${size}.code`);
  const built = existsSync(join(folder, 'current')) && existsSync(stamp);
  if (
    freshness === 'rebuilt' ||
    !built ||
    (freshness === 'same-code' && readFileSync(stamp, 'utf8') !== code())
  ) {
    await build(size);
  }
  return folder;
}

/** Builds a collection's index and tells what that took. */
export async function build(size: Size): Promise<BuildFigures> {
  const input = await collectionOf(size);
  const stamp = join(cacheFolder(), `index-${size}.code`);
  const workFolder = join(cacheFolder(), `work-${size}`);
  // What an interrupted run left would be gone on from, and that is not what is to be measured.
  for (const path of [stamp, workFolder, folderOf(size)]) rmSync(path, { recursive: true, force: true });
  const before = code();
  const order: BuildOrder = { name: size, input, folder: folderOf(size), workFolder };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'build-child.ts'), JSON.stringify(order)],
    { maxBuffer: 1 << 26 },
  );
  writeFileSync(stamp, before);
  return JSON.parse(stdout) as BuildFigures;
}

function folderOf(size: Size): string {
  return join(cacheFolder(), `index-${size}`);
}

/** A digest of the code that decides an index's bytes. */
function code(): string {
  const root = join(import.meta.dirname, '../..');
  const digest = createHash('sha256');
  for (const folder of ['src/core', 'build']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((path) => /^(?!commands|evaluate).*\.ts$/.test(path)).sort()) {
      digest.update(name).update(readFileSync(join(root, folder, name)));
    }
  }
  return digest.digest('hex');
}
