// The score of an article is a mean of its sections', each of which weighs .35 of the one before, the best first. So a
// page that is about what is asked in all that it says comes before one that says it once, and a short page is none the
// worse for being short. In integers, so that scores are exact: an article's score is in 1024ths of a section's.

import { type Articles, beginsRun } from '../../../core/format/page-table.ts';
import type { Scored } from './topk.ts';

/**
 * What the sections of an article weigh, best first, by how many it has: .35^i of 1024 together, rounded. Those behind
 * the sixth weigh nothing, and an article of more sections is as one of six.
 */
const SECTION_WEIGHTS: readonly (readonly number[])[] = [
  [1024],
  [759, 265],
  [695, 243, 85],
  [676, 237, 83, 29],
  [669, 234, 82, 29, 10],
  [667, 233, 82, 29, 10, 4],
];
/** So many sections weigh something. */
export const MOST_WEIGHED = SECTION_WEIGHTS.length;
/** What a section's score of 1 is in the score of an article that has no other. */
export const SECTION_UNIT = 1024;
/** A section's score times this is the most that an article can have whose best section it is. */
export const MOST_OF_BEST = 1025;

/**
 * The score of an article.
 *
 * @param scores of sections, highest first: all above 0
 * @param sections that it has, whether or not a filter keeps them
 */
export function articleScore(scores: readonly number[], sections: number): number {
  return sectionShares(sections).reduce((sum, weight, i) => sum + weight * (scores[i] ?? 0), 0);
}

/** What the sections of an article weigh, best first. */
export function sectionShares(sections: number): readonly number[] {
  return SECTION_WEIGHTS[Math.min(sections, MOST_WEIGHED) - 1];
}

/** The best sections of an article, as many as weigh something: score descending, ties by document. */
export function bestSections(sections: readonly Scored[]): Scored[] {
  return sections
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.document - b.document)
    .slice(0, MOST_WEIGHED);
}

/** Consecutive sections of an article: half-open. */
export interface SectionRun {
  readonly from: number;
  readonly to: number;
}

/** The documents of runs. */
export function documentsOf(runs: readonly SectionRun[]): number[] {
  return runs.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
}

/** Tells which documents are sections of one article. */
export class ArticleRuns {
  readonly #articles: Articles;
  readonly #documents: number;
  /** The first documents of the runs of articles that have several, by the first of the article. */
  readonly #runs = new Map<number, number[]>();

  /** @param documents how many numbers of documents there are */
  constructor(articles: Articles, documents: number) {
    this.#articles = articles;
    this.#documents = documents;
    for (const [run, article] of articles.further) {
      const runs = this.#runs.get(article);
      if (runs) runs.push(run);
      else this.#runs.set(article, [article, run]);
    }
  }

  /** The first document of the article that a document is a section of. */
  articleOf(document: number): number {
    const { begins, further } = this.#articles;
    let first = document;
    while (!beginsRun(begins, first)) first--;
    return further.get(first) ?? first;
  }

  /** The sections of an article, ascending. */
  runsOf(article: number): SectionRun[] {
    return (this.#runs.get(article) ?? [article]).map((from) => ({ from, to: this.#endOf(from) }));
  }

  /** How many sections an article has. */
  sizeOf(article: number): number {
    return this.runsOf(article).reduce((sum, { from, to }) => sum + to - from, 0);
  }

  #endOf(run: number): number {
    const { begins } = this.#articles;
    let end = run + 1;
    while (end < this.#documents && !beginsRun(begins, end)) end++;
    return end;
  }
}
