// Lists of a store are a page at a time, and may lack what is there: nothing that is needed is lost for it.

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { pruneIn } from '../../../../build/commands/remote/remote-prune.ts';
import { publishTo, readPointer, rollBackIn } from '../../../../build/commands/remote/remote-publish.ts';
import type { RemoteStore } from '../../../../build/commands/remote/remote-store.ts';
import { objectsOf } from '../../../../build/index/publish.ts';
import { manifestName } from '../../../../src/core/format/manifest.ts';
import { DOCUMENTS, sparsedge, temporaryFolder, writeDocuments } from '../command-line.ts';
import { behindLists } from './listing-proxy.ts';
import { startS3 } from './s3-server.ts';

/** The folder of an index of some pages, which all have the same first ones. */
async function built(pages: number): Promise<string> {
  const cwd = temporaryFolder();
  const more = Array.from({ length: pages }, (_, i) => ({ id: `more ${i}`, text: `page ${i} of the moon` }));
  writeDocuments(cwd, [...DOCUMENTS, ...more]);
  const { code, err } = await sparsedge(cwd, ['build', 'pages.jsonl', '-o', 'index', '--encoder', 'bm25']);
  if (code !== 0) throw new Error(err);
  return join(cwd, 'index');
}

/** Times of lists may be whole seconds. */
function aSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_100));
}

/** The objects of the current generation that are not there. */
async function lost(store: RemoteStore): Promise<string[]> {
  const { build = '' } = await readPointer(store);
  const gone: string[] = [];
  for (const name of await objectsOf(store, build)) if (!(await store.get(name))) gone.push(name);
  return gone;
}

test('short pages of a list are read to their end, and a list without one is refused', async () => {
  const server = await startS3();
  const { store, listing } = await behindLists(server, 'pages');
  const folders = [await built(1), await built(2)] as const;
  for (const folder of folders) await publishTo(store, folder);
  await aSecond();
  const whole = server.open('pages');
  expect([...(await store.list()).keys()].sort()).toEqual([...(await whole.list()).keys()].sort());
  listing.saysRest = false;
  await expect(pruneIn(store, 0)).rejects.toMatchObject({ code: 'corrupt' });
  await expect(rollBackIn(store)).rejects.toMatchObject({ code: 'corrupt' });
  listing.saysRest = true;
  expect((await pruneIn(store, 0)).removed).toHaveLength(1);
  expect(await lost(whole)).toEqual([]);
});

test('whatever a list lacks, the current generation stays whole', async () => {
  const server = await startS3();
  const { store, listing } = await behindLists(server, 'behind');
  onTestFinished(() => {
    listing.lacks = () => false;
  });
  const folders = [await built(1), await built(2), await built(3)];
  for (const folder of folders) await publishTo(store, folder);
  await aSecond();
  const steps = fc.array(fc.constantFrom<'prune' | 'back' | 0 | 1 | 2>('prune', 'back', 0, 1, 2), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.func(fc.boolean()), async (all, lacks) => {
      listing.lacks = (key) => lacks(key);
      for (const step of all) {
        const doing =
          step === 'prune'
            ? pruneIn(store, 0)
            : step === 'back'
              ? rollBackIn(store)
              : publishTo(store, folders[step]!);
        // There may be no way back, or no whole one; and another one, as young as the current, may have lost something.
        await doing.catch((error) =>
          expect(error.message).toMatch(/before the current one|too young to be removed, is damaged/),
        );
        expect(await lost(store)).toEqual([]);
      }
    }),
    { numRuns: 8 },
  );
});

/** A store whose n-th request, counted from nought, comes after something else was done. */
function interrupted(store: RemoteStore, at: number, task: () => Promise<unknown>): RemoteStore {
  let asked = 0;
  const turn = async <T>(request: () => Promise<T>): Promise<T> => {
    if (asked++ === at) await task();
    return request();
  };
  return {
    address: store.address,
    list: () => turn(() => store.list()),
    get: (name) => turn(() => store.get(name)),
    put: (name, body, md5, more) => turn(() => store.put(name, body, md5, more)),
    remove: (name) => turn(() => store.remove(name)),
    read: (name, range) => turn(() => store.read(name, range)),
  };
}

test('a publisher that lists do not show yet loses nothing to whoever prunes at any point of its way', async () => {
  const server = await startS3();
  const folders = [await built(1), await built(2)] as const;
  // From before the writing of the manifest to that of the pointer.
  const points = [2, 4, 5, 6, 7, 8, 9];
  const found = points.flatMap((point) =>
    [publishTo, rollBackIn].map(async (goLive) => {
      const { store, listing } = await behindLists(server, `at-${point}-${goLive.name}`);
      await publishTo(store, folders[0]);
      await publishTo(store, folders[1]);
      // Older than the grace period is then all that is there.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      let pruned = 0;
      const prune = async () => {
        listing.lacks = (key) => key.includes('manifests/');
        const { objects } = await pruneIn(store, 1_500);
        pruned += objects;
        listing.lacks = () => false;
      };
      await goLive(interrupted(store, point, prune), folders[0]).catch((error) => {
        // There may be no way back any more.
        if (goLive === publishTo || !/before the current one/.test(error.message)) throw error;
      });
      return { point, lost: await lost(store), pruned };
    }),
  );
  const all = await Promise.all(found);
  expect(all.filter((each) => each.lost.length > 0)).toEqual([]);
  // The pruning was not always too late or too early.
  expect(all.filter(({ pruned }) => pruned > 0).length).toBeGreaterThan(0);
});

test('without the manifest of the current generation nothing is pruned until it is published again', async () => {
  const store = (await startS3()).open('unnamed');
  const [first, second] = [await built(1), await built(2)];
  await publishTo(store, first);
  const { build } = await publishTo(store, second);
  await store.remove(manifestName(build));
  await aSecond();
  const before = [...(await store.list()).keys()];
  await expect(pruneIn(store, 0)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringMatching(
      /the current generation's manifests\/[0-9a-f]{16}, which publishing again puts there/,
    ),
  });
  expect([...(await store.list()).keys()]).toEqual(before);
  await publishTo(store, second);
  await aSecond();
  expect((await pruneIn(store, 0)).removed).toHaveLength(1);
  expect(await lost(store)).toEqual([]);
});
