// Sets of documents: a bit for each, window by window, so that sums of a window are cut down to those in a set.

/** Documents of some windows of an index. */
export class DocumentSet {
  /** Of each window, 32 documents a word, the lowest bit first. */
  readonly words: readonly Uint32Array[];
  readonly #sizes: readonly number[];

  /** @param sizes how many documents each window has */
  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
    this.words = sizes.map((size) => new Uint32Array(Math.ceil(size / 32)));
  }

  /** How many documents are in it. */
  get count(): number {
    let count = 0;
    for (const words of this.words) for (let i = 0; i < words.length; i++) count += bitsIn(words[i]);
    return count;
  }

  /** Adds a document by its number in a window. */
  add(window: number, document: number): void {
    this.words[window][document >>> 5] |= 1 << (document & 31);
  }

  has(window: number, document: number): boolean {
    return ((this.words[window][document >>> 5] >>> (document & 31)) & 1) === 1;
  }

  /** Adds what another one has. */
  include(other: DocumentSet): void {
    for (const [window, words] of this.words.entries())
      for (let i = 0; i < words.length; i++) words[i] |= other.words[window][i];
  }

  /** Leaves out what another one has not. */
  intersect(other: DocumentSet): void {
    for (const [window, words] of this.words.entries())
      for (let i = 0; i < words.length; i++) words[i] &= other.words[window][i];
  }

  /** Has what it had not, and only that. */
  invert(): void {
    for (const [window, words] of this.words.entries()) {
      for (let i = 0; i < words.length; i++) words[i] = ~words[i];
      const over = this.#sizes[window] & 31;
      if (over > 0) words[words.length - 1] &= (1 << over) - 1;
    }
  }

  /** Visits the documents in ascending order, by their numbers in their windows. */
  visit(take: (window: number, document: number) => void): void {
    for (const [window, words] of this.words.entries()) {
      for (let i = 0; i < words.length; i++) {
        for (let word = words[i]; word !== 0; word &= word - 1)
          take(window, i * 32 + 31 - Math.clz32(word & -word));
      }
    }
  }
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
