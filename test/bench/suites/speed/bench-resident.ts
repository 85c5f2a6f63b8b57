// `resident`: milliseconds of queries whose pages are all at hand, as an isolate has those that are asked for often,
// and of the same where long lists lie in blocks, too. Beside them those with nothing at hand, whose pages are read
// from memory and checked.

import type { Space } from '../../../../src/core/format/manifest.ts';
import { encodeQuery } from '../../../../src/query/encode/encode-query.ts';
import type { OpenPage } from '../../../../src/query/search/fetch.ts';
import type { SearchContext } from '../../../../src/query/search/find.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import { type QueryTerm, weighTerms } from '../../../../src/query/search/terms.ts';
import { EveryList } from '../../../fakes/full-cache.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { PROFILES } from '../../data/profiles.ts';
import { publishedQueries } from '../../data/published-queries.ts';
import { QUESTION_SETS } from '../../data/questions.ts';
import { type Distribution, distributionOf, round } from '../../figures.ts';
import { indexOf, syntheticIndex } from '../../indexes/indexes.ts';
import { K } from '../../indexes/query-cost.ts';
import { loadObjects } from '../../machine/metered-storage.ts';

const QUERIES = 500;
const ROUNDS = 5;
/** Rounds that come before: pages are read, then at hand, then in blocks and compiled. */
const WARMING = 3;

/** What queries of one index cost. */
interface ResidentFigures {
  readonly queries: number;
  readonly k: number;
  readonly nothingAtHand: Spent;
  readonly pagesAtHand: Spent;
  readonly listsInBlocks: Spent;
  /** Of what is at hand: pages, and lists in blocks, for which the pages of these lists are not needed. */
  readonly megabytes: { readonly pages: number; readonly lists: number };
}

/** Of a query, without documents. */
interface Spent {
  readonly milliseconds: Distribution;
  readonly postings: Distribution;
}

export async function* bench({ sizes, encoders, freshness }: BenchOptions): Results {
  for (const size of sizes) {
    const questions = (await QUESTION_SETS.squad()).slice(0, QUERIES);
    const encode = (space: Space) => questions.map((question) => encodeQuery(question, space));
    yield [`resident-${size}`, await measure(await indexOf(size, freshness), encode)];
  }
  for (const profile of encoders) {
    const { folder } = await syntheticIndex(profile, 1_000_000, freshness, false);
    const vectors = await publishedQueries(PROFILES[profile], QUERIES);
    const encode = ({ name }: Space) => vectors.map((vector) => weighTerms(vector, name));
    yield [`resident-${profile}-1m`, await measure(folder, encode)];
  }
}

async function measure(folder: string, encode: (space: Space) => QueryTerm[][]): Promise<ResidentFigures> {
  const index = await openIndex(memorySource(loadObjects(folder)));
  const queries = encode(spaceNamed(index));
  const pages = new Map<string, OpenPage>();
  const lists = new EveryList();
  const atHand = {
    get: (key: string) => pages.get(key),
    set: (key: string, page: OpenPage) => void pages.set(key, page),
  };
  const nothingAtHand = await spentOn(queries, { index, clock: () => 0 });
  const pagesAtHand = await spentOn(queries, { index, clock: () => 0, cache: atHand });
  const listsInBlocks = await spentOn(queries, { index, clock: () => 0, cache: { ...atHand, lists } });
  return {
    queries: queries.length,
    k: K,
    nothingAtHand,
    pagesAtHand,
    listsInBlocks,
    megabytes: {
      pages: megabytesOf([...pages.values()].map(({ bytes }) => bytes)),
      lists: megabytesOf([...lists.values()]),
    },
  };
}

/** The median of a few rounds for each query. */
async function spentOn(queries: readonly QueryTerm[][], context: SearchContext): Promise<Spent> {
  const times: number[][] = queries.map(() => []);
  const postings: number[] = [];
  for (let pass = -WARMING; pass < ROUNDS; pass++) {
    for (const [i, terms] of queries.entries()) {
      const started = performance.now();
      const { cost } = await search({ terms, k: K, documents: false }, context);
      if (pass >= 0) times[i].push(performance.now() - started);
      postings[i] = cost.postings;
    }
  }
  const medians = times.map((each) => each.sort((a, b) => a - b)[ROUNDS >> 1]);
  return { milliseconds: distributionOf(medians), postings: distributionOf(postings) };
}

function megabytesOf(arrays: readonly Uint8Array[]): number {
  return round(arrays.reduce((sum, { length }) => sum + length, 0) / 1e6);
}
