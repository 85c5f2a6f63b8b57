// Weights → impacts: linear, 8 bits, one maximum for a whole space. Sums of impacts are then exact integers.

import type { Quantizer } from './manifest.ts';
import { MAX_IMPACT } from './postings.ts';

/**
 * The impact of a weight, 0 when the weight is too small to be stored.
 *
 * `floor` is what DeepImpact publishes, floor(w · 255 / maximum); `nearest` halves the error. Weights above the
 * maximum are clipped.
 */
export function quantize(weight: number, { maximum, rounding }: Quantizer): number {
  const scaled = (weight * MAX_IMPACT) / maximum;
  const impact = rounding === 'floor' ? Math.floor(scaled) : Math.round(scaled);
  return Math.min(MAX_IMPACT, impact);
}

/** The weight that an impact stands for. */
export function dequantize(impact: number, { maximum }: Quantizer): number {
  return (impact * maximum) / MAX_IMPACT;
}
