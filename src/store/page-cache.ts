// What is kept between the requests of an isolate, the least recently used dropped first: pages, and apart from them
// lists in blocks, which must not push pages out that would have to be read again. It holds bytes that were checked,
// never promises. Keys name a build, or the content of a page that is an object of its own: a new generation meets an
// old one's pages where it has them itself.

import type { OpenPage, PageCache } from '../query/search/fetch.ts';

/**
 * A cache of pages.
 *
 * @param capacity in bytes of pages; what a Map entry itself takes is not counted
 * @param listCapacity in bytes of lists in blocks
 */
export function pageCache(capacity: number, listCapacity = 0): PageCache {
  const pages = leastRecentlyUsed<OpenPage>(capacity, ({ bytes }) => bytes.length);
  if (listCapacity === 0) return pages;
  return { ...pages, lists: leastRecentlyUsed<Uint8Array>(listCapacity, ({ length }) => length) };
}

function leastRecentlyUsed<T>(capacity: number, bytesOf: (value: T) => number) {
  // A Map iterates in order of insertion, so its first key is the least recently used one.
  const kept = new Map<string, T>();
  let used = 0;
  return {
    get(key: string): T | undefined {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key: string, value: T): void {
      const bytes = bytesOf(value);
      if (bytes > capacity) return;
      const before = kept.get(key);
      used += bytes - (before === undefined ? 0 : bytesOf(before));
      kept.delete(key);
      kept.set(key, value);
      for (const [oldest, other] of kept) {
        if (used <= capacity) break;
        kept.delete(oldest);
        used -= bytesOf(other);
      }
    },
  };
}
