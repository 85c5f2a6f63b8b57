// What the best documents of a question feed back, space by space: what their texts say, as the space encodes texts, or
// where a model weighed documents, what it said their terms weigh.

import { type Document, searchableText } from '../../../core/document.ts';
import { documentsIn, type Manifest, type Space } from '../../../core/format/manifest.ts';
import type { Cost } from '../../search/meter.ts';
import type { Scored } from '../../search/sums/topk.ts';
import type { EncodedQuery } from '../query-model.ts';
import type { WeighedSpace } from '../spaces.ts';
import type { VectorTerm, WantedVectors } from './document-vectors.ts';
import { type FeedbackDocument, mayFeedBack, relevanceModel, withFeedback } from './rm3.ts';

/** Of so many of a text's terms, the heaviest, it is looked up what they weigh: frequent ones are then left out. */
const CANDIDATES = 20;

/** What of an index is needed: see local-index.ts. */
interface Indexed {
  readonly manifest: Manifest;
  encode(text: string, space: Space): Promise<EncodedQuery>;
  vectors(wanted: WantedVectors, cost: Cost): Promise<readonly (readonly VectorTerm[])[]>;
}

/** A document that was found, with what is stored of it. */
type FoundDocument = Scored & { readonly shown?: Document | undefined };

/**
 * Queries with what the documents found for them feed back.
 *
 * @param hits the best, with their documents
 * @param cost gets what reading their vectors costs
 */
export async function feedBack(
  spaces: readonly WeighedSpace[],
  queries: readonly EncodedQuery[],
  hits: readonly FoundDocument[],
  index: Indexed,
  cost: Cost,
): Promise<EncodedQuery[]> {
  const fed: EncodedQuery[] = [];
  for (const [i, { space }] of spaces.entries()) {
    const documents = await feedbackIn(space, hits, index, cost);
    fed.push(withFeedback(queries[i], relevanceModel(documents), space.name));
  }
  return fed;
}

async function feedbackIn(
  space: Space,
  hits: readonly FoundDocument[],
  index: Indexed,
  cost: Cost,
): Promise<FeedbackDocument[]> {
  const counted = isCounted(space);
  const all = documentsIn(index.manifest);
  const said: ReadonlyMap<string, number>[] = [];
  for (const { shown } of hits) said.push(await termsOf(shown!, space, index));
  const documents = hits.map(({ document }, i) => ({ document, terms: [...said[i].keys()] }));
  const vectors = await index.vectors({ space: space.name, documents, impacts: !counted }, cost);
  return hits.map(({ score }, i) => {
    const kept = vectors[i].filter(({ term, documents: df }) => mayFeedBack(term, df, all));
    const weights = kept.map(({ term, impact }) => [term, counted ? said[i].get(term)! : impact] as const);
    return { score, weights: new Map(weights) };
  });
}

/** Whether documents' terms are counted, as those of questions are; a model or its vectors weigh them otherwise. */
function isCounted({ query, encoder }: Space): boolean {
  return (query === 'count' || query === 'binary') && encoder.model === undefined && encoder.id !== 'vectors';
}

/** The heaviest terms of a text that may be fed back, as a question has them. */
async function termsOf(document: Document, space: Space, index: Indexed): Promise<Map<string, number>> {
  const { terms } = await index.encode(searchableText(document), space);
  const candidates = terms.filter(({ term }) => mayFeedBack(term, 0, 1));
  const heaviest = candidates.sort((a, b) => b.weight - a.weight).slice(0, CANDIDATES);
  return new Map(heaviest.map(({ term, weight }) => [term, weight]));
}
