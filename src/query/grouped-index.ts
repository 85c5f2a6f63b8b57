// An index whose windows are searched elsewhere, in groups that work side by side. Every group first does one round;
// what that leaves open is asked again with the k-th score over all groups as its floor, which settles most of it
// without a read. A group that fails fails the search: none is ever left out.

import type { Document } from '../core/document.ts';
import type { Manifest } from '../core/format/manifest.ts';
import type { VectorTerm, WantedVectors } from './encode/feedback/document-vectors.ts';
import type { WordsFound, WordsQuestion } from './encode/words/look-up-words.ts';
import type { ConditionalFind, ConditionalSearch } from './language/find-satisfying.ts';
import type { IndexRules } from './language/rules/index-rules.ts';
import type { Encode, Index } from './local-index.ts';
import { noSuchDocument, type PlacedDocument } from './search/documents.ts';
import { bestOf, type Found, needsAll, shownOf } from './search/find.ts';
import type { FoundImpacts, WantedImpacts } from './search/lists/impacts.ts';
import { addTallies, topOf } from './search/matches/facet-tally.ts';
import { firstOf } from './search/matches/sorting.ts';
import { addParallel, type Budget, type Clock, type Cost, noCost, shareOf } from './search/meter.ts';
import { type WindowRange, windowHolding, windowStarts } from './search/open.ts';
import { findRequest, resultOf, type SearchResult, showing } from './search/search.ts';

/** Some of an index's windows, searched elsewhere. */
export interface Group {
  readonly windows: WindowRange;
  find(request: ConditionalFind): Promise<Found>;
  show(documents: readonly number[]): Promise<{ documents: ReadonlyMap<number, Document>; cost: Cost }>;
  /** The document of an id, wherever it is. */
  byId(id: string): Promise<{ found?: PlacedDocument | undefined; cost: Cost }>;
  /** What the index has of words. */
  words(question: WordsQuestion): Promise<{ found: WordsFound; cost: Cost }>;
  /** What terms of documents weigh, wherever those are. */
  vectors(wanted: WantedVectors): Promise<{ vectors: readonly (readonly VectorTerm[])[]; cost: Cost }>;
  /** What given terms weigh in documents, wherever those are. */
  impacts(wanted: WantedImpacts): Promise<{ found: FoundImpacts; cost: Cost }>;
}

/** A request may cause 32 invocations, and one is the request itself. */
const MAX_CALLS = 31;

/** Words are looked up before a question's searches, and after one that says that no document has some. */
const WORD_CALLS = 3;

/** What a request asks, as far as its calls are concerned. */
export interface Divided {
  /** How many searches it makes, each of all groups. */
  readonly searches?: number | undefined;
  /** Whether words may be looked up. */
  readonly typed?: boolean | undefined;
  /** How many indexes it searches: each of them gets one group at least. */
  readonly among?: number | undefined;
  /** Whether impacts are asked for, of one group, and documents once more. */
  readonly isExplained?: boolean | undefined;
}

/**
 * Divides an index's windows into groups of nearly equal size: ten at most for one search, since each may take three
 * calls (find, find with a floor, show), and one more where a question may have to be corrected.
 */
export function divide(
  { windows }: Manifest,
  { searches = 1, typed = false, among = 1, isExplained = false }: Divided = {},
): WindowRange[] {
  const most = Math.floor(MAX_CALLS / among) - (isExplained ? 1 : 0);
  const [calls, finds] = typed ? [most - WORD_CALLS, 3] : [most, 2];
  const shows = isExplained ? 2 : 1;
  const groups = Math.max(1, Math.min(Math.floor(calls / (finds * searches + shows)), windows.length));
  const boundary = (group: number) => Math.floor((windows.length * group) / groups);
  return Array.from({ length: groups }, (_, group) => ({ from: boundary(group), to: boundary(group + 1) }));
}

/** The index whose windows are searched by groups. */
export class GroupedIndex implements Index {
  readonly manifest: Manifest;
  readonly clock: Clock;
  readonly encode: Encode;
  readonly rules: IndexRules | undefined;
  readonly #groups: readonly Group[];

  /** @param rules that the groups have, too */
  constructor(
    manifest: Manifest,
    groups: readonly Group[],
    clock: Clock,
    encode: Encode,
    rules?: IndexRules,
  ) {
    this.manifest = manifest;
    this.clock = clock;
    this.encode = encode;
    this.rules = rules;
    this.#groups = groups;
  }

