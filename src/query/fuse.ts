// Reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009. A document scores Σ w / (k + rank) over the lists
// that hold it. Of the scores of searches only the order counts, so spaces need no common scale.

import type { Scored } from './search/sums/topk.ts';
import { precedes } from './search/sums/topk.ts';

/** Reciprocal rank fusion: its constant, and how deep each list is. */
export interface Fusion {
  readonly k: number;
  readonly depth: number;
}

/** What a fusion fused. */
export interface FusionReport extends Fusion {
  readonly method: 'rrf';
  readonly lists: {
    readonly space: string;
    readonly weight: number;
    readonly hits: number;
    readonly exact: boolean;
  }[];
}

/** The constant of the paper. */
export const RRF_K = 60;
/** How deep each list is. */
export const RRF_DEPTH = 100;

/** A ranking, best first, and how much it counts. */
export interface RankedList {
  readonly hits: readonly Scored[];
  readonly weight: number;
}

/** A fused result: `ranks` has its rank in each list, from 1, or nothing. */
export interface FusedHit extends Scored {
  readonly ranks: readonly (number | undefined)[];
}

/** All documents of the lists, best first, ties by document. */
export function fuseRanks(lists: readonly RankedList[], k: number): FusedHit[] {
  const ranks = new Map<number, (number | undefined)[]>();
  for (const [list, { hits }] of lists.entries()) {
    for (const [i, { document }] of hits.entries()) {
      const found = ranks.get(document) ?? new Array<undefined>(lists.length).fill(undefined);
      found[list] = i + 1;
      ranks.set(document, found);
    }
  }
  const shares = (found: readonly (number | undefined)[]) =>
    found.map((rank, list) => (rank === undefined ? 0 : lists[list].weight / (k + rank)));
  return Array.from(ranks, ([document, found]) => ({
    document,
    // Smallest first: equal shares give equal scores, whichever lists they are from.
    score: shares(found)
      .sort((a, b) => a - b)
      .reduce((sum, share) => sum + share, 0),
    ranks: found,
  })).sort((a, b) => (precedes(a.score, a.document, b.score, b.document) ? -1 : 1));
}

/** Ranks by the names of the spaces that have them. */
export function namedRanks(
  spaces: readonly { readonly space: { readonly name: string } }[],
  ranks: readonly (number | undefined)[],
): Record<string, number> {
  const named = spaces.map(({ space }, i) => [space.name, ranks[i]] as const);
  return Object.fromEntries(
    named.filter((entry): entry is readonly [string, number] => entry[1] !== undefined),
  );
}
