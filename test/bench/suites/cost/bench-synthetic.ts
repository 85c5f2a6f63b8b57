// `synthetic`: what queries of learned sparse encoders cost, on vectors with their published statistics.

import { weighTerms } from '../../../../src/query/search/terms.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { PROFILES, type ProfileName } from '../../data/profiles.ts';
import { publishedQueries } from '../../data/published-queries.ts';
import type { Distribution } from '../../figures.ts';
import type { BuildFigures } from '../../indexes/build-child.ts';
import { syntheticIndex } from '../../indexes/indexes.ts';
import {
  measureCpu,
  measureOpening,
  measureQueries,
  type OpeningFigures,
  type SetFigures,
} from '../../indexes/query-cost.ts';
import { loadObjects } from '../../machine/metered-storage.ts';

/** Names of collections, so that results sort as others do, and their documents. */
export const SCALES = { '100k': 100_000, '1m': 1_000_000, '8.8m': 8_841_823 } as const;

const QUERIES = 500;
/** Every so many queries, the time of one is taken. */
const TIMED = 5;

/** What an encoder's vectors cost to build and to search. */
export interface SyntheticFigures extends SetFigures {
  readonly profile: ProfileName;
  readonly documents: number;
  readonly build: BuildFigures;
  readonly opening: OpeningFigures;
  readonly cpuMilliseconds?: Distribution;
}

export async function* bench(options: BenchOptions): Results {
  const { sizes, encoders, large, vectors } = options;
  const scales: (keyof typeof SCALES)[] = sizes.filter((size) => size === '100k' || size === '1m');
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
  return {
    profile,
    documents,
    build,
    opening: await measureOpening(objects),
    ...(await measureQueries(objects, ({ name }) => queries.map((query) => weighTerms(query, name)))),
    ...(cpu && {
      cpuMilliseconds: await measureCpu(
        objects,
        queries.filter((_, i) => i % TIMED === 0),
        (query, { name }) => weighTerms(query, name),
      ),
    }),
  };
}
