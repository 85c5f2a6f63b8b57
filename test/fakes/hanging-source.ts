// Storage that sometimes never answers, as for a request that is cancelled while it waits.

import type { Source } from '../../src/core/source.ts';

/**
 * Leaves reads without an answer; passes all others on.
 *
 * @param hangs is asked with the object and which read of it this is, counted from 1
 */
export function hangingSource(source: Source, hangs: (name: string, time: number) => boolean): Source {
  const times = new Map<string, number>();
  return {
    read(name, range) {
      const time = (times.get(name) ?? 0) + 1;
      times.set(name, time);
      return hangs(name, time) ? new Promise(() => {}) : source.read(name, range);
    },
  };
}
