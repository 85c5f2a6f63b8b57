// Published query vectors with synthetic terms for the real ones: as many terms, with the weights they have, used as
// often.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { randomFrom } from '../../fakes/random.ts';
import { requiredData } from './folders.ts';
import type { Profile } from './profiles.ts';
import { queryTerm } from './synthetic.ts';

/** The largest weight that is asked with: published weights above it are scaled down, all by the same factor. */
const LARGEST = 255;

/** Term → weight. */
export type QueryVector = ReadonlyMap<string, number>;

/** `count` queries, evenly spaced over MS MARCO's 6,980. */
export async function publishedQueries({ queries }: Profile, count: number): Promise<QueryVector[]> {
  const path = requiredData(`oracles/query-vectors/topics.msmarco-passage.dev-subset.${queries}.tsv.gz`);
  const vectors: Map<string, number>[] = [];
  const usedBy = new Map<string, number>();
  let largest = 0;
  for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
    const weights = new Map<string, number>();
    // A weight is how often its term is repeated.
    for (const term of line.slice(line.indexOf('\t') + 1).split(' ')) {
      weights.set(term, (weights.get(term) ?? 0) + 1);
    }
    for (const [term, weight] of weights) {
      usedBy.set(term, (usedBy.get(term) ?? 0) + 1);
      largest = Math.max(largest, weight);
    }
    vectors.push(weights);
  }
  const byUse = [...usedBy].sort((a, b) => b[1] - a[1]).map(([term]) => term);
  const rankOf = new Map(byUse.map((term, rank) => [term, rank]));
  const scale = Math.min(1, LARGEST / largest);
  return Array.from({ length: count }, (_, i) => {
    const at = Math.floor((i * vectors.length) / count);
    const random = randomFrom(at);
    const synthetic = new Map<string, number>();
    for (const [term, weight] of vectors[at]) {
      const name = queryTerm(rankOf.get(term)!, at, random, synthetic);
      synthetic.set(name, Math.max(1, Math.round(weight * scale)));
    }
    return synthetic;
  });
}
