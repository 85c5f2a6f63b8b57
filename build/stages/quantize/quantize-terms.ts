// Weights → impacts, term by term, and what that loses.

import type { Quantizer } from '../../../src/core/format/manifest.ts';
import { dequantize, quantize, roundsToNothing } from '../../../src/core/model/quantizer.ts';
import { roomFor } from '../invert/spills.ts';
import type { WeighedTerm } from './weights.ts';

/** What quantizing did to a space. */
export interface QuantizationReport {
  readonly terms: number;
  readonly postings: number;
  /** Weights above the quantizer's maximum. */
  readonly clipped: number;
  /** Weights that round to less than an impact of 1, and are kept as 1. */
  readonly raised: number;
  /** Mean and largest difference between a weight and what its impact stands for, in steps of one impact. */
  readonly meanError: number;
  readonly largestError: number;
}

/** What quantizing did to parts of a space, as one; terms that several parts have count for each. */
export function joinReports(reports: readonly QuantizationReport[]): QuantizationReport {
  const sumOf = (number: (report: QuantizationReport) => number) =>
    reports.reduce((sum, report) => sum + number(report), 0);
  const postings = sumOf((report) => report.postings);
  return {
    terms: sumOf(({ terms }) => terms),
    postings,
    clipped: sumOf(({ clipped }) => clipped),
    raised: sumOf(({ raised }) => raised),
    meanError: postings === 0 ? 0 : sumOf((report) => report.meanError * report.postings) / postings,
    largestError: Math.max(...reports.map(({ largestError }) => largestError)),
  };
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
  #raised = 0;
  #error = 0;
  #largestError = 0;

  constructor(quantizer: Quantizer) {
    this.#quantizer = quantizer;
  }

  /** A term's postings, in memory that the next term is written to. */
  quantizeTerm(term: WeighedTerm): ImpactList {
    const list = this.#list;
    if (list.documents.length < term.count) {
      list.documents = new Uint32Array(roomFor(term.count));
      list.impacts = new Uint8Array(roomFor(term.count));
    }
    const { documents, impacts } = list;
    const step = dequantize(1, this.#quantizer);
    for (let i = 0; i < term.count; i++) {
      const weight = term.weights[i];
      const impact = quantize(weight, this.#quantizer);
      const error = Math.abs(weight - impact * step) / step;
      this.#error += error;
      if (error > this.#largestError) this.#largestError = error;
      if (weight > this.#quantizer.maximum) this.#clipped++;
      if (roundsToNothing(weight, this.#quantizer)) this.#raised++;
      documents[i] = term.documents[i];
      impacts[i] = impact;
    }
    if (term.count > 0) this.#terms++;
    this.#postings += term.count;
    list.count = term.count;
    return list;
  }

  report(): QuantizationReport {
    return {
      terms: this.#terms,
      postings: this.#postings,
      clipped: this.#clipped,
      raised: this.#raised,
      meanError: this.#postings === 0 ? 0 : this.#error / this.#postings,
      largestError: this.#largestError,
    };
  }
}
