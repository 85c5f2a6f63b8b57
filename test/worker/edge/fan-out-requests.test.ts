import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { HEADER_BYTES } from '../../../src/core/format/header.ts';
import { Indexes } from '../../../src/edge/named-engines.ts';
import type { Entrypoint } from '../../../src/edge/platform-cache.ts';
import { ResidentIndex } from '../../../src/edge/resident-index.ts';
import { parseConfig } from '../../../src/edge/settings.ts';
import { createApp } from '../../../src/http/app.ts';
import { r2Source } from '../../../src/store/r2.ts';
import {
  BUILD,
  COLLECTION,
  COLLECTION_WORDS,
  clearBucket,
  client,
  collectionIndex,
  damage,
  encodeHere,
  NEXT_BUILD,
  publish,
} from '../requests.ts';

/** The deployed entry points, called as the Worker calls itself. */
const loopback = exports as unknown as { Pages: Entrypoint; Windows: Entrypoint };

/** An app that searches up to `localWindows` itself, and counts what it asks of others. */
function app(localWindows: number) {
  const asked = { pages: 0, windows: 0 };
  const replies: Response[] = [];
  const counting = (name: keyof typeof asked, entrypoint: Entrypoint): Entrypoint => ({
    fetch: async (request) => {
      asked[name]++;
      const reply = await entrypoint.fetch(request);
      if (name === 'pages') replies.push(reply.clone());
      return reply;
    },
  });
  const config = parseConfig({ INDEX: env.INDEX, LOCAL_WINDOWS: localWindows });
  const clock = Date.now;
  const resident = new ResidentIndex({
    source: r2Source(env.INDEX, config.prefix),
    keepMs: 30_000,
    mostWindows: config.localWindows,
    clock,
    log: () => {},
  });
  const pages = counting('pages', loopback.Pages);
  const windows = counting('windows', loopback.Windows);
  const edge = { clock, pages, windows, encode: encodeHere };
  return {
    asked,
    replies,
    ...client((request) => createApp(config, new Indexes([], () => ({ resident, edge }))).fetch(request)),
  };
}

const WINDOWS = [COLLECTION.slice(0, 3), COLLECTION.slice(3, 4), COLLECTION.slice(4, 6), COLLECTION.slice(6)];

beforeEach(async () => {
  await clearBucket();
  await publish(collectionIndex(BUILD, WINDOWS, COLLECTION_WORDS));
});

describe('an index of several windows', () => {
  it.each([
    'river',
    'river fish',
    'boat wind river lamp',
    'nothing',
    'river -boat',
    'river "text of" -"text of c"',
    'title:river',
    'rivre fihs',
    'fish riv&prefix=true',
    '"nowhere said" river',
  ])('answers "%s" the same whether it is searched here or in parts', async (q) => {
    for (const k of [1, 3, 8]) {
      const [here, apart] = [app(4), app(3)];
      const [question, ...more] = q.split('&');
      const path = `/v1/search?q=${encodeURIComponent(question)}&k=${k}&${more}`;
      const [local, parts] = [await here.get(path), await apart.get(path)];
      expect(parts.status).toBe(200);
      expect(parts.body.exact).toBe(true);
      expect(parts.body.hits).toEqual(local.body.hits);
      expect(parts.body.spelling).toEqual(local.body.spelling);
      expect(parts.body.prefix).toEqual(local.body.prefix);
      expect(here.asked.windows).toBe(0);
      expect(apart.asked.windows).toBeGreaterThanOrEqual(4);
      expect(apart.asked.windows).toBeLessThanOrEqual(19);
    }
  });

  it('finds a document by id in whichever part has it, and says when none has', async () => {
    const { get } = app(1);
    expect((await get('/v1/documents/c')).body.document).toMatchObject({
      id: 'c',
      fields: { shelf: 'north' },
    });
    expect((await get('/v1/documents/b%2F1')).body.document.id).toBe('b/1');
    expect((await get('/v1/documents/absent')).status).toBe(404);
  });

  it('reports a damaged part as damage, not as an answer without it', async () => {
    // A build of its own: the isolate's page cache may hold the other one's pages.
    const { objects } = collectionIndex(NEXT_BUILD, WINDOWS);
    await publish({ build: NEXT_BUILD, objects });
    const shard = [...objects.keys()].find((name) => name.endsWith('-words'))!;
    await env.INDEX.delete(shard);
    const reply = await app(1).get('/v1/search?q=wind');
    expect(reply.status).toBe(500);
    expect(reply.body.code).toBe('corrupt');
  });
});

describe('pages behind the platform cache', () => {
  it('are read through the entry point and say what was asked of it', async () => {
    const { get, asked } = app(4);
    const { body } = await get('/v1/search?q=river');
    expect(body.cost.edgeCalls).toBe(asked.pages);
    expect(asked.pages).toBe(body.cost.reads);
  });

  it('may be kept for ever, and are the bytes of storage', async () => {
    const { objects } = collectionIndex(BUILD, WINDOWS);
    const [name, bytes] = [...objects].find(([key]) => key.includes('words'))!;
    const response = await loopback.Pages.fetch(new Request(`https://pages/${name}?range=3-9`));
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([...bytes.slice(3, 9)]);
  });

  it('that are damaged are not kept', async () => {
    const whole = app(4);
    await whole.get('/v1/search?q=river');
    const { objects } = collectionIndex(BUILD, WINDOWS);
    const [name, bytes] = [...objects].find(([key]) => key.endsWith('-words'))!;
    for (let at = HEADER_BYTES; at < bytes.length; at += 8) await damage(name, at);
    const damaged = app(4);
    await damaged.get('/v1/search?q=river');
    const said = ({ replies }: typeof whole) =>
      replies.map((reply) => [reply.status, reply.headers.get('Cache-Control')]);
    expect(said(whole)).toContainEqual([200, 'public, max-age=31536000, immutable']);
    expect(said(damaged)).toEqual(said(damaged).map(() => [500, 'no-store']));
    expect(damaged.replies.length).toBeGreaterThan(0);
  });

  it('that are damaged are never answered with', async () => {
    const { objects } = collectionIndex(BUILD, WINDOWS);
    for (const [name, bytes] of objects) {
      if (!name.endsWith('-words')) continue;
      for (let at = HEADER_BYTES; at < bytes.length; at += 8) await damage(name, at);
    }
    const reply = await app(4).get('/v1/search?q=river');
    expect(reply.status).toBe(500);
    expect(reply.body.code).toBe('corrupt');
  });

  it('refuse a request without a range, and a missing object as damage', async () => {
    const bare = await loopback.Pages.fetch(new Request('https://pages/objects/x'));
    expect([bare.status, bare.headers.get('Cache-Control')]).toEqual([500, 'no-store']);
    expect(await bare.json()).toMatchObject({ code: 'bad-query' });
    const missing = await loopback.Pages.fetch(new Request('https://pages/objects/x?range=0-1'));
    expect(await missing.json()).toMatchObject({ code: 'corrupt' });
  });
});
