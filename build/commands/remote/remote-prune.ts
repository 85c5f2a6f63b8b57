// What a store's readers need no more is removed: see remote-publish.ts for how that goes together with publishing.

import { randomBytes } from 'node:crypto';
import { corrupt, SparsedgeError } from '../../../src/core/errors.ts';
import { CURRENT, manifestName } from '../../../src/core/format/manifest.ts';
import { OWN_NAME, objectsOf } from '../../index/publish.ts';
import { RULES_NAME } from '../../inspect/rules/rules-object.ts';
import { recordName } from '../../work/input-record.ts';
import { forEach, isPruned, md5Of, PRUNING, PRUNING_MS, readPointer } from './remote-publish.ts';
import type { RemoteStore, StoredObject } from './remote-store.ts';

/** So many objects are removed before PRUNING is written again. */
const A_TIME = 1000;

/** A generation of a store. */
export interface RemoteGeneration {
  readonly build: string;
  /** `current`, `before` where it was current once, and `other` where it never was, or not for long. */
  readonly state: 'current' | 'before' | 'other';
  /** When its manifest was written last, in milliseconds. */
  readonly uploaded: number;
}

/** What was removed. */
export interface Pruned {
  readonly removed: readonly string[];
  readonly objects: number;
}

/** The generations of a store, the latest upload first. */
export async function generationsIn(store: RemoteStore): Promise<RemoteGeneration[]> {
  const [{ build: current, before }, there] = [await readPointer(store), await store.list()];
  const once = new Set(before.map(({ build }) => build));
  return buildsIn(there)
    .map(({ build, modified }) => ({
      build,
      state:
        build === current ? ('current' as const) : once.has(build) ? ('before' as const) : ('other' as const),
      uploaded: modified,
    }))
    .sort((a, b) => b.uploaded - a.uploaded);
}

/**
 * Removes what belongs to no generation that is current, was so within the grace period, or was uploaded within it.
 *
 * @param graceMs for how long a running Worker may read what is not current any more
 * @throws SparsedgeError `not-found` where there is no index, `unavailable` while somebody else prunes, and what
 *   opening a generation throws that is to be kept: a damaged one does not say what it needs
 */
export async function pruneIn(store: RemoteStore, graceMs: number): Promise<Pruned> {
  const lease = await Lease.take(store);
  try {
    const pointer = await readPointer(store);
    if (pointer.build === undefined)
      throw new SparsedgeError('not-found', `${store.address} has no index that can be read`);
    const there = await store.list();
    const now = there.get(PRUNING)?.modified ?? Number.NaN;
    const isYoung = (time: number) => !(time <= now - graceMs);
    const keep = new Set<string>([
      pointer.build,
      ...pointer.before.filter(({ until }) => isYoung(until)).map(({ build }) => build),
      ...buildsIn(there)
        .filter(({ modified }) => isYoung(modified))
        .map(({ build }) => build),
    ]);
    const kept = await neededBy(store, keep, pointer.build);
    for (const name of there.keys()) if (keep.has(RULES_NAME.exec(name)?.[1] ?? '')) kept.add(name);
    const needless = [...there]
      .filter(([name, { modified }]) => OWN_NAME.test(name) && !kept.has(name) && !isYoung(modified))
      .map(([name]) => name)
      // Manifests first: of a generation without one, the rest is known to be needless by whoever prunes next.
      .sort((a, b) => Number(b.startsWith('manifests/')) - Number(a.startsWith('manifests/')));
    for (let i = 0; i < needless.length; i += A_TIME) {
      await lease.renew();
      await forEach(needless.slice(i, i + A_TIME), (name) => store.remove(name));
    }
    const removed = buildsIn(there).filter(({ build }) => needless.includes(manifestName(build)));
    return { removed: removed.map(({ build }) => build), objects: needless.length };
  } finally {
    await lease.release();
  }
}

/**
 * What some generations need. They are looked for one by one, as a listing may be behind what was written.
 *
 * @throws SparsedgeError `corrupt` where the current one has no manifest: what it needs would be taken for needless
 */
async function neededBy(store: RemoteStore, builds: Iterable<string>, current: string): Promise<Set<string>> {
  const needed = new Set<string>();
  for (const build of builds) {
    const manifest = manifestName(build);
    if (!(await store.get(manifest))) {
      if (build !== current) continue;
      throw corrupt(
        store.address,
        `the current generation's ${manifest}, which publishing again puts there`,
        'none',
      );
    }
    for (const name of await objectsOf(store, build)) needed.add(name);
    needed.add(manifest).add(recordName(build));
  }
  return needed;
}

function buildsIn(there: ReadonlyMap<string, StoredObject>): { build: string; modified: number }[] {
  return [...there].flatMap(([name, { modified }]) => {
    const [, build] = /^manifests\/([0-9a-f]{16})$/.exec(name) ?? [];
    return build === undefined ? [] : [{ build, modified }];
  });
}

/** PRUNING, while it is ours: each time it is written, it says something else, so that its ETag is another. */
class Lease {
  readonly #store: RemoteStore;
  #etag: string | undefined;

  private constructor(store: RemoteStore, over: string | undefined) {
    this.#store = store;
    this.#etag = over;
  }

  static async take(store: RemoteStore): Promise<Lease> {
    // Nobody but publishers makes an index where there is none.
    if ((await store.get(CURRENT)) === undefined)
      throw new SparsedgeError('not-found', `there is no index in ${store.address}`);
    const found = await store.get(PRUNING);
    if (found && !(found.now - found.modified > PRUNING_MS)) throw isPruned(store);
    const lease = new Lease(store, found?.etag);
    await lease.renew();
    return lease;
  }

  async renew(): Promise<void> {
    const body = randomBytes(16);
    await this.#store.put(PRUNING, body, md5Of(body), { when: { over: this.#etag } });
    // Whose bytes are there has it: a write that was made again after no answer came is refused over its own.
    const found = await this.#store.get(PRUNING);
    if (!found || !body.equals(found.body)) throw isPruned(this.#store);
    this.#etag = found.etag;
  }

  async release(): Promise<void> {
    if ((await this.#store.get(PRUNING))?.etag === this.#etag) await this.#store.remove(PRUNING);
  }
}
