// A generation as storage: everything that a manifest names must be there.

import { SparsedgeError } from '../core/errors.ts';
import { CURRENT } from '../core/format/manifest.ts';
import type { Source } from '../core/source.ts';

/** A missing object of a generation is damage; only the pointer may be missing. */
export function completeGeneration(source: Source): Source {
  return {
    read: async (name, range) => {
      try {
        return await source.read(name, range);
      } catch (cause) {
        if (name === CURRENT || !isMissing(cause)) throw cause;
        throw new SparsedgeError(
          'corrupt',
          `the index names an object that is missing: ${name}`,
          cause.details,
          {
            cause,
          },
        );
      }
    },
  };
}

/** Whether storage has no object of that name. */
export function isMissing(error: unknown): error is SparsedgeError {
  return error instanceof SparsedgeError && error.code === 'not-found';
}
