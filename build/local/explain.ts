// What a search did, for `search --explain`: its rounds are recorded as they happen, and where the lists of its terms
// lie is looked up afterwards. What that reads is no part of the search's cost.

import { findInDictionary } from '../../src/core/format/page.ts';
import { findTerm } from '../../src/core/format/page-table.ts';
import type { ReadPlan } from '../../src/query/search/fetch.ts';
import type { SearchTrace } from '../../src/query/search/find.ts';
import type { Cost } from '../../src/query/search/meter.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import type { SearchRequest } from '../../src/query/search/search.ts';
import type { QueryTerm } from '../../src/query/search/terms.ts';
import { readPage } from '../inspect/pages.ts';

/** What answered a question: one search, or for a fusion one of each space. */
export interface Explanation {
  readonly searches: readonly ExplainedSearch[];
  /** What was read of documents after the searches: those of the hits that no round had read. */
  readonly documents: { readonly reads: number; readonly bytes: number };
}

/** One search and its rounds. */
export interface ExplainedSearch {
  readonly k: number;
  readonly terms: readonly ExplainedTerm[];
  readonly rounds: readonly ExplainedRound[];
  /** What the k-th hit scores; 0 where there are fewer than k. */
  readonly threshold: number;
  /** What a document that is not among the hits could score at most; 0 when the hits are proved. */
  readonly bound: number;
}

/** A term of the query, and its list where the index may have it. */
export interface ExplainedTerm {
  readonly space: string;
  readonly term: string;
  /** Its query weight. */
  readonly weight: number;
  readonly postings: number;
  readonly list?: ExplainedList;
}

/** Where a term's list lies. */
interface ExplainedList {
  /**
   * `long` lists have pages of their own, one for each tier; others share a dictionary page, which may turn out not to
   * have the term.
   */
  readonly kind: 'long' | 'dictionary';
  readonly firstPage: number;
  readonly pages: number;
}

/** A round of reads. */
export interface ExplainedRound {
  /** What earlier rounds left open, which is why there is this one. The first round has nothing before it. */
  readonly open?: { readonly threshold: number; readonly bound: number } | undefined;
  readonly reads: number;
  readonly bytes: number;
  readonly pages: readonly ReadPage[];
  /** Pages of the documents that led, which are most of the final hits. */
  readonly documentPages: readonly ReadPage[];
}

/** A page that was read. */
export interface ReadPage {
  readonly space: string;
  readonly page: number;
}

/** Records one search. */
class RecordedSearch implements SearchTrace {
  readonly request: SearchRequest;
  readonly rounds: ExplainedRound[] = [];
  documentReads = 0;
  threshold = 0;
  bound = 0;

  constructor(request: SearchRequest) {
    this.request = request;
  }

  round(postings: ReadPlan, documents: ReadPlan): void {
    const { threshold, bound } = this;
    const reads = [...postings.reads, ...documents.reads];
    this.documentReads += documents.reads.length;
    this.rounds.push({
      open: this.rounds.length === 0 ? undefined : { threshold, bound },
      reads: reads.length,
      bytes: reads.reduce((sum, { start, end }) => sum + end - start, 0),
      pages: pagesOf(postings),
      documentPages: pagesOf(documents),
    });
  }

  proved(threshold: number, bound: number): void {
    this.threshold = threshold;
    this.bound = bound;
  }
}

function pagesOf({ reads }: ReadPlan): ReadPage[] {
  return reads.flatMap(({ pages }) => pages.map(({ place }) => ({ space: place.space, page: place.page })));
}

/** Records the searches that answer a question, and explains them. */
export class SearchRecorder {
  readonly #searches: RecordedSearch[] = [];

  /** Makes what watches a search. */
  watch(request: SearchRequest): SearchTrace {
    const search = new RecordedSearch(request);
    this.#searches.push(search);
    return search;
  }

  /**
   * Explains what was recorded.
   *
   * @param cost of the whole answer, its documents included
   */
  async explain(index: OpenIndex, cost: Cost): Promise<Explanation> {
    const searches: ExplainedSearch[] = [];
    for (const { request, rounds, threshold, bound } of this.#searches) {
      const terms = await Promise.all(request.terms.map((term) => explainTerm(index, term)));
      searches.push({ k: request.k, terms, rounds, threshold, bound });
    }
    const bytes = searches.flatMap(({ rounds }) => rounds).reduce((sum, round) => sum + round.bytes, 0);
    const reads = this.#searches.reduce((sum, { documentReads }) => sum + documentReads, 0);
    return { searches, documents: { reads: cost.documentReads - reads, bytes: cost.bytes - bytes } };
  }
}

async function explainTerm(
  index: OpenIndex,
  { space, key, term, weight }: QueryTerm,
): Promise<ExplainedTerm> {
  const said = { space, term, weight };
  const place = findTerm(index.table.spaces.get(space)!, key);
  if (place.kind === 'absent') return { ...said, postings: 0 };
  if (place.kind === 'long') {
    const { firstPage, tierCount, count } = place.term;
    return { ...said, postings: count, list: { kind: 'long', firstPage, pages: tierCount.length } };
  }
  const { page } = place;
  const open = await readPage(index, space, page);
  const [hit] = findInDictionary(open.bytes, open.length, [key], `${space}, page ${page}`);
  return { ...said, postings: hit?.count ?? 0, list: { kind: 'dictionary', firstPage: page, pages: 1 } };
}
