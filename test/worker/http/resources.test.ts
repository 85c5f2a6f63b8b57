import { beforeAll, describe, expect, it } from 'vitest';
import { documentAnswer, healthAnswer, indexAnswer } from '../../../src/http/api.ts';
import { appOver, BUILD, collectionIndex, publish, worker } from '../requests.ts';

beforeAll(() => publish(collectionIndex()));

const current = { build: BUILD, stale: false };

describe('GET /v1/documents/:id', () => {
  it('reads a document by its id', async () => {
    const { status, body, headers } = await appOver().get('/v1/documents/c');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=30');
    expect(body).toMatchObject({
      index: current,
      document: { id: 'c', text: 'text of c', fields: { shelf: 'north' } },
      cost: { postingReads: 1, documentReads: 1, reads: 2, rounds: 2 },
    });
    expect(documentAnswer.safeParse(body).error).toBeUndefined();
  });

  it.each([
    ['b/1', '/v1/documents/b%2F1'],
    ['b/1', '/v1/documents/b/1'],
    ['été %2F?', `/v1/documents/${encodeURIComponent('été %2F?')}`],
  ])('finds %s at %s', async (id, path) => {
    expect((await worker.get(path)).body.document?.id).toBe(id);
  });

  it.each(['nobody', 'A', 'a%00', `${'x'.repeat(3000)}`, '%F0%9F%9B%B6', 'b%252F1'])(
    'answers 404 for %s',
    async (id) => {
      const { status, body } = await worker.get(`/v1/documents/${id}`);
      expect([status, body.code]).toEqual([404, 'not-found']);
    },
  );
});

describe('GET /v1/index', () => {
  it('says what the index holds', async () => {
    const { status, body } = await worker.get('/v1/index');
    expect(status).toBe(200);
    expect(body).toEqual({
      index: current,
      documents: 8,
      windows: [8],
      fields: [],
      spaces: [
        {
          name: 'words',
          analyzer: 'english',
          encoder: { id: 'test', parameters: { scale: 2 } },
          query: 'count',
          quantizer: { maximum: 10, rounding: 'nearest' },
          terms: 5,
          postings: 14,
        },
      ],
    });
    expect(indexAnswer.safeParse(body).error).toBeUndefined();
  });
});

describe('GET /healthz', () => {
  it('says that the current index opens', async () => {
    const { status, body, headers } = await worker.get('/healthz');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toEqual({ status: 'ok', index: current });
    expect(healthAnswer.safeParse(body).error).toBeUndefined();
  });
});

describe('GET /openapi.json', () => {
  it('describes every route, with limits from the settings', async () => {
    const { status, body } = await appOver({ settings: { MAX_K: 7 } }).get('/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual([
      '/v1/search',
      '/v1/suggest',
      '/v1/documents/{id}',
      '/v1/index',
      '/v1/indexes',
      '/v1/keys',
      '/metrics',
      '/v1/clicks',
      '/healthz',
    ]);
    const { parameters, responses } = body.paths['/v1/search'].get;
    const k = parameters.find(({ name }: { name: string }) => name === 'k');
    expect(k).toMatchObject({
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 7, default: 7 },
    });
    expect(parameters[0]).toMatchObject({ name: 'q', in: 'query', required: false });
    expect(Object.keys(responses)).toEqual([
      '200',
      '304',
      '400',
      '401',
      '403',
      '404',
      '405',
      '410',
      '429',
      '500',
      '503',
    ]);
    expect(body.components.schemas.SearchBody).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { terms: { type: 'object' } },
    });
  });
});

describe('the description', () => {
  it('has what generators of clients know: schemas that are objects, and references to what there is', async () => {
    const { paths, components } = (await worker.get('/openapi.json')).body;
    const { schema } = paths['/v1/search'].post.requestBody.content['application/json'];
    expect(schema).toEqual({ $ref: '#/components/schemas/SearchBody' });
    const references = new Set<string>();
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, each] of Object.entries(value)) {
        if (key === '$ref') references.add(each);
        // openapi-python-client ends at a boolean, and makes of `oneOf` beside properties bodies that lack them.
        if (key === 'items' || key === 'not') expect(each).toBeTypeOf('object');
        if (key === 'properties') for (const inner of Object.values(each)) expect(inner).toBeTypeOf('object');
        if (key === 'oneOf') expect(value).not.toHaveProperty('properties');
        visit(each);
      }
    };
    visit({ paths, components });
    const known = Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...references].sort()).toEqual(known.sort());
  });
});

