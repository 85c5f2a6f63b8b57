// What all answers of a day may cost: isolates that know nothing of each other, over the real Durable Object.

import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DayBudget } from '../../../src/edge/spending.ts';
import { REPORT_MICRODOLLARS } from '../../../src/query/usage/price.ts';
import { createWorker } from '../../../src/worker.ts';
import { client, collectionIndex, NEXT_BUILD, publish } from '../requests.ts';

const NOON = Date.UTC(2026, 10, 27, 12);
const object = () => env.SPENDING.getByName('all');

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ['Date'] });
  await publish(collectionIndex());
});
afterEach(() => void vi.useRealTimers());

/** An isolate's part, whose waits end when the test says so. */
function isolate(most: number, { add = async (spent: number) => object().add(spent) } = {}) {
  const calls: Promise<unknown>[] = [];
  const waiting: { readonly milliseconds: number; readonly end: () => void }[] = [];
  const errors: unknown[] = [];
  const budget = new DayBudget({
    most,
    add: (spent) => {
      const call = add(spent);
      calls.push(call.catch(() => {}));
      return call;
    },
    clock: () => Date.now(),
    timer: (milliseconds) => new Promise((end) => waiting.push({ milliseconds, end: () => end() })),
    waitUntil: () => {},
    log: (error) => errors.push(error),
  });
  return {
    budget,
    waiting,
    errors,
    reports: () => calls.length,
    /** Waits until what was reported is heard. */
    settle: async () => {
      await Promise.all(calls);
      await Promise.resolve();
    },
  };
}

describe('a day', () => {
  it('has one sum, which begins anew at midnight UTC', async () => {
    const before = (await object().add(0)).microdollars;
    await object().add(2.5);
    expect((await object().add(1.25)).microdollars).toBeCloseTo(before + 3.75);
    vi.setSystemTime(NOON + 12 * 3_600_000);
    const { day, microdollars } = await object().add(1);
    expect([day, microdollars]).toEqual([NOON / 86_400_000 + 0.5, 1]);
  });

  it('is over for an isolate once others have spent it, and until midnight', async () => {
    vi.setSystemTime(NOON + 86_400_000 * 2);
    const [one, two] = [isolate(1000), isolate(1000)];
    one.budget.admit();
    two.budget.admit();
    one.budget.spend(900);
    await one.settle();
    one.budget.admit();
    two.budget.spend(200);
    await two.settle();
    expect(() => two.budget.admit()).toThrow(
      expect.objectContaining({ code: 'over-budget', details: { most: 1000, retryAfter: 43_200 } }),
    );
    // The first has not heard of it yet; it does with its next report.
    one.budget.admit();
    one.budget.spend(20);
    await one.settle();
    expect(() => one.budget.admit()).toThrow(/is spent/);
    vi.setSystemTime(NOON + 86_400_000 * 2.5 - 1);
    expect(() => one.budget.admit()).toThrow(
      expect.objectContaining({ details: { most: 1000, retryAfter: 1 } }),
    );
    vi.setSystemTime(NOON + 86_400_000 * 2.5);
    one.budget.admit();
    two.budget.admit();
  });

  it('is spent to within what isolates had not reported, whatever the order of their answers', async () => {
    vi.setSystemTime(NOON + 86_400_000 * 4);
    const most = 20_000;
    const isolates = Array.from({ length: 5 }, () => isolate(most));
    let spent = 0;
    let refused = 0;
    for (let query = 0; refused < isolates.length; query++) {
      const { budget, settle } = isolates[(query * query) % isolates.length];
      refused = isolates.filter((each) => isOver(each.budget)).length;
      if (isOver(budget)) {
        // Those that have heard nothing go on.
        const next = isolates.find((each) => !isOver(each.budget));
        if (!next) break;
        next.budget.spend(5);
        await next.settle();
      } else {
        budget.spend(5);
        await settle();
      }
      spent += 5;
    }
    const reports = isolates.reduce((sum, each) => sum + each.reports(), 0);
    const counted = spent + reports * REPORT_MICRODOLLARS;
    expect(counted).toBeGreaterThan(most * 0.98);
    expect(counted).toBeLessThan(most * 1.05);
    // Counting costs a tenth at most.
    expect(reports * REPORT_MICRODOLLARS).toBeLessThan(spent * 0.12);
  });
});

function isOver(budget: DayBudget): boolean {
  try {
    budget.admit();
    return false;
  } catch {
    return true;
  }
}

