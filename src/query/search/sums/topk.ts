// The k best of many scored documents. Order: score descending, then document ascending; it is total.

/** A document with its score, an exact integer. */
export interface Scored {
  readonly document: number;
  readonly score: number;
}

/** What was found: a document or, where those of a page count together, an article with its best sections. */
export interface FoundHit extends Scored {
  /** Of an article, whose first document is `document`: those that its score is of, best first. */
  readonly sections?: readonly Scored[] | undefined;
  /** The same, where `sections` are those that are shown and all are asked for. */
  readonly weighed?: readonly Scored[] | undefined;
}

/** Does (score a, document a) come before (score b, document b)? */
export function precedes(scoreA: number, documentA: number, scoreB: number, documentB: number): boolean {
  return scoreA > scoreB || (scoreA === scoreB && documentA < documentB);
}

/** Keeps the k best. A binary heap with the worst kept one at its root, in typed arrays: they hold no boxed numbers. */
export class TopK {
  readonly #k: number;
  readonly #scores: Float64Array;
  readonly #documents: Uint32Array;
  #count = 0;

  /** @param k at least 1 */
  constructor(k: number) {
    this.#k = k;
    this.#scores = new Float64Array(k);
    this.#documents = new Uint32Array(k);
  }

  get full(): boolean {
    return this.#count === this.#k;
  }

  /** The worst score kept, 0 while there is room: to be kept now, a document needs at least this. */
  get threshold(): number {
    return this.full ? this.#scores[0] : 0;
  }

  /** Would this be kept? */
  accepts(score: number, document: number): boolean {
    return !this.full || precedes(score, document, this.#scores[0], this.#documents[0]);
  }

  /** Keeps a document if it is among the best so far. Each document at most once. */
  push(score: number, document: number): void {
    if (!this.full) {
      this.#scores[this.#count] = score;
      this.#documents[this.#count] = document;
      this.#rise(this.#count++);
    } else if (precedes(score, document, this.#scores[0], this.#documents[0])) {
      this.#scores[0] = score;
      this.#documents[0] = document;
      this.#sink();
    }
  }

  /** What was kept, best first. */
  sorted(): Scored[] {
    return Array.from(this.#scores.subarray(0, this.#count), (score, i) => ({
      document: this.#documents[i],
      score,
    })).sort((a, b) => b.score - a.score || a.document - b.document);
  }

  #worse(i: number, j: number): boolean {
    return precedes(this.#scores[j], this.#documents[j], this.#scores[i], this.#documents[i]);
  }

  #swap(i: number, j: number): void {
    const score = this.#scores[i];
    const document = this.#documents[i];
    this.#scores[i] = this.#scores[j];
    this.#documents[i] = this.#documents[j];
    this.#scores[j] = score;
    this.#documents[j] = document;
  }

  #rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#worse(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(): void {
    for (let i = 0; ; ) {
      let worst = i;
      for (let child = 2 * i + 1; child <= 2 * i + 2; child++)
        if (child < this.#count && this.#worse(child, worst)) worst = child;
      if (worst === i) return;
      this.#swap(i, worst);
      i = worst;
    }
  }
}
