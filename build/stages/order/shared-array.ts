// Numbers that threads share.

export type SharedArray = Uint32Array<SharedArrayBuffer>;

/** Gives an array of zeros for one purpose; what it gave before for that purpose is no longer needed. */
export type Allocate = (purpose: string, length: number) => SharedArray;

/**
 * The same memory again and again: arrays that were let go stay until the heap, which hardly grows by them, is
 * collected.
 */
export function reusingMemory(): Allocate {
  const kept = new Map<string, SharedArrayBuffer>();
  return (purpose, length) => {
    const bytes = length * Uint32Array.BYTES_PER_ELEMENT;
    let buffer = kept.get(purpose);
    if (!buffer || buffer.byteLength < bytes) {
      // Windows are of nearly one size.
      buffer = new SharedArrayBuffer(Math.ceil((bytes * 1.05) / 4) * 4);
      kept.set(purpose, buffer);
    }
    return new Uint32Array(buffer, 0, length).fill(0);
  };
}
