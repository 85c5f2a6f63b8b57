import { describe, expect, it } from 'vitest';
import { IsolateRoom } from '../../../../src/edge/load/room.ts';
import { VirtualTime } from '../../../fakes/virtual-time.ts';

function roomOf(bytes: number) {
  const time = new VirtualTime();
  /** Those whose requests are given up wait for ever. */
  const given = { up: false };
  const timer = (milliseconds: number) => (given.up ? new Promise<void>(() => {}) : time.timer(milliseconds));
  const room = new IsolateRoom(bytes, time.clock, timer);
  return { room, time, given };
}

describe('the room of an isolate', () => {
  it('holds no more than it has, and lets everybody in, in order', async () => {
    const { room, time } = roomOf(100);
    let held = 0;
    let most = 0;
    const order: number[] = [];
    const wanted = Array.from({ length: 40 }, (_, i) => 1 + ((i * 37) % 90));
    const searches = wanted.map(async (bytes, i) => {
      const leave = (await room.enter(bytes))!;
      order.push(i);
      held += bytes;
      most = Math.max(most, held);
      await time.timer(5 + (i % 7));
      held -= bytes;
      leave();
    });
    await time.pass(Promise.all(searches));
    expect(order).toEqual(wanted.map((_, i) => i));
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(60);
  });

  it('lets one in alone that wants more than there is', async () => {
    const { room, time } = roomOf(100);
    const leave = (await room.enter(1000))!;
    const second = room.enter(1);
    let entered = false;
    void second.then(() => {
      entered = true;
    });
    await time.pass(time.timer(500));
    expect(entered).toBe(false);
    leave();
    expect(await time.pass(second)).toBeTypeOf('function');
  });

  it('sends away whoever has no more time, and does not hold up those behind', async () => {
    const { room, time } = roomOf(100);
    const leave = (await room.enter(60))!;
    const late = room.enter(60, 20);
    const behind = room.enter(30);
    expect(await time.pass(late)).toBeUndefined();
    expect(await time.pass(behind)).toBeTypeOf('function');
    leave();
  });

  it('lets one in that was taken for given up, since the isolate was busy for too long to look', async () => {
    const { room, time } = roomOf(100);
    const leave = (await room.enter(100))!;
    const slow = room.enter(10);
    time.compute(5_000);
    const quick = room.enter(10);
    await time.pass(time.timer(100));
    leave();
    expect(await time.pass(slow)).toBeTypeOf('function');
    expect(await time.pass(quick)).toBeTypeOf('function');
  });

  it('forgets whoever was given up within seconds: they neither wait nor leave', async () => {
    const { room, time, given } = roomOf(100);
    await room.enter(100);
    given.up = true;
    void room.enter(100);
    await time.pass(time.timer(1_500));
    given.up = false;
    expect(await time.pass(room.enter(100))).toBeTypeOf('function');
    expect(time.clock()).toBeLessThan(8_000);
  });

  it('holds what a long search holds until it ends, also after the processor was busy for long', async () => {
    const { room, time } = roomOf(100);
    const leave = (await room.enter(100))!;
    for (const busy of [0, 3_000, 20_000]) {
      time.compute(busy);
      await time.pass(time.timer(2_000));
      expect(await time.pass(room.enter(1, time.clock() + 1_500))).toBeUndefined();
    }
    leave();
    expect(await time.pass(room.enter(100))).toBeTypeOf('function');
  });

  it('refuses those who would be more than 128 waiting, and lets others wait again', async () => {
    const { room, time } = roomOf(200);
    const leave = (await room.enter(200))!;
    const waiting = Array.from({ length: 128 }, () => room.enter(1));
    await expect(room.enter(1)).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    expect(await time.pass(waiting.at(-1)!)).toBeTypeOf('function');
    expect(await time.pass(room.enter(1))).toBeTypeOf('function');
  });
});