  /** Answers as `search` does over all windows at once: same hits, same scores, same order. */
  async search(request: ConditionalSearch): Promise<SearchResult> {
    const find = { ...findRequest(request), conditions: request.conditions };
    const cost = noCost(request.isLogged);
    const isWhole = needsAll(find);
    const first = await this.#findFirst(isWhole ? find : { ...find, maxRounds: 1 }, cost);
    const absent = first.find((found) => found.absent)?.absent;
    // All groups read the same dictionary pages.
    if (absent) return { hits: [], exact: false, bound: 0, cost, absent };
    const founds = isWhole ? first : await this.#settle({ ...find, needed: undefined }, first, cost);
    const result = await resultOf({ ...addFound(founds, find), cost }, request, this.manifest);
    if (!request.documents) return result;
    const shown = await this.show(shownOf(result.hits), cost);
    return { ...result, hits: showing(result.hits, shown) };
  }

  /** Brings documents by number, each from the group that has it. */
  async show(documents: readonly number[], cost: Cost): Promise<ReadonlyMap<number, Document>> {
    const windowStart = windowStarts(this.manifest);
    const owned = this.#groups.map((group) => {
      const { from, to } = group.windows;
      const holds = (window: number) => from <= window && window < to;
      return { group, documents: documents.filter((each) => holds(windowHolding(windowStart, each))) };
    });
    const shown = await Promise.all(
      owned.filter((each) => each.documents.length > 0).map((each) => each.group.show(each.documents)),
    );
    addParallel(cost, shown);
    return new Map(shown.flatMap((answer) => [...answer.documents]));
  }

  async byId(id: string, cost: Cost): Promise<PlacedDocument> {
    const answer = await this.#groups[0].byId(id);
    addParallel(cost, [answer]);
    if (!answer.found) throw noSuchDocument(id);
    return answer.found;
  }

  async words(question: WordsQuestion, cost: Cost): Promise<WordsFound> {
    const answer = await this.#groups[0].words(question);
    addParallel(cost, [answer]);
    return answer.found;
  }

  async vectors(wanted: WantedVectors, cost: Cost): Promise<readonly (readonly VectorTerm[])[]> {
    const answer = await this.#groups[0].vectors(wanted);
    addParallel(cost, [answer]);
    return answer.vectors;
  }

  async impacts(wanted: WantedImpacts, cost: Cost): Promise<FoundImpacts> {
    const answer = await this.#groups[0].impacts(wanted);
    addParallel(cost, [answer]);
    return answer.found;
  }

  /** What every group finds. */
  async #findFirst(find: ConditionalFind, cost: Cost): Promise<readonly Found[]> {
    const budget = shareOf(find.budget, cost, this.#groups.length);
    const founds = await Promise.all(this.#groups.map((group) => group.find({ ...find, budget })));
    addParallel(cost, founds);
    return founds;
  }

  /** Asks the groups that are not exact again, as far as the budget allows, now that a floor is known. */
  async #settle(find: ConditionalFind, founds: readonly Found[], cost: Cost): Promise<readonly Found[]> {
    const open = founds.filter(({ exact }) => !exact).length;
    if (open === 0 || !mayGoOn(find.budget, cost, this.clock)) return founds;
    // The k-th result reaches this score, whatever else is found; nothing is known while there are fewer than k.
    const floor = bestOfAll(founds, find.k)[find.k - 1]?.score ?? 0;
    const budget = shareOf(find.budget, cost, open);
    const again = await Promise.all(
      founds.map((found, i) => (found.exact ? undefined : this.#groups[i].find({ ...find, floor, budget }))),
    );
    addParallel(
      cost,
      again.filter((found) => found !== undefined),
    );
    return founds.map((found, i) => again[i] ?? found);
  }
}

/** What groups found, as one. */
function addFound(founds: readonly Found[], { k, sort, facets = [] }: ConditionalFind): Omit<Found, 'cost'> {
  const tops = founds.map(({ top }) => top);
  const tallies = (facet: number) =>
    founds.map((found) => found.facets?.[facet]).filter((tally) => tally !== undefined);
  const matches = founds.map((found) => found.matches).filter((each) => each !== undefined);
  return {
    top: sort ? firstOf(tops, k, sort.descending) : bestOf(tops, k),
    exact: founds.every((found) => found.exact),
    bound: Math.max(0, ...founds.map((found) => found.bound)),
    ...(facets.length > 0 && {
      facets: facets.map((facet, i) => addTallies(tallies(i), topOf(facet))),
    }),
    ...(matches.length > 0 && {
      matches: {
        count: matches.reduce((sum, { count }) => sum + count, 0),
        exact: matches.every(({ exact }) => exact),
      },
    }),
  };
}

function bestOfAll(founds: readonly Found[], k: number) {
  return bestOf(
    founds.map(({ top }) => top),
    k,
  );
}

function mayGoOn({ maxReads, maxBytes, deadline }: Budget, spent: Cost, clock: Clock): boolean {
  const unlimited = Number.POSITIVE_INFINITY;
  return (
    spent.postingReads < (maxReads ?? unlimited) &&
    spent.bytes < (maxBytes ?? unlimited) &&
    clock() < (deadline ?? unlimited)
  );
}
