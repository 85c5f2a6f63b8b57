// A new order of the documents of a window, applied to lists.

/** An order of documents, by their numbers in the window. */
export class Renumbering {
  readonly #after: Uint32Array;
  readonly #impact: Uint8Array;

  /** @param before the old number of each document, in the new order */
  constructor(before: Uint32Array) {
    this.#after = new Uint32Array(before.length);
    this.#impact = new Uint8Array(before.length);
    for (const [after, document] of before.entries()) this.#after[document] = after;
  }

  /** Gives postings, ascending by document, their new numbers and brings them into ascending order again. */
  apply(documents: Uint32Array, impacts: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const document = this.#after[documents[i]];
      documents[i] = document;
      this.#impact[document] = impacts[i];
    }
    if (count < 2) return;
    documents.subarray(0, count).sort();
    for (let i = 0; i < count; i++) impacts[i] = this.#impact[documents[i]];
  }
}
