// Publishing to a bucket. `current` is the pointer there as in a folder, and its metadata say which generations were
// current before it, so that both change in one conditional write: of two publishers, one wins.
//
// Who prunes must not remove what a publisher found there and is about to name: see store-claims.ts. Whoever goes live
// writes its manifest anew, says so, waits until nobody prunes, and then looks whether all is there.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, SparsedgeError } from '../../../src/core/errors.ts';
import {
  CURRENT,
  decodeManifest,
  type Manifest,
  manifestName,
  readManifest,
} from '../../../src/core/format/manifest.ts';
import { modelObjects } from '../../index/copy-model.ts';
import { objectsOf, presentObjects, setRules, wholeBefore } from '../../index/publish.ts';
import { rulesObject, rulesOf } from '../../inspect/rules/rules-object.ts';
import { type StartProgress, silent } from '../../terminal/progress.ts';
import { folderSource } from '../../work/files.ts';
import { recordName } from '../../work/input-record.ts';
import { md5Of, type RemoteStore, type StoredObject } from './remote-store.ts';
import { beUnpruned } from './store-claims.ts';

/** How many objects are on their way at once. */
const AT_ONCE = 16;
/** How many generations the pointer remembers: S3 has room for 2 KB of metadata. */
const REMEMBERED = 30;

/** A generation that was current; by the store's clock, in milliseconds. */
interface Before {
  readonly build: string;
  /** When it became that, which is what the store keeps. */
  readonly since: number;
  /** When the one after it did; later than that where the one after it is no more remembered. */
  readonly until: number;
}

/** What `current` says. */
export interface Pointer {
  /** Undefined where there is no `current`. */
  readonly etag: string | undefined;
  /** Undefined where there is none, or where it is damaged or of another format. */
  readonly build: string | undefined;
  /** The same, whole. */
  readonly manifest: Manifest | undefined;
  readonly since: number;
  /** Latest first. */
  readonly before: readonly Before[];
}

/** What came of publishing. */
export interface Published {
  readonly build: string;
  readonly uploaded: number;
  readonly bytes: number;
  /** Objects that were there. */
  readonly kept: number;
  /** False where it was the current generation before. */
  readonly switched: boolean;
}

/**
 * Reads which generation is current.
 *
 * @throws SparsedgeError `bad-input` where `current` is somebody else's object
 */
export async function readPointer(store: RemoteStore): Promise<Pointer> {
  const object = await store.get(CURRENT);
  if (!object) return { etag: undefined, build: undefined, manifest: undefined, since: 0, before: [] };
  if (!Buffer.from(object.body).subarray(0, 10).equals(Buffer.from('sparsedge ')))
    throw new SparsedgeError(
      'bad-input',
      `${store.address}: expected an index or nothing, found an object "${CURRENT}" of somebody else; choose another prefix`,
    );
  const { etag, modified: since } = object;
  let manifest: Manifest | undefined;
  try {
    manifest = decodeManifest(object.body, CURRENT);
  } catch (error) {
    if (!(error instanceof SparsedgeError)) throw error;
  }
  let until = since;
  const before = Array.from(object.before.matchAll(/([0-9a-f]{16})@(\d+)/g), ([, name, began]) => {
    const each = { build: name, since: Number(began), until };
    until = each.since;
    return each;
  });
  return { etag, build: manifest?.build, manifest, since, before };
}

/** How an index is published. */
export interface PublishOptions {
  readonly startProgress?: StartProgress;
  /** Which of its objects the store is to have: all unless given. */
  readonly holds?: ((name: string) => boolean) | undefined;
  /** What is to be done when all is there, before it goes live. */
  readonly before?: (() => Promise<void>) | undefined;
}

/**
 * Makes the current generation of a folder the current one of a store. What is there already is not uploaded again, so
 * that whoever was stopped goes on by doing the same again.
 *
 * @throws SparsedgeError `unavailable` where another publisher was faster, or the store refuses
 */
