// Recursive graph bisection: Dhulipala, Kabiljo, Karrer, Ottaviano, Pupyrev and Shalita, "Compressing Graphs and
// Indexes with Recursive Graph Bisection", KDD 2016. Documents are halved, pairs swap sides while that lowers the cost
// of coding the gaps of lists, and each half is halved again.
//
// Invariants: a part owns its positions and its stretch of edges, in both buffers, and writes nothing else; so parts
// can be worked on in any order by any thread, and the result is the same. What decides is arithmetic on integers.

import type { Buffers, Part } from './part.ts';
import { select } from './select.ts';

/** A part of so few documents is not halved any further: a document page holds more of them. */
const LEAF = 16;
/**
 * Rounds of swaps at most, and the share of documents that must still swap for another one: going on until nothing
 * moves takes twice as long and gains nothing that can be measured.
 */
const ROUNDS = 20;
const STILL = 1 / 200;

/** Fractional bits of a gain: a document of 100,000 terms still sums up within 32 bits. */
const SCALE = 1 << 10;

/** Works on parts, one at a time; holds the memory for that. */
export class Bisector {
  readonly #buffers: Buffers;
  /** What x·log2(x + 1) grows by from x to x + 1. */
  readonly #growth: Int32Array;
  /** Of each term, how many of its documents are on the left and on the right. */
  #degree = new Int32Array(0);
  /** Of each term, how it draws a document on the left, and one on the right, to the right. */
  #weight = new Int32Array(0);
  #side = new Uint8Array(0);
  /** How much each document is drawn to the right. */
  #pull = new Int32Array(0);
  #scratch = new Int32Array(0);
  #leaving = new Int32Array(0);
  #coming = new Int32Array(0);

