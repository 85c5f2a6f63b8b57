// The bucket of a local Worker: where it is kept and how an index is copied into it.

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CURRENT, manifestName, readManifest } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import { modelObjects } from '../index/copy-model.ts';
import { objectsOf } from '../index/publish.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource } from '../work/files.ts';

/** What went into the bucket. */
export interface Copied {
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were there from before. */
  readonly kept: number;
}

/**
 * The folder of an index's local bucket, below the working folder. Each index has a bucket of its own, so that serving
 * one does not disturb another.
 */
export function bucketFolder(folder: string): string {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
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
 * Makes a bucket hold the current index of a folder and nothing else. `current` comes last, as when publishing.
 *
 * @param beside names of further files of the folder that go with it
 */
export async function copyIndex(
  folder: string,
  bucket: Bucket,
  startProgress: StartProgress,
  beside: readonly string[] = [],
): Promise<Copied> {
  const source = folderSource(folder);
  const manifest = await readManifest(source);
  const { build } = manifest;
  // Page objects are served as static assets: see local-worker.ts.
  const stored = (await objectsOf(source, build)).filter((name) => !name.startsWith(`${PAGES}/`));
  const rules = manifest.rules ? [manifest.rules.name] : [];
  const names = [...stored, ...modelObjects(folder, manifest), ...rules, ...beside, manifestName(build)];
  const present = await keysOf(bucket);
  const missing = names.filter((name) => !present.has(name));
  const progress = startProgress('copying to local R2', 'objects');
  let bytes = 0;
  for (const [i, name] of missing.entries()) {
    const object = await readFile(join(folder, name));
    await bucket.put(name, object);
    bytes += object.length;
    progress.at(i + 1, missing.length);
  }
  progress.end();
  await bucket.put(CURRENT, await readFile(join(folder, CURRENT)));
  const wanted = new Set([...names, CURRENT]);
  const stale = [...present].filter((name) => !wanted.has(name));
  // R2 deletes at most a thousand at a time.
  for (let i = 0; i < stale.length; i += 1000) await bucket.delete(stale.slice(i, i + 1000));
  return { objects: missing.length, bytes, kept: names.length - missing.length };
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
