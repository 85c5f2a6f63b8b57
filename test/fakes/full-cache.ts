// A cache that keeps everything: pages, and lists in blocks.

import type { OpenPage, PageCache } from '../../src/query/search/fetch.ts';

/** All lists in blocks that were made. */
export class EveryList extends Map<string, Uint8Array> {
  admits(): boolean {
    return true;
  }
}

/** A cache that keeps all pages, beside lists in blocks that others may have made. */
export function fullCache(lists = new EveryList()): PageCache & { readonly lists: EveryList } {
  const pages = new Map<string, OpenPage>();
  return { get: (key) => pages.get(key), set: (key, page) => void pages.set(key, page), lists };
}
