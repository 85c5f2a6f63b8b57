import { describe, expect, it } from 'vitest';
import { IsolateRoom } from '../../../../src/edge/load/room.ts';

/** A room on a clock that goes on whenever somebody waits, and who is in it. */
function roomOf(bytes: number) {
  let now = 0;
  const timer = async (milliseconds: number) => {
    await Promise.resolve();
    now += milliseconds / 4;
  };
  return {
    room: new IsolateRoom(bytes, () => now, timer),
    pass: (milliseconds: number) => (now += milliseconds),
  };
}

describe('the room of an isolate', () => {
  it('holds no more than it has, and lets everybody in, in order', async () => {
    const { room } = roomOf(100);
    let held = 0;
    let most = 0;
    const order: number[] = [];
    const wanted = Array.from({ length: 40 }, (_, i) => 1 + ((i * 37) % 90));
    await Promise.all(
      wanted.map(async (bytes, i) => {
        const leave = (await room.enter(bytes))!;
        order.push(i);
        held += bytes;
        most = Math.max(most, held);
        for (let turns = 0; turns < 5 + (i % 7); turns++) await Promise.resolve();
        held -= bytes;
        leave();
      }),
    );
    expect(order).toEqual(wanted.map((_, i) => i));
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(60);
  });

  it('lets one in alone that wants more than there is', async () => {
    const { room } = roomOf(100);
    const leave = (await room.enter(1000))!;
    const second = room.enter(1);
    let entered = false;
    void second.then(() => {
      entered = true;
    });
    for (let turns = 0; turns < 50; turns++) await Promise.resolve();
    expect(entered).toBe(false);
    leave();
    expect(await second).toBeTypeOf('function');
  });

  it('sends away whoever has no more time, and does not hold up those behind', async () => {
    const { room } = roomOf(100);
    const leave = (await room.enter(60))!;
    const late = room.enter(60, 20);
    const behind = room.enter(30);
    expect(await late).toBeUndefined();
    expect(await behind).toBeTypeOf('function');
    leave();
  });

  it('lets one in that was taken for given up, since the isolate was busy for too long to look', async () => {
    const { room, pass } = roomOf(100);
    const leave = (await room.enter(100))!;
    const slow = room.enter(10);
    pass(5_000);
    const quick = room.enter(10);
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
    leave();
    expect(await slow).toBeTypeOf('function');
    expect(await quick).toBeTypeOf('function');
  });

  it('forgets whoever was given up: a request that is cancelled neither waits nor leaves', async () => {
    const { room, pass } = roomOf(100);
    await room.enter(100);
    pass(30_000);
    expect(await room.enter(100)).toBeTypeOf('function');
  });

  it('refuses those who would be more than 128 waiting, and lets others wait again', async () => {
    const { room } = roomOf(100);
    const leave = (await room.enter(100))!;
    const waiting = Array.from({ length: 128 }, () => room.enter(1));
    await expect(room.enter(1)).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    expect(await waiting.at(-1)).toBeTypeOf('function');
    expect(await room.enter(1)).toBeTypeOf('function');
  });
});
