// What a monitor reads, held to the grammar of OpenMetrics 1.0 as far as it is used.

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../../src/http/messages/open-metrics.ts';
import { asked, keys, POST, prepare, said, token } from '../access/tenants.ts';

beforeAll(prepare);

const OPEN = { ACCESS: 'public', METRICS: 'public' };
const NUMBER = String.raw`(?:\d+(?:\.\d+)?(?:e[+-]\d+)?)`;
const SAMPLE = new RegExp(String.raw`^(\w+)\{((?:\w+="[^"\\\n]*",?)*)\} (${NUMBER})$`);

interface Family {
  readonly type: string;
  readonly samples: Map<string, number>;
}

/** Families by name; of samples what follows the family's name, with all labels but the isolate's. */
function parsed(text: string): { families: Map<string, Family>; isolates: Set<string> } {
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const families = new Map<string, Family>();
  const isolates = new Set<string>();
  let name = '';
  for (const line of text.slice(0, -'# EOF\n'.length).trimEnd().split('\n')) {
    const [, kind, of = '', rest = ''] = /^# (TYPE|UNIT|HELP) (\w+) (.+)$/.exec(line) ?? [];
    if (kind === 'TYPE') {
      expect(families.has(of)).toBe(false);
      name = of;
      families.set(name, { type: rest, samples: new Map() });
    } else if (kind !== undefined) {
      expect(of).toBe(name);
      if (kind === 'UNIT') expect(name.endsWith(`_${rest}`)).toBe(true);
    } else {
      const [, sample = '', labels = '', value] = SAMPLE.exec(line) ?? [];
      const { type, samples } = families.get(name)!;
      const suffix = sample.slice(name.length);
      expect([line, sample.startsWith(name)]).toEqual([line, true]);
      const suffixes = { counter: ['_total'], gauge: [''], histogram: ['_bucket', '_count', '_sum'] };
      expect([line, suffixes[type as keyof typeof suffixes].includes(suffix)]).toEqual([line, true]);
      const [, isolate = ''] = /^isolate="([0-9a-f-]{36})"/.exec(labels) ?? [];
      isolates.add(isolate);
      const key = suffix + labels.slice(`isolate="${isolate}"`.length);
      expect([line, samples.has(key)]).toEqual([line, false]);
      samples.set(key, Number(value));
    }
  }
  return { families, isolates };
}

