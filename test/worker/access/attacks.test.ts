import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createKey, signToken, type TokenPayload } from '../../../access/key-ring.ts';
import { connect } from '../../../src/http/client.ts';
import { createWorker } from '../../../src/worker.ts';
import { asked, IN_A_YEAR, idsOf, kept, keys, OWN, POST, prepare, said, token } from './tenants.ts';

beforeAll(prepare);

describe('keys', () => {
  it('open what they are for, and without one there is nothing', async () => {
    const nobody = asked();
    for (const path of [
      '/v1/search?q=river',
      '/v1/documents/a0',
      '/v1/index',
      '/v1/indexes',
      '/v1/keys',
      '/mcp',
    ])
      expect([path, ...said(await nobody(path))]).toEqual([path, 401, 'unauthorized']);
    const reply = await nobody('/v1/search?q=river');
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect((await nobody('/healthz')).status).toBe(200);
    expect((await nobody('/openapi.json')).status).toBe(200);
    const found = await asked(keys.search!.key)('/v1/search?q=river');
    expect(found.status).toBe(200);
    // Nobody else gets it from a cache.
    expect(found.headers.get('cache-control')).toBe('private, max-age=30');
  });

  it('have answers of their own in what a browser keeps, whoever asks there next', async () => {
    const paths = ['/v1/search?q=river', '/v1/suggest?q=riv', '/v1/documents/a0', '/v1/index', '/v1/indexes'];
    const settings = { CORS_ORIGIN: 'https://a.example' };
    const varied = async (path: string, key: string | undefined, how: object, headers = {}) => {
      const reply = await asked(key, { ...settings, ...how })(path, { headers });
      return { ...reply, vary: (reply.headers.get('vary') ?? '').split(/\s*,\s*/).sort() };
    };
    for (const path of paths) {
      for (const [key, how] of [
        [keys.search!.key, {}],
        [undefined, { ACCESS: 'public' }],
      ] as const) {
        const { status, vary, headers } = await varied(path, key, how);
        expect([path, status, vary]).toEqual([path, 200, ['Authorization', 'Origin']]);
        const again = await varied(path, key, how, { 'If-None-Match': headers.get('etag')! });
        expect([path, again.status, again.vary]).toEqual([path, 304, ['Authorization', 'Origin']]);
      }
      expect((await varied(path, undefined, { KEYS: undefined })).vary).toEqual(['Origin']);
    }
  });

  it('go with whatever the client asks', async () => {
    const worker = createWorker();
    const noted: unknown[] = [];
    const QUERIES = { writeDataPoint: (point: unknown) => noted.push(point) };
    const bindings = { INDEX: env.INDEX, INDEXES: 'docs,other', KEYS: JSON.stringify(kept), QUERIES };
    const ask = ((url: URL, init?: RequestInit) =>
      worker.fetch(new Request(url, init), bindings)) as typeof fetch;
    const client = connect('https://search.test', ask, keys.search!.key);
    const facets = [{ field: 'tenant', values: ['a'] }];
    expect((await client.search('river')).hits.length).toBeGreaterThan(0);
    expect((await client.search('river', { facets })).facets).toHaveLength(1);
    expect((await client.suggest('riv')).query).toBe('riv');
    expect((await client.document('a0')).document.id).toBe('a0');
    expect((await client.index()).documents).toBe(6);
    expect(await client.indexes()).toEqual(['docs', 'other']);
    await client.clicked({ query: 'river', id: 'a0', rank: 1 });
    expect(noted).toHaveLength(3);
    const nobody = connect('https://search.test', ask);
    const refused = { status: 401, code: 'unauthorized' };
    await expect(nobody.clicked({ query: 'river', id: 'a0', rank: 1 })).rejects.toMatchObject(refused);
  });

  it('are not needed where searching is public, but bind whoever gives one', async () => {
    const open = { ACCESS: 'public' };
    expect((await asked(undefined, open)('/v1/search?q=river')).status).toBe(200);
    expect(said(await asked('sek_none', open)('/v1/search?q=river'))).toEqual([401, 'unauthorized']);
    expect(
      idsOf(await asked(keys.ofA!.key, open)('/v1/search?q=river')).every((id) => OWN.includes(id)),
    ).toBe(true);
    const bare = { KEYS: undefined };
    expect((await asked(undefined, bare)('/v1/search?q=river')).status).toBe(200);
    expect((await asked(undefined, { ...bare, ACCESS: 'keys' })('/v1/search?q=river')).status).toBe(500);
    expect((await asked(undefined, { KEYS: '{"not": "keys"}' })('/healthz')).body.detail).not.toContain(
      'not"',
    );
  });

  it('are refused when forged, truncated, expired, unknown or of another form, and all in the same words', async () => {
    const { key } = keys.search!;
    const flipped = `${key.slice(0, -2)}${key.at(-2) === 'A' ? 'B' : 'A'}${key.at(-1)}`;
    const swapped = `sek_${keys.admin!.stored.id}_${key.slice(13)}`;
    const wrong = [
      flipped,
      swapped,
      key.slice(0, -1),
      `${key}A`,
      key.toUpperCase(),
      `sek_00000000_${key.slice(13)}`,
      keys.search!.stored.hash,
      `sek_${keys.search!.stored.id}_${keys.search!.stored.hash}`,
      'sek__',
      'x'.repeat(5000),
      'toString',
    ];
    for (const each of wrong) {
      const reply = await asked(each)('/v1/search?q=river');
      expect([each, ...said(reply)]).toEqual([each, 401, 'unauthorized']);
      expect(reply.body.detail).toBe('the key or token is not valid here');
      expect(JSON.stringify(reply.body)).not.toContain(each.slice(0, 12));
    }
    expect(said(await asked(keys.expired!.key)('/v1/search?q=river'))).toEqual([401, 'unauthorized']);
    for (const Authorization of ['Basic abc', 'Bearer', 'Bearer a b', key]) {
      const reply = await asked()('/v1/search?q=river', { headers: { Authorization } });
      expect(said(reply)).toEqual([401, 'unauthorized']);
    }
    // One that is revoked is not among those that are kept any more, nor are its tokens.
    const KEYS = JSON.stringify(kept.filter(({ id }) => id !== keys.signing!.stored.id));
    const signed = await token();
    expect((await asked(signed)('/v1/search?q=river')).status).toBe(200);
    for (const each of [keys.signing!.key, signed])
      expect(said(await asked(each, { KEYS })('/v1/search?q=river'))).toEqual([401, 'unauthorized']);
  });

  it('of what is kept, nothing is a key, and comparing is left to WebCrypto, whatever is presented', async () => {
    const text = JSON.stringify(kept);
    for (const { key } of Object.values(keys)) expect(text).not.toContain(key.slice(13));
    const verify = vi.spyOn(crypto.subtle, 'verify');
    const { key, stored } = keys.search!;
    const unknown = stored.id === '00000000' ? '00000001' : '00000000';
    for (const each of [key, `${key.slice(0, -2)}AA`, `sek_${unknown}_${key.slice(13)}`]) {
      verify.mockClear();
      await asked(each)('/v1/indexes');
      expect(verify).toHaveBeenCalledTimes(1);
      expect(verify.mock.calls[0]![2]).toHaveLength(32);
    }
    verify.mockRestore();
  });

  it('are for their indexes alone', async () => {
    const ask = asked(keys.docs!.key);
    expect((await ask('/v1/search?q=river')).body.index.name).toBe('docs');
    expect((await ask('/v1/indexes')).body).toEqual({ indexes: ['docs'] });
    for (const path of ['/v1/search?q=river&index=other', '/v1/search?q=river&index=docs,other'])
      expect(said(await ask(path))).toEqual([403, 'forbidden']);
    // Whether there is one is not said.
    expect(said(await ask('/v1/search?q=river&index=nobody'))).toEqual([403, 'forbidden']);
    expect(said(await ask('/v1/documents/a0?index=other'))).toEqual([403, 'forbidden']);
    expect(said(await ask('/v1/search', POST({ query: 'river', index: 'other' })))).toEqual([
      403,
      'forbidden',
    ]);
    expect((await ask('/v1/search?q=river&lang=en')).body.index.name).toBe('docs');
    // Nor is such a key for a deployment whose index has no name.
    const unnamed = { INDEXES: '', INDEX_PREFIX: 'other' };
    expect(said(await asked(keys.docs!.key, unnamed)('/v1/search?q=river'))).toEqual([403, 'forbidden']);
  });

  it('of the scope admin alone see what keys there are', async () => {
    expect(said(await asked(keys.search!.key)('/v1/keys'))).toEqual([403, 'forbidden']);
    expect(said(await asked(await token())('/v1/keys'))).toEqual([403, 'forbidden']);
    const { status, body } = await asked(keys.admin!.key)('/v1/keys');
    expect([status, body.keys.length]).toEqual([200, kept.length]);
    for (const { hash, signs } of kept) {
      expect(JSON.stringify(body)).not.toContain(hash);
      if (signs) expect(JSON.stringify(body)).not.toContain(signs);
    }
  });
});

