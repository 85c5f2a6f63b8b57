// The second stage: a reranker reads the question beside each of the best documents and orders them anew. What it costs
// grows with every document, so it is asked for by number and never by default.

import { SparsedgeError } from '../../core/errors.ts';
import { precedes } from '../search/sums/topk.ts';

/** What reranking cost. */
export interface RerankReport {
  readonly model: string;
  readonly documents: number;
  readonly tokens?: number | undefined;
  readonly calls?: number | undefined;
  readonly milliseconds: number;
}

/** A request may have this many documents reranked. */
export const MAX_RERANKED = 100;

/** Scores texts for a question: more is better, and numbers of different questions need not compare. */
export interface Reranker {
  readonly model: string;
  /** @throws SparsedgeError `bad-query` for a question that it cannot read; `bad-input`, `unavailable` */
  score(question: string, texts: readonly string[]): Promise<Judgement>;
}

/** What a reranker found and spent. */
export interface Judgement {
  /** A finite number for each text. */
  readonly scores: readonly number[];
  /** Tokens that a network here read, questions and padding included. */
  readonly tokens?: number;
  /** Calls of a service. */
  readonly calls?: number;
}

/**
 * Orders hits by their judgement, best first, ties by document.
 *
 * @throws SparsedgeError `bad-input` for scores that are no numbers, or not one a hit
 */
export function orderByJudgement<T extends { readonly document: number }>(
  hits: readonly T[],
  { scores }: Judgement,
  model: string,
): (T & { readonly rerankScore: number })[] {
  if (scores.length !== hits.length || !scores.every(Number.isFinite)) {
    throw new SparsedgeError(
      'bad-input',
      `the reranker ${model}: expected a number for each of ${hits.length} documents, found ${scores.map(String).slice(0, 5).join(', ')}`,
      { model, expected: hits.length, found: scores.filter(Number.isFinite).length },
    );
  }
  return hits
    .map((hit, i) => ({ ...hit, rerankScore: scores[i] }))
    .sort((a, b) => (precedes(a.rerankScore, a.document, b.rerankScore, b.document) ? -1 : 1));
}
