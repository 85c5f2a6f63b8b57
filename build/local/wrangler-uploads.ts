// The objects of an index in a bucket, put there by Wrangler, which cannot list a bucket: a file says what was put.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { CURRENT } from '../../src/core/format/manifest.ts';
import { say } from '../terminal/outcome.ts';
import { writeAtomically } from '../work/files.ts';
import type { Deployment } from './deployment.ts';
import { getObject, putObject } from './wrangler-cli.ts';

/** What is put where. */
interface Uploading extends Pick<Deployment, 'objects'> {
  /** The folder that is deployed from. */
  readonly folder: string;
  readonly bucket: string;
}

/**
 * Puts into the bucket what is not known to be there: an object of a name never changes. What was put is still there
 * while the bucket's current generation is the one that was deployed from here: somebody else who publishes may prune.
 *
 * @throws SparsedgeError `unavailable` where Wrangler fails
 */
export async function upload({ folder, bucket, objects }: Uploading): Promise<void> {
  const current: Record<string, string> = {};
  for (const { name } of objects.filter(isPointer)) {
    const text = await getObject(folder, bucket, name);
    if (text !== undefined) current[name] = text;
  }
  const known = uploadedBy(join(folder, RECORD))[bucket];
  const there = new Set(
    known !== undefined && isDeepStrictEqual(known.current, current) ? known.objects : [],
  );
  for (const { name, path } of objects.filter((object) => !isPointer(object) && !there.has(object.name))) {
    say(`Uploading ${name}`);
    await putObject(folder, bucket, name, resolve(path));
    there.add(name);
    note(folder, bucket, { current, objects: [...there] });
  }
}

/**
 * Makes what was uploaded current. Of what was uploaded before, others may prune what this does not need.
 *
 * @throws SparsedgeError `unavailable` where Wrangler fails
 */
export async function putCurrent({ folder, bucket, objects }: Uploading): Promise<void> {
  const current: Record<string, string> = {};
  for (const { name, path } of objects.filter(isPointer)) {
    await putObject(folder, bucket, name, resolve(path));
    current[name] = readFileSync(path, 'utf8');
  }
  const needed = objects.filter((object) => !isPointer(object)).map(({ name }) => name);
  note(folder, bucket, { current, objects: needed });
}

function isPointer({ name }: { readonly name: string }): boolean {
  return basename(name) === CURRENT;
}

/** Where a folder that is deployed from says what was put into its bucket. */
const RECORD = 'uploaded.json';

const uploadsSchema = z.object({
  /** What each pointer of the bucket to a current generation said: others may publish, and prune what lies there. */
  current: z.record(z.string(), z.string()),
  /** Names of objects. */
  objects: z.array(z.string()),
});
const recordSchema = z.record(z.string(), uploadsSchema);

type Uploads = z.infer<typeof uploadsSchema>;

/** What a file says that was put into buckets, by their names; where somebody damaged it, nothing is known. */
function uploadedBy(record: string): Readonly<Record<string, Uploads>> {
  if (!existsSync(record)) return {};
  try {
    return recordSchema.parse(JSON.parse(readFileSync(record, 'utf8')));
  } catch {
    return {};
  }
}

function note(folder: string, bucket: string, uploads: Uploads): void {
  const record = join(folder, RECORD);
  const noted = { ...uploadedBy(record), [bucket]: uploads };
  writeAtomically(record, Buffer.from(`${JSON.stringify(noted, null, 1)}\n`));
}
