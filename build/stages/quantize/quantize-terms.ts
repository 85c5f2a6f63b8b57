// Weights → impacts, term by term, and what that loses.

import type { Quantizer } from '../../../src/core/format/manifest.ts';
import { dequantize, quantize } from '../../../src/core/format/quantizer.ts';
import { roomFor } from '../invert/spills.ts';
import type { WeighedTerm } from './weights.ts';

/** What quantizing did to a space. */
export interface QuantizationReport {
  readonly terms: number;
  readonly postings: number;
  /** Weights above the quantizer's maximum. */
  readonly clipped: number;
  /** Weights too small for an impact, which leave no posting. */
  readonly zeros: number;
  /** Mean and largest difference between a weight and what its impact stands for, in steps of one impact. */
  readonly meanError: number;
  readonly largestError: number;
}

/** A term's postings by document, strictly ascending. */
export interface ImpactList {
  documents: Uint32Array;
  /** 1 to 255, parallel to `documents`. */
  impacts: Uint8Array;
  /** Only the first so many are meaningful. */
  count: number;
}

/** Quantizes term by term and keeps count of what is lost. */
export class QuantizationCounter {
  readonly #quantizer: Quantizer;
  readonly #list: ImpactList = { documents: new Uint32Array(1024), impacts: new Uint8Array(1024), count: 0 };
  #terms = 0;
  #postings = 0;
  #clipped = 0;
  #zeros = 0;
  #error = 0;
  #largestError = 0;

  constructor(quantizer: Quantizer) {
    this.#quantizer = quantizer;
  }

  /** The postings that remain of a term, in memory that the next term is written to. */
  quantizeTerm(term: WeighedTerm): ImpactList {
    const list = this.#list;
    if (list.documents.length < term.count) {
      list.documents = new Uint32Array(roomFor(term.count));
      list.impacts = new Uint8Array(roomFor(term.count));
    }
    const { documents, impacts } = list;
    const step = dequantize(1, this.#quantizer);
    let kept = 0;
    for (let i = 0; i < term.count; i++) {
      const weight = term.weights[i];
      const impact = quantize(weight, this.#quantizer);
      const error = Math.abs(weight - impact * step) / step;
      this.#error += error;
      if (error > this.#largestError) this.#largestError = error;
      if (weight > this.#quantizer.maximum) this.#clipped++;
      if (impact === 0) {
        this.#zeros++;
        continue;
      }
      documents[kept] = term.documents[i];
      impacts[kept++] = impact;
    }
    if (kept > 0) this.#terms++;
    this.#postings += kept;
    list.count = kept;
    return list;
  }

  report(): QuantizationReport {
    const weights = this.#postings + this.#zeros;
    return {
      terms: this.#terms,
      postings: this.#postings,
      clipped: this.#clipped,
      zeros: this.#zeros,
      meanError: weights === 0 ? 0 : this.#error / weights,
      largestError: this.#largestError,
    };
  }
}
