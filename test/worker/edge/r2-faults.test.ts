// Questions over the runtime's own R2 while one in five of its reads goes wrong, in real time. faults.test.ts has all
// rates in virtual time; SPARSEDGE_SLOW asks a thousand questions of each kind here.

import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { r2Source } from '../../../src/store/r2.ts';
import type { Fault } from '../../fakes/faulty-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { faultyBucket } from '../faulty-bucket.ts';
import { indexesByWay, isolate, question, type Way } from '../isolate.ts';
import { clearBucket, type Reply } from '../requests.ts';

const COUNT = SLOW ? 1_000 : 30;
/** Questions of an isolate, which knows nothing of its storage at first. */
const OF_ISOLATE = 60;
const TIMEOUT_MS = SLOW ? 7_200_000 : 300_000;
const KINDS = 40;
/** Fewer than an isolate refuses any of, however busy the machine is. */
const AT_ONCE = 6;
const RATE = 0.2;
const WAYS: readonly Way[] = ['alone', 'in groups', 'with a model'];

const time = {
  clock: Date.now,
  timer: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  alarm: (milliseconds: number, ring: () => void) => {
    const id = setTimeout(ring, milliseconds);
    return () => clearTimeout(id);
  },
};

/** What is there of each way in the bucket. */
const prefixOf = (way: Way) => `${way}/`;

beforeAll(async () => {
  await clearBucket();
  for (const [way, objects] of await indexesByWay())
    for (const [name, bytes] of objects) await env.INDEX.put(prefixOf(way) + name, bytes);
});

describe.each(WAYS)("questions %s, while a fifth of R2's reads goes wrong", (way) => {
  const right: Reply[] = [];
  beforeAll(async () => {
    const { post } = isolate(way, () => r2Source(env.INDEX, prefixOf(way)), time);
    for (let i = 0; i < KINDS; i++) right.push(await post(question(way, i)));
    expect(right.every(({ status, body }) => status === 200 && body.exact && body.hits.length > 0)).toBe(
      true,
    );
  });

  it.each<Fault>(['failing', 'short', 'flipped', 'stalling'])(
    '%s',
    { timeout: TIMEOUT_MS },
    async (fault) => {
      const tally = { exact: 0, refused: 0, reads: 0, again: 0 };
      const wrong: Reply[] = [];
      const counted = (random: () => number) => {
        const source = r2Source(faultyBucket(env.INDEX, { fault, rate: RATE, random }), prefixOf(way));
        return {
          read: (...read: Parameters<typeof source.read>) => {
            tally.reads++;
            return source.read(...read);
          },
        };
      };
      for (let first = 0; first < COUNT; first += OF_ISOLATE) {
        const { post } = isolate(way, counted, time, first);
        let next = first;
        const asking = async () => {
          for (let i = next++; i < Math.min(COUNT, first + OF_ISOLATE); i = next++) {
            const { status, body } = await post(question(way, i % KINDS));
            const hits = JSON.stringify(right[i % KINDS].body.hits);
            if (status === 200) tally.again += body.cost.retries + body.cost.hedges;
            if (status === 200 && body.exact && JSON.stringify(body.hits) === hits) tally.exact++;
            else if (status === 503 && body.code === 'unavailable') tally.refused++;
            else wrong.push({ status, body } as Reply);
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, asking));
      }
      // biome-ignore lint/suspicious/noConsole: the figures are what a slow run is for.
      if (SLOW) console.log(JSON.stringify({ way, fault, rate: RATE, ...tally, wrong: wrong.length }));
      expect(wrong.slice(0, 3)).toEqual([]);
      expect(tally.exact).toBeGreaterThanOrEqual(Math.floor(0.999 * COUNT));
      // What goes wrong has gone wrong: a test without faults would prove nothing.
      expect(tally.again).toBeGreaterThan(COUNT / 4);
    },
  );
});
