// A search that has to know every document that matches, not only the best: its results are sorted or counted, or it
// has no terms. Lists of terms are read whole; then it is known which documents match, and their fields are told by the
// lists of values or, where they are on few pages, by the documents themselves, whichever takes less.

import { badQuery } from '../../../core/errors.ts';
import { DocumentSet } from '../../filter/document-set.ts';
import { type Facet, MAX_FACETS, type Sort } from '../../filter/facets.ts';
import type { Filter } from '../../filter/filter.ts';
import { documentsFrom, lieOn, MOST_PAGES, wantedDocuments } from '../documents.ts';
import { bytesOfPages, JOIN_GAP, type OpenPage, pageKey, planReads, type WantedPage } from '../fetch.ts';
import { FieldLists } from '../lists/field-lists.ts';
import { KeptDocuments } from '../lists/kept-documents.ts';
import { PartDecoder, QueryLists } from '../lists/query-lists.ts';
import type { OpenIndex } from '../open.ts';
import { mostAdded, planRest, type TermState, unreadBound } from '../plan.ts';
import type { Factors } from '../sums/factors.ts';
import { keepOnly, nextAbove, scoreOf } from '../sums/score.ts';
import { TopK } from '../sums/topk.ts';
import type { QueryTerm } from '../terms.ts';
import { FacetCount } from './facet-count.ts';
import type { FacetTally } from './facet-tally.ts';
import { type Matches, type Sorted, Sorting } from './sorting.ts';

/** Lists of values that take no more are read before it is known which documents match: that saves a round. */
const AT_ONCE_BYTES = 256 * 1024;

/** What matches, and what is to be known of it. */
export interface SurveyQuestion {
  readonly terms: readonly QueryTerm[];
  readonly k: number;
  /** Which documents may be results; all unless given. */
  readonly filter?: Filter | undefined;
  /** All documents match that may be results; else those that have a term. */
  readonly browse?: boolean | undefined;
  readonly sort?: Sort | undefined;
  readonly facets?: readonly Facet[] | undefined;
  /** These documents are no results. */
  readonly without?: readonly number[] | undefined;
  /** Nor are these, since others put them first; those that match are counted. */
  readonly putFirst?: readonly number[] | undefined;
  /** Leaves the factors of documents out of account. */
  readonly unsteered?: true | undefined;
}

/** What a survey knows so far. */
interface Surveyed {
  readonly top: readonly Sorted[];
  /** Whether `top` is right. */
  readonly exact: boolean;
  /** When not exact: no document that is missing scores more than this, nor does one in `top`. Else 0. */
  readonly bound: number;
  /** Whether all is known that was asked. */
  readonly isDone: boolean;
}

/** A survey of the windows that are searched here. */
export class Survey {
  /** Postings decoded so far. */
  postings = 0;
  readonly savedPages = 0;
  readonly #index: OpenIndex;
  readonly #question: SurveyQuestion;
  readonly #factors: Factors | undefined;
  readonly #terms: QueryLists;
  readonly #target: ReadonlyMap<TermState, number>;
  readonly #kept: KeptDocuments | undefined;
  readonly #fieldLists: FieldLists;
  readonly #facets: readonly FacetCount[];
  readonly #sorting: Sorting | undefined;
  readonly #atOnceBytes: number;
  /** Pages of values' lists. */
  readonly #pages = new Map<string, OpenPage>();
  #matches: Matches | undefined;
  /** The best by score, and what unread postings could still make of any. */
  #best: readonly Sorted[] = [];
  #bound = 0;
  #postingsOfTerms = 0;
  #lookUps: readonly number[] = [];

