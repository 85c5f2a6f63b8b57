// Which range reads bring the pages that are wanted, and what becomes of the bytes. Page tables are stated here.

import { describe, expect, test } from 'vitest';
import { HEADER_BYTES } from '../../../src/core/format/header.ts';
import { type PagePlace, placeIdentity, sealPage } from '../../../src/core/format/page.ts';
import type { PageRun } from '../../../src/core/format/page-table.ts';
import {
  charge,
  executeReads,
  type OpenPage,
  pageKey,
  planReads,
  type WantedPage,
} from '../../../src/query/search/fetch.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import { memorySource } from '../../fakes/memory-source.ts';

const KIB = 1024;

/** A run of pages of these bytes; `shards` gives the first page of each object. */
function runOf(
  pageBytes: readonly number[],
  shards: Readonly<Record<string, number>> = { shard: 0 },
): PageRun {
  const pageStart = [0];
  for (const bytes of pageBytes) pageStart.push(pageStart[pageStart.length - 1] + bytes);
  return {
    pageStart: Float64Array.from(pageStart),
    shards: Object.entries(shards).map(([name, firstPage]) => ({ name, firstPage })),
  };
}

function placeOf(page: number, space = 'words'): PagePlace {
  return { build: '0123456789abcdef', space, page };
}

function keyOf(page: number): string {
  return placeIdentity(placeOf(page));
}

function wanted(run: PageRun, ...pages: readonly number[]): WantedPage[] {
  return pages.map((page) => ({ place: placeOf(page), run }));
}

/** The reads of a plan as [object, start, end], offsets counted from the first page of the object. */
function readsOf(run: PageRun, ...pages: readonly number[]): [object: string, start: number, end: number][] {
  return planReads(wanted(run, ...pages)).reads.map(({ object, start, end }) => [
    object,
    start - HEADER_BYTES,
    end - HEADER_BYTES,
  ]);
}

describe('pages of one object', () => {
  test('that follow each other are one read, whatever the order in which they are wanted', () => {
    const run = runOf([10, 20, 30, 40]);
    expect(readsOf(run, 1, 2)).toEqual([['shard', 10, 60]]);
    expect(readsOf(run, 2, 0, 1)).toEqual([['shard', 0, 60]]);
  });

  test('are one read across a gap of 32 KiB less one byte, and two across one byte more than 32 KiB', () => {
    const gap = (bytes: number) => runOf([10, bytes, 10]);
    expect(readsOf(gap(32 * KIB - 1), 0, 2)).toEqual([['shard', 0, 32 * KIB + 19]]);
    expect(readsOf(gap(32 * KIB + 1), 0, 2)).toEqual([
      ['shard', 0, 10],
      ['shard', 32 * KIB + 11, 32 * KIB + 21],
    ]);
  });

  test('are joined page by page, however long the read becomes', () => {
    const run = runOf([10, 30 * KIB, 10, 30 * KIB, 10]);
    expect(readsOf(run, 0, 2, 4)).toEqual([['shard', 0, 60 * KIB + 30]]);
  });

  test('that are wanted twice are read once', () => {
    expect(planReads(wanted(runOf([10, 20]), 1, 1)).reads).toMatchObject([
      { pages: [{ start: 0, end: 20 }] },
    ]);
  });

  test('are found within their read', () => {
    const [read] = planReads(wanted(runOf([10, 20, 30]), 2, 0)).reads;
    expect(read.pages.map(({ key, start, end }) => [key, start, end])).toEqual([
      [keyOf(0), 0, 10],
      [keyOf(2), 30, 60],
    ]);
  });
});

