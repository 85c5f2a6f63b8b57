// Raw values → weights → impacts, term by term, over the merged runs of a space. The runs are merged twice: once to
// learn the largest weight, which fixes the quantizer, and once to write.

import type { Quantizer } from '../../../src/core/format/manifest.ts';
import { dequantize, quantize } from '../../../src/core/format/quantizer.ts';
import { RecordReader } from '../../work/records.ts';
import type { TermStatistics, Weighting } from '../encode/encode.ts';
import { mergeRuns, roomFor, type TermValues } from '../invert/inverter.ts';
import type { SpooledSpace } from '../invert/spool.ts';

/** Everything that weighing a space's terms needs. */
export interface Weigher {
  readonly space: SpooledSpace;
  readonly weighting: Weighting;
  readonly lengths: Float32Array;
  /** Documents with at least one term. */
  readonly documents: number;
  readonly meanLength: number;
}

/** A term with its weights, parallel to its documents: 32-bit floats, so that written vectors read back the same. */
export interface WeighedTerm extends TermValues {
  readonly weights: Float32Array;
}

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

/** Prepares to weigh a space. */
export function openWeigher(space: SpooledSpace, weighting: Weighting): Weigher {
  const reader = new RecordReader(space.lengthsPath);
  const bytes = reader.next() ?? new Uint8Array();
  const lengths = new Float32Array(bytes.slice().buffer);
  reader.close();
  let documents = 0;
  let total = 0;
  for (const length of lengths) {
    if (length > 0) documents++;
    total += length;
  }
  if (weighting.roundLength)
    for (const [i, length] of lengths.entries()) lengths[i] = weighting.roundLength(length);
  const { meanLength = documents === 0 ? 0 : total / documents } = space;
  return { space, weighting, lengths, documents, meanLength };
}

/** The terms of a space in ascending order, weighed; arrays are reused from term to term. */
export function* weighTerms({
  space,
  weighting,
  lengths,
  documents,
  meanLength,
}: Weigher): Generator<WeighedTerm> {
  let weights = new Float32Array(1024);
  for (const term of mergeRuns(space.runs)) {
    const { key, count: documentFrequency } = term;
    const meanValue = () => meanOf(term);
    const statistics: TermStatistics = { key, documents, documentFrequency, meanLength, meanValue };
    const weigh = weighting.forTerm(statistics);
    if (weights.length < term.count) weights = new Float32Array(roomFor(term.count));
    for (let i = 0; i < term.count; i++) weights[i] = weigh(term.values[i], lengths[term.documents[i]]);
    yield { ...term, weights };
  }
}

function meanOf({ values, count }: TermValues): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  return sum / count;
}

/** The largest weight of a space; 1 where it has none, so that a quantizer always exists. */
export function largestWeight(weigher: Weigher): number {
  let largest = 0;
  for (const { weights, count } of weighTerms(weigher)) {
    for (let i = 0; i < count; i++) if (weights[i] > largest) largest = weights[i];
  }
  return largest > 0 ? largest : 1;
}

/** Quantizes term by term and keeps count of what is lost. */
export class QuantizationCounter {
  readonly #quantizer: Quantizer;
  #terms = 0;
  #postings = 0;
  #clipped = 0;
  #zeros = 0;
  #error = 0;
  #largestError = 0;

  constructor(quantizer: Quantizer) {
    this.#quantizer = quantizer;
  }

  /**
   * Writes the postings that remain of a term.
   *
   * @returns how many remain
   */
  quantizeTerm(term: WeighedTerm, documents: Uint32Array, impacts: Uint8Array): number {
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
    return kept;
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
