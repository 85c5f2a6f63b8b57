// `query`: what queries cost.

import { encodeQuery } from '../../../../src/query/encode/encode-query.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import type { Size } from '../../data/passages.ts';
import { QUESTION_SETS } from '../../data/questions.ts';
import type { Distribution } from '../../figures.ts';
import { indexOf } from '../../indexes/indexes.ts';
import {
  K,
  measureCpu,
  measureOpening,
  measureSet,
  type OpeningFigures,
  type SetFigures,
} from '../../indexes/query-cost.ts';
import { loadObjects } from '../../machine/metered-storage.ts';
import { measureInWorkerd } from '../../machine/workerd.ts';

/** CPU time of a query, documents included. */
export interface CpuFigures {
  readonly node: Distribution;
  readonly workerd: Distribution;
}

/** What queries of one index cost, by set of questions. */
export interface QueryFigures {
  readonly size: Size;
  readonly k: number;
  /** Of the index. */
  readonly files: number;
  readonly opening: OpeningFigures;
  readonly sets: Readonly<Record<string, SetFigures & { cpuMilliseconds?: CpuFigures }>>;
}

/** Starting workerd and asking it everything thrice takes long: there, every fifth question stands for all. */
const IN_WORKERD = 5;

export async function* bench({ sizes, sets, freshness, store, cpu }: BenchOptions): Results {
  for (const size of sizes) {
    const objects = loadObjects(await indexOf(size, freshness, store));
    const opening = await measureOpening(objects);
    const measured: Record<string, SetFigures & { cpuMilliseconds?: CpuFigures }> = {};
    for (const set of sets) {
      const questions = await QUESTION_SETS[set]();
      measured[set] = {
        ...(await measureSet(objects, questions)),
        ...(cpu && { cpuMilliseconds: await cpuOf(objects, questions) }),
      };
    }
    const figures: QueryFigures = { size, k: K, files: objects.size, opening, sets: measured };
    yield [store === 'r2' ? `query-${size}` : `query-${store}-${size}`, figures];
  }
}

async function cpuOf(
  objects: ReadonlyMap<string, Uint8Array>,
  questions: readonly string[],
): Promise<CpuFigures> {
  return {
    node: await measureCpu(objects, questions, encodeQuery),
    workerd: await measureInWorkerd(
      objects,
      questions.filter((_, i) => i % IN_WORKERD === 0),
      K,
    ),
  };
}
