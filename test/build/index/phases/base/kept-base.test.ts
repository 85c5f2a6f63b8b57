// Generations built one on another: the newer answers as an index of its documents alone would, and what did not change
// has the objects that it had.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../../../../build/index/build.ts';
import { parseConfig } from '../../../../../build/index/config.ts';
import { publishLocally } from '../../../../../build/index/publish.ts';
import { allIds } from '../../../../../build/inspect/lists.ts';
import { verifyIndex } from '../../../../../build/inspect/verify.ts';
import { silent } from '../../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../../build/work/files.ts';
import { findDocument } from '../../../../../src/query/search/documents.ts';
import type { OpenPage } from '../../../../../src/query/search/fetch.ts';
import { noCost } from '../../../../../src/query/search/meter.ts';
import { openIndex } from '../../../../../src/query/search/open.ts';
import { search } from '../../../../../src/query/search/search.ts';
import { weighTerms } from '../../../../../src/query/search/terms.ts';
import { contents } from '../../../folder-contents.ts';

import {
  build,
  type Collection,
  collectionOf,
  namesOf,
  temporaryFolder,
  textOf,
  WORDS,
} from './small-generations.ts';

/** Everything that a query finds: id → score. */
async function answer(folder: string, words: readonly string[]): Promise<[id: string, score: number][]> {
  const index = await openIndex(folderSource(folder));
  const terms = weighTerms(new Map(words.map((word, i) => [word, 1 + (i % 3)])), 'bm25');
  const { hits, exact } = await search({ terms, k: 500, documents: true }, { index, clock: () => 0 });
  expect(exact).toBe(true);
  const found = hits.map(({ shown, score }): [string, number] => [shown!.id, score]);
  return found.sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}

const QUERIES = [['moon'], ['tide', 'salt', 'a'], ['only7', 'b', 'stone'], WORDS];

/** Some edits of a collection: few enough that a base is kept. */
const edits = fc.record({
  changed: fc.uniqueArray(fc.nat(119), { maxLength: 4 }),
  removed: fc.uniqueArray(fc.nat(119), { maxLength: 5 }),
  added: fc.nat(5),
  seed: fc.nat(1e6),
});

function edit(collection: Collection, of: typeof edits extends fc.Arbitrary<infer Edit> ? Edit : never) {
  const ids = [...collection.keys()];
  const next = new Map(collection);
  for (const i of of.changed) next.set(ids[i % ids.length], textOf(of.seed + i));
  for (const i of of.removed) next.delete(ids[i % ids.length]);
  for (let i = 0; i < of.added; i++) next.set(`new${of.seed}-${i}`, textOf(of.seed + 500 + i));
  return next;
}

describe('an index that is built on another', () => {
  test('answers as one of its documents alone with the same statistics, whatever was edited, generation after generation', async () => {
    let [holes, kept, shared] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 3 }), async (generations) => {
        const folder = temporaryFolder();
        let collection: Collection = collectionOf(120);
        let before = await build(collection, folder);
        for (const of of generations) {
          const had = await namesOf(before);
          const next = edit(collection, of);
          const after = await build(next, folder, folder);
          const index = await openIndex(folderSource(folder));
          expect((await verifyIndex(folderSource(folder), silent)).documents).toBe(next.size);
          const ids = await allIds(index);
          expect(ids.filter((id) => id !== '').sort()).toEqual([...next.keys()].sort());
          const oracle = await after.oracle();
          for (const query of QUERIES)
            expect(await answer(folder, query)).toEqual(await answer(oracle, query));
          for (const id of collection.keys()) {
            if (next.has(id)) expect((await findDocument(index, id, noCost())).text).toBe(next.get(id));
            else await expect(findDocument(index, id, noCost())).rejects.toMatchObject({ code: 'not-found' });
          }
          if (after.fresh === undefined) kept++;
          holes += index.manifest.holes ?? 0;
          for (const name of await namesOf(after)) if (had.has(name)) shared++;
          [before, collection] = [after, next];
        }
      }),
      { numRuns: 8 },
    );
    // The cases must be those that are meant.
    expect(kept).toBeGreaterThan(5);
    expect(holes).toBeGreaterThan(0);
    expect(shared).toBeGreaterThan(kept);
  }, 600_000);
});

const ONE_CHANGE = { changed: [17], removed: [], added: 0, seed: 5 };

