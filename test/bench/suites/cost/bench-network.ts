// `network`: how long queries wait for storage, in a simulated network.

import { encodeQuery } from '../../../../src/query/encode/encode-query.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import type { Size } from '../../data/passages.ts';
import { QUESTION_SETS } from '../../data/questions.ts';
import { type Distribution, distributionOf } from '../../figures.ts';
import { indexOf } from '../../indexes/indexes.ts';
import { K } from '../../indexes/query-cost.ts';
import { loadObjects } from '../../machine/metered-storage.ts';
import { SimulatedNetwork } from '../../machine/simulated-network.ts';

/** Every question is asked this often, each time with other latencies. */
const TRIALS = 3;

/** Milliseconds of waiting, for ten hits shown or ten numbers only. */
export interface WaitFigures {
  readonly withDocuments: Distribution;
  readonly idsOnly: Distribution;
}

/** How long queries of one index wait, by set of questions. */
export interface NetworkFigures {
  readonly size: Size;
  readonly sets: Readonly<Record<string, SetWaits>>;
}

/** Waits with the page tables resident and no page kept, and with nothing at all. */
export interface SetWaits {
  readonly warm: WaitFigures;
  readonly cold: WaitFigures;
}

export async function* bench({ sizes, sets, freshness }: BenchOptions): Results {
  for (const size of sizes) {
    const objects = loadObjects(await indexOf(size, freshness));
    const measured: Record<string, SetWaits> = {};
    for (const set of sets) measured[set] = await waitsOf(objects, await QUESTION_SETS[set]());
    const figures: NetworkFigures = { size, sets: measured };
    yield [`network-${size}`, figures];
  }
}

async function waitsOf(
  objects: ReadonlyMap<string, Uint8Array>,
  questions: readonly string[],
): Promise<SetWaits> {
  const memory = memorySource(objects);
  const open = await openIndex(memory);
  const space = spaceNamed(open);
  const network = new SimulatedNetwork(memory);
  const warm = { ...open, source: network.source };
  const waits = async (cold: boolean, documents: boolean): Promise<Distribution> => {
    const times: number[] = [];
    for (const [i, question] of questions.entries()) {
      const terms = encodeQuery(question, space);
      for (let trial = 0; trial < TRIALS; trial++) {
        times.push(
          await network.time(i * TRIALS + trial, async () => {
            const index = cold ? await openIndex(network.source) : warm;
            await search({ terms, k: K, documents }, { index, clock: () => 0 });
          }),
        );
      }
    }
    return distributionOf(times);
  };
  return {
    warm: { withDocuments: await waits(false, true), idsOnly: await waits(false, false) },
    cold: { withDocuments: await waits(true, true), idsOnly: await waits(true, false) },
  };
}