/** A token as KEYS verifies it, whatever it says. */
async function signed(key: string, payload: string): Promise<string> {
  const [, id = '', secret = ''] = /^sek_(.{8})_(.{43})$/.exec(key) ?? [];
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const mac = async (under: Uint8Array, of: string) => {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const imported = await crypto.subtle.importKey('raw', under as Uint8Array<ArrayBuffer>, hmac, false, [
      'sign',
    ]);
    return new Uint8Array(await crypto.subtle.sign(hmac, imported, bytes(of)));
  };
  const signing = await mac(
    bytes(atob(secret.replaceAll('-', '+').replaceAll('_', '/'))),
    'sparsedge tokens',
  );
  const said = `set.${id}.${payload}`;
  return `${said}.${btoa(String.fromCharCode(...(await mac(signing, said))))}`;
}

describe('tokens', () => {
  it('grant what they say within what their key grants', async () => {
    const ask = asked(await token({ filter: 'tenant:b', indexes: ['docs'] }));
    expect(idsOf(await ask('/v1/search?q=river')).every((id) => id.startsWith('b'))).toBe(true);
    expect(said(await ask('/v1/search?q=river&index=other'))).toEqual([403, 'forbidden']);
    // Two filters hold both: a token of a key for one tenant cannot be for another.
    const both = asked(await token({ filter: 'tenant:b' }, keys.ofA!.key));
    expect(idsOf(await both('/v1/search?q=river&group=false'))).toEqual([]);
    const tree = { or: [{ field: 'tenant', is: 'b' }] };
    expect(idsOf(await asked(await token({ filter: tree }))('/v1/search?q=river')).length).toBeGreaterThan(0);
  });

  it('are refused when forged, changed, cut, expired, or signed by a key that signs none', async () => {
    const good = await token({ filter: 'tenant:a' });
    const [, id, body, mac] = good.split('.') as [string, string, string, string];
    const other = btoa(JSON.stringify({ expires: IN_A_YEAR })).replaceAll('=', '');
    const unsigning = await signToken(keys.search!.key, { expires: IN_A_YEAR });
    const forged = await signToken((await createKey({ scope: 'search' })).key.replace(/_.{8}_/, `_${id}_`), {
      expires: IN_A_YEAR,
    });
    const wrong = [
      `set.${id}.${other}.${mac}`,
      `set.${id}.${body}.`,
      `set.${id}.${body}`,
      `set.${id}..${mac}`,
      `set.${keys.search!.stored.id}.${body}.${mac}`,
      `${good}.more`,
      good.slice(0, -1),
      good.slice(0, 30),
      `set.${id}.${body}.${'A'.repeat(43)}`,
      unsigning,
      forged,
      `set.${id}.${body}.${keys.signing!.stored.hash}`,
    ];
    // What whoever has the key signs in another way may be anything.
    for (const said of [
      '',
      'e30',
      '!!',
      btoa('words'),
      btoa('null').slice(0, 6),
      btoa('{"expires":'),
      btoa('\xff'),
    ])
      wrong.push(await signed(keys.signing!.key, said));
    for (const each of wrong)
      expect([each, ...said(await asked(each)('/v1/indexes'))]).toEqual([each, 401, 'unauthorized']);
    const late = await asked(await token({ expires: 1_000_000 }))('/v1/indexes');
    expect([...said(late), late.body.detail]).toEqual([401, 'unauthorized', 'the key or token has expired']);
    await expect(signToken('sek_no', { expires: 1 })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(signToken(keys.signing!.key, {} as TokenPayload)).rejects.toMatchObject({
      code: 'bad-input',
    });
  });
});

describe.each([
  ['here', {}],
  ['over groups of windows', { LOCAL_WINDOWS: 0 }],
])('a forced filter, searched %s', (_, settings) => {
  const own = (ids: readonly string[]) => ids.filter((id) => !OWN.includes(id));

  it.each([
    'tenant:b',
    'tenant:a OR tenant:b',
    'tenant:a) OR (tenant:b',
    'NOT tenant:a',
    '*',
    'year>1999',
    'year>1999 OR tenant:a AND NOT tenant:a',
    '{"or": [{"and": []}]}',
    '{"not": {"field": "tenant", "is": "a"}}',
    '{"and": [], "or": [{"and": []}]}',
    '{"__proto__": {"and": []}}',
    '"tenant:a" OR tenant:b',
  ])('is not escaped by the filter %s', async (filter) => {
    const ask = asked(keys.ofA!.key, settings);
    const paths = [
      `/v1/search?q=river&group=false&filter=${encodeURIComponent(filter)}`,
      `/v1/search?filter=${encodeURIComponent(filter)}&facets=tenant`,
      `/v1/search?q=river&filter=${encodeURIComponent(filter)}`,
    ];
    for (const path of paths) {
      const reply = await ask(path);
      if (reply.status === 400) continue;
      expect([reply.status, own(idsOf(reply))]).toEqual([200, []]);
      expect(JSON.stringify(reply.body)).not.toMatch(/river of b|"b"|"b\d"/);
    }
  });

  it('binds pages, rules, facets, words, feedback, likes, documents and what is said of the index', async () => {
    const ask = asked(keys.ofA!.key, settings);
    const leaks = /river of b|"b"|"b\d"|secretword/;
    for (const path of [
      '/v1/search?q=river&k=10&snippet=true',
      '/v1/search?q=river&group=false&k=10',
      '/v1/search?q=onlyb',
      '/v1/search?q=river+-onlya',
      '/v1/search?q=%22river+of%22',
      '/v1/search?facets=tenant,year',
      '/v1/search?q=river&facets=tenant',
      '/v1/search?sort=year:desc&k=10',
      '/v1/search?q=river&feedback=rm3',
      '/v1/search?q=secretwrod',
      '/v1/search?q=secr&prefix=true',
      '/v1/search?q=river&fusion=rrf',
      '/v1/search?like=a1&group=false',
      '/v1/search?q=river&index=docs,other',
    ]) {
      const reply = await ask(path);
      expect([path, reply.status]).toEqual([path, 200]);
      expect([path, own(idsOf(reply))]).toEqual([path, []]);
      expect(JSON.stringify(reply.body)).not.toMatch(leaks);
    }
    const terms = await ask('/v1/search', POST({ terms: { river: 3, onlyb: 9 }, k: 10 }));
    expect([terms.status, own(idsOf(terms))]).toEqual([200, []]);
    // It finds what it may.
    expect(idsOf(await ask('/v1/search?q=river&group=false')).sort()).toEqual(OWN);
    expect((await ask('/v1/search?facets=tenant')).body.facets[0].values).toEqual([{ value: 'a', count: 3 }]);
    expect((await ask('/v1/documents/a1')).status).toBe(200);
    // What is another's is as what there is not.
    const [another, none] = [await ask('/v1/documents/b1'), await ask('/v1/documents/b9')];
    expect([said(another), said(none)]).toEqual(Array(2).fill([404, 'not-found']));
    expect(another.body.detail).toBe(none.body.detail.replace('b9', 'b1'));
    expect(said(await ask('/v1/search?like=b1'))).toEqual(said(await ask('/v1/search?like=b9')));
    // How many documents have a term, and how the index is made, is of all of them.
    expect(said(await ask('/v1/search?q=onlyb+river&explain=true'))).toEqual([403, 'forbidden']);
    for (const path of ['/v1/index', '/v1/suggest?q=on'])
      expect(said(await ask(path))).toEqual([403, 'forbidden']);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('that does not fit the index keeps everything, and says so', async () => {
    const ask = asked(keys.nowhere!.key, settings);
    for (const path of ['/v1/search?q=river', '/v1/documents/a0'])
      expect(said(await ask(path))).toEqual([403, 'forbidden']);
  });
});