  /**
   * @param firstRoundBytes see FIRST_ROUND_BYTES
   * @param factors what sums are multiplied by, where any are
   * @throws SparsedgeError `bad-query` for a field, a value or a range that the index does not have
   */
  constructor(index: OpenIndex, question: SurveyQuestion, firstRoundBytes: number, factors?: Factors) {
    const { k, filter, browse = false, sort, facets = [] } = question;
    if (facets.length > MAX_FACETS)
      throw badQuery(`${facets.length} facets were asked for; at most ${MAX_FACETS} are counted`);
    if (browse && question.terms.length > 0)
      throw badQuery('browsing takes no terms, and the query has some');
    this.#index = index;
    this.#question = question;
    this.#factors = factors;
    this.#terms = new QueryLists(index, question.terms);
    this.#target = planRest(this.#terms.states);
    const kept = filter || browse ? new KeptDocuments(index, filter ?? { and: [] }, browse) : undefined;
    this.#kept = browse || this.#terms.states.length > 0 ? kept : undefined;
    this.#fieldLists = new FieldLists(index);
    this.#facets = facets.map((facet) => new FacetCount(index, facet, this.#fieldLists));
    this.#sorting = sort && new Sorting(index, sort, k, this.#fieldLists, firstRoundBytes);
    this.#atOnceBytes = Math.min(AT_ONCE_BYTES, firstRoundBytes);
    if (this.#terms.states.length === 0) this.evaluate();
  }

  /** About how many bytes the survey will hold: of pages, of which documents match, and of their scores. */
  get bytesHeld(): number {
    const { manifest, windows } = this.#index;
    const documents = manifest.windows.slice(windows.from, windows.to).reduce((sum, size) => sum + size, 0);
    return bytesOfPages(this.wanted()) + documents / 4 + (this.#keepsScores ? 4 * documents : 0);
  }

  /** See QueryLists. */
  isAbsent(term: QueryTerm): boolean {
    return this.#terms.isAbsent(term);
  }

  get #keepsScores(): boolean {
    return this.#sorting !== undefined && this.#terms.states.length > 0;
  }

  /** What was counted so far. */
  get tallies(): readonly FacetTally[] {
    const isExact = this.#isComplete;
    return this.#facets.map(({ tally }) => ({ ...tally, exact: tally.exact && isExact }));
  }

  /** How many documents match, as far as it is known. */
  get matches(): { readonly count: number; readonly exact: boolean } {
    return { count: this.#matches?.count ?? 0, exact: this.#isComplete };
  }

  /** The pages of lists that are wanted now. */
  wanted(): WantedPage[] {
    return this.wantedByValue().flatMap(({ pages }) => [...pages]);
  }

  /** The documents whose pages are wanted now. */
  get lookUps(): readonly number[] {
    return this.#lookUps;
  }

  /** The pages of lists, most valuable first; those of infinite value are those without which nothing is known. */
  wantedByValue(): { readonly value: number; readonly pages: readonly WantedPage[] }[] {
    const filter = { value: Number.POSITIVE_INFINITY, pages: this.#kept?.wanted ?? [] };
    // Without them, what matches can neither be sorted nor counted.
    const value = Number.MAX_VALUE;
    const ofFields = this.#wantedOfFields().map((pages) => ({ value, pages: this.#missingOf(pages) }));
    const terms = this.#matches ? [] : this.#terms.states.flatMap((state) => this.#tiersOf(state));
    terms.sort((a, b) => b.value - a.value);
    return [filter, ...ofFields, ...terms].filter(({ pages }) => pages.length > 0);
  }

  /** A list up to each of its tiers, with what a posting of that can add. */
  #tiersOf(state: TermState): { value: number; pages: readonly WantedPage[] }[] {
    const pagesTo = (tiers: number) => this.#terms.wanted(new Map([[state, tiers]]));
    if (state.kind === 'dictionary') return [{ value: unreadBound(state), pages: pagesTo(1) }];
    const { query, term } = state;
    return term.tierImpact.map((impact, tier) => ({
      value: query.weight * impact,
      pages: pagesTo(tier + 1),
    }));
  }

  /** Takes in pages of lists and of documents. */
  supply(lists: ReadonlyMap<string, OpenPage>, documents: ReadonlyMap<string, OpenPage>): void {
    const wanted = this.#wantedOfFields().flat().map(pageKey);
    for (const key of wanted) {
      const page = lists.get(key);
      if (page) this.#pages.set(key, page);
    }
    if (!this.#matches) {
      this.#kept?.supply(lists);
      this.#terms.supply(lists, this.#target);
    }
    if (this.#lookUps.length > 0) this.#takeDocuments(documents);
  }

  /** What the pages taken in so far tell. */
  evaluate(): Surveyed {
    if (this.#kept && !this.#kept.documents) return this.#nothingKnown();
    this.#matches ??= this.#findMatches();
    for (const facet of this.#facets.filter(({ isDone }) => !isDone)) {
      if (this.#matches.count === 0) facet.countDocuments([]);
      else if (this.#hasAll(facet.pages)) facet.countInLists(this.#matches.set, this.#pages);
    }
    if (this.#matches.count === 0) this.#sorting?.takeDocuments(this.#matches, new Map());
    this.#sorting?.goOn(this.#matches, this.#pages, (pages) => this.#hasAll(pages));
    this.#plan(this.#matches);
    const top = this.#sorting ? this.#sorting.hits : this.#best;
    const exact = this.#isComplete && (this.#sorting?.isDone ?? true);
    const isDone = exact && this.#facets.every((facet) => facet.isDone);
    this.postings = this.#postingsOfTerms + (this.#kept?.postings ?? 0) + this.#fieldLists.postings;
    return { top, exact, bound: exact ? 0 : this.#bound, isDone };
  }

  /** What is known while it is not known which documents may be results. */
  #nothingKnown(): Surveyed {
    const sum = this.#terms.states.reduce((total, state) => total + mostAdded(state), 0);
    const bound = sum * (this.#factors?.most ?? 1);
    return { top: [], exact: false, bound, isDone: false };
  }

  /** Whether all documents that match are known. */
  get #isComplete(): boolean {
    return this.#matches !== undefined && this.#terms.states.every((state) => unreadBound(state) === 0);
  }

  /** What is wanted of fields' lists now, by what it is for. */
  #wantedOfFields(): readonly (readonly WantedPage[])[] {
    if (this.#lookUps.length > 0) return [];
    const facets = this.#facets.filter(({ isDone }) => !isDone).map(({ pages }) => pages);
    const sorting = this.#sorting && !this.#sorting.isDone ? [this.#sorting.pages] : [];
    const all = [...sorting, ...facets];
    return this.#matches
      ? all
      : all.filter((pages) => bytesOfPages(pages) <= this.#atOnceBytes && !this.#isFew);
  }

  /** Whether so few documents are expected to match that they will be read themselves. */
  get #isFew(): boolean {
    return this.#kept !== undefined && this.#kept.expected <= MOST_PAGES;
  }

  #missingOf(pages: readonly WantedPage[]): WantedPage[] {
    return pages.filter((page) => !this.#pages.has(pageKey(page)));
  }

  #hasAll(pages: readonly WantedPage[]): boolean {
    return this.#missingOf(pages).length === 0;
  }

  /** Looks documents up rather than lists, where that takes less. */
  #plan({ set, count, numberOf }: Matches): void {
    this.#lookUps = [];
    const facets = this.#facets.filter(({ isDone }) => !isDone);
    if (count > MOST_PAGES * 256 || (facets.length === 0 && (this.#sorting?.isDone ?? true))) return;
    const documents: number[] = [];
    set.visit((window, document) => documents.push(numberOf(window, document)));
    if (!lieOn(MOST_PAGES, this.#index, documents)) return;
    const lists = this.#missingOf(facets.flatMap(({ pages }) => pages));
    const ofSorting = this.#sorting?.isDone === false ? this.#sorting.bytesFor(count) : 0;
    const pages = wantedDocuments(this.#index, documents);
    if (priceOf(pages) < priceOf(lists) + ofSorting) this.#lookUps = documents;
  }

  #takeDocuments(pages: ReadonlyMap<string, OpenPage>): void {
    const documents = documentsFrom(this.#index, this.#lookUps, pages);
    if (documents.size < this.#lookUps.length) return;
    for (const facet of this.#facets) if (!facet.isDone) facet.countDocuments(documents.values());
    if (this.#sorting?.isDone === false) this.#sorting.takeDocuments(this.#matches!, documents);
  }

  /** Which documents match, by what was read of terms. */
  #findMatches(): Matches {
    const { manifest, windows, windowStart } = this.#index;
    const scores: Int32Array[] = [];
    const { browse } = this.#question;
    const set = browse
      ? this.#withoutHidden(this.#kept!.documents!)
      : this.#addUp(new DocumentSet(manifest.windows.slice(windows.from, windows.to)), scores);
    const numberOf = (window: number, document: number) => windowStart[windows.from + window] + document;
    const scoreIn = (window: number, document: number) =>
      scoreOf(scores[window]?.[document] ?? 0) * this.#factorOf(numberOf(window, document));
    if (browse && !this.#sorting) this.#best = firstIn(set, this.#question.k, numberOf);
    return { set, count: set.count, scoreOf: scoreIn, numberOf };
  }

  #factorOf(document: number): number {
    return this.#factors?.of(document) ?? 1;
  }

  /** The documents of a set that may be results. */
  #withoutHidden(all: DocumentSet): DocumentSet {
    if (!this.#factors) return all;
    const { manifest, windows, windowStart } = this.#index;
    const set = new DocumentSet(manifest.windows.slice(windows.from, windows.to));
    all.visit((window, document) => {
      if (this.#factorOf(windowStart[windows.from + window] + document) > 0) set.add(window, document);
    });
    return set;
  }

  /** Adds up what was read of terms: the documents with a score are those that match. */
  #addUp(set: DocumentSet, scores: Int32Array[]): DocumentSet {
    const { manifest, windows, windowStart, scratch } = this.#index;
    const best = new TopK(this.#question.k);
    const putFirst = new Set(this.#question.putFirst);
    const decoder = new PartDecoder(this.#index);
    let highest = 0;
    for (let window = windows.from; window < windows.to; window++) {
      const sums = scratch.zeros(manifest.windows[window]);
      for (const part of this.#terms.parts) this.#postingsOfTerms += decoder.add(part, window, sums, -1);
      const kept = this.#kept?.documents?.words[window - windows.from];
      if (kept) keepOnly(sums, kept);
      const end = sums.length;
      for (let i = nextAbove(sums, 0, end, 0); i < end; i = nextAbove(sums, i + 1, end, 0)) {
        const document = windowStart[window] + i;
        const factor = this.#factorOf(document);
        if (factor === 0) continue;
        set.add(window - windows.from, i);
        if (!putFirst.has(document)) best.push(scoreOf(sums[i]) * factor, document);
        highest = Math.max(highest, scoreOf(sums[i]));
      }
      if (this.#keepsScores) scores.push(sums.slice());
    }
    const unread = this.#terms.states.reduce((sum, state) => sum + unreadBound(state), 0);
    this.#best = best.sorted();
    this.#bound = unread > 0 ? (highest + unread) * (this.#factors?.most ?? 1) : 0;
    this.#terms.forget();
    return set;
  }
}

/** What it takes to read pages: their bytes, and for each read as many as are read to save one. */
function priceOf(pages: readonly WantedPage[]): number {
  return bytesOfPages(pages) + planReads(pages).reads.length * JOIN_GAP;
}

/** The first k documents of a set. */
function firstIn(set: DocumentSet, k: number, numberOf: Matches['numberOf']): Sorted[] {
  const first: Sorted[] = [];
  set.visit((window, document) => {
    if (first.length < k) first.push({ document: numberOf(window, document), score: 0 });
  });
  return first;
}
