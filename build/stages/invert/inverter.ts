// Documents' values → terms' values, in memory bounded by SPILL_POSTINGS whatever the collection: postings gather in
// flat arrays until these are full; then they are sorted by term and written as a spill. Reading merges the spills.
//
// Invariant: documents are added in ascending order, so a term's documents ascend within a spill and from spill to
// spill.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mergeSpills, SpillWriter } from './spills.ts';

/** Postings held in memory before a spill is written, at 12 bytes each. */
const SPILL_POSTINGS = 2_000_000;
/** Room for so many is made at first, and doubled when it is full: most inverters of small collections hold few. */
const FIRST_POSTINGS = 1 << 14;
/** Distinct terms held in memory, at roughly 150 bytes each. */
const SPILL_TERMS = 200_000;
/** Beside a number of 33 bits, a term's own still fits into 53. */
const MOST_TERMS = 2 ** 20;
/** Spills merged at once, with a buffer of a megabyte each. */
const FAN_IN = 32;

/** Memory in which postings are sorted before they are written: inverters that gather side by side share one. */
export class SortBuffer {
  #documents = new Uint32Array();
  #values = new Float32Array();

  /** Room for so many postings, with whatever is left in it. */
  roomFor(postings: number): { readonly documents: Uint32Array; readonly values: Float32Array } {
    if (this.#documents.length < postings) {
      const room = Math.min(SPILL_POSTINGS, 2 * postings);
      this.#documents = new Uint32Array(room);
      this.#values = new Float32Array(room);
    }
    return { documents: this.#documents, values: this.#values };
  }
}

/** Gathers values and writes sorted spills. */
export class Inverter {
  readonly #folder: string;
  readonly #name: string;
  readonly #sorted: SortBuffer;
  readonly #spillTerms: number;
  #spills = 0;
  #terms = new Map<string, number>();
  #term = new Uint32Array(FIRST_POSTINGS);
  #document = new Uint32Array(FIRST_POSTINGS);
  #value = new Float32Array(FIRST_POSTINGS);
  #count = 0;
  #flushed = 0;

  /** Spills become files `name.0`, `name.1` ... in the folder. */
  constructor(folder: string, name: string, sorted = new SortBuffer(), spillTerms = SPILL_TERMS) {
    this.#folder = folder;
    this.#name = name;
    this.#sorted = sorted;
    this.#spillTerms = spillTerms;
  }

  /** Postings added so far. */
  get postings(): number {
    return this.#flushed + this.#count;
  }

