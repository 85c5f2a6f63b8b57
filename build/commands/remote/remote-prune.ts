// What a store's readers need no more is removed: see store-claims.ts for how that goes together with publishing.

import { corrupt, SparsedgeError } from '../../../src/core/errors.ts';
import { manifestName } from '../../../src/core/format/manifest.ts';
import { OWN_NAME, objectsOf } from '../../index/publish.ts';
import { RULES_NAME } from '../../inspect/rules/rules-object.ts';
import { recordName } from '../../work/input-record.ts';
import { forEach, readPointer } from './remote-publish.ts';
import type { RemoteStore, StoredObject } from './remote-store.ts';
import { claimedBuilds, Lease, PRUNING } from './store-claims.ts';

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
    const claimed = await claimedBuilds(store);
    const there = await store.list();
    const now = there.get(PRUNING)?.modified ?? Number.NaN;
    const isYoung = (time: number) => !(time <= now - graceMs);
    const keep = new Set<string>([
      pointer.build,
      ...pointer.before.filter(({ until }) => isYoung(until)).map(({ build }) => build),
      // A listing may be behind what was written, and lack what a publisher is about to make current.
      ...[...claimed, ...buildsIn(there)]
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
    const objects = await objectsOf(store, build).catch((error) => {
      throw build === current ? error : isDamaged(build, error);
    });
    for (const name of objects) needed.add(name);
    needed.add(manifest).add(recordName(build));
  }
  return needed;
}

/** Of a generation that is to be kept, it cannot be said what else of the store it needs. */
function isDamaged(build: string, error: unknown): unknown {
  if (!(error instanceof SparsedgeError)) return error;
  const { code, message, details } = error;
  return new SparsedgeError(
    code,
    `the generation ${build}, which is too young to be removed, is damaged: ${message}. Nothing was removed; publish ` +
      'it again, or prune when it is older than the grace period',
    { ...details, build },
    { cause: error },
  );
}

function buildsIn(there: ReadonlyMap<string, StoredObject>): { build: string; modified: number }[] {
  return [...there].flatMap(([name, { modified }]) => {
    const [, build] = /^manifests\/([0-9a-f]{16})$/.exec(name) ?? [];
    return build === undefined ? [] : [{ build, modified }];
  });
}
