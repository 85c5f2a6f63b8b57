// The vectors of a page's documents, turned by term: as the page says them.

import { encodeVectors, type VectorTerm } from '../../../../src/core/format/document-page.ts';

/** A space's terms are below this, so that a space and a term are one number. */
const TERMS = 2 ** 22;
/** More documents than a page can have, and more impacts than there are. */
const PLACES = 2 ** 16;
const IMPACTS = 2 ** 8;

/** The long terms of a document, ascending by space and term. */
export interface DocumentVector {
  readonly terms: Uint32Array;
  readonly impacts: Uint8Array;
}

/** A space's and a term's number as one, ascending by both. */
export function joinTerm(space: number, term: number): number {
  return space * TERMS + term;
}

/** Gathers a page's vectors. */
export class PageVectors {
  readonly #spaces: number;
  /** Of each posting, in one number that sorts as they are to: term, the document's place in the page, impact. */
  #postings = new Float64Array(1 << 13);
  #count = 0;
  #documents = 0;

  /** @param spaces of the index */
  constructor(spaces: number) {
    this.#spaces = spaces;
  }

  /** Adds the page's next document. */
  add({ terms, impacts }: DocumentVector): void {
    if (this.#count + terms.length > this.#postings.length) {
      const grown = new Float64Array((this.#count + terms.length) * 2);
      grown.set(this.#postings);
      this.#postings = grown;
    }
    for (let i = 0; i < terms.length; i++)
      this.#postings[this.#count++] = (terms[i] * PLACES + this.#documents) * IMPACTS + impacts[i];
    this.#documents++;
  }

  /** The vectors as the page says them; then a new page begins. */
  take(): Uint8Array {
    const bySpace: VectorTerm[][] = Array.from({ length: this.#spaces }, () => []);
    const postings = this.#postings.subarray(0, this.#count).sort();
    for (let i = 0; i < postings.length; ) {
      const joined = Math.floor(postings[i] / (PLACES * IMPACTS));
      const end = (joined + 1) * PLACES * IMPACTS;
      const documents: number[] = [];
      const impacts: number[] = [];
      for (; i < postings.length && postings[i] < end; i++) {
        documents.push(Math.floor(postings[i] / IMPACTS) % PLACES);
        impacts.push(postings[i] % IMPACTS);
      }
      bySpace[Math.floor(joined / TERMS)].push({ term: joined % TERMS, documents, impacts });
    }
    const encoded = encodeVectors(bySpace, this.#documents);
    this.#count = 0;
    this.#documents = 0;
    return encoded;
  }
}
