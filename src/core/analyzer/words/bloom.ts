// Bloom filters (Bloom 1970): a set of keys in a few bits each. A key that is in the set is always found; another one
// is found by mistake where all of its bits happen to be others'.

/** Two hashes of a key, of which its bits are made (Kirsch and Mitzenmacher 2006). */
export type KeyHashes = readonly [number, number];

/** The hashes of a key, over its UTF-16 units. */
export function hashesOf(key: string): KeyHashes {
  let first = 0x811c9dc5;
  let second = 0x01000193;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x5bd1e995);
    second ^= second >>> 13;
  }
  return [first ^ (first >>> 16), second | 1];
}

/** Where a key's bits are in a filter. */
export function bitsOf([first, step]: KeyHashes, count: number, filterBits: number): number[] {
  return Array.from({ length: count }, (_, i) => ((first + Math.imul(i, step)) >>> 0) % filterBits);
}
