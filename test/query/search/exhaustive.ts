// The oracle: what a search must return, computed in the plainest way from whole vectors. Tests compare searches
// with it, so it shares nothing with them but the order of results.

import { precedes, type Scored } from '../../../src/query/search/sums/topk.ts';

/**
 * The k best documents of a query.
 *
 * @param vectors term → impact, of document 0, 1, 2 ...
 * @param query term → integer weight
 * @returns best first, ties by document; documents that score 0 are no results
 */
export function searchExhaustively(
  vectors: readonly ReadonlyMap<string, number>[],
  query: ReadonlyMap<string, number>,
  k: number,
): Scored[] {
  const scored: Scored[] = [];
  vectors.forEach((vector, document) => {
    let score = 0;
    for (const [term, weight] of query) score += weight * (vector.get(term) ?? 0);
    if (score > 0) scored.push({ document, score });
  });
  scored.sort((a, b) => (precedes(a.score, a.document, b.score, b.document) ? -1 : 1));
  return scored.slice(0, k);
}
