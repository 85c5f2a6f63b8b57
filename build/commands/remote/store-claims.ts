// What publishers and whoever prunes say to each other in a store, in two objects that are read by name: a list of the
// store may be behind what was written, and what is read by name is not.
//
// Whoever prunes writes PRUNING, and then reads PUBLISHING. Whoever goes live writes in PUBLISHING which generation it
// names, and then reads PRUNING. So one of the two sees the other: the publisher waits, or what it names is as young as
// any grace period allows, and stays.

import { randomBytes } from 'node:crypto';
import { NOTICE, SparsedgeError } from '../../../src/core/errors.ts';
import { CURRENT } from '../../../src/core/format/manifest.ts';
import { counted } from '../../terminal/layout.ts';
import { type FetchedObject, md5Of, type RemoteStore } from './remote-store.ts';

/** Says that somebody prunes. */
export const PRUNING = 'pruning';
/** One that prunes says so again more often than that; what is older was left by somebody who was stopped. */
const PRUNING_MS = 30 * 60_000;
/** Says which generations are about to become current, the latest first. */
const PUBLISHING = 'publishing';
/** So many of these are remembered. */
const REMEMBERED = 30;
/** How often whoever goes live looks whether pruning has ended, and for how long. */
const LOOK_MS = 2_000;
const LOOKS = 150;
/** Of many that publish at once, each writes PUBLISHING anew at most so often. */
const TRIES = 20;

/**
 * Keeps a generation, whose manifest is there, from being pruned: says that it is about to be current, and waits until
 * nobody prunes. Whoever waits is told so by a warning of the process, NOTICE.
 *
 * @throws SparsedgeError `unavailable` where somebody prunes for longer than is waited for
 */
export async function beUnpruned(store: RemoteStore, build: string): Promise<void> {
  await claim(store, build);
  for (let looks = 0; ; looks++) {
    const lock = await store.get(PRUNING);
    if (!lock || !isHeld(lock)) return;
    if (looks === LOOKS) throw isPruned(store, lock);
    if (looks === 0)
      process.emitWarning(
        `${whoPrunes(store, lock)}: waiting until that has ended, for ${counted((LOOKS * LOOK_MS) / 60_000, 'minute')} at ` +
          `most. To stop this and do the same again later does no harm. ${ifStopped(lock)}`,
        NOTICE,
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Writes a generation into PUBLISHING. */
async function claim(store: RemoteStore, build: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await store.get(PUBLISHING);
    const others = claimsIn(found).filter((each) => each.build !== build);
    // When the latest was written is what the store keeps.
    const lines = [build, ...others.map((each) => `${each.build}@${each.modified}`)].slice(0, REMEMBERED);
    const body = Buffer.from(lines.join('\n'));
    if (await store.put(PUBLISHING, body, md5Of(body), { when: { over: found?.etag } })) return;
  }
  throw new SparsedgeError(
    'unavailable',
    `${store.address}: too many publish at once; do the same again when others have ended`,
  );
}

/** The generations that somebody was about to make current, and when, by the store's clock in milliseconds. */
export async function claimedBuilds(store: RemoteStore): Promise<{ build: string; modified: number }[]> {
  return claimsIn(await store.get(PUBLISHING));
}

function claimsIn(found: FetchedObject | undefined): { build: string; modified: number }[] {
  if (found === undefined) return [];
  const text = Buffer.from(found.body).toString('latin1');
  return Array.from(text.matchAll(/^([0-9a-f]{16})(?:@(\d+))?$/gm), ([, build, time]) => ({
    build,
    modified: time === undefined ? found.modified : Number(time),
  }));
}

/**
 * PRUNING, while it is ours: each time it is written, it says something else, so that its ETag is another. It names
 * nobody, since whoever reads the index may read it.
 */
export class Lease {
  readonly #store: RemoteStore;
  #etag: string | undefined;

  private constructor(store: RemoteStore, over: string | undefined) {
    this.#store = store;
    this.#etag = over;
  }

  /** @throws SparsedgeError `not-found` where there is no index, `unavailable` while somebody else prunes */
  static async take(store: RemoteStore): Promise<Lease> {
    // Nobody but publishers makes an index where there is none.
    if ((await store.get(CURRENT)) === undefined)
      throw new SparsedgeError('not-found', `there is no index in ${store.address}`);
    const found = await store.get(PRUNING);
    if (found && isHeld(found)) throw isPruned(store, found);
    const lease = new Lease(store, found?.etag);
    await lease.renew();
    return lease;
  }

  async renew(): Promise<void> {
    const body = Buffer.from(randomBytes(16).toString('hex'));
    await this.#store.put(PRUNING, body, md5Of(body), { when: { over: this.#etag } });
    // Whose bytes are there has it: a write that was made again after no answer came is refused over its own.
    const found = await this.#store.get(PRUNING);
    if (!found || !body.equals(found.body)) throw isPruned(this.#store, found);
    this.#etag = found.etag;
  }

  async release(): Promise<void> {
    if ((await this.#store.get(PRUNING))?.etag === this.#etag) await this.#store.remove(PRUNING);
  }
}

function isHeld({ now, modified }: FetchedObject): boolean {
  return !(now - modified > PRUNING_MS);
}

/** Somebody prunes, or was stopped and left what says so. */
function isPruned(store: RemoteStore, lock: FetchedObject | undefined): SparsedgeError {
  return new SparsedgeError(
    'unavailable',
    `${whoPrunes(store, lock)}; do the same again when that has ended. ${ifStopped(lock)}`,
  );
}

function whoPrunes({ address }: RemoteStore, lock: FetchedObject | undefined): string {
  const since =
    lock && Number.isFinite(lock.modified) ? `, who last said so at ${timeOf(lock.modified)}` : '';
  return `${address} is being pruned by another${since}`;
}

/** In UTC, to the second. */
function timeOf(modified: number): string {
  return `${new Date(modified).toISOString().slice(0, 19)}Z`;
}

/** When whoever was stopped counts as such. */
function ifStopped(lock: FetchedObject | undefined): string {
  const left = lock === undefined ? PRUNING_MS : PRUNING_MS - (lock.now - lock.modified);
  const minutes = Math.max(1, Math.ceil(left / 60_000));
  const when = Number.isFinite(left)
    ? `in ${counted(minutes, 'minute')}`
    : `${PRUNING_MS / 60_000} minutes after it began`;
  return `If whoever prunes was stopped, that counts as ended ${when}, or when the object "${PRUNING}" there is removed`;
}