  constructor(buffers: Buffers) {
    this.#buffers = buffers;
    const cost = (x: number) => x * Math.log2(x + 1);
    this.#growth = Int32Array.from({ length: buffers.order[0].length + 1 }, (_, x) =>
      Math.round((cost(x + 1) - cost(x)) * SCALE),
    );
  }

  /** Orders the documents of a part; afterwards both buffers have them in order. */
  orderPart(part: Part): void {
    for (const half of this.splitPart(part)) this.orderPart(half);
  }

  /** Halves a part; a leaf has no halves, and is done. */
  splitPart(part: Part): Part[] {
    const { start, end, from, terms } = part;
    const documents = end - start;
    if (documents <= LEAF) {
      const { order } = this.#buffers;
      order[1 - from].set(order[from].subarray(start, end), start);
      return [];
    }
    this.#reserve(documents, terms);
    const half = documents >>> 1;
    this.#side.fill(0, 0, half).fill(1, half, documents);
    this.#countDegrees(part);
    for (let round = 0; round < ROUNDS; round++) {
      this.#fillWeights(terms);
      this.#fillPulls(part);
      const swapped = this.#swap(part, half);
      if (swapped <= documents * STILL) break;
    }
    return this.#writeHalves(part, half);
  }

  #reserve(documents: number, terms: number): void {
    if (this.#side.length < documents) {
      this.#side = new Uint8Array(documents);
      this.#pull = new Int32Array(documents);
      this.#scratch = new Int32Array(documents);
      this.#leaving = new Int32Array(documents);
      this.#coming = new Int32Array(documents);
    }
    if (this.#weight.length < terms * 2) {
      this.#degree = new Int32Array(terms * 2);
      this.#weight = new Int32Array(terms * 2);
    }
  }

  #countDegrees({ start, end, from, edge, terms }: Part): void {
    const degree = this.#degree.fill(0, 0, terms * 2);
    const columns = this.#buffers.columns[from];
    const rowEnd = this.#buffers.rowEnd[from];
    for (let position = start, i = edge; position < end; position++) {
      const side = this.#side[position - start];
      for (const stop = rowEnd[position]; i < stop; i++) degree[(columns[i] << 1) | side]++;
    }
  }

  /**
   * With a and b of a term's documents on two sides of n each, coding its gaps takes about
   * a·log2(n / (a + 1)) + b·log2(n / (b + 1)) bits: n cancels, and moving one document changes two terms of it by one
   * step.
   */
  #fillWeights(terms: number): void {
    const degree = this.#degree;
    const weight = this.#weight;
    const growth = this.#growth;
    for (let at = 0; at < terms * 2; at += 2) {
      const left = degree[at];
      const right = degree[at + 1];
      weight[at] = left > 0 ? growth[right] - growth[left - 1] : 0;
      weight[at + 1] = right > 0 ? growth[right - 1] - growth[left] : 0;
    }
  }

  #fillPulls({ start, end, from, edge }: Part): void {
    const columns = this.#buffers.columns[from];
    const rowEnd = this.#buffers.rowEnd[from];
    const weight = this.#weight;
    for (let position = start, i = edge; position < end; position++) {
      const side = this.#side[position - start];
      let sum = 0;
      for (const stop = rowEnd[position]; i < stop; i++) sum = (sum + weight[(columns[i] << 1) | side]) | 0;
      this.#pull[position - start] = sum;
    }
  }

  /**
   * Swaps the document of the left that is drawn to the right most with that of the right drawn least, and so on while
   * a pair gains. Those are the documents on the wrong side of the median, which is found without sorting: Mackenzie,
   * Petri and Moffat, "Tradeoff Options for Bipartite Graph Partitioning", TKDE 2023.
   *
   * @returns how many pairs
   */
  #swap(part: Part, half: number): number {
    const documents = part.end - part.start;
    const [side, pull] = [this.#side, this.#pull];
    const [leaving, coming] = [this.#leaving, this.#coming];
    this.#scratch.set(pull.subarray(0, documents));
    const median = select(this.#scratch, documents, half);
    let left = 0;
    let right = 0;
    for (let i = 0; i < documents; i++) {
      if (side[i] === 0) {
        if (pull[i] > median) leaving[left++] = i;
      } else if (pull[i] < median) coming[right++] = i;
    }
    // One beyond the median gains with one at it, too.
    for (let i = 0; i < documents && left < right; i++)
      if (side[i] === 0 && pull[i] === median) leaving[left++] = i;
    for (let i = 0; i < documents && right < left; i++)
      if (side[i] === 1 && pull[i] === median) coming[right++] = i;
    const pairs = Math.min(left, right);
    for (let i = 0; i < pairs; i++) {
      this.#move(part, leaving[i], 1);
      this.#move(part, coming[i], 0);
    }
    return pairs;
  }

  #move({ start, from, edge }: Part, document: number, to: 0 | 1): void {
    const columns = this.#buffers.columns[from];
    const rowEnd = this.#buffers.rowEnd[from];
    const degree = this.#degree;
    this.#side[document] = to;
    const stop = rowEnd[start + document];
    for (let i = document === 0 ? edge : rowEnd[start + document - 1]; i < stop; i++) {
      const term = columns[i] << 1;
      degree[term | to]++;
      degree[term | (1 - to)]--;
    }
  }

  /**
   * Writes the halves to the other buffer, terms numbered anew. A term that only one document of a half has, or all,
   * draws nobody anywhere from there on: rows shrink on the way down, and what is worked on fits ever nearer caches.
   */
  #writeHalves({ start, end, from, edge, terms }: Part, half: number): Part[] {
    const number = this.#weight;
    const documents = [half, end - start - half];
    const kept = [0, 0];
    const edges = [0, 0];
    for (let at = 0; at < terms * 2; at++) {
      const side = at & 1;
      const holders = this.#degree[at];
      const keep = holders > 1 && holders < documents[side];
      number[at] = keep ? kept[side]++ : -1;
      if (keep) edges[side] += holders;
    }
    const to = (1 - from) as 0 | 1;
    const { columns, rowEnd, order } = this.#buffers;
    const [source, target] = [columns[from], columns[to]];
    const position = [start, start + half];
    const written = [edge, edge + edges[0]];
    for (let i = start, read = edge; i < end; i++) {
      const side = this.#side[i - start];
      let at = written[side];
      for (const stop = rowEnd[from][i]; read < stop; read++) {
        const term = number[(source[read] << 1) | side];
        if (term >= 0) target[at++] = term;
      }
      written[side] = at;
      const place = position[side]++;
      rowEnd[to][place] = at;
      order[to][place] = order[from][i];
    }
    return [
      { start, end: start + half, from: to, edge, terms: kept[0] },
      { start: start + half, end, from: to, edge: edge + edges[0], terms: kept[1] },
    ];
  }
}
