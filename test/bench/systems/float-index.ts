// What eight bits cost: the same queries over weights as they are before quantization, every posting added up.

import { readVectors } from '../../../build/stages/encode/vectors.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { TopK } from '../../../src/query/search/sums/topk.ts';
import type { QueryTerm } from '../../../src/query/search/terms.ts';

/** An inverted index in memory. */
export interface FloatIndex {
  readonly ids: readonly string[];
  readonly lists: ReadonlyMap<string, { readonly documents: Uint32Array; readonly weights: Float32Array }>;
}

/** Opens what a build wrote as its vectors. */
export async function openFloats(path: string): Promise<FloatIndex> {
  const ids: string[] = [];
  const lists = new Map<string, { documents: number[]; weights: number[] }>();
  for await (const { document, vector } of readVectors({ input: path, report: newReport() })) {
    for (const [term, weight] of vector!) {
      const list = lists.get(term) ?? { documents: [], weights: [] };
      list.documents.push(ids.length);
      list.weights.push(weight);
      lists.set(term, list);
    }
    ids.push(document.id);
  }
  return {
    ids,
    lists: new Map(
      [...lists].map(([term, { documents, weights }]) => [
        term,
        { documents: Uint32Array.from(documents), weights: Float32Array.from(weights) },
      ]),
    ),
  };
}

/** The k best documents of a query. */
export function searchFloats(
  { ids, lists }: FloatIndex,
  terms: readonly Pick<QueryTerm, 'term' | 'weight'>[],
  k: number,
): { id: string; score: number }[] {
  const scores = new Float64Array(ids.length);
  for (const { term, weight } of terms) {
    const list = lists.get(term);
    if (!list) continue;
    for (let i = 0; i < list.documents.length; i++) scores[list.documents[i]] += weight * list.weights[i];
  }
  const best = new TopK(k);
  for (let document = 0; document < scores.length; document++) {
    if (scores[document] > 0) best.push(scores[document], document);
  }
  return best.sorted().map(({ document, score }) => ({ id: ids[document], score }));
}
