// What a person sees while documents are expanded: on a terminal a line that is rewritten, in a log a line a minute.

import type { Position } from '../../stages/expand/predict/expand-corpus.ts';
import { isPriced, money, type Prices } from '../../stages/expand/predict/money.ts';
import { count, duration } from '../../terminal/layout.ts';

/** Milliseconds from one line to the next. */
export const TERMINAL_MS = 500;
export const LOG_MS = 60_000;

/** How far a job is, how fast it goes, and what is left: of time, and of money at the prices given. */
export function progressLine({ done, total, now, spent }: Position, prices: Prices): string {
  const rate = now.documents / now.seconds;
  const left = total - done;
  const parts = [
    `expanding: ${count(done)} of ${count(total)} documents`,
    `${rate.toFixed(1)}/s`,
    `${count(now.tokens / now.seconds)} tokens/s`,
    `${duration(left / rate)} left`,
  ];
  if (isPriced(prices)) parts.push(`${money(spent)} spent`, `${money((spent / done) * left)} to go`);
  return parts.join(', ');
}
