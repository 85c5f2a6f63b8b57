// Weights → impacts: linear, 8 bits, one maximum for a whole space. Sums of impacts are then exact integers.

import type { Quantizer } from '../format/manifest.ts';
import { MAX_IMPACT } from '../format/postings.ts';

/**
 * The impact of a weight: at least 1, since a posting whose weight rounds to nothing still says that the document holds
 * the term.
 *
 * `floor` is what DeepImpact publishes, floor(w · 255 / maximum); `nearest` halves the error. Weights above the
 * maximum are clipped.
 */
export function quantize(weight: number, { maximum, rounding }: Quantizer): number {
  const scaled = (weight * MAX_IMPACT) / maximum;
  const impact = rounding === 'floor' ? Math.floor(scaled) : Math.round(scaled);
  return Math.max(1, Math.min(MAX_IMPACT, impact));
}

/** Whether a weight is less than its impact of 1 stands for by more than rounding. */
export function roundsToNothing(weight: number, { maximum, rounding }: Quantizer): boolean {
  return (weight * MAX_IMPACT) / maximum < (rounding === 'floor' ? 1 : 0.5);
}

/** The weight that an impact stands for. */
export function dequantize(impact: number, { maximum }: Quantizer): number {
  return (impact * maximum) / MAX_IMPACT;
}