describe('what is spent', () => {
  it('is reported some time later where it is little, once for all that came meanwhile', async () => {
    vi.setSystemTime(NOON + 86_400_000 * 6);
    const { budget, reports, waiting, settle } = isolate(1e6);
    budget.spend(1);
    await settle();
    for (let i = 0; i < 5; i++) budget.spend(1);
    await settle();
    expect([reports(), waiting.map(({ milliseconds }) => milliseconds)]).toEqual([1, [20_000]]);
    const before = (await object().add(0)).microdollars;
    budget.spend(1);
    waiting[0].end();
    await vi.waitFor(() => expect(reports()).toBe(2));
    await settle();
    expect((await object().add(0)).microdollars).toBeCloseTo(before + 6 + REPORT_MICRODOLLARS);
  });

  it('is reported again where the object could not be reached, and is held to the limit here meanwhile', async () => {
    vi.setSystemTime(NOON + 86_400_000 * 8);
    let down = true;
    const add = (spent: number) => (down ? Promise.reject(new Error('no object')) : object().add(spent));
    const { budget, errors, settle } = isolate(100, { add });
    budget.spend(30);
    await settle();
    budget.spend(30);
    await settle();
    // The first that failed is not followed by another at once.
    expect(errors).toHaveLength(1);
    budget.admit();
    budget.spend(40);
    expect(() => budget.admit()).toThrow(/is spent/);
    down = false;
    vi.setSystemTime(NOON + 86_400_000 * 8 + 10_000);
    budget.spend(0);
    await settle();
    expect((await object().add(0)).microdollars).toBeCloseTo(100 + REPORT_MICRODOLLARS);
  });
});

describe('a Worker with a limit for the day', () => {
  const settings = (most: number) => ({
    INDEX: env.INDEX,
    SPENDING: env.SPENDING,
    MAX_MICRODOLLARS_A_DAY: most,
  });
  const started = (most: number) => {
    const worker = createWorker();
    return client((request) => worker.fetch(request, settings(most)));
  };

  it('answers until what all isolates spent is the limit, and then says when it answers again', async () => {
    vi.setSystemTime(NOON + 86_400_000 * 10);
    const one = started(60);
    let spent = 0;
    let answers = 0;
    for (;;) {
      const { status, body, headers } = await one.get('/v1/search?q=river');
      // Reports go on beside answers that no read holds up.
      await new Promise((end) => setTimeout(end, 1));
      if (status !== 200) {
        expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'over-budget', '43200']);
        expect(body).toMatchObject({ most: 60, retryAfter: 43_200 });
        break;
      }
      spent += body.cost.microdollars;
      answers++;
      expect(answers).toBeLessThan(1000);
    }
    expect(spent).toBeGreaterThan(40);
    for (const path of ['/v1/documents/a', '/v1/index', '/healthz'])
      expect((await one.get(path)).status, path).toBe(503);
    expect((await one.get('/healthz')).body.detail).toMatch(/the index is not searched: .* is spent/);
    expect((await one.get('/openapi.json')).status).toBe(200);
    // Another isolate, which has heard nothing, answers once, and then knows.
    await vi.waitFor(async () => expect((await object().add(0)).microdollars).toBeGreaterThanOrEqual(60));
    const two = started(60);
    expect((await two.get('/v1/search?q=river')).status).toBe(200);
    await vi.waitFor(async () => expect((await two.get('/v1/search?q=river')).body.code).toBe('over-budget'));
    vi.setSystemTime(NOON + 86_400_000 * 10.5);
    expect((await one.get('/v1/search?q=river')).status).toBe(200);
  });

  it('counts what fails by its reads', async () => {
    vi.setSystemTime(NOON + 86_400_000 * 12);
    vi.spyOn(console, 'error').mockImplementation(() => {});
    // Another build, of which no page is at hand.
    const index = collectionIndex(NEXT_BUILD);
    await publish(index);
    for (const name of index.objects.keys()) if (name.startsWith('shards/')) await env.INDEX.delete(name);
    const one = started(1e6);
    expect((await one.get('/v1/search?q=river')).status).toBe(500);
    await vi.waitFor(async () => {
      // Two reads that opened it, and one at least that found nothing.
      expect((await object().add(0)).microdollars).toBeGreaterThan(REPORT_MICRODOLLARS + 0.3 + 3 * 0.36);
    });
    vi.restoreAllMocks();
  });

  it('is not configured without the object, and says what to add', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const worker = createWorker();
    const { INDEX, MAX_MICRODOLLARS_A_DAY } = settings(5);
    const { status, body } = await client((request) =>
      worker.fetch(request, { INDEX, MAX_MICRODOLLARS_A_DAY }),
    ).get('/v1/index');
    expect([status, body.code]).toEqual([500, 'bad-input']);
    expect(body.detail).toContain('"durable_objects": { "bindings": [{ "name": "SPENDING"');
    expect(body.detail).toContain(
      '"migrations": [{ "tag": "spending", "new_sqlite_classes": ["Spending"] }]',
    );
    log.mockRestore();
  });
});
