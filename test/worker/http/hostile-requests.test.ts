// What may go wrong on the way in: every such request gets a problem that names what is wrong.

import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, problemAnswer } from '../../../src/http/api.ts';
import { MAX_QUERY_BYTES } from '../../../src/http/schemas/answer-limits.ts';
import { appOver, collectionIndex, publish, type Reply, worker } from '../requests.ts';

function expectProblem({ status, headers, body }: Reply, expected: number, code: string, detail: RegExp) {
  expect([status, body.code, body.detail]).toEqual([expected, code, expect.stringMatching(detail)]);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(problemAnswer.safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject({ status: expected, type: `urn:sparsedge:problem:${code}` });
  expect(JSON.stringify(body)).not.toMatch(/\.ts:|at \w+ \(/);
}

beforeAll(() => publish(collectionIndex()));

describe('GET /v1/search', () => {
  it.each(['0', '-1', '1e9', '1000000000', '101', 'NaN', 'Infinity', '1.5', 'abc', '', '0x10', '+5', ' 5'])(
    'rejects k=%s and names the limits',
    async (k) => {
      const reply = await worker.get(`/v1/search?q=river&k=${encodeURIComponent(k)}`);
      expectProblem(reply, 400, 'bad-query', /^k must be an integer from 1 to 100$/);
    },
  );

  it.each([
    ['', /^q must be a string$/],
    ['?q=', /^q must not be empty$/],
    ['?q=river&q=boat', /more than once/],
    ['?q=river&limit=5&from=2', /^unknown parameter "limit", "from"$/],
    ['?q=river&__proto__=1&constructor=2', /^unknown parameter "__proto__", "constructor"$/],
    ['?query=river', /unknown parameter "query"; q must be a string/],
    ['?q=river&documents=yes', /^documents must be true or false$/],
    ['?q=river&maxReads=0', /^maxReads must be an integer from 1$/],
    ['?q=river&maxBytes=-5', /^maxBytes must be an integer from 1$/],
    ['?q=river&deadlineMs=soon', /^deadlineMs must be an integer from 1$/],
    [`?q=river&space=${'x'.repeat(33)}`, /^space must be at most 32 characters$/],
    ['?q=river&spaces=words=0', /^the weight of the space "words" is 0; it must be above 0/],
    ['?q=river&spaces=words=high', /^spaces has "words=high"; write them as bm25=1,splade=\.7$/],
    ['?q=river&spaces=words,words', /^spaces names "words" twice$/],
    ['?q=river&spaces=nowhere', /^the index has no space "nowhere"; it has words/],
    ['?q=river&space=words&spaces=words', /^"space" names one space: name several in "spaces"$/],
    ['?q=river&fusion=sum', /^fusion must be "rrf"$/],
    ['?q=river&rrfK=60', /^"rrfK" and "rrfDepth" are of a fusion/],
    ['?q=river&fusion=rrf&rrfDepth=101', /^rrfDepth must be an integer from 1 to 100$/],
    ['?q=river&rerank=101', /^rerank must be an integer from 1 to 100$/],
    ['?q=river&rerank=5', /^reranking was asked for, and this deployment has no reranker$/],
    [`?q=river&${'y'.repeat(5000)}=1`, /^unknown parameter "y{64}…"$/],
    [`?q=${'z'.repeat(MAX_QUERY_BYTES + 1)}`, /^q must be at most 8192 bytes of UTF-8$/],
  ])('rejects %j', async (search, detail) => {
    expectProblem(await worker.get(`/v1/search${search}`), 400, 'bad-query', detail);
  });

  it('takes its limit of k from the settings', async () => {
    const { get } = appOver({ settings: { MAX_K: 5 } });
    expectProblem(await get('/v1/search?q=a&k=6'), 400, 'bad-query', /^k must be an integer from 1 to 5$/);
  });
});

describe('POST /v1/search', () => {
  it.each([
    ['', /^the body is not JSON$/],
    ['{"query": "river"', /^the body is not JSON$/],
    ['null', /^the request must be a JSON object$/],
    ['[]', /^the request must be a JSON object$/],
    ['"river"', /^the request must be a JSON object$/],
    ['{}', /^the request must have either "query" or "terms", or neither with "like", a "filter"/],
    ['{"query": "river", "terms": {"river": 1}}', /^the request must have either "query" or "terms", or/],
    ['{"query": ""}', /^query must not be empty$/],
    ['{"query": 5}', /^query must be a string$/],
    ['{"query": "river", "k": "5"}', /^k must be an integer from 1 to 100$/],
    ['{"query": "river", "k": 1e999}', /^k must be an integer from 1 to 100$/],
    ['{"query": "river", "k": null}', /^k must be an integer from 1 to 100$/],
    ['{"query": "river", "documents": 1}', /^documents must be true or false$/],
    ['{"query": "river", "K": 5}', /^unknown member "K"$/],
    ['{"query": "river", "spaces": {}}', /^a request names 1 to 8 spaces, not 0$/],
    ['{"query": "river", "spaces": {"words": "1"}}', /^spaces\.words must be a number above 0/],
    ['{"query": "river", "spaces": {"words": -1}}', /^spaces\.words must be a number above 0/],
    ['{"query": "river", "spaces": ["words"]}', /^spaces must be an object of weights by space$/],
    ['{"query": "river", "spaces": {"__proto__": 1}}', /^the index has no space "__proto__"/],
    ['{"query": "river", "rerank": 5}', /^rerank must be a JSON object$/],
    ['{"query": "river", "rerank": {}}', /^rerank\.n must be an integer from 1 to 100$/],
    ['{"terms": {"river": 1}, "fusion": "rrf"}', /^terms are of one space and have no text/],
    ['{"terms": {"river": 1}, "rerank": {"n": 5}}', /^terms are of one space and have no text/],
    ['{"terms": []}', /^terms must be an object of integer weights$/],
    ['{"terms": {"river": -1}}', /^terms\.river must be an integer from 0$/],
    ['{"terms": {"river": 0.5}}', /^terms\.river must be an integer from 0$/],
    ['{"terms": {"river": "1"}}', /^terms\.river must be an integer from 0$/],
  ])('rejects %s', async (body, detail) => {
    expectProblem(await worker.post(body), 400, 'bad-query', detail);
  });

  it('measures text in bytes, not characters', async () => {
    const reply = await worker.post({ query: 'é'.repeat(MAX_QUERY_BYTES / 2 + 1) });
    expectProblem(reply, 400, 'bad-query', /^query must be at most 8192 bytes of UTF-8$/);
  });

  it('names the first few of many mistakes', async () => {
    const terms = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`t${i}`, -1]));
    expectProblem(await worker.post({ terms }), 400, 'bad-query', /^terms\.t0 .*; and 35 more$/);
  });

  it('rejects more given terms than are searched, and scales weights too large for exact scores', async () => {
    const words = Array.from({ length: 1025 }, (_, i) => `w${i}`);
    const tooMany = /^the query has 1025 distinct terms; at most 1024 are searched$/;
    const long = await worker.post({ query: `${words.join(' ')} river river` });
    expect({ status: long.status, hits: long.body.hits.length > 0 }).toEqual({ status: 200, hits: true });
    const terms = Object.fromEntries(words.map((word) => [word, 1]));
    expectProblem(await worker.post({ terms }), 400, 'bad-query', tooMany);
    const { status, body } = await worker.post({ terms: { river: 1e6, boat: 1 } });
    expect({ status, exact: body.exact }).toEqual({ status: 200, exact: true });
  });

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'rejects the content type %s',
    async (type) => {
      const body = new TextEncoder().encode('{"query": "river"}');
      const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
      const reply = await worker.send('/v1/search', { method: 'POST', body, headers });
      expectProblem(reply, 415, 'unsupported-media-type', /application\/json/);
    },
  );

  it('rejects a body that is too long, whether it says so or not', async () => {
    const long = JSON.stringify({ query: 'x'.repeat(MAX_BODY_BYTES) });
    expectProblem(await worker.post(long), 413, 'too-large', /262144 bytes/);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode(long)).catch(() => {});
    void writer.close().catch(() => {});
    const headers = { 'Content-Type': 'application/json' };
    const reply = await worker.send('/v1/search', { method: 'POST', body: readable, headers });
    expectProblem(reply, 413, 'too-large', /262144 bytes/);
  });
});

describe('other requests', () => {
  it.each([
    ['DELETE', '/v1/search', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/v1/search', 'GET, HEAD, POST, OPTIONS'],
    ['POST', '/v1/documents/a', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/index', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/healthz', 'GET, HEAD, OPTIONS'],
    ['POST', '/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('%s %s is not allowed, and Allow says what is', async (method, path, allow) => {
    const reply = await worker.send(path, { method });
    expectProblem(reply, 405, 'method-not-allowed', /takes GET/);
    expect(reply.headers.get('allow')).toBe(allow);
  });

  it.each(['/page', '/v1', '/v1/search//', '/v1/documentsx', '/v2/search', '//v1/search', '/v1/%2e%2e/%00'])(
    'there is nothing at %s',
    async (path) => {
      const reply = await worker.send(`https://search.example${path}`);
      expectProblem(reply, 404, 'not-found', /there is nothing at/);
    },
  );

  it.each(['/v1/documents/', '/v1/documents', '/v1/documents/%E0%A4%A', '/v1/documents/%ff'])(
    '%s names no document',
    async (path) => {
      expectProblem(await worker.get(path), 400, 'bad-query', /document id/);
    },
  );
});
