// What an expansion costs: tokens at a price per million, or a machine at a price per hour, or both.

import type { Usage } from './expander.ts';

/** In any currency, but one. */
export interface Prices {
  /** Of a million tokens read. */
  readonly input?: number | undefined;
  /** Of a million tokens written. */
  readonly output?: number | undefined;
  /** Of an hour of the machine. */
  readonly hour?: number | undefined;
}

/** Whether anything has a price. */
export function isPriced({ input, output, hour }: Prices): boolean {
  return (input ?? output ?? hour) !== undefined;
}

/** An amount for people: hundredths, or of small amounts the two figures that say how small. */
export function money(amount: number): string {
  return amount === 0 || Math.abs(amount) >= 0.1 ? amount.toFixed(2) : String(Number(amount.toPrecision(2)));
}

/** The cost of tokens, and of the time they took. */
export function costOf({ input, output }: Usage, seconds: number, prices: Prices): number {
  const tokens = input * (prices.input ?? 0) + output * (prices.output ?? 0);
  return tokens / 1e6 + (seconds / 3600) * (prices.hour ?? 0);
}