/** Whether a value meets a schema, as far as the schemas of bodies go: JSON Schema 2020-12. */
// biome-ignore lint/suspicious/noExplicitAny: schemas and bodies are JSON.
function meets(schema: any, value: any): boolean {
  if (typeof schema === 'boolean') return schema;
  if (schema.not && meets(schema.not, value)) return false;
  if (schema.if && meets(schema.if, value) && !meets(schema.then, value)) return false;
  const { type, properties = {}, required = [], additionalProperties = true, anyOf } = schema;
  if (type === 'object' && (typeof value !== 'object' || value === null || Array.isArray(value)))
    return false;
  if (type === 'array' && !(Array.isArray(value) && value.length >= (schema.minItems ?? 0))) return false;
  if (type === 'integer' && !(Number.isInteger(value) && value >= schema.minimum && value <= schema.maximum))
    return false;
  if (type === 'string' && !(typeof value === 'string' && value.length >= (schema.minLength ?? 0)))
    return false;
  if (type === 'boolean' && typeof value !== 'boolean') return false;
  if ('const' in schema && schema.const !== value) return false;
  if (anyOf && !anyOf.some((each: unknown) => meets(each, value))) return false;
  if (typeof value !== 'object') return true;
  const has = (name: string) => Object.hasOwn(value, name);
  return (
    required.every(has) &&
    Object.entries(value).every(([name, each]) => meets(properties[name] ?? additionalProperties, each)) &&
    Object.entries<string[]>(schema.dependentRequired ?? {}).every(
      ([name, more]) => !has(name) || more.every(has),
    ) &&
    Object.entries(schema.dependentSchemas ?? {}).every(([name, each]) => !has(name) || meets(each, value))
  );
}