describe('pages of several objects', () => {
  test('are never one read, and each object counts from its own header', () => {
    const run = runOf([10, 20, 30, 40], { 'shard-a': 0, 'shard-b': 2 });
    expect(readsOf(run, 1, 2, 3)).toEqual([
      ['shard-a', 10, 30],
      ['shard-b', 0, 70],
    ]);
  });

  test('that are objects of their own are read whole, without a header', () => {
    const digests = Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 0xab : 0xcd));
    const { reads } = planReads(wanted({ ...runOf([10, 20], {}), digests }, 0, 1));
    expect(reads).toMatchObject([
      { object: `pages/${'ab'.repeat(16)}`, start: 0, end: 10, pages: [{ key: `pages/${'ab'.repeat(16)}` }] },
      { object: `pages/${'cd'.repeat(16)}`, start: 0, end: 20 },
    ]);
  });

  test('that are equal are read once', () => {
    const digests = new Uint8Array(32).fill(0xab);
    const { reads } = planReads(wanted({ ...runOf([10, 10], {}), digests }, 0, 1));
    expect(reads).toHaveLength(1);
  });
});

describe('a cache', () => {
  const run = runOf([10, 20, 30]);
  const page: OpenPage = { bytes: new Uint8Array(20), length: 8 };

  test('spares the read of a page that it holds, and splits no read that goes over it', () => {
    const cache = new Map([[keyOf(1), page]]);
    const { reads, cached } = planReads(wanted(run, 0, 1, 2), cache);
    expect([...cached]).toEqual([[keyOf(1), page]]);
    expect(reads).toMatchObject([{ start: HEADER_BYTES, end: HEADER_BYTES + 60, pages: [{}, {}] }]);
  });

  test('tells apart builds, spaces and pages', () => {
    const one = placeOf(1);
    const others = [{ build: 'fedcba9876543210' }, { space: 'marks' }, { page: 2 }];
    const keys = [one, ...others.map((other) => ({ ...one, ...other }))].map((place) =>
      pageKey({ place, run }),
    );
    expect(new Set(keys).size).toBe(4);
  });

  test('costs nothing: a plan is charged for its reads and their bytes, gaps included', () => {
    const cost = noCost();
    charge(cost, { postings: planReads(wanted(run, 0, 1, 2), new Map([[keyOf(1), page]])) });
    expect(cost).toEqual({ ...noCost(), postingReads: 1, bytes: 60, rounds: 1, cachedPages: 1 });
  });
});

describe('reads that are carried out', () => {
  const bodies = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5), Uint8Array.of(6)];
  const sealed = bodies.map((body, page) => sealPage(body, placeIdentity(placeOf(page))));
  const run = runOf(sealed.map(({ length }) => length));
  const shard = () =>
    Uint8Array.from([...new Uint8Array(HEADER_BYTES), ...sealed.flatMap((page) => [...page])]);
  const read = (pages: readonly number[], bytes = shard(), cache?: Map<string, OpenPage>) => {
    const source = memorySource(new Map([['shard', bytes]]));
    return executeReads(source, planReads(wanted(run, ...pages)).reads, cache);
  };

  test('bring each page under its key, with the length of its body', async () => {
    const pages = await read([0, 2]);
    expect([...pages.keys()]).toEqual([keyOf(0), keyOf(2)]);
    const { bytes, length } = pages.get(keyOf(2))!;
    expect([...bytes.subarray(0, length)]).toEqual([6]);
  });

  test('fail on a page whose checksum is wrong, which is named, and nothing of the read is kept', async () => {
    const bytes = shard();
    bytes[HEADER_BYTES + sealed[0].length] ^= 1;
    const cache = new Map<string, OpenPage>();
    await expect(read([0, 1, 2], bytes, cache)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('words, page 1'),
    });
    expect([...cache.keys()]).toEqual([]);
  });

  test('fail on an intact page that is another one', async () => {
    const elsewhere = { place: placeOf(0, 'marks'), run };
    const source = memorySource(new Map([['shard', shard()]]));
    await expect(executeReads(source, planReads([elsewhere]).reads)).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test('share their memory with the pages that fill them, and not with pages that a cache keeps of a read with gaps', async () => {
    const memoryOf = async (...pages: readonly number[]) => {
      const cache = new Map<string, OpenPage>();
      await read(pages, shard(), cache);
      return [...cache.values()].map(({ bytes }) => bytes.buffer.byteLength);
    };
    const [first, second, third] = sealed.map(({ length }) => length);
    expect(await memoryOf(0, 1)).toEqual([first + second, first + second]);
    expect(await memoryOf(0, 2)).toEqual([first, third]);
  });
});
