// `synthetic`: what queries of learned sparse encoders cost, on vectors with their published statistics; with
// `--imagined`, on indexes of up to a hundred million documents that are not built.

import { wantedDocuments } from '../../../../src/query/search/documents.ts';
import { charge, type OpenPage, pageKey, planReads } from '../../../../src/query/search/fetch.ts';
import { findTop } from '../../../../src/query/search/find.ts';
import type { Cost } from '../../../../src/query/search/meter.ts';
import { weighTerms } from '../../../../src/query/search/terms.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { IMAGINED, PROFILES, type ProfileName, SCALES, type Scale } from '../../data/profiles.ts';
import { publishedQueries } from '../../data/published-queries.ts';
import { type Distribution, distributionOf, histogramOf, round } from '../../figures.ts';
import type { BuildFigures } from '../../indexes/build-child.ts';
import { imaginedIndex } from '../../indexes/imagined-index.ts';
import { syntheticIndex } from '../../indexes/indexes.ts';
import {
  K,
  measureCpu,
  measureOpening,
  measureQueries,
  type OpeningFigures,
  type SetFigures,
} from '../../indexes/query-cost.ts';
import { termsOf } from '../../machine/asked.ts';
import { loadObjects } from '../../machine/metered-storage.ts';
import { measureInWorkerd } from '../../machine/workerd.ts';

/** What a page of documents is on average, where a million synthetic ones are built with their vectors. */
const DOCUMENT_PAGES = { documents: 44, bytes: 14_400 };

const QUERIES = 500;
/** Every so many queries, the time of one is taken. */
const TIMED = 5;

/** What an encoder's vectors cost to build and to search. */
export interface SyntheticFigures extends SetFigures {
  readonly profile: ProfileName;
  readonly documents: number;
  readonly build: BuildFigures;
  readonly opening: OpeningFigures;
  /** In Node. */
  readonly cpuMilliseconds?: Distribution;
  readonly workerdMilliseconds?: Distribution;
}

/** What queries of an index cost that is not built. CPU time has no documents' inflation in it. */
export interface ImaginedFigures {
  readonly profile: ProfileName;
  readonly documents: number;
  readonly questions: number;
  readonly proved: number;
  readonly provedWithinTwoRounds: number;
  readonly rounds: Readonly<Record<number, number>>;
  readonly postingReads: Distribution;
  readonly documentReads: Distribution;
  readonly bytes: Distribution;
  readonly postingsDecoded: Distribution;
  readonly cpuMilliseconds: Distribution;
}

export async function* bench(options: BenchOptions): Results {
  const { sizes, encoders, large, vectors, imagined } = options;
  if (imagined.length > 0) {
    for (const scale of imagined)
      for (const profile of encoders)
        yield [`imagined-${profile}-${scale}`, await imagine(profile, IMAGINED[scale])];
    return;
  }
  const scales: Scale[] = sizes.filter((size) => size === '100k' || size === '1m');
  if (large) scales.push('8.8m');
  for (const scale of scales) {
    for (const profile of encoders) {
      const name = `synthetic-${profile}-${scale}${vectors ? '-vectors' : ''}`;
      yield [name, await measure(profile, SCALES[scale], options)];
    }
  }
}

async function measure(
  profile: ProfileName,
  documents: number,
  { freshness, vectors, cpu }: BenchOptions,
): Promise<SyntheticFigures> {
  const { folder, build } = await syntheticIndex(profile, documents, freshness, vectors);
  const objects = loadObjects(folder);
  const queries = await publishedQueries(PROFILES[profile], QUERIES);
  const timed = queries.filter((_, i) => i % TIMED === 0).map((query) => Object.fromEntries(query));
  return {
    profile,
    documents,
    build,
    opening: await measureOpening(objects),
    ...(await measureQueries(objects, ({ name }) => queries.map((query) => weighTerms(query, name)))),
    ...(cpu && {
      cpuMilliseconds: await measureCpu(objects, timed, termsOf),
      workerdMilliseconds: await measureInWorkerd(objects, timed, K),
    }),
  };
}

async function imagine(
  profile: ProfileName,
  { documents, queries: count }: (typeof IMAGINED)[keyof typeof IMAGINED],
): Promise<ImaginedFigures> {
  const queries = await publishedQueries(PROFILES[profile], count);
  const asked = new Set(queries.flatMap((query) => [...query.keys()]));
  const index = imaginedIndex(PROFILES[profile], documents, asked, DOCUMENT_PAGES);
  const spent: { cost: Cost; exact: boolean; cpu: number }[] = [];
  for (const query of queries) {
    const terms = weighTerms(query, index.manifest.spaces[0].name);
    const before = process.cpuUsage();
    const pages = new Map<string, OpenPage>();
    const { top, exact, cost } = await findTop(
      { terms, k: K, floor: 0, budget: {} },
      { index, clock: () => 0 },
      pages,
    );
    const { user, system } = process.cpuUsage(before);
    // There is nothing to show: of the hits' pages, only what it costs to read them.
    const wanted = wantedDocuments(
      index,
      top.map(({ document }) => document),
    ).filter((page) => !pages.has(pageKey(page)));
    charge(cost, { documents: planReads(wanted) });
    spent.push({ cost, exact, cpu: (user + system) / 1000 });
  }
  const over = (value: (cost: Cost) => number) => distributionOf(spent.map(({ cost }) => value(cost)));
  const share = (is: (query: (typeof spent)[number]) => boolean) => round(spent.filter(is).length / count);
  return {
    profile,
    documents,
    questions: count,
    proved: share(({ exact }) => exact),
    provedWithinTwoRounds: share(({ exact, cost }) => exact && cost.rounds <= 2),
    rounds: histogramOf(spent.map(({ cost }) => cost.rounds)),
    postingReads: over(({ postingReads }) => postingReads),
    documentReads: over(({ documentReads }) => documentReads),
    bytes: over(({ bytes }) => bytes),
    postingsDecoded: over(({ postings }) => postings),
    cpuMilliseconds: distributionOf(spent.map(({ cpu }) => cpu)),
  };
}
