// An R2 bucket whose reads go wrong at random, in the ways of fakes/faulty-source.ts, as the platform's binding would.

import type { FaultOptions } from '../fakes/faulty-source.ts';

/** Reads of a bucket of which a share goes wrong; all that r2Source uses. */
export function faultyBucket(
  bucket: R2Bucket,
  { fault, rate, random }: Omit<FaultOptions, 'timer'>,
): R2Bucket {
  const get = async (key: string, options?: R2GetOptions) => {
    const isWrong = random() < rate;
    if (isWrong && fault === 'stalling') return new Promise<never>(() => {});
    if (isWrong && fault === 'failing') {
      throw new Error('get: We encountered an internal error. Please try again. (10001)');
    }
    const object = await bucket.get(key, options);
    if (!object || !isWrong) return object;
    const arrayBuffer = async () => {
      const bytes = new Uint8Array(await object.arrayBuffer());
      if (fault === 'short') return bytes.slice(0, Math.floor(random() * bytes.length)).buffer;
      bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
      return bytes.buffer;
    };
    return { size: object.size, arrayBuffer };
  };
  return { get } as unknown as R2Bucket;
}
