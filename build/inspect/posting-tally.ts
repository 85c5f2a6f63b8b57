// Postings counted whatever their order: of what lists say of documents, and of what documents' vectors say of lists.

/** Tells sets of postings apart. */
export class PostingTally {
  count = 0;
  #sum = 0;
  #mixed = 0;

  /** @param term its number among the long terms of its space */
  add(term: number, document: number, impact: number): void {
    let hash =
      Math.imul(term + 1, 0x9e3779b1) ^ Math.imul(document + 1, 0x85ebca6b) ^ Math.imul(impact, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
    this.count++;
    this.#sum = (this.#sum + hash) | 0;
    this.#mixed = (this.#mixed + Math.imul(hash, hash | 1)) | 0;
  }

  equals(other: PostingTally): boolean {
    return this.count === other.count && this.#sum === other.#sum && this.#mixed === other.#mixed;
  }
}
