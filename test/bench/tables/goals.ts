// The project's goals and what the kept results say of them.

import { PRICES } from '../../../src/query/usage/price.ts';
import { keptResult } from '../figures.ts';
import type { BuildFigures } from '../indexes/build-child.ts';
import type { MemoryFigures } from '../suites/cost/bench-memory.ts';
import type { NetworkFigures } from '../suites/cost/bench-network.ts';
import type { QueryFigures } from '../suites/cost/bench-query.ts';

/** A goal: what was measured is to be at most (or at least) the target. */
export interface Goal {
  readonly what: string;
  readonly unit: string;
  readonly target: number;
  readonly atLeast?: true;
  /** Nothing while the benchmark has not been run. */
  readonly measured: number | undefined;
}

const KB = 1024;

/** In dollars: a million R2 reads, a million requests, a million ms of CPU. */
const { r2Read: READS, request: REQUESTS, cpuMillisecond: CPU } = PRICES;

/** What a million queries cost that make so many paid reads each and compute for so long, in dollars. */
export function priceOfMillion(reads: number, cpuMilliseconds: number): number {
  return REQUESTS + reads * READS + cpuMilliseconds * CPU;
}

/** Every goal that a kept result tells about: a million real passages, the questions of SQuAD, ten hits. */
export function goals(): Goal[] {
  const query = keptResult<QueryFigures>('query-1m')?.figures;
  const set = query?.sets.squad;
  const cost = set?.withDocuments;
  const waits = keptResult<NetworkFigures>('network-1m')?.figures.sets.squad;
  const build = keptResult<BuildFigures>('build-1m')?.figures;
  const serving = keptResult<MemoryFigures>('memory-1m')?.figures.serving;
  const cpu = set?.cpuMilliseconds?.workerd;
  const allInR2 = cost && cpu && priceOfMillion(cost.reads.mean, cpu.mean);
  // Requests of static assets are free: texts there leave the posting reads to be paid.
  const textsInAssets = cost && cpu && priceOfMillion(cost.postingReads.mean, cpu.mean);
  return [
    goal('posting reads, median', '', 8, cost?.postingReads.median),
    goal('posting reads, 99th percentile', '', 24, cost?.postingReads.p99),
    atLeast('proved within two rounds, documents included', '%', 95, percent(cost?.provedWithinTwoRounds)),
    goal('document reads, median', '', 8, cost?.documentReads.median),
    goal('document reads, 90th percentile', '', 24, cost?.documentReads.p90),
    goal('bytes, median', 'KB', 256, kilobytes(cost?.bytes.median)),
    goal('bytes, 99th percentile', 'KB', 1024, kilobytes(cost?.bytes.p99)),
    goal('opening the index, reads', '', 2, query?.opening.reads),
    goal('opening the index, bytes', 'KB', 512, kilobytes(query?.opening.bytes)),
    goal('CPU in workerd, median', 'ms', 5, cpu?.median),
    goal('wait for storage, median', 'ms', 250, waits?.warm.withDocuments.median),
    goal('the same, ids alone', 'ms', 250, waits?.warm.idsOnly.median),
    goal('bytes a posting', '', 1.4, build?.bytesPerPosting),
    goal('memory of the isolate, 50 clients', 'MB', 64, megabytes(serving?.at(-1)?.peak.isolate)),
    goal('peak of memory of the build', 'MB', 1024, build?.peakMegabytes),
    atLeast('passages built a second', '', 20_000, build?.documentsPerSecond),
    goal('a million queries, nothing cached', '$', 3, allInR2),
    goal('the same, texts in static assets', '$', 3, textsInAssets),
    goal('and four answers in five cached', '$', 1, textsInAssets && (4 * REQUESTS + textsInAssets) / 5),
  ];
}

/** Whether a goal is met, once it is measured. */
export function isMet({ measured, target, atLeast }: Goal): boolean | undefined {
  if (measured === undefined) return undefined;
  return atLeast ? measured >= target : measured <= target;
}

function goal(what: string, unit: string, target: number, measured: number | undefined): Goal {
  return { what, unit, target, measured };
}

function atLeast(what: string, unit: string, target: number, measured: number | undefined): Goal {
  return { what, unit, target, measured, atLeast: true };
}

function kilobytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / KB;
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / KB ** 2;
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : share * 100;
}
