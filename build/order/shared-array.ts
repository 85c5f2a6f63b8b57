// Numbers that threads share.

export type SharedArray = Uint32Array<SharedArrayBuffer>;

/** An array of zeros that threads can share. */
export function sharedArray(length: number): SharedArray {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}
