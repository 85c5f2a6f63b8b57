// Storage that fails.

import type { Source } from '../../src/core/source.ts';

/** Rejects reads of the objects that `fails` picks, which may change its mind; passes all others on. */
export function failingSource(source: Source, fails: (name: string) => boolean): Source {
  return {
    read: (name, range) =>
      fails(name) ? Promise.reject(new Error('storage is out')) : source.read(name, range),
  };
}
