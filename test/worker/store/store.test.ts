import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { pageCache } from '../../../src/store/page-cache.ts';
import { r2Source } from '../../../src/store/r2.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);

describe('r2Source', () => {
  const source = r2Source(env.INDEX, 'folder/');
  beforeAll(async () => void (await env.INDEX.put('folder/object', bytes)));

  it('reads whole objects and ranges of them', async () => {
    expect(await source.read('object')).toEqual(bytes);
    expect(await source.read('object', { start: 0, end: 1 })).toEqual(bytes.slice(0, 1));
    expect(await source.read('object', { start: 40, end: 100 })).toEqual(bytes.slice(40));
  });

  it('throws not-found for an object that is not there', async () => {
    await expect(source.read('other')).rejects.toMatchObject({
      code: 'not-found',
      details: { object: 'folder/other' },
    });
    await expect(source.read('other', { start: 0, end: 5 })).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([
    [90, 101],
    [101, 102],
    [500, 600],
  ])('throws corrupt for the range %i to %i of 100 bytes', async (start, end) => {
    await expect(source.read('object', { start, end })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('throws unavailable, with the cause, when R2 fails before or within the body', async () => {
    const cause = new Error('out');
    const body = { size: 3, arrayBuffer: () => Promise.reject(cause) };
    for (const get of [() => Promise.reject(cause), () => Promise.resolve(body)]) {
      const broken = r2Source({ get } as unknown as R2Bucket, '');
      await expect(broken.read('x')).rejects.toMatchObject({ code: 'unavailable', cause });
    }
  });
});

describe('pageCache', () => {
  const page = (length: number) => ({ bytes: new Uint8Array(length), length });

  it('drops the least recently used pages beyond its capacity', () => {
    const cache = pageCache(100);
    cache.set('a', page(40));
    cache.set('b', page(40));
    cache.get('a');
    cache.set('c', page(40));
    expect(['a', 'b', 'c'].map((key) => cache.get(key)?.length)).toEqual([40, undefined, 40]);
  });

  it('counts a page that is replaced once', () => {
    const cache = pageCache(100);
    for (let i = 0; i < 10; i++) cache.set('a', page(60));
    cache.set('b', page(40));
    expect(cache.get('a')).toBeDefined();
    expect(cache.get('b')).toBeDefined();
  });

  it('does not empty itself for a page that it could not hold', () => {
    const cache = pageCache(100);
    cache.set('a', page(60));
    cache.set('huge', page(101));
    expect(cache.get('a')).toBeDefined();
    expect(cache.get('huge')).toBeUndefined();
  });

  const list = (length: number) => new Uint8Array(length);
  const listsOf = (capacity: number) => pageCache(0, capacity).lists!;

  it('lets a list in only where it is used more often than those that would go', () => {
    const lists = listsOf(100);
    for (const key of ['a', 'a', 'b']) lists.get(key);
    for (const key of ['a', 'b']) {
      expect(lists.admits(key, 50)).toBe(true);
      lists.set(key, list(50));
    }
    lists.get('c');
    expect(lists.admits('c', 50)).toBe(false);
    lists.get('c');
    // The least recently used is a, which was asked for as often.
    expect(lists.admits('c', 50)).toBe(false);
    lists.get('c');
    expect(lists.admits('c', 50)).toBe(true);
    expect(lists.admits('c', 101)).toBe(false);
    lists.set('c', list(50));
    expect(['a', 'b', 'c'].map((key) => lists.get(key)?.length)).toEqual([undefined, 50, 50]);
  });

  it('forgets that a list was used often once', () => {
    const lists = listsOf(100);
    for (let i = 0; i < 300; i++) lists.get('once');
    lists.set('once', list(100));
    const uses = () => {
      let n = 0;
      while (!lists.admits('now', 100)) {
        lists.get('now');
        n++;
      }
      return n;
    };
    expect(uses()).toBe(301);
    for (let i = 0; i < 5000; i++) lists.get(`other ${i}`);
    expect(uses()).toBeLessThan(30);
  });
});
