// Questions while storage goes wrong: answers are exact and in time, or they are problems. Time is virtual, so that
// stalls cost nothing; SPARSEDGE_SLOW asks ten thousand questions of each kind.

import { beforeAll, describe, expect, it } from 'vitest';
import { type Fault, faultySource } from '../../fakes/faulty-source.ts';
import type { Objects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { VirtualTime } from '../../fakes/virtual-time.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { indexesByWay, isolate, question, type Way } from '../isolate.ts';
import type { Reply } from '../requests.ts';

let indexes: ReadonlyMap<Way, Objects>;

beforeAll(async () => {
  indexes = await indexesByWay();
});

interface Tally {
  exact: number;
  refused: number;
  wrong: Reply[];
  late: number;
  reads: number;
  retries: number;
  hedges: number;
  waited: number[];
}

/** Asks so many questions, eighty to an isolate and twenty at a time. */
async function askAll(way: Way, count: number, faults: { fault: Fault; rate: number }, right: Reply[]) {
  const tally: Tally = {
    exact: 0,
    refused: 0,
    wrong: [],
    late: 0,
    reads: 0,
    retries: 0,
    hedges: 0,
    waited: [],
  };
  const objects = memorySource(indexes.get(way)!);
  for (let first = 0; first < count; first += 80) {
    const time = new VirtualTime();
    const source = (random: () => number) =>
      faultySource(objects, { ...faults, random, timer: time.timer, tally });
    const { post } = isolate(way, source, time, first);
    let next = first;
    const asking = async () => {
      for (let i = next++; i < Math.min(count, first + 80); i = next++) {
        const began = time.clock();
        const reply = await post(question(way, i % right.length));
        const waited = time.clock() - began;
        note(tally, reply, right[i % right.length], waited);
      }
    };
    await time.pass(Promise.all(Array.from({ length: 20 }, asking)));
  }
  return tally;
}

function note(tally: Tally, reply: Reply, right: Reply | undefined, waited: number): void {
  const { status, body } = reply;
  tally.waited.push(waited);
  // The longest that a request is worked on which names no deadline.
  if (waited > 30_000) tally.late++;
  if (status === 200) {
    tally.retries += body.cost.retries;
    tally.hedges += body.cost.hedges;
  }
  if (status === 200 && body.exact && JSON.stringify(body.hits) === JSON.stringify(right?.body.hits))
    tally.exact++;
  else if (status === 503 && body.code === 'unavailable') tally.refused++;
  else tally.wrong.push(reply);
}

const COUNT = SLOW ? 10_000 : 100;
const TIMEOUT_MS = SLOW ? 7_200_000 : 120_000;
const WAYS: readonly Way[] = ['alone', 'in groups', 'with a model'];

describe.each(WAYS)('questions %s, while storage goes wrong', (way) => {
  const right: Reply[] = [];
  beforeAll(async () => {
    const time = new VirtualTime();
    const { post } = isolate(way, () => memorySource(indexes.get(way)!), time, 0);
    for (let i = 0; i < Math.min(COUNT, 1000); i++) right.push(await time.pass(post(question(way, i))));
    expect(right.every(({ body }) => body.exact && body.hits.length > 0)).toBe(true);
  }, TIMEOUT_MS);

  const cells = (['failing', 'short', 'flipped', 'stalling'] as const).flatMap((fault) =>
    [0.01, 0.05, 0.2].map((rate) => ({ fault, rate })),
  );
  it.each(cells)('$fault at $rate', { timeout: TIMEOUT_MS }, async (faults) => {
    const { wrong, late, exact, refused, waited, ...costs } = await askAll(way, COUNT, faults, right);
    waited.sort((a, b) => a - b);
    const at = (share: number) => waited[Math.floor(share * (waited.length - 1))];
    if (SLOW) {
      const times = { p50: at(0.5), p99: at(0.99), max: at(1) };
      // biome-ignore lint/suspicious/noConsole: the figures are what a slow run is for.
      console.log(
        JSON.stringify({ way, ...faults, exact, refused, late, wrong: wrong.length, ...times, ...costs }),
      );
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(late).toBe(0);
    expect(exact).toBeGreaterThanOrEqual(Math.floor(0.999 * COUNT));
  });
});