describe('generations', () => {
  test('of the same base and documents are the same bytes', async () => {
    const base = temporaryFolder();
    await build(collectionOf(120), base);
    const next = edit(collectionOf(120), { changed: [3], removed: [8, 9, 60], added: 1, seed: 7 });
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [one, other]) expect((await build(next, folder, base)).fresh).toBeUndefined();
    expect(contents(one)).toEqual(contents(other));
  });

  test('share all pages where nothing was edited, and most where little was', async () => {
    // Vectors number long terms, so that a term which becomes a long one is in the pages of all documents.
    const [config, folder] = [{ vectors: 'never' } as const, temporaryFolder()];
    const collection = collectionOf(120);
    const first = await namesOf(await build(collection, folder, undefined, config));
    const isPage = (name: string) => name.startsWith('pages/');
    const fresh = (names: Set<string>) => [...names].filter((name) => isPage(name) && !first.has(name));
    expect(fresh(await namesOf(await build(collection, folder, folder, config)))).toEqual([]);
    const edited = await namesOf(await build(edit(collection, ONE_CHANGE), folder, folder, config));
    const share = fresh(edited).length / [...edited].filter(isPage).length;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1 / 2);
  });

  test('find pages that have not changed in the cache of an isolate', async () => {
    const folder = temporaryFolder();
    const [config, cache] = [{ vectors: 'never' } as const, new Map<string, OpenPage>()];
    await build(collectionOf(120), folder, undefined, config);
    const cost = async () => {
      const index = await openIndex(folderSource(folder));
      const terms = weighTerms(new Map(WORDS.map((word) => [word, 1])), 'bm25');
      return (await search({ terms, k: 10, documents: true }, { index, clock: () => 0, cache })).cost;
    };
    expect((await cost()).cachedPages).toBe(0);
    await build(edit(collectionOf(120), ONE_CHANGE), folder, folder, config);
    const { cachedPages, postingReads, documentReads } = await cost();
    expect(cachedPages).toBeGreaterThan(0);
    expect(postingReads + documentReads).toBeGreaterThan(0);
  });

  test('fill holes with new documents, and number them on where there are none', async () => {
    const folder = temporaryFolder();
    const collection = collectionOf(120);
    await build(collection, folder);
    const holesAfter = async (removed: readonly number[], added: number) => {
      const next = edit(collection, { changed: [], removed: [...removed], added, seed: 1 });
      expect((await build(next, folder, folder)).fresh).toBeUndefined();
      const { documents, holes } = (await openIndex(folderSource(folder))).manifest;
      return { documents, holes };
    };
    expect(await holesAfter([5, 30, 119], 0)).toEqual({ documents: 120, holes: 3 });
    expect(await holesAfter([5, 30, 119], 2)).toEqual({ documents: 120, holes: 1 });
    expect(await holesAfter([], 2)).toEqual({ documents: 122 });
  });

  test('have a document of number 0, whichever are removed', async () => {
    const folder = temporaryFolder();
    await build(collectionOf(120), folder);
    const idOf = async (number: number) => (await allIds(await openIndex(folderSource(folder))))[number];
    const [first, last] = [await idOf(0), await idOf(119)];
    const next = new Map(collectionOf(120));
    next.delete(first);
    expect((await build(next, folder, folder)).fresh).toBeUndefined();
    expect([await idOf(0), await idOf(119)]).toEqual([last, '']);
    expect((await verifyIndex(folderSource(folder), silent)).documents).toBe(119);
  });

  test('keep nothing where the collection has become another one, and say why', async () => {
    const folder = temporaryFolder();
    const base = await build(collectionOf(120), folder);
    const few = new Map([...collectionOf(120)].slice(0, 100));
    const removed = await build(few, temporaryFolder(), folder);
    expect(removed.fresh).toBe(
      'the number of documents of the space bm25 is 100, and its terms are weighed with 120',
    );
    expect(removed.build).toBe((await build(few, temporaryFolder())).build);
    const longer = new Map([...collectionOf(120)].map(([id, text]) => [id, `${text} ${text}`]));
    expect((await build(longer, temporaryFolder(), folder)).fresh).toMatch(
      /^the mean length of the space bm25 is 31\.9333, and its terms are weighed with 15\.9667$/,
    );
    const others = new Map(
      [...collectionOf(120)].map(([id, text], i) => [i < 20 ? `other-${id}` : id, text]),
    );
    expect((await build(others, temporaryFolder(), folder)).fresh).toBe(
      '20 of 120 documents have come since they were put in order',
    );
    expect(base.fresh).toBeUndefined();
  });
});

test('a build that was stopped just after it became current goes on with the base on which it began', async () => {
  const folder = temporaryFolder();
  const workFolder = join(folder, '.work');
  const run = (collection: Collection, base?: string, startProgress = silent) =>
    buildIndex({
      inputs: async function* () {
        for (const [id, text] of collection) yield { document: { id, text } };
      },
      inputKey: String(collection.size),
      config: parseConfig({ spaces: [{ encoder: 'bm25' }], store: 'assets' }),
      base,
      folder,
      workFolder,
      startProgress,
    });
  const first = await run(collectionOf(100));
  const more = collectionOf(101);
  const stopping: typeof silent = (name, unit) => {
    if (name === 'verifying') throw new Error('stopped');
    return silent(name, unit);
  };
  await expect(run(more, folder, stopping)).rejects.toThrow('stopped');
  const [unfinished] = readdirSync(join(folder, 'manifests')).filter(
    (build) => build !== first.manifest.build,
  );
  await publishLocally(folder, workFolder, unfinished);
  const finished = await run(more, folder);
  expect(finished.manifest.build).toBe(unfinished);
  expect(finished.base).toMatchObject({ build: first.manifest.build, fresh: undefined });
  expect((await openIndex(folderSource(folder))).manifest.build).toBe(unfinished);
});
