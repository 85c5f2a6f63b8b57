import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Pace } from '../../../../../build/stages/expand/predict/server/pace.ts';

const { signal } = new AbortController();

async function answer(pace: Pace, calls: number): Promise<void> {
  const began = await Promise.all(Array.from({ length: calls }, () => pace.begin(signal)));
  for (const moment of began) pace.answered(moment);
}

test('calls at once grow by one with each round that was answered, up to the most', async () => {
  // By a clock of its own: where a millisecond takes ten, a server looks full.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const pace = new Pace(8);
  expect(pace.limit).toBe(4);
  for (let round = 0; round < 40; round++) {
    const began = await Promise.all(Array.from({ length: pace.limit }, () => pace.begin(signal)));
    vi.advanceTimersByTime(1);
    for (const moment of began) pace.answered(moment);
  }
  expect(pace.limit).toBe(8);
});

test('a round of refusals halves them once, and not once for each', async () => {
  const pace = new Pace(4);
  const began = await Promise.all([1, 2, 3, 4].map(() => pace.begin(signal)));
  await sleep(2);
  for (const moment of began) pace.refused(moment);
  expect(pace.limit).toBe(2);
  await sleep(2);
  pace.refused(await pace.begin(signal));
  await sleep(2);
  pace.refused(await pace.begin(signal));
  expect(pace.limit).toBe(1);
});

test('what the server asks to wait is waited by all calls', async () => {
  const pace = new Pace(4);
  pace.refused(await pace.begin(signal), 120);
  const until = pace.notBefore;
  const began = await Promise.all([pace.begin(signal), pace.begin(signal)]);
  for (const moment of began) expect(moment).toBeGreaterThanOrEqual(until);
});

test('no more calls begin than there may be, and one that waits is stopped', async () => {
  const pace = new Pace(1);
  const stop = new AbortController();
  const first = await pace.begin(stop.signal);
  const second = pace.begin(stop.signal);
  const outcome = Promise.race([second, sleep(30).then(() => 'waits')]);
  expect(await outcome).toBe('waits');
  stop.abort(new Error('stopped'));
  pace.wake();
  await expect(second).rejects.toThrow('stopped');
  pace.answered(first);
});

test('answers that take several times as long as the best make calls fewer', async () => {
  const pace = new Pace(4);
  await answer(pace, 1);
  for (let i = 0; i < 12; i++) {
    const began = await pace.begin(signal);
    await sleep(25);
    pace.answered(began);
  }
  expect(pace.limit).toBeLessThan(4);
});

test('a pause that ends between two looks at the clock is over', async () => {
  const pace = new Pace(1);
  pace.refused(await pace.begin(signal), 1000);
  const { notBefore } = pace;
  // The first look is before the end of the pause, the second behind it.
  const looks = [notBefore - 1, notBefore + 1];
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => looks.shift() ?? notBefore + 2);
  onTestFinished(() => clock.mockRestore());
  expect(await pace.begin(signal)).toBe(notBefore + 2);
});
