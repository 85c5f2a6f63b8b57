// Who is let in while an isolate is busy: as many as the processor gets round to, however slow storage is.

import { describe, expect, it } from 'vitest';
import type { SparsedgeError } from '../../../../src/core/errors.ts';
import { Crowd } from '../../../../src/edge/load/crowd.ts';
import { hangingSource } from '../../../fakes/hanging-source.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { VirtualTime } from '../../../fakes/virtual-time.ts';
import { indexesByWay, isolate, question } from '../../isolate.ts';

/** A crowd before a processor that takes so long to get round to anybody. */
function crowdOf(turn: number) {
  const time = new VirtualTime();
  const processor = { turn };
  const crowd = new Crowd(time.clock, (milliseconds) => time.timer(milliseconds + processor.turn));
  const enter = () => crowd.enter().catch((error: SparsedgeError) => error.code);
  return { time, processor, enter };
}

type Entered = Awaited<ReturnType<ReturnType<typeof crowdOf>['enter']>>;
const isIn = (entered: Entered) => typeof entered === 'function';

describe('a crowd', () => {
  it('lets everybody in while turns are short, and asks the first of them to wait for nothing', async () => {
    const { time, enter } = crowdOf(400);
    for (let i = 0; i < 8; i++) expect(await enter()).toBeTypeOf('function');
    expect(time.clock()).toBe(0);
    const others = await time.pass(Promise.all(Array.from({ length: 100 }, enter)));
    expect(others.every(isIn)).toBe(true);
  });

  it('refuses all but a few while turns are long, and each of them after one turn', async () => {
    const { time, enter } = crowdOf(1_000);
    const entered: Entered[] = [];
    // Some turns pass before it is believed that they are long.
    for (let round = 0; round < 30; round++) entered.push(await time.pass(enter()));
    const late = entered.slice(-10);
    expect(late).toEqual(Array(10).fill('overloaded'));
    expect(time.clock()).toBe((30 - 8) * 1_000);
    const leave = entered.filter((each) => typeof each === 'function');
    expect(leave.length).toBeGreaterThanOrEqual(8);
    for (const each of leave.slice(7)) each();
    expect(await enter()).toBeTypeOf('function');
    expect(await time.pass(enter())).toBe('overloaded');
  });

  it('does not mind one long turn, and lets in at the first short one after many long ones', async () => {
    const { time, processor, enter } = crowdOf(10);
    for (let i = 0; i < 20; i++) expect(await time.pass(enter())).toBeTypeOf('function');
    processor.turn = 600;
    expect(await time.pass(enter())).toBeTypeOf('function');
    for (let i = 0; i < 40; i++) await time.pass(enter());
    expect(await time.pass(enter())).toBe('overloaded');
    processor.turn = 10;
    expect(await time.pass(enter())).toBeTypeOf('function');
  });

  it('does not mind one long turn through which many wait, but the second', async () => {
    const { time, processor, enter } = crowdOf(3_000);
    const first = await time.pass(Promise.all(Array.from({ length: 60 }, enter)));
    expect(first.every(isIn)).toBe(true);
    const second = await time.pass(Promise.all(Array.from({ length: 60 }, enter)));
    expect(second).toEqual(Array(60).fill('overloaded'));
    // What was long ago is no second one.
    processor.turn = 0;
    await time.pass(time.timer(6_000));
    processor.turn = 3_000;
    const later = await time.pass(Promise.all(Array.from({ length: 60 }, enter)));
    expect(later.every(isIn)).toBe(true);
  });

  it('is 256 at most, those that wait for their turn among them, and refuses others at once', async () => {
    const { time, enter } = crowdOf(100);
    const entered = Array.from({ length: 300 }, enter);
    expect(await Promise.all(entered.slice(256))).toEqual(Array(44).fill('overloaded'));
    expect(time.clock()).toBe(0);
    expect((await time.pass(Promise.all(entered))).filter(isIn)).toHaveLength(256);
  });

  it('forgets those that were not seen to end, since whoever gives up takes the end with them', async () => {
    const { time, enter } = crowdOf(0);
    await time.pass(Promise.all(Array.from({ length: 256 }, enter)));
    expect(await enter()).toBe('overloaded');
    await time.pass(time.timer(30_000));
    expect(await enter()).toBeTypeOf('function');
  });
});

describe('an isolate whose storage hangs', () => {
  it('refuses further searches early, is asked for its health all the same, and answers when storage is back', async () => {
    const objects = (await indexesByWay()).get('alone')!;
    let down = false;
    const time = new VirtualTime();
    const { get, post } = isolate('alone', () => hangingSource(memorySource(objects), () => down), time);
    const right = await time.pass(post(question('alone', 1)));
    down = true;
    const asked = Array.from({ length: 300 }, (_, i) => post(question('alone', 2 + i)));
    const [refused, health] = await time.pass(Promise.all([post(question('alone', 1)), get('/healthz')]));
    expect([refused.status, refused.body.code]).toEqual([503, 'overloaded']);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(health.body.detail).toMatch(/^the index is not searched: /);
    const replies = await time.pass(Promise.all(asked));
    expect(time.clock()).toBeLessThanOrEqual(31_000);
    const codes = replies.map(({ status, body }) => `${status} ${body.code}`);
    expect(codes.filter((code) => code === '503 unavailable')).toHaveLength(256);
    expect(codes.filter((code) => code === '503 overloaded')).toHaveLength(44);
    down = false;
    // Storage that was given up is tried every second.
    let again = refused;
    for (let seconds = 0; again.status !== 200 && seconds < 10; seconds++) {
      await time.pass(time.timer(1_000));
      again = await time.pass(post(question('alone', 1)));
    }
    expect([again.status, again.body.hits]).toEqual([200, right.body.hits]);
  });
});
