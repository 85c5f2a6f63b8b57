// What is kept between the requests of an isolate: pages, the least recently used dropped first, and apart from them
// lists in blocks, which must not push pages out that would have to be read again. It holds bytes that were checked,
// never promises. Keys name a build, or the content of a page that is an object of its own: a new generation meets an
// old one's pages where it has them itself.

import type { ListCache, OpenPage, PageCache } from '../query/search/fetch.ts';

/** Uses of lists after which all counts halve: what was asked for often once must not stay for good. */
const REMEMBERED_USES = 1_000;

/**
 * A cache of pages.
 *
 * @param capacity in bytes of pages; what a Map entry itself takes is not counted
 * @param listCapacity in bytes of lists in blocks
 */
export function pageCache(capacity: number, listCapacity = 0): PageCache {
  const pages = leastRecentlyUsed<OpenPage>(capacity, ({ bytes }) => bytes.length);
  return listCapacity === 0 ? pages : { ...pages, lists: listCache(listCapacity) };
}

/**
 * A cache of lists, which are made of pages and not read. One comes in only where it is used more often than each that
 * would have to go (TinyLFU: Einziger, Friedman and Manes 2017). With every list that is used let in, most made another
 * go before it was used again: 184 MB were made for a thousand questions over a million passages, of which 2 MB stayed,
 * where it is 10 MB so, and more uses find their list.
 */
function listCache(capacity: number): ListCache {
  const lists = leastRecentlyUsed<Uint8Array>(capacity, ({ length }) => length);
  const uses = new Map<string, number>();
  let counted = 0;
  const usesOf = (key: string) => uses.get(key) ?? 0;
  return {
    get(key) {
      uses.set(key, usesOf(key) + 1);
      if (++counted >= REMEMBERED_USES) {
        for (const [each, n] of uses) {
          if (n > 1) uses.set(each, n >> 1);
          else uses.delete(each);
        }
        counted >>= 1;
      }
      return lists.get(key);
    },
    admits: (key, bytes) =>
      bytes <= capacity && lists.inTheWayOf(bytes).every((other) => usesOf(other) < usesOf(key)),
    set: lists.set,
  };
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
    /** The keys that would have to go for so many bytes more. */
    inTheWayOf(bytes: number): string[] {
      const keys: string[] = [];
      let over = used + bytes - capacity;
      for (const [oldest, value] of kept) {
        if (over <= 0) break;
        keys.push(oldest);
        over -= bytesOf(value);
      }
      return keys;
    },
  };
}
