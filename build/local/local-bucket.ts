// The bucket of a local Worker: where it is kept and how an index is copied into it.

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CURRENT, manifestName, readManifest } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import { modelObjects } from '../index/copy-model.ts';
import { presentObjects } from '../index/publish.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource } from '../work/files.ts';
import { folderOf, type NamedIndex } from './named-indexes.ts';

/** What went into the bucket. */
export interface Copied {
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were there from before. */
  readonly kept: number;
}

/**
 * The folder of the local bucket of indexes, below the working folder. Each has a bucket of its own, as have several
 * together, so that serving one does not disturb another.
 */
export function bucketFolder(...folders: readonly string[]): string {
  const paths = folders.map((folder) => realpathSync(folder)).join('\n');
  const name = createHash('sha256').update(paths).digest('hex').slice(0, 16);
  return resolve('.sparsedge', name);
}

/** What is used here of R2's interface. */
export interface Bucket {
  put(key: string, value: Uint8Array): Promise<unknown>;
  delete(keys: string[]): Promise<void>;
  list(options: {
    cursor?: string;
  }): Promise<{ objects: { key: string; size: number }[]; truncated: boolean; cursor?: string }>;
}

/**
 * Makes a bucket hold the current indexes of folders and nothing else. `current` comes last, as when publishing.
 *
 * @param beside names of further files of each folder that go with it
 */
export async function copyIndexes(
  indexes: readonly NamedIndex[],
  bucket: Bucket,
  startProgress: StartProgress,
  beside: readonly string[] = [],
): Promise<Copied> {
  const files = new Map<string, string>();
  const pointers = new Map<string, string>();
  for (const each of indexes) {
    const { folder } = each;
    for (const name of await storedOf(folder, beside)) files.set(folderOf(each) + name, join(folder, name));
    pointers.set(folderOf(each) + CURRENT, join(folder, CURRENT));
  }
  const present = await keysOf(bucket);
  const missing = [...files].filter(([name]) => !present.has(name));
  const progress = startProgress('copying to local R2', 'objects');
  let bytes = 0;
  for (const [i, [name, path]] of missing.entries()) {
    const object = await readFile(path);
    await bucket.put(name, object);
    bytes += object.length;
    progress.at(i + 1, missing.length);
  }
  progress.end();
  for (const [name, path] of pointers) await bucket.put(name, await readFile(path));
  const stale = [...present].filter((name) => !files.has(name) && !pointers.has(name));
  // R2 deletes at most a thousand at a time.
  for (let i = 0; i < stale.length; i += 1000) await bucket.delete(stale.slice(i, i + 1000));
  return { objects: missing.length, bytes, kept: files.size - missing.length };
}

/** What a bucket has of an index but for `current`. Page objects are served as static assets: see local-worker.ts. */
async function storedOf(folder: string, beside: readonly string[]): Promise<string[]> {
  const source = folderSource(folder);
  const manifest = await readManifest(source);
  const { build } = manifest;
  const stored = (await presentObjects(folder, build)).filter((name) => !name.startsWith(`${PAGES}/`));
  const rules = manifest.rules ? [manifest.rules.name] : [];
  return [...stored, ...modelObjects(folder, manifest), ...rules, ...beside, manifestName(build)];
}

async function keysOf(bucket: Bucket): Promise<Set<string>> {
  const keys = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await bucket.list(cursor === undefined ? {} : { cursor });
    for (const { key } of page.objects) keys.add(key);
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return keys;
}
