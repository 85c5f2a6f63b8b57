// What a person sees while documents are expanded: on a terminal a line that is rewritten, in a log a line a minute.

import type { Position } from '../../stages/expand/predict/expand-corpus.ts';
import { isPriced, money, type Prices } from '../../stages/expand/predict/money.ts';
import { count, duration } from '../../terminal/layout.ts';

const TERMINAL_MS = 500;
const LOG_MS = 60_000;

/** Starts to show how far a job is. */
export function expandProgress(
  stream: { write(text: string): unknown; isTTY?: boolean },
  prices: Prices,
): { at(position: Position): void; end(): void } {
  const pause = stream.isTTY ? TERMINAL_MS : LOG_MS;
  let shown = performance.now();
  let visible = false;
  return {
    at(position) {
      const now = performance.now();
      if (now - shown < pause) return;
      shown = now;
      visible = true;
      const line = progressLine(position, prices);
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (visible && stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}

/** Where a job is, how fast it goes, and what is left: of time, and of money at the prices given. */
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
