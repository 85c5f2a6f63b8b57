// Storage in memory. It answers as any other storage does, errors included.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Source } from '../../src/core/source.ts';

/** A source of these objects; each read is a copy, as from a network. */
export function memorySource(objects: ReadonlyMap<string, Uint8Array>): Source {
  return {
    async read(name, range) {
      const object = objects.get(name);
      if (!object) throw new SparsedgeError('not-found', `there is no object ${name}`);
      const { start, end } = range ?? { start: 0, end: object.length };
      if (end > object.length)
        throw new SparsedgeError('corrupt', `${name} has ${object.length} bytes, not ${end}`);
      // A Buffer's own slice would share its memory.
      return Uint8Array.prototype.slice.call(object, start, end);
    },
  };
}
