// BM25 as Lucene's BM25Similarity computes it, written out for the tests that compare analysis with Lucene's.

import type { Ranked } from '../../../../build/evaluate/trec-run.ts';
import { english } from '../../../../src/core/analyzer/english.ts';

const K1 = 0.9;
const B = 0.4;

/** A document's length as scoring sees it. */
export type Length = (terms: number) => number;

export const exactLength: Length = (terms) => terms;

/** SmallFloat.intToByte4 and back: 24 exact values, above them four significant bits. */
export const lucenesLength: Length = (terms) => {
  const rest = terms - 24;
  if (rest < 16) return terms;
  const shift = 28 - Math.clz32(rest);
  return 24 + ((rest >>> shift) << shift);
};

export interface Collection {
  /** Terms in all documents. */
  readonly terms: number;
  /** Every document that shares a term with the query, best first. */
  search(query: string, length: Length): Ranked[];
}

/** Indexes texts by id. */
export function collectionOf(texts: ReadonlyMap<string, string>): Collection {
  const lengths = new Map<string, number>();
  const postings = new Map<string, Map<string, number>>();
  let terms = 0;
  for (const [id, text] of texts) {
    const found = english(text);
    lengths.set(id, found.length);
    terms += found.length;
    for (const term of found) {
      const list = postings.get(term) ?? new Map<string, number>();
      postings.set(term, list.set(id, (list.get(id) ?? 0) + 1));
    }
  }
  const average = terms / texts.size;

  const search = (query: string, length: Length): Ranked[] => {
    const scores = new Map<string, number>();
    for (const term of english(query)) {
      const list = postings.get(term) ?? new Map<string, number>();
      const idf = Math.log(1 + (texts.size - list.size + 0.5) / (list.size + 0.5));
      for (const [id, count] of list) {
        const norm = K1 * (1 - B + (B * length(lengths.get(id)!)) / average);
        scores.set(id, (scores.get(id) ?? 0) + (idf * count) / (count + norm));
      }
    }
    return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
  };
  return { terms, search };
}
