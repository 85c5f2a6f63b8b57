// What sums prove of articles, whose scores are of their sections'. A section's score lies between its sum and its
// bound, and an article's score rises with each of them, so it lies between what the sums and what the bounds make of
// it: the k best are proved as documents are. An article of which no section was seen has at most what sections in no
// list could have.

import {
  type ArticleRuns,
  articleScore,
  bestSections,
  MOST_OF_BEST,
  MOST_WEIGHED,
} from './article-scores.ts';
import type { Claim, OpenDocuments, Proof } from './prove.ts';
import { MOST_OPEN, missingBounds, neededOf } from './prove.ts';
import { flagsOf, nextAbove, scoreOf, sumBelow } from './score.ts';
import { precedes, type Scored, TopK } from './topk.ts';

/** The sections of an article that may count, with their sums. */
interface Article {
  /** Its first document. */
  readonly article: number;
  readonly documents: readonly number[];
  readonly sums: readonly number[];
  /** 1 for each section whose sum is its score, since it was looked up. */
  readonly settled: readonly number[];
}

/** What an article's score is at most, and what is missing to tell it. */
interface Bounds {
  readonly upper: number;
  /** The flags that sections lack which could still change its score or its best sections; 0 where none could. */
  readonly lacking: number;
  readonly isSettled: boolean;
}

/** A window's sums. */
interface Window {
  readonly sums: Int32Array;
  readonly firstDocument: number;
  readonly kept: Uint32Array | undefined;
}

/** Takes sums in, window after window, and says what all of them prove of articles. */
export class ArticleProver {
  readonly #claim: Claim;
  readonly #runs: ArticleRuns;
  readonly #total: number;
  readonly #mostFactor: number;
  readonly #missing: Float64Array;
  readonly #kept: TopK;
  /** The best sections of the articles that are kept, and of some that no longer are. */
  #sections = new Map<number, readonly Scored[]>();
  #open: Article[] = [];
  #sectionsOpen = 0;
  #overflow = false;
  /** Of all articles that were unsettled when there were too many to keep: the highest bound, and the flags. */
  #highest = 0;
  #lacking = 0;

  /** @param claim whose `k` and `floor` are of articles, and whose `bounds` are of documents */
  constructor(claim: Claim, runs: ArticleRuns) {
    this.#claim = claim;
    this.#runs = runs;
    this.#total = claim.bounds.reduce((sum, bound) => sum + bound, 0);
    this.#mostFactor = claim.factors?.most ?? 1;
    this.#missing = missingBounds(claim.bounds);
    this.#kept = new TopK(claim.k);
  }