describe('GET /metrics', () => {
  it('is for a key of the scope admin, and for nobody where there are no keys, unless it is public', async () => {
    expect(said(await asked()('/metrics'))).toEqual([401, 'unauthorized']);
    for (const key of [keys.search!.key, keys.ofA!.key, await token()])
      expect(said(await asked(key)('/metrics'))).toEqual([403, 'forbidden']);
    expect(said(await asked(undefined, { KEYS: undefined })('/metrics'))).toEqual([403, 'forbidden']);
    expect((await asked(keys.admin!.key)('/metrics')).status).toBe(200);
    expect((await asked(undefined, { KEYS: undefined, METRICS: 'public' })('/metrics')).status).toBe(200);
    // Where all else needs a key, this does, too.
    expect(said(await asked(undefined, { METRICS: 'public' })('/metrics'))).toEqual([401, 'unauthorized']);
    expect(said(await asked(keys.admin!.key)('/metrics', POST({})))).toEqual([405, 'method-not-allowed']);
    expect(said(await asked(undefined, { METRICS: 'yes' })('/metrics'))).toEqual([500, 'bad-input']);
  });

  it('counts requests by route and status, and what searches came to', async () => {
    const ask = asked(undefined, OPEN);
    const first = await ask('/v1/search?q=river');
    const second = await ask('/v1/search', POST({ query: 'nothing', exactWords: true }));
    const third = await ask('/v1/search?q=lamp&k=2');
    expect([first.status, second.body.hits, third.status]).toEqual([200, [], 200]);
    await ask('/v1/search?q=');
    await ask('/v1/documents/a0');
    await ask('/v1/documents/none');
    for (const path of ['/wp-login.php', '/a"b\\c{}', '/v1/search/x']) await ask(path);
    await ask('/metrics');
    const { status, headers, body } = await ask('/metrics');
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'no-store',
    ]);
    const { families, isolates } = parsed(body);
    expect([...isolates]).toHaveLength(1);
    expect(Object.fromEntries(families.get('sparsedge_requests')!.samples)).toEqual({
      '_total,route="/v1/search",status="200"': 3,
      '_total,route="/v1/search",status="400"': 1,
      '_total,route="/v1/documents/*",status="200"': 1,
      '_total,route="/v1/documents/*",status="404"': 1,
      '_total,route="/*",status="404"': 3,
      '_total,route="/metrics",status="200"': 1,
    });
    const count = (name: string) => families.get(`sparsedge_${name}`)!.samples.get('_total');
    const costs = [first, second, third].map((each) => each.body.cost);
    const sum = (of: (cost: Record<string, number>) => number) =>
      costs.reduce((total, cost) => total + of(cost), 0);
    expect([count('searches'), count('empty_searches'), count('unproved_searches')]).toEqual([3, 1, 0]);
    expect(count('search_reads')).toBe(sum(({ reads, openReads }) => reads! + openReads!));
    expect(count('search_read_bytes')).toBe(sum(({ bytes }) => bytes!));
    expect(count('search_cost_microdollars')).toBeCloseTo(sum(({ microdollars }) => microdollars!));
    const { samples } = families.get('sparsedge_search_seconds')!;
    const buckets = [...samples].filter(([key]) => key.startsWith('_bucket'));
    expect(buckets.at(-1)).toEqual(['_bucket,le="+Inf"', 3]);
    expect(buckets.map(([, value]) => value)).toEqual(
      buckets.map(([, value]) => value).toSorted((a, b) => a - b),
    );
    expect([samples.get('_count'), samples.get('_sum')]).toEqual([
      3,
      sum(({ milliseconds }) => milliseconds! / 1000),
    ]);
  });

  it('tells searches that a budget cut short, and slow ones, from others', () => {
    const metrics = new Metrics();
    const cost = { reads: 5, openReads: 2, retries: 1, hedges: 3, bytes: 700, microdollars: 1.5 };
    const searched = (exact: boolean, milliseconds: number) =>
      metrics.searched({ exact, hits: [], cost: { ...cost, milliseconds } });
    for (const [exact, milliseconds] of [
      [true, 10],
      [false, 11],
      [true, 99_999],
    ] as const)
      searched(exact, milliseconds);
    const { families } = parsed(metrics.text());
    const of = (name: string) => families.get(`sparsedge_${name}`)!.samples;
    expect(of('unproved_searches').get('_total')).toBe(1);
    expect(of('search_reads').get('_total')).toBe(33);
    expect(of('search_repeated_reads').get('_total')).toBe(12);
    expect(of('search_cost_microdollars').get('_total')).toBe(4.5);
    expect([...of('search_seconds').values()]).toEqual([1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 100.02]);
  });

  it('of another isolate is another series', async () => {
    const [one, other] = [asked(undefined, OPEN), asked(undefined, OPEN)];
    const isolates = [await one('/metrics'), await other('/metrics')].map(
      ({ body }) => [...parsed(body).isolates][0],
    );
    expect(new Set(isolates).size).toBe(2);
  });
});

describe('the log', () => {
  it('has a failure as one object, with its causes and the name of its request', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const settings = { INDEX_PREFIX: 'nowhere/', ACCESS: 'public' };
    const { headers, status } = await asked(undefined, settings)('/v1/search?q=river', {
      headers: { 'cf-ray': '8f1-FRA' },
    });
    expect([status, headers.get('x-request-id')]).toEqual([503, '8f1-FRA']);
    expect(log.mock.calls).toEqual([
      [
        {
          level: 'error',
          code: 'unavailable',
          message: expect.any(String),
          request: '8f1-FRA',
          details: expect.any(Object),
          causes: expect.any(Array),
          stack: expect.stringContaining('Error'),
        },
      ],
    ]);
    log.mockRestore();
  });
});
