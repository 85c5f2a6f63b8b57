// Questions over the runtime's own R2 while one in five of its reads goes wrong, in real time. faults.test.ts has all
// ways and rates in virtual time; SPARSEDGE_SLOW asks a thousand questions of each kind here.

import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { r2Source } from '../../../src/store/r2.ts';
import type { Fault } from '../../fakes/faulty-source.ts';
import { faultyBucket } from '../faulty-bucket.ts';
import { indexesByWay, isolate, question } from '../isolate.ts';
import { clearBucket, type Reply } from '../requests.ts';

const COUNT = env.SLOW ? 1_000 : 60;
const TIMEOUT_MS = env.SLOW ? 7_200_000 : 300_000;
const KINDS = 40;
/** Fewer than an isolate refuses any of, however busy the machine is. */
const AT_ONCE = 6;
const RATE = 0.2;

const time = {
  clock: Date.now,
  timer: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  alarm: (milliseconds: number, ring: () => void) => {
    const id = setTimeout(ring, milliseconds);
    return () => clearTimeout(id);
  },
};

const right: Reply[] = [];

beforeAll(async () => {
  await clearBucket();
  for (const [name, bytes] of (await indexesByWay()).get('alone')!) await env.INDEX.put(name, bytes);
  const { post } = isolate('alone', () => r2Source(env.INDEX, ''), time);
  for (let i = 0; i < KINDS; i++) right.push(await post(question('alone', i)));
  expect(right.every(({ status, body }) => status === 200 && body.exact && body.hits.length > 0)).toBe(true);
});

describe("while a fifth of R2's reads goes wrong", () => {
  it.each<Fault>(['failing', 'short', 'flipped', 'stalling'])(
    '%s',
    { timeout: TIMEOUT_MS },
    async (fault) => {
      const tally = { exact: 0, refused: 0, reads: 0, again: 0 };
      const wrong: Reply[] = [];
      const counted = (random: () => number) => {
        const source = r2Source(faultyBucket(env.INDEX, { fault, rate: RATE, random }), '');
        return {
          read: (...read: Parameters<typeof source.read>) => {
            tally.reads++;
            return source.read(...read);
          },
        };
      };
      for (let first = 0; first < COUNT; first += 60) {
        const { post } = isolate('alone', counted, time, first);
        let next = first;
        const asking = async () => {
          for (let i = next++; i < Math.min(COUNT, first + 60); i = next++) {
            const { status, body } = await post(question('alone', i % KINDS));
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
      if (env.SLOW) console.log(JSON.stringify({ fault, rate: RATE, ...tally, wrong: wrong.length }));
      expect(wrong.slice(0, 3)).toEqual([]);
      expect(tally.exact).toBeGreaterThanOrEqual(Math.floor(0.999 * COUNT));
      // What goes wrong has gone wrong: a test without faults would prove nothing.
      expect(tally.again).toBeGreaterThan(COUNT / 4);
    },
  );
});
