// What scores predicted queries for doc2query--: a cross-encoder, or the encoder of the index itself.

import { searchableText } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { QueryModel } from '../../../src/query/encode/query-model.ts';
import { encodeFor } from '../../../src/query/encode/query-model.ts';
import type { Reranker } from '../../../src/query/rerank/rerank.ts';
import type { Relevance } from './filter.ts';

/** The score of a reranker. */
export function byReranker(reranker: Reranker): Relevance {
  return ({ document }, queries) => {
    const text = searchableText(document);
    return scored(queries, async (query) => (await reranker.score(query, [text])).scores[0]);
  };
}

/** The score that a search for the query would give the document: the sum over the query's terms in its vector. */
export function byOwnVectors(space: Space, model: QueryModel | undefined): Relevance {
  return ({ vector = new Map() }, queries) =>
    scored(queries, async (query) => {
      const { terms } = await encodeFor(space, query, model);
      return terms.reduce((sum, { term, weight }) => sum + weight * (vector.get(term) ?? 0), 0);
    });
}

/** A query that cannot be asked, because it is too long, would find nothing. */
async function scored(
  queries: readonly string[],
  score: (query: string) => Promise<number>,
): Promise<readonly number[]> {
  const scores: number[] = [];
  for (const query of queries) {
    const found = score(query).catch((error: unknown) => {
      if (error instanceof SparsedgeError && error.code === 'bad-query') return Number.NEGATIVE_INFINITY;
      throw error;
    });
    scores.push(await found);
  }
  return scores;
}