export async function publishTo(
  store: RemoteStore,
  folder: string,
  { startProgress = silent, holds = () => true, before }: PublishOptions = {},
): Promise<Published> {
  const pointer = await readPointer(store);
  // Rules that were set elsewhere stay, unless the folder has some.
  const isSteered = (await readManifest(folderSource(folder))).rules !== undefined;
  const rules = isSteered || !pointer.manifest ? undefined : await rulesOf(store, pointer.manifest);
  if (rules) await setRules(folder, rules);
  const manifest = await readManifest(folderSource(folder));
  const { build } = manifest;
  const record = recordName(build);
  const names = [
    ...(await presentObjects(folder, build)),
    ...modelObjects(folder, manifest),
    ...(manifest.rules ? [manifest.rules.name] : []),
    ...(existsSync(join(folder, record)) ? [record] : []),
  ].filter(holds);
  const files = new FolderFiles(folder);
  const uploaded = new Set<string>();
  let bytes = 0;
  const upload = async (there: ReadonlyMap<string, StoredObject>) => {
    const progress = startProgress(`uploading to ${store.address}`, 'objects');
    let looked = 0;
    await forEach(names, async (name) => {
      if (!(await files.isSame(name, there.get(name)))) {
        const { body, md5 } = await files.read(name);
        await store.put(name, body, md5);
        if (!uploaded.has(name)) bytes += body.length;
        uploaded.add(name);
      }
      progress.at(++looked, names.length);
    });
    progress.end();
  };
  await upload(await store.list());
  await before?.();
  const { body, md5 } = await files.read(manifestName(build));
  await store.put(manifestName(build), body, md5);
  await beUnpruned(store, build);
  await upload(await store.list());
  const switched = await goLive(store, pointer, manifest, await readFile(join(folder, CURRENT)));
  return { build, uploaded: uploaded.size, bytes, kept: names.length - uploaded.size, switched };
}

/**
 * Makes the generation that was current before the current one again.
 *
 * @returns the build that is current now
 * @throws SparsedgeError `not-found` where there is no way back, `corrupt` where it is not whole, `unavailable` as
 *   publishTo does
 */
export async function rollBackIn(store: RemoteStore): Promise<string> {
  const pointer = await readPointer(store);
  const [last] = pointer.before;
  const manifest = last && (await store.get(manifestName(last.build)));
  if (!last || !manifest)
    throw new SparsedgeError('not-found', `${store.address} has no generation before the current one`);
  await store.put(manifestName(last.build), manifest.body, md5Of(manifest.body));
  await beUnpruned(store, last.build);
  const there = await store.list();
  const decoded = await wholeBefore(store.address, async () => {
    const names = await objectsOf(store, last.build);
    for (const name of names) {
      // A listing may be behind what was written.
      if (!there.has(name) && !(await store.get(name)))
        throw corrupt(store.address, `an object ${name}`, 'none');
    }
    return decodeManifest(manifest.body, manifestName(last.build));
  });
  const rules = pointer.manifest && (await rulesOf(store, pointer.manifest));
  const object = rules && (await rulesObject(rules, store, decoded));
  if (object) await store.put(object.name, object.body, md5Of(object.body));
  const current = object?.current ?? manifest.body;
  await goLive(store, pointer, decodeManifest(current, CURRENT), current);
  return last.build;
}

/** @returns whether another generation was current, or other rules */
async function goLive(
  store: RemoteStore,
  pointer: Pointer,
  { build, rules }: Manifest,
  manifest: Uint8Array,
): Promise<boolean> {
  if (pointer.build === build && pointer.manifest?.rules?.name === rules?.name) return false;
  const last = pointer.build === undefined ? [] : [{ build: pointer.build, since: pointer.since }];
  const before = [...last, ...pointer.before].filter((each) => each.build !== build).slice(0, REMEMBERED);
  const done = await store.put(CURRENT, manifest, md5Of(manifest), {
    when: { over: pointer.etag },
    before: before.map((each) => `${each.build}@${each.since}`).join(','),
  });
  if (done) return true;
  // A write that was made again after no answer came finds its own.
  const { build: found = 'none' } = await readPointer(store);
  if (found === build) return true;
  throw new SparsedgeError(
    'unavailable',
    `${store.address} was published by another meanwhile: expected build ${pointer.build ?? 'none'} to be current, ` +
      `found ${found}; nothing was switched, and publishing again goes on from what was uploaded`,
    { expected: pointer.build ?? 'none', found },
  );
}

/** The files of an index; the checksum of each is computed once, since their names stay those of their content. */
class FolderFiles {
  readonly #folder: string;
  readonly #known = new Map<string, { readonly bytes: number; readonly md5: Buffer }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: string): Promise<{ readonly body: Uint8Array; readonly md5: Buffer }> {
    const body = await readFile(join(this.#folder, name));
    const md5 = this.#known.get(name)?.md5 ?? md5Of(body);
    this.#known.set(name, { bytes: body.length, md5 });
    return { body, md5 };
  }

  /** Whether an object is there as it should be. Not every store's ETag is an MD5; then its size must do. */
  async isSame(name: string, object: StoredObject | undefined): Promise<boolean> {
    if (!object) return false;
    if (!this.#known.has(name)) await this.read(name);
    const { bytes, md5 } = this.#known.get(name)!;
    if (object.bytes !== bytes) return false;
    return !/^[0-9a-f]{32}$/.test(object.etag) || object.etag === md5.toString('hex');
  }
}

/** Does something with each, several at once; the first failure ends it. */
export async function forEach<T>(all: readonly T[], task: (each: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < all.length && !failed) {
      try {
        await task(all[next++]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
}
