// What queries cost: reads, bytes and rounds of warm queries (page tables resident, no page kept) and of opening an
// index, and the CPU time of each query.

import type { Space } from '../../../src/core/format/manifest.ts';
import { findTerm } from '../../../src/core/format/page-table.ts';
import type { Source } from '../../../src/core/source.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import type { QueryTerm } from '../../../src/query/search/terms.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { type Distribution, distributionOf, histogramOf, round } from '../figures.ts';
import { type Metered, type MeteredIndex, openMetered } from '../machine/metered-storage.ts';

export const K = 10;

/** What one query cost. */
interface Spent extends Metered {
  readonly postings: number;
  readonly exact: boolean;
  readonly hits: number;
}

/** What the queries of a set cost, one way. */
interface CostFigures {
  readonly proved: number;
  readonly provedWithinTwoRounds: number;
  readonly rounds: Readonly<Record<number, number>>;
  readonly postingReads: Distribution;
  readonly documentReads: Distribution;
  readonly reads: Distribution;
  readonly bytes: Distribution;
  readonly dictionaryBytes: Distribution;
  readonly longListBytes: Distribution;
  readonly documentBytes: Distribution;
  readonly firstRoundReads: Distribution;
  readonly firstRoundBytes: Distribution;
  readonly postingsDecoded: Distribution;
}

/** What a set of questions costs. */
export interface SetFigures {
  readonly questions: number;
  readonly terms: Distribution;
  readonly hits: number;
  readonly withDocuments: CostFigures;
  readonly idsOnly: CostFigures;
  /** The simplest plan there is: every term's whole list, one read each. */
  readonly wholeLists: { readonly reads: Distribution; readonly bytes: Distribution };
}

/** What opening an index costs, before the first query. */
export interface OpeningFigures {
  readonly reads: number;
  readonly bytes: number;
  readonly cpuMilliseconds: number;
}

/** Opens an index a few times. */
export async function measureOpening(objects: ReadonlyMap<string, Uint8Array>): Promise<OpeningFigures> {
  const source = memorySource(objects);
  let [reads, bytes] = [0, 0];
  const counting: Source = {
    async read(name, range) {
      const found = await source.read(name, range);
      reads++;
      bytes += found.length;
      return found;
    },
  };
  await openIndex(counting);
  const milliseconds: number[] = [];
  for (let i = 0; i < 20; i++) milliseconds.push(await cpuMillisecondsOf(() => openIndex(source)));
  return { reads, bytes, cpuMilliseconds: distributionOf(milliseconds).median };
}

/** Asks every question of a set, with documents and without. */
export async function measureSet(
  objects: ReadonlyMap<string, Uint8Array>,
  questions: readonly string[],
): Promise<SetFigures> {
  return measureQueries(objects, (space) => questions.map((question) => encodeQuery(question, space)));
}

/** The same for queries that are encoded already. */
export async function measureQueries(
  objects: ReadonlyMap<string, Uint8Array>,
  encode: (space: Space) => readonly QueryTerm[][] | Promise<readonly QueryTerm[][]>,
): Promise<SetFigures> {
  const metered = await openMetered(memorySource(objects));
  const queries = await encode(spaceNamed(metered.index));
  const withDocuments = await spentOn(metered, queries, true);
  return {
    questions: queries.length,
    terms: distributionOf(queries.map((terms) => terms.length)),
    hits: round(withDocuments.reduce((sum, { hits }) => sum + hits, 0) / queries.length),
    withDocuments: costOf(withDocuments),
    idsOnly: costOf(await spentOn(metered, queries, false)),
    wholeLists: wholeListsOf(metered.index, queries),
  };
}

async function spentOn(
  { index, take }: MeteredIndex,
  queries: readonly QueryTerm[][],
  documents: boolean,
): Promise<Spent[]> {
  const spent: Spent[] = [];
  take();
  for (const terms of queries) {
    const { cost, exact, hits } = await search({ terms, k: K, documents }, { index, clock: () => 0 });
    spent.push({ ...take(), postings: cost.postings, exact, hits: hits.length });
  }
  return spent;
}

function costOf(spent: readonly Spent[]): CostFigures {
  const share = (is: (query: Spent) => boolean) => round(spent.filter(is).length / spent.length);
  const over = (value: (query: Spent) => number) => distributionOf(spent.map(value));
  return {
    proved: share(({ exact }) => exact),
    provedWithinTwoRounds: share(({ exact, rounds }) => exact && rounds <= 2),
    rounds: histogramOf(spent.map(({ rounds }) => rounds)),
    postingReads: over(({ reads, documentReads }) => reads - documentReads),
    documentReads: over(({ documentReads }) => documentReads),
    reads: over(({ reads }) => reads),
    bytes: over(({ bytes }) => bytes),
    dictionaryBytes: over(({ dictionaryBytes }) => dictionaryBytes),
    longListBytes: over(({ longBytes }) => longBytes),
    documentBytes: over(({ documentBytes }) => documentBytes),
    firstRoundReads: over(({ firstRoundReads }) => firstRoundReads),
    firstRoundBytes: over(({ firstRoundBytes }) => firstRoundBytes),
    postingsDecoded: over(({ postings }) => postings),
  };
}

function wholeListsOf(index: OpenIndex, queries: readonly QueryTerm[][]): SetFigures['wholeLists'] {
  const lists = queries.map((terms) => terms.flatMap((term) => listsOf(index, term)));
  return {
    reads: distributionOf(lists.map((bytes) => bytes.length)),
    bytes: distributionOf(lists.map((bytes) => bytes.reduce((sum, list) => sum + list, 0))),
  };
}

/** Bytes of what holds a term's whole list, where something may. */
function listsOf({ table: { spaces } }: OpenIndex, { space, key }: QueryTerm): number[] {
  const table = spaces.get(space)!;
  const place = findTerm(table, key);
  if (place.kind === 'absent') return [];
  const [from, to] =
    place.kind === 'dictionary'
      ? [place.page, place.page + 1]
      : [place.term.firstPage, place.term.firstPage + place.term.tierImpact.length];
  return [table.pageStart[to] - table.pageStart[from]];
}

/**
 * CPU time of each query from memory, encoding included, once everything is compiled: the median of a few rounds for
 * each, so that a rubbish collection counts where it recurs and not where it happens to fall.
 */
export async function measureCpu<Query>(
  objects: ReadonlyMap<string, Uint8Array>,
  queries: readonly Query[],
  encode: (query: Query, space: Space) => QueryTerm[] | Promise<QueryTerm[]>,
): Promise<Distribution> {
  const index = await openIndex(memorySource(objects));
  const space = spaceNamed(index);
  const times: number[][] = queries.map(() => []);
  for (let pass = 0; pass < 4; pass++) {
    for (const [i, query] of queries.entries()) {
      const time = await cpuMillisecondsOf(async () => {
        const terms = await encode(query, space);
        return search({ terms, k: K, documents: true }, { index, clock: () => 0 });
      });
      if (pass > 0) times[i].push(time);
    }
  }
  return distributionOf(times.map((each) => each.sort((a, b) => a - b)[1]));
}

/** Milliseconds of the processor that some work takes. */
export async function cpuMillisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