describe('the schema of bodies', () => {
  it.each([
    {},
    { k: 3 },
    { query: 'river', terms: { river: 1 } },
    { query: '' },
    { query: 'river', offset: -1 },
    { query: 'river', fields: [] },
    { query: 'river', fields: ['text'], documents: false },
    { query: 'river', snippet: 'yes' },
    { query: 'river', limit: 5 },
    { query: 'river', rrfK: 60 },
    { query: 'river', index: 'a', lang: 'de' },
    { query: 'river', space: 'words', fusion: 'rrf' },
    { query: 'river', space: 'words', spaces: { words: 1 } },
    { terms: { river: 1 }, fusion: 'rrf' },
    { terms: { river: 1 }, spaces: { words: 1 } },
    { terms: { river: 1 }, rerank: { n: 3 } },
    { terms: { river: -1 } },
    [],
  ])('refuses what is refused: %j', async (body) => {
    const { components } = (await worker.get('/openapi.json')).body;
    expect(meets(components.schemas.SearchBody, body)).toBe(false);
    expect((await worker.post(body)).status).toBe(400);
  });

  it.each([
    { query: 'river' },
    { query: 'river', lang: 'de' },
    { terms: { river: 1 } },
    { k: 3, filter: '*' },
    { terms: { river: 1 }, space: 'words', k: 3, offset: 2, snippet: true, documents: false },
    { query: 'river', fusion: 'rrf', rrfK: 5, spaces: { words: 1 }, fields: ['title'], highlight: true },
  ])('takes what is taken: %j', async (body) => {
    const { components } = (await worker.get('/openapi.json')).body;
    expect(meets(components.schemas.SearchBody, body)).toBe(true);
    expect((await worker.post(body)).status).toBe(200);
  });
});

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('every route', () => {
  it('answers HEAD as it answers GET, without the body', async () => {
    for (const path of ['/v1/search?q=river', '/v1/documents/a', '/v1/index', '/healthz', '/openapi.json']) {
      const { status, headers, body } = await worker.send(path, { method: 'HEAD' });
      expect([path, status, headers.get('content-type'), body]).toEqual([path, 200, 'application/json', '']);
    }
  });

  it('refuses by its name every parameter that it does not take, and any that comes twice', async () => {
    const { send } = appOver({ settings: { METRICS: 'public', MCP: 'on' } });
    const { paths } = (await worker.get('/openapi.json')).body;
    const operations = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [path.replace('{id}', 'a'), method.toUpperCase()] as const),
    );
    expect(operations.length).toBeGreaterThan(8);
    for (const [path, method] of [...operations, ['/openapi.json', 'GET'] as const]) {
      const init = { method, ...(method === 'POST' && { headers: JSON_TYPE, body: '{"query": "river"}' }) };
      for (const [given, detail] of [
        ['k%5B%5D=3', 'unknown parameter "k[]"'],
        ['__proto__=1&verbose', 'unknown parameter "__proto__", "verbose"'],
        ['index=a&lang=de&index=b&lang=de', 'given more than once: parameter "index", "lang"'],
      ]) {
        // What monitors put there that no cache has an answer to is no mistake.
        if (path === '/healthz' && detail.startsWith('unknown')) continue;
        const { status, body } = await send(`${path}?${given}`, init);
        expect([method, path, status, body.code]).toEqual([method, path, 400, 'bad-query']);
        expect(body.detail).toContain(detail);
      }
    }
  });

  it('answers with a slash behind its path as without, and pages where they are', async () => {
    const { send } = appOver({ settings: { METRICS: 'public', MCP: 'on' } });
    for (const path of [
      '/v1/search?q=river',
      '/v1/index',
      '/v1/indexes',
      '/openapi.json',
      '/metrics',
      '/healthz?1',
    ]) {
      const { status, headers, body } = await send(path.replace(/(?=\?|$)/, '/'));
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('content-type')).toBe((await send(path)).headers.get('content-type'));
      if (path.startsWith('/v1/search')) expect(body.hits).toEqual((await send(path)).body.hits);
    }
    const post = { method: 'POST', headers: JSON_TYPE, body: '{"query": "river"}' };
    expect((await send('/v1/search/', post)).status).toBe(200);
    expect((await send('/v1/search/', { method: 'DELETE' })).status).toBe(405);
    expect((await send('/nothing/')).status).toBe(404);
    // Ids of documents may end with one.
    expect((await send('/v1/documents/a')).status).toBe(200);
    expect((await send('/v1/documents/a/')).status).toBe(404);
    const page = await send('/workbench/?q=river', { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([308, '/workbench?q=river']);
  });

  it('of health takes whatever monitors add', async () => {
    for (const query of ['?x', '?cache-buster=1731', '?_=1&_=2', '?lang=de&utm_source=monitor']) {
      expect([query, (await worker.send(`/healthz${query}`)).status]).toEqual([query, 200]);
    }
    expect((await worker.send('/healthz?index=none&x')).status).toBe(404);
    expect((await worker.send('/healthz?index=a&index=b&x')).status).toBe(400);
  });

  it('lets browsers of every origin call, unless settings name origins', async () => {
    const preflight = {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://a.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    };
    const open = await worker.send('/v1/search', preflight);
    expect([open.status, open.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    // What agents' clients send beside, and tools that trace requests, is theirs to choose.
    const asked = 'authorization,content-type,mcp-method,mcp-name,mcp-protocol-version,traceparent';
    preflight.headers['Access-Control-Request-Headers'] = asked;
    const traced = await worker.send('/mcp', preflight);
    expect(traced.headers.get('access-control-allow-headers')).toBe(asked);
    expect(traced.headers.get('vary')).toBe('Access-Control-Request-Headers');
    const { send } = appOver({ settings: { CORS_ORIGIN: 'https://a.example, https://b.example' } });
    for (const [origin, allowed] of [
      ['https://a.example', 'https://a.example'],
      ['https://b.example', 'https://b.example'],
      ['https://c.example', null],
    ] as const) {
      const { headers } = await send('/v1/index', { headers: { Origin: origin } });
      expect(headers.get('access-control-allow-origin')).toBe(allowed);
      expect(headers.get('vary')).toContain('Origin');
    }
  });
});

describe('pages for browsers', () => {
  it.each([
    ['/', 'text/html', /<title>Search</],
    ['/workbench', 'text/html', /<title>Workbench</],
    ['/component.js', 'text/javascript', /sparsedge-search/],
    ['/pages.css', 'text/css', /color-scheme/],
  ])('serves %s as %s, and only once to who keeps it', async (path, type, expected) => {
    const reply = await worker.send(path);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect(reply.body).toMatch(expected);
    const again = await worker.send(path, { headers: { 'If-None-Match': reply.headers.get('etag')! } });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await worker.send(path, { method: 'HEAD' })).status).toBe(200);
    expect((await worker.send(path, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('lets its pages load and run nothing but what it serves', async () => {
    const policy = (await worker.send('/')).headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    const html = (await worker.send('/')).body;
    expect(html.match(/<(script|style)\b[^>]*>/g)).toEqual([
      '<script type="module" src="component.js">',
      '<script type="module" src="search-page.js">',
    ]);
  });

  it('keeps what is named by its content for a year', async () => {
    const [name] = /translations-[\w-]{8}\.js/.exec((await worker.send('/component.js')).body)!;
    expect((await worker.send(`/${name}`)).headers.get('cache-control')).toContain('immutable');
  });
});
