// An R2 bucket as a Source. Objects are named by their content, so a range read needs no pinning; the one mutable
// object is read whole, which R2 does atomically.

import { corrupt, SparsedgeError } from '../core/errors.ts';
import type { ByteRange, Source } from '../core/source.ts';

/** R2 refuses a range that begins at or after an object's end with this number in its message. */
const RANGE_NOT_SATISFIABLE = '10039';

/**
 * Reads objects of a bucket.
 *
 * @param prefix put before every name; empty, or ending in a slash
 */
export function r2Source(bucket: R2Bucket, prefix: string): Source {
  return {
    async read(name, range) {
      const key = prefix + name;
      const object = await reach(key, range, () =>
        bucket.get(key, range && { range: { offset: range.start, length: range.end - range.start } }),
      );
      if (!object) throw new SparsedgeError('not-found', `there is no object ${key}`, { object: key });
      // The body can still break off after the headers came.
      const bytes = await reach(key, range, () => object.arrayBuffer());
      const expected = range ? range.end - range.start : object.size;
      if (bytes.byteLength !== expected) throw corrupt(key, `${expected} bytes`, bytes.byteLength);
      return new Uint8Array(bytes);
    },
  };
}

async function reach<T>(key: string, range: ByteRange | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (range && String(cause).includes(RANGE_NOT_SATISFIABLE)) {
      throw corrupt(key, `at least ${range.end} bytes`, `at most ${range.start}`);
    }
    throw new SparsedgeError('unavailable', `storage failed to read ${key}`, { object: key }, { cause });
  }
}
