import { beforeAll, describe, expect, it } from 'vitest';
import { readBody } from '../../../src/http/messages/body.ts';
import { asked, keys, POST, prepare, said } from './tenants.ts';

beforeAll(prepare);

describe('requests that mean harm', () => {
  it.each([
    ['/v1/search?q=river&index=../docs', 400],
    ['/v1/search?q=river&index=docs%2F..%2F..%2Fsecret', 400],
    ['/v1/search?q=river&index=%2e%2e', 400],
    ['/v1/search?q=river&index=docs%0d%0aSet-Cookie:%20a=b', 400],
    ['/v1/search?q=river&lang=%0d%0aX-Evil:%201', 400],
    ['/v1/documents/..%2Fcurrent', 404],
    ['/v1/documents/..%2f..%2fother%2fcurrent', 404],
    ['/v1/documents/a0%0d%0aX-Evil:1', 404],
    ['/v1/documents/%00', 404],
  ])('%s is %i, with no header of its own', async (path, status) => {
    const reply = await asked(keys.search!.key)(path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('set-cookie') ?? reply.headers.get('x-evil')).toBeNull();
  });

  it('are refused with bombs of JSON, and answered within the limits of a body', async () => {
    const ask = asked(keys.search!.key);
    const deep = (depth: number, inner: string) => `${'{"not":'.repeat(depth)}${inner}${'}'.repeat(depth)}`;
    const bombs = [
      '['.repeat(100_000),
      `{"query":"river","filter":${deep(20_000, '{"and":[]}')}}`,
      `{"query":"river","filter":{"and":[${Array(5000).fill('{"field":"tenant","is":"a"}').join()}]}}`,
      `{"query":"river","terms":{${Array.from({ length: 10_000 }, (_, i) => `"t${i}":1`).join()}}}`,
      `{"query":"river","${'x'.repeat(200_000)}":1}`,
    ];
    for (const bomb of bombs) expect(said(await ask('/v1/search', POST(bomb)))).toEqual([400, 'bad-query']);
    expect(said(await ask('/v1/search', POST('x'.repeat(300_000))))).toEqual([413, 'too-large']);
  });

  it('are refused with bombs wherever a body is taken, and as small as they come', async () => {
    const ask = asked(keys.search!.key, { QUERIES: { writeDataPoint: () => {} } });
    const to = async (path: string, body: string, headers: Record<string, string> = {}) =>
      (await ask(path, { ...POST(body), headers: { 'Content-Type': 'application/json', ...headers } }))
        .status;
    for (const bomb of ['['.repeat(100_000), `{"query":${'['.repeat(50_000)}${']'.repeat(50_000)}}`])
      expect(await to('/v1/clicks', bomb)).toBe(400);
    expect(await to('/v1/clicks', 'x'.repeat(300_000))).toBe(413);
    // 100 MB of spaces, in 100 KB.
    const spaces = new Response(' '.repeat(100_000_000)).body!.pipeThrough(new CompressionStream('gzip'));
    const coded = await new Response(spaces).arrayBuffer();
    for (const path of ['/v1/search', '/v1/clicks']) {
      const { status, body } = await ask(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
        body: coded,
      });
      expect([path, status, body.code]).toEqual([path, 413, 'too-large']);
    }
  });

  it('name their request only by what stands in no other place of a header or a log', async () => {
    const named = async (id: string) =>
      (await asked(keys.search!.key)('/healthz', { headers: { 'X-Request-Id': id } })).headers.get(
        'x-request-id',
      );
    expect(await named('mine-1_2=')).toBe('mine-1_2=');
    for (const id of ['a b', '"},{"level":"info', 'a;b', '<script>', '../..', 'x'.repeat(256), 'é'])
      expect(await named(id)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('are not waited for when a body does not come', async () => {
    const stalled = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    const request = new Request('https://search.example/', { method: 'POST', body: stalled });
    const answer = (await readBody(request, 1000, 50)) as Response;
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([408, 'slow-request']);
  });

  it('are told that their body broke off, which is no failure of the service', async () => {
    const pull = (controller: ReadableStreamDefaultController) => controller.error(new Error('reset'));
    const request = { ...POST(''), body: new ReadableStream({ pull }) } as RequestInit;
    const { status, body } = await asked(keys.search!.key)('/v1/search', request);
    expect([status, body.code, body.detail]).toEqual([400, 'bad-query', 'the body broke off before its end']);
  });

  it('come from origins that are listed, where some are', async () => {
    const listed = { CORS_ORIGIN: 'https://good.example' };
    const ask = asked(keys.search!.key, listed);
    const origin = async (Origin: string) =>
      (await ask('/v1/search?q=river', { headers: { Origin } })).headers.get('access-control-allow-origin');
    expect(await origin('https://good.example')).toBe('https://good.example');
    for (const other of ['https://evil.example', 'https://good.example.evil', 'null']) {
      expect(await origin(other)).not.toBe(other);
    }
    const preflight = await asked(undefined, listed)('/v1/search', {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://good.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
  });

  it('get answers that no browser runs, frames or takes for another type', async () => {
    for (const path of ['/v1/search?q=river', '/v1/documents/nobody', '/nowhere', '/openapi.json']) {
      const { headers } = await asked(keys.search!.key)(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    }
  });
});

describe('rate limits', () => {
  /** What the platform's binding does, counted without time. */
  const limit = (most: number) => {
    const counts = new Map<string, number>();
    return {
      counts,
      limit: async ({ key }: { key: string }) => {
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return { success: counts.get(key)! <= most };
      },
    };
  };

  it('are of an address, and of a key wherever it comes from', async () => {
    const [RATE_LIMIT, KEY_RATE_LIMIT] = [limit(3), limit(4)];
    const ask = asked(keys.search!.key, { RATE_LIMIT, KEY_RATE_LIMIT });
    const from = (address: string) => ask('/v1/indexes', { headers: { 'CF-Connecting-IP': address } });
    for (let i = 0; i < 3; i++) expect((await from('2001:db8:1:2::1')).status).toBe(200);
    // The same network, written in another way.
    const refused = await from('2001:0db8:0001:0002:ffff::5');
    expect(said(refused)).toEqual([429, 'too-many-requests']);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect((await from('192.0.2.1')).status).toBe(200);
    expect(said(await from('192.0.2.2'))).toEqual([429, 'too-many-requests']);
    expect([...RATE_LIMIT.counts.keys()]).toEqual([
      'address:2001:db8:1:2',
      'address:192.0.2.1',
      'address:192.0.2.2',
    ]);
    expect([...KEY_RATE_LIMIT.counts.keys()]).toEqual([`key:${keys.search!.stored.id}`]);
  });

  it('count guesses of keys, too', async () => {
    const ask = asked('sek_00000000_x', { RATE_LIMIT: limit(2) });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask('/v1/indexes')).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
  });
});
