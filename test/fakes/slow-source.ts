// Storage that takes its time, so that whatever runs meanwhile gets its chance.

import type { Source } from '../../src/core/source.ts';

/** Answers each read a millisecond later. */
export function slowSource(source: Source): Source {
  return {
    async read(name, range) {
      await aMillisecond();
      return source.read(name, range);
    },
  };
}

/** Resolves when timers of now have run. */
export function aMillisecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