  /**
   * Takes in the sums of a window, which has all sections of each of its articles.
   *
   * @param firstDocument the index's number of its first document
   * @param kept a bit for each document that may count, where not all may; the sums of others are 0
   */
  window(sums: Int32Array, firstDocument: number, kept?: Uint32Array): void {
    const window = { sums, firstDocument, kept };
    this.#above(window, 0, (article) => this.#keep(article));
    if (this.#total > 0) this.#above(window, this.#total, (article) => this.#keepOpen(article));
  }

  /** Takes in the sums of documents that were open before, instead of windows. */
  documents({ documents, sums, settled }: OpenDocuments): void {
    const byArticle = new Map<number, { documents: number[]; sums: number[]; settled: number[] }>();
    for (const [i, document] of documents.entries()) {
      const article = this.#runs.articleOf(document);
      const of = byArticle.get(article) ?? { documents: [], sums: [], settled: [] };
      of.documents.push(document);
      of.sums.push(sums[i]);
      of.settled.push(settled[i]);
      byArticle.set(article, of);
    }
    for (const [article, of] of byArticle) {
      this.#keep({ article, ...of });
      this.#keepOpen({ article, ...of });
    }
  }

  /** What all of them prove. */
  proof(): Proof {
    const { k, floor, bounds, isClosed = false } = this.#claim;
    const top = this.#kept
      .sorted()
      .filter(({ score }) => score >= floor)
      .map((hit) => ({ ...hit, sections: this.#sections.get(hit.document)! }));
    if (this.#total === 0) return { top, exact: true, bound: 0, needed: [], open: undefined };
    const last = top.length === k ? top[k - 1] : { score: 0, document: Number.POSITIVE_INFINITY };
    const threshold = Math.max(last.score, floor);
    const lastArticle = last.score >= floor ? last.document : Number.POSITIVE_INFINITY;
    const unsettled = this.#unsettled(threshold, lastArticle);
    const unseen = this.#total * this.#mostFactor * MOST_OF_BEST;
    const unseenMatter = !isClosed && unseen >= threshold;
    const bound = Math.max(unsettled.bound, unseenMatter ? unseen : 0);
    const needed = unseenMatter || bound > 0 ? neededOf(bounds, unseenMatter, unsettled.lacking) : [];
    const open = unseenMatter || this.#overflow ? undefined : this.#possible(threshold);
    return { top, exact: bound === 0, bound, needed, open };
  }

  /**
   * Hands over, once each, the articles of a window that have a section whose sum may lift them to the threshold.
   *
   * @param unread what unread postings could add to a section
   */
  #above({ sums, firstDocument, kept }: Window, unread: number, take: (article: Article) => void): void {
    const skip = () => {
      const best = Math.ceil(this.#threshold / this.#mostFactor / MOST_OF_BEST) - unread;
      return best <= 0 ? 0 : Math.max(0, sumBelow(best));
    };
    const scattered = new Set<number>();
    for (let i = nextAbove(sums, 0, sums.length, skip()); i < sums.length; ) {
      const article = this.#runs.articleOf(firstDocument + i);
      const runs = this.#runs.runsOf(article);
      const { to } = runs.find(({ to }) => to > firstDocument + i)!;
      if (!scattered.has(article)) {
        if (runs.length > 1) scattered.add(article);
        const documents = runs
          .flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n))
          .filter((document) => !kept || isIn(kept, document - firstDocument));
        take({
          article,
          documents,
          sums: documents.map((document) => sums[document - firstDocument]),
          settled: documents.map(() => 0),
        });
      }
      i = nextAbove(sums, to - firstDocument, sums.length, skip());
    }
  }

  get #threshold(): number {
    return Math.max(this.#kept.threshold, this.#claim.floor);
  }

  #keep({ article, documents, sums }: Article): void {
    const scored = documents.map((document, i) => ({
      document,
      score: scoreOf(sums[i]) * this.#factorOf(document),
    }));
    const sections = bestSections(scored);
    const score = articleScore(
      sections.map((section) => section.score),
      this.#runs.sizeOf(article),
    );
    if (score === 0 || score < this.#claim.floor || !this.#kept.accepts(score, article)) return;
    this.#kept.push(score, article);
    this.#sections.set(article, sections);
    if (this.#sections.size < 4 * this.#claim.k + 64) return;
    this.#sections = new Map(
      this.#kept.sorted().map(({ document }) => [document, this.#sections.get(document)!]),
    );
  }

  #keepOpen(article: Article): void {
    const { upper, isSettled, lacking } = this.#bounds(article);
    if (upper < this.#threshold) return;
    this.#sectionsOpen += article.documents.length;
    if (this.#sectionsOpen > MOST_OPEN) this.#overflow = true;
    if (!isSettled) {
      this.#highest = Math.max(this.#highest, upper);
      this.#lacking |= lacking;
    }
    if (this.#overflow) this.#open = [];
    else this.#open.push(article);
  }

  #factorOf(document: number): number {
    return this.#claim.factors?.of(document) ?? 1;
  }

  /** What an article's score is at most. */
  #bounds({ article, documents, sums, settled }: Article): Bounds {
    const factors = documents.map((document) => this.#factorOf(document));
    const scores = sums.map((sum, i) => scoreOf(sum) * factors[i]);
    const missing = (sum: number, i: number) => (settled[i] === 1 ? 0 : this.#missing[flagsOf(sum)]);
    const uppers = sums.map((sum, i) => scores[i] + missing(sum, i) * factors[i]);
    const lowest = descending(scores);
    // What stays below the last section that weighs something changes nothing, whatever unread postings add to it.
    const least = lowest[MOST_WEIGHED - 1] ?? 0;
    let isSettled = true;
    let lacking = 0;
    for (const [i, sum] of sums.entries()) {
      if (uppers[i] === scores[i] || uppers[i] < least) continue;
      isSettled = false;
      lacking |= ~flagsOf(sum);
    }
    return { upper: articleScore(descending(uppers), this.#runs.sizeOf(article)), lacking, isSettled };
  }

  /** The flags that unsettled articles lack, and the highest of their bounds; 0 where all are settled. */
  #unsettled(threshold: number, lastArticle: number): { lacking: number; bound: number } {
    if (this.#overflow)
      return { lacking: this.#lacking, bound: this.#highest < threshold ? 0 : this.#highest };
    let lacking = 0;
    let bound = 0;
    for (const open of this.#open) {
      const { article } = open;
      const of = this.#bounds(open);
      if (of.isSettled || of.upper < threshold) continue;
      if (article !== lastArticle && !precedes(of.upper, article, threshold, lastArticle)) continue;
      lacking |= of.lacking;
      bound = Math.max(bound, of.upper);
    }
    return { lacking, bound };
  }

  /** The sections of the articles that are still possible, ascending. */
  #possible(threshold: number): OpenDocuments {
    const possible = this.#open
      .filter((article) => this.#bounds(article).upper >= threshold)
      .flatMap(({ documents, sums, settled }) =>
        documents.map((document, i) => ({ document, sum: sums[i], settled: settled[i] })),
      )
      .sort((a, b) => a.document - b.document);
    return {
      documents: Uint32Array.from(possible, ({ document }) => document),
      sums: Int32Array.from(possible, ({ sum }) => sum),
      settled: Uint8Array.from(possible, ({ settled }) => settled),
    };
  }
}

function descending(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => b - a);
}

function isIn(kept: Uint32Array, document: number): boolean {
  return ((kept[document >>> 5] >>> (document & 31)) & 1) === 1;
}