  /** Adds a posting; `document` must not be below any earlier one, and not repeat with the same term. */
  add(term: string, document: number, value: number): void {
    if (this.#count === SPILL_POSTINGS || this.#terms.size >= this.#spillTerms) this.#flush();
    if (this.#count === this.#term.length) this.#makeRoom();
    let id = this.#terms.get(term);
    if (id === undefined) {
      id = this.#terms.size;
      this.#terms.set(term, id);
    }
    this.#term[this.#count] = id;
    this.#document[this.#count] = document;
    this.#value[this.#count++] = value;
  }

  /**
   * Writes what is left; returns the paths of the spills. Where a large vocabulary has made more than FAN_IN, they are
   * merged.
   */
  finish(): string[] {
    if (this.#count > 0) this.#flush();
    let spills = Array.from({ length: this.#spills }, (_, spill) => this.#path(spill));
    while (spills.length > FAN_IN) {
      // As few at once as leave no more than FAN_IN, so that one pass does for two thousand.
      const together = Math.min(2 * FAN_IN, Math.ceil(spills.length / FAN_IN));
      const merged: string[] = [];
      for (let first = 0; first < spills.length; first += together)
        merged.push(this.#merge(spills.slice(first, first + together)));
      spills = merged;
    }
    return spills;
  }

  /** Spills that follow one another become one. */
  #merge(spills: readonly string[]): string {
    if (spills.length === 1) return spills[0];
    const path = this.#path(this.#spills++);
    const writer = new SpillWriter(path);
    for (const { key, documents, values, count } of mergeSpills(spills))
      writer.write(key, documents, values, 0, count);
    writer.close();
    for (const spill of spills) rmSync(spill);
    return path;
  }

  #makeRoom(): void {
    const room = Math.min(SPILL_POSTINGS, 2 * this.#count);
    const into = <Values extends Uint32Array | Float32Array>(made: Values, values: Values) => {
      made.set(values);
      return made;
    };
    this.#term = into(new Uint32Array(room), this.#term);
    this.#document = into(new Uint32Array(room), this.#document);
    this.#value = into(new Float32Array(room), this.#value);
  }

  #path(spill: number): string {
    return join(this.#folder, `${this.#name}.${spill}`);
  }

  #flush(): void {
    const keys = new PackedKeys(this.#terms);
    const ends = new Uint32Array(this.#terms.size);
    for (let i = 0; i < this.#count; i++) ends[this.#term[i]]++;
    for (let id = 1; id < ends.length; id++) ends[id] += ends[id - 1];
    const starts = ends.slice();
    const { documents, values } = this.#sorted.roomFor(this.#count);
    for (let i = this.#count - 1; i >= 0; i--) {
      const at = --starts[this.#term[i]];
      documents[at] = this.#document[i];
      values[at] = this.#value[i];
    }
    const spill = new SpillWriter(this.#path(this.#spills++));
    for (const id of keys.inOrder()) spill.write(keys.of(id), documents, values, starts[id], ends[id]);
    spill.close();
    this.#terms = new Map();
    this.#flushed += this.#count;
    this.#count = 0;
  }
}

/**
 * The terms of a spill as UTF-8, one behind the other: hundreds of thousands of small arrays, freed at every spill,
 * would leave the process with several times their memory.
 */
class PackedKeys {
  readonly #bytes: Buffer;
  readonly #end: Uint32Array;

  /** @param terms each with its number, from 0 on */
  constructor(terms: ReadonlyMap<string, number>) {
    let size = 0;
    for (const term of terms.keys()) size += Buffer.byteLength(term);
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#end = new Uint32Array(terms.size);
    let end = 0;
    for (const [term, id] of terms) {
      end += this.#bytes.write(term, end);
      this.#end[id] = end;
    }
  }

  of(id: number): Uint8Array {
    return this.#bytes.subarray(this.#start(id), this.#end[id]);
  }

  /** The terms' numbers in ascending order of key. */
  inOrder(): Uint32Array {
    const order = this.#end.map((_, id) => id);
    this.#sort(order, 0);
    return order;
  }

  /**
   * Sorts terms whose first `depth` bytes are equal: by the next four as a number, beside which stands the term's own,
   * and where these are equal by those that follow.
   */
  #sort(order: Uint32Array, depth: number): void {
    const numbers = Float64Array.from(order, (id) => this.#fourFrom(id, depth) * MOST_TERMS + id).sort();
    for (let from = 0, to = 1; from < order.length; from = to++) {
      const four = Math.floor(numbers[from] / MOST_TERMS);
      while (to < order.length && numbers[to] < (four + 1) * MOST_TERMS) to++;
      for (let i = from; i < to; i++) order[i] = numbers[i] - four * MOST_TERMS;
      if (to - from > 1) this.#sort(order.subarray(from, to), depth + 4);
    }
  }

  /** Four bytes of a key from one on, in base 257: what ends sorts before what goes on. */
  #fourFrom(id: number, depth: number): number {
    const end = this.#end[id];
    let number = 0;
    for (let at = this.#start(id) + depth, i = 0; i < 4; i++, at++)
      number = number * 257 + (at < end ? this.#bytes[at] + 1 : 0);
    return number;
  }

  #start(id: number): number {
    return id === 0 ? 0 : this.#end[id - 1];
  }
}
