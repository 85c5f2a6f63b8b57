// HTTP's own manners: validators, codings of bodies, and what pages of other origins may see.

import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_BODY_BYTES } from '../../../src/http/api.ts';
import { createWorker } from '../../../src/worker.ts';
import { appOver, client, collectionIndex, NEXT_BUILD, publish, type Reply, worker } from '../requests.ts';

beforeAll(() => publish(collectionIndex()));
afterEach(() => void vi.restoreAllMocks());

const KEPT = ['/v1/search?q=river', '/v1/documents/a', '/v1/index', '/openapi.json'];

describe('an ETag', () => {
  it.each(KEPT)('of %s stays the same, and 304 answers whoever has it', async (path) => {
    const first = await worker.get(path);
    const etag = first.headers.get('etag')!;
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
    // What the second costs differs from the first.
    expect((await worker.get(path)).headers.get('etag')).toBe(etag);
    for (const asked of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const reply = await worker.send(path, {
          method,
          headers: { 'If-None-Match': asked, Origin: 'https://a.example' },
        });
        expect([asked, reply.status, reply.body]).toEqual([asked, 304, '']);
        expect(reply.headers.get('etag')).toBe(etag);
        expect(reply.headers.get('cache-control')).toBe(first.headers.get('cache-control'));
        expect(reply.headers.get('access-control-allow-origin')).toBe('*');
        expect(reply.headers.get('access-control-expose-headers')).toContain('ETag');
      }
    }
    const other = await worker.send(path, { headers: { 'If-None-Match': '"0123456789abcdef"' } });
    expect(other.status).toBe(200);
  });

  it('differs between answers and between generations', async () => {
    const tags = new Set<string | null>();
    const paths = ['/v1/search?q=river', '/v1/search?q=river&k=2', '/v1/search?q=boat', '/v1/documents/a'];
    for (const path of paths) tags.add((await worker.get(path)).headers.get('etag'));
    await publish(collectionIndex(NEXT_BUILD), 'next/');
    const next = appOver({ settings: { INDEX_PREFIX: 'next' } });
    for (const path of paths) tags.add((await next.get(path)).headers.get('etag'));
    expect(tags.size).toBe(8);
  });

  it('is not given where the next answer may be better, or to failures and searches by body', async () => {
    const replies = [
      await appOver().get('/v1/search?q=river+fish&k=3&maxBytes=1'),
      await worker.get('/healthz'),
      await worker.get('/v1/documents/nobody'),
      await worker.post({ query: 'river' }),
    ];
    for (const { headers } of replies) expect(headers.get('etag')).toBeNull();
  });
});

async function packed(text: string, ...formats: ('gzip' | 'deflate')[]): Promise<ArrayBuffer> {
  let body = new Response(text).body!;
  for (const format of formats) body = body.pipeThrough(new CompressionStream(format));
  return new Response(body).arrayBuffer();
}

function sendBody(body: BodyInit, coding: string, type = 'application/json'): Promise<Reply> {
  const headers = { 'Content-Type': type, 'Content-Encoding': coding };
  return worker.send('/v1/search', { method: 'POST', body, headers });
}

describe('a coded body', () => {
  const asked = '{"query": "river boat", "k": 2}';

  it.each([
    ['gzip', ['gzip']],
    ['GZip', ['gzip']],
    ['x-gzip', ['gzip']],
    ['deflate', ['deflate']],
    ['deflate, gzip', ['deflate', 'gzip']],
    ['identity', []],
  ] as const)('in %s is decoded', async (coding, formats) => {
    const { status, body } = await sendBody(await packed(asked, ...formats), coding);
    expect([status, body.hits?.length, body.query]).toEqual([200, 2, 'river boat']);
  });

  it('as other software codes it is decoded', async () => {
    const base64 = 'H4sIAAAAAAAAA6tWKixNLapUslLKSE1MSS0qVqoFAPu+caoTAAAA';
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { status, body } = await sendBody(bytes, 'gzip');
    expect([status, body.query]).toEqual([200, 'headers']);
  });

  it.each(['br', 'zstd', 'compress', 'gzip, br', 'gzip, gzip, gzip', 'aes128gcm'])(
    'in %s is refused, and Accept-Encoding says what is taken',
    async (coding) => {
      const { status, body, headers } = await sendBody(asked, coding);
      expect([status, body.code]).toEqual([415, 'unsupported-media-type']);
      expect(headers.get('accept-encoding')).toBe('gzip, deflate');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    },
  );

  it('that is not what it says is a bad request', async () => {
    const whole = await packed(asked, 'gzip');
    for (const body of [asked, whole.slice(0, 20), '']) {
      const reply = await sendBody(body, 'gzip');
      expect([reply.status, reply.body.code, reply.body.detail]).toEqual([
        400,
        'bad-query',
        'the body is not in gzip, as Content-Encoding says',
      ]);
    }
    const latin = Uint8Array.from('{"query": "\xe9t\xe9"}', (character) => character.charCodeAt(0));
    expect((await sendBody(latin, 'identity')).body.detail).toBe('the body is not UTF-8');
  });

  it('that unfolds to more than is taken is refused', async () => {
    const bomb = await packed(JSON.stringify({ query: ' '.repeat(40 * MAX_BODY_BYTES) }), 'gzip');
    expect(bomb.byteLength).toBeLessThan(MAX_BODY_BYTES);
    const { status, body } = await sendBody(bomb, 'gzip');
    expect([status, body.code]).toEqual([413, 'too-large']);
    const twice = await packed(JSON.stringify({ query: ' '.repeat(40 * MAX_BODY_BYTES) }), 'gzip', 'gzip');
    expect((await sendBody(twice, 'gzip, gzip')).status).toBe(413);
  });
});

describe('a Worker with wrong settings', () => {
  const { fetch } = createWorker();
  const wrong = client((request) => fetch(request, { INDEX: env.INDEX, MAX_K: 'x' }));

  it('says so to pages of other origins, too', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const origin = { Origin: 'https://a.example' };
    const post = { method: 'POST', body: '{}', headers: { ...origin, 'Content-Type': 'application/json' } };
    for (const reply of [
      await wrong.send('/v1/search?q=x', { headers: origin }),
      await wrong.send('/v1/search', post),
      await wrong.send('/nowhere', { headers: origin }),
    ]) {
      expect([reply.status, reply.body.code]).toEqual([500, 'bad-input']);
      expect(reply.headers.get('access-control-allow-origin')).toBe('*');
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
      expect(reply.headers.get('cache-control')).toBe('no-store');
    }
    const preflight = await wrong.send('/v1/search', {
      method: 'OPTIONS',
      headers: { ...origin, 'Access-Control-Request-Method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });
});
