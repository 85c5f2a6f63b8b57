// The head that a contract names, over one window and over all windows of a document.

import type { Head, ModelContract } from '../model/contract.ts';
import type { SparseVector } from '../sparse.ts';
import type { Tokenizer } from '../tokens/tokens.ts';
import { deepct } from './deepct.ts';
import { deepimpact } from './deepimpact.ts';
import type { HeadInput } from './input.ts';
import { lens } from './lens.ts';
import { residual } from './residual.ts';
import { sparterm } from './sparterm.ts';
import { splade } from './splade.ts';

const HEADS: Readonly<Record<Head, (input: HeadInput) => SparseVector>> = {
  'splade-sum': splade,
  'splade-max': splade,
  'splade-doc': splade,
  deepimpact,
  deepct,
  sparterm,
  residual,
  lens,
};

/** The raw values of one window's terms. */
export function windowVector(input: HeadInput): SparseVector {
  return HEADS[input.model.head](input);
}

/** How the windows of one document become one: `first` keeps what the first window that has a term says. */
const MERGE: Partial<Record<Head, 'sum' | 'first'>> = { residual: 'sum', deepimpact: 'first' };

/** The raw values of a document's terms, from those of its windows in order; zeros are left out. */
export function mergeWindows(head: Head, windows: readonly SparseVector[]): Map<string, number> {
  const merge = MERGE[head] ?? 'max';
  const merged = new Map<string, number>();
  for (const window of windows) {
    for (const [term, value] of window) {
      const before = merged.get(term);
      if (before === undefined) merged.set(term, value);
      else if (merge === 'sum') merged.set(term, before + value);
      else if (merge === 'max' && !(value <= before)) merged.set(term, value);
    }
  }
  for (const [term, value] of merged) if (value === 0) merged.delete(term);
  return merged;
}

/**
 * By piece, the term that it is or belongs to: itself, or its cluster. Nothing where terms are whole words.
 *
 * @param clusters by piece; −1 for none
 */
export function termsOf(
  { tokenizer, vocabulary }: ModelContract,
  { pieces }: Tokenizer,
  clusters?: readonly number[],
): (string | undefined)[] {
  if (tokenizer.kind === 'stems' || vocabulary === 'whole-word') return [];
  const dropped = new Set(tokenizer.dropTokens);
  return pieces.map((piece, id) => {
    if (dropped.has(piece)) return undefined;
    if (!clusters) return piece;
    return clusters[id] >= 0 ? String(clusters[id]) : undefined;
  });
}
