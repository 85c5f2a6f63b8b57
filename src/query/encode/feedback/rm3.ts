// Pseudo-relevance feedback by RM3, with the parameters that Anserini has by default: what the best documents of a
// question say most is added to the question. Jaleel et al., "UMass at TREC 2004"; the model of relevance is that of
// Lavrenko and Croft, 2001.

import { originsOf, totalWeight, weighText } from '../../search/terms.ts';
import type { EncodedQuery } from '../query-model.ts';

/** How documents feed back. */
export type Feedback = 'rm3';

/** What was fed back. */
export interface FeedbackReport {
  readonly method: Feedback;
  /** How many documents fed back. */
  readonly documents: number;
  /** The terms that were asked for anew, and what of the score each is: those of the question among them. */
  readonly terms: readonly { readonly space: string; readonly term: string; readonly share: number }[];
}

/** How many documents feed back, how many terms they add, and how much of the question is what was asked. */
export const RM3 = { documents: 10, terms: 10, asked: 0.5 } as const;

/** Terms in a larger share of the documents are not added: they tell nothing apart. */
const MOST_FREQUENT = 0.1;

/** Words and numbers; not single letters, pieces of words, names, phrases or titles. */
const WORD = /^[\p{L}\p{N}]{2,20}$/u;

/** Whether a term may be added to a question: one in so many documents of all. */
export function mayFeedBack(term: string, documents: number, all: number): boolean {
  return WORD.test(term) && documents <= MOST_FREQUENT * all;
}

/** A document that feeds back: how well it matched, and what its terms weigh in it. */
export interface FeedbackDocument {
  readonly score: number;
  readonly weights: ReadonlyMap<string, number>;
}

/**
 * The most probable terms of what is relevant, P(t) ∝ Σ_d score(d) · P(t | d): of each document its heaviest terms
 * alone, and of all of these the heaviest. Of equals, those that come first.
 *
 * @returns probabilities, which sum to 1; empty where documents have no terms
 */
export function relevanceModel(documents: readonly FeedbackDocument[]): Map<string, number> {
  const model = new Map<string, number>();
  for (const { score, weights } of documents)
    for (const [term, share] of heaviestShares(weights))
      model.set(term, (model.get(term) ?? 0) + share * score);
  return heaviestShares(model);
}

/** The heaviest terms, with their shares of what they weigh together. */
function heaviestShares(weights: ReadonlyMap<string, number>): Map<string, number> {
  const heaviest = [...weights].sort(([, a], [, b]) => b - a).slice(0, RM3.terms);
  const total = heaviest.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(heaviest.map(([term, weight]) => [term, weight / total]));
}

/** What the integer weights of a question with feedback sum to, apart from rounding. */
const TOTAL = 20_000;

/**
 * A question half as it was asked and half as the model of relevance says. It weighs as much as before, so that scores
 * are of the same size, and several spaces keep their balance.
 */
export function withFeedback(
  query: EncodedQuery,
  model: ReadonlyMap<string, number>,
  space: string,
): EncodedQuery {
  const total = totalWeight(query.terms);
  if (total === 0 || model.size === 0) return query;
  const shares = new Map<string, number>();
  for (const { term, weight } of query.terms) shares.set(term, (RM3.asked * weight) / total);
  for (const [term, share] of model) shares.set(term, (shares.get(term) ?? 0) + (1 - RM3.asked) * share);
  const weights = new Map(
    Array.from(shares, ([term, share]) => [term, Math.max(1, Math.round(share * TOTAL))]),
  );
  const asked = new Map(query.terms.map((term) => [term.term, originsOf(term)]));
  const fedBack = (term: string) => (model.has(term) ? [{ kind: 'feedback' as const }] : []);
  const terms = weighText(weights, space).map((term) => ({
    ...term,
    from: [...(asked.get(term.term) ?? []), ...fedBack(term.term)],
  }));
  return { terms, scale: (TOTAL * query.scale) / total };
}
