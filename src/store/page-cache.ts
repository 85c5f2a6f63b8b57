// Pages kept between the requests of an isolate, the least recently used dropped first. It holds bytes that were
// checked, never promises. Keys name a build, or the content of a page that is an object of its own: a new generation
// meets an old one's pages where it has them itself.

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
