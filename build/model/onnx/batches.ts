// Which windows a graph reads together. A window's padding depends on its own length alone, never on its neighbours':
// attention over more padding adds up in another order, and the last bits of a weight decide impacts.

import type { Window } from '../../../src/core/tokens/tokens.ts';

/** Tokens to which lengths are rounded up: fewer would make smaller batches, more would compute more padding. */
const STEP = 16;
/** Tokens of a batch: logits of 1,024 tokens and 30,522 terms take 125 MB. */
const BATCH_TOKENS = 1024;

/** A batch to be: which of the windows, and how long they become. */
export interface WindowBatch {
  readonly windows: readonly number[];
  readonly tokens: number;
}

/** Groups windows by length. */
export function batchByLength(windows: readonly Window[], maxLength: number): WindowBatch[] {
  const byTokens = new Map<number, number[]>();
  for (const [i, { ids }] of windows.entries()) {
    const tokens = Math.min(maxLength, Math.ceil(ids.length / STEP) * STEP);
    byTokens.set(tokens, [...(byTokens.get(tokens) ?? []), i]);
  }
  const batches: WindowBatch[] = [];
  for (const [tokens, indices] of [...byTokens].sort(([a], [b]) => a - b)) {
    const size = Math.max(1, Math.floor(BATCH_TOKENS / tokens));
    for (let from = 0; from < indices.length; from += size) {
      batches.push({ windows: indices.slice(from, from + size), tokens });
    }
  }
  return batches;
}
