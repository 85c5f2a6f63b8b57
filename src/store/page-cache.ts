// Pages kept between the requests of an isolate, the least recently used dropped first. It holds bytes that were
// checked, never promises, and keys name their build, so a new generation never meets an old one's pages.

import type { OpenPage, PageCache } from '../query/search/fetch.ts';

/**
 * A cache of pages.
 *
 * @param capacity in bytes of pages; what a Map entry itself takes is not counted
 */
export function pageCache(capacity: number): PageCache {
  // A Map iterates in order of insertion, so its first key is the least recently used one.
  const pages = new Map<string, OpenPage>();
  let used = 0;
  return {
    get(key) {
      const page = pages.get(key);
      if (!page) return undefined;
      pages.delete(key);
      pages.set(key, page);
      return page;
    },
    set(key, page) {
      if (page.bytes.length > capacity) return;
      used += page.bytes.length - (pages.get(key)?.bytes.length ?? 0);
      pages.delete(key);
      pages.set(key, page);
      for (const [oldest, { bytes }] of pages) {
        if (used <= capacity) break;
        pages.delete(oldest);
        used -= bytes.length;
      }
    },
  };
}
