import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startLocalWorker } from '../../build/local/local-worker.ts';
import { silent } from '../../build/terminal/progress.ts';
import { CLI, NODE, sparsedge } from '../build/commands/command-line.ts';

const DOCUMENTS = [
  {
    id: 'moon',
    title: 'Tides',
    text: 'The moon pulls the sea.',
    url: 'https://example.com/a#moon',
    lang: 'en',
  },
  { id: 'sea', title: 'Salt', text: 'Salt of the sea is salt of the table.', lang: 'en' },
  { id: 'brot', title: 'Bread', text: 'The moon has nothing to do with bread.', lang: 'de' },
];

const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));

/** Three indexes, of which the second is of one document, and the last of a page with sections. */
beforeAll(async () => {
  for (const [name, documents] of [
    ['docs', DOCUMENTS],
    ['notes', [{ id: 'n', text: 'A note on the moon.' }]],
  ] as const) {
    writeFileSync(
      join(folder, `${name}.jsonl`),
      documents.map((each) => `${JSON.stringify(each)}\n`).join(''),
    );
    const args = ['build', `${name}.jsonl`, '--encoder', 'bm25', '--language', 'en'];
    const { code, err } = await sparsedge(folder, args);
    expect({ code, err }).toMatchObject({ code: 0 });
  }
  mkdirSync(join(folder, 'pages'));
  writeFileSync(
    join(folder, 'pages/tides.html'),
    '<title>Tides</title><h1>Tides</h1><h2 id="spring">Spring tides</h2><p>The moon is new, or it is full.</p>',
  );
  const { code, err } = await sparsedge(folder, ['build', 'pages', '--encoder', 'bm25']);
  expect({ code, err }).toMatchObject({ code: 0 });
  return () => rmSync(folder, { recursive: true });
});

/** How an agent comes to the same indexes. */
const WAYS = {
  'a child process, over its standard streams': async (name: 'docs' | undefined) => {
    const folders = name ? ['docs=shards/docs', 'shards/notes', 'shards/pages'] : ['shards/docs'];
    return new StdioClientTransport({ command: NODE, args: [CLI, 'mcp', ...folders], cwd: folder });
  },
  'the Worker, over HTTP': async (name: 'docs' | undefined, maxK?: number) => {
    const docs = { name: name ?? '', folder: join(folder, 'shards/docs') };
    const others = ['notes', 'pages'].map((each) => ({ name: each, folder: join(folder, 'shards', each) }));
    const indexes = name ? [docs, ...others] : [docs];
    const { url, stop } = await startLocalWorker(indexes, {
      port: 0,
      mcp: true,
      maxK,
      startProgress: silent,
    });
    onTestFinished(stop);
    // A parameter of whoever lists the server.
    return new StreamableHTTPClientTransport(new URL('mcp/?profile=listed', url));
  },
};

async function connected(way: keyof typeof WAYS, name?: 'docs', maxK?: number) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(await WAYS[way](name, maxK));
  onTestFinished(() => client.close());
  return client;
}

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('an agent that asks %s', (way) => {
  test('is told of two tools, searches with filters, and reads what it found', async () => {
    const client = await connected(way);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['search', 'get_document']);
    expect(tools[0]!.inputSchema).toMatchObject({ required: ['query'], additionalProperties: false });

    const found = await client.callTool({ name: 'search', arguments: { query: 'moon and sea', k: 2 } });
    expect(found.isError).toBeFalsy();
    expect(found.structuredContent).toMatchObject({
      exact: true,
      build: expect.stringMatching(/^[0-9a-f]{16}$/),
      hits: [{ rank: 1, id: 'moon', title: 'Tides', url: 'https://example.com/a#moon' }, { rank: 2 }],
      cost: { reads: expect.any(Number), bytes: expect.any(Number), rounds: expect.any(Number) },
    });
    expect(JSON.stringify(found.content)).toMatch(
      /Tides.*https:\/\/example\.com\/a#moon.*moon pulls.*Proved/,
    );

    const german = { query: 'moon', filter: 'lang:de' };
    expect((await client.callTool({ name: 'search', arguments: german })).structuredContent).toMatchObject({
      hits: [{ id: 'brot' }],
    });
    const second = { query: 'moon and sea', k: 1, offset: 1 };
    expect((await client.callTool({ name: 'search', arguments: second })).structuredContent).toMatchObject({
      hits: [{ rank: 2 }],
    });
    const read = await client.callTool({ name: 'get_document', arguments: { id: 'sea' } });
    expect(read.structuredContent).toMatchObject({ id: 'sea', title: 'Salt', text: DOCUMENTS[1]!.text });
  });

  test('is told what is wrong with what it asks, and never a wrong answer', async () => {
    const client = await connected(way);
    const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
    const refused = async (name: string, args: Record<string, unknown>, said: RegExp) => {
      const { isError, content } = await call(name, args);
      expect({ isError, said: JSON.stringify(content) }).toEqual({
        isError: true,
        said: expect.stringMatching(said),
      });
    };
    await expect(call('delete_all', {})).rejects.toMatchObject({ code: -32602 });
    await refused('search', { query: '' }, /query/);
    await refused('search', { query: 'moon', k: 1e9 }, /k/);
    await refused('search', { query: 'moon', limit: 3 }, /limit/);
    await refused('search', { query: 'moon', filter: 'lang:en OR' }, /bad-query: /);
    await refused('search', { query: 'moon', filter: 'owner:me' }, /bad-query: .*owner/);
    await refused('search', { query: 'moon', index: 'other' }, /not-found: /);
    await refused('get_document', { id: 'nobody' }, /not-found: /);
    await refused('get_document', {}, /id/);
    // And it goes on.
    expect((await call('search', { query: 'bread' })).structuredContent).toMatchObject({
      hits: [{ id: 'brot' }],
    });
  });

  test('asks for as many hits as there may be, and is told how many those are', async () => {
    const maxK = way.includes('HTTP') ? 2 : undefined;
    const client = await connected(way, undefined, maxK);
    const [search] = (await client.listTools()).tools;
    const k = { minimum: 1, maximum: maxK ?? 50, default: maxK ?? 8 };
    const offset = { minimum: 0, maximum: (maxK ?? (way.includes('HTTP') ? 100 : 1000)) - 1 };
    expect(search!.inputSchema).toMatchObject({ properties: { k, offset } });
    for (const asked of [{}, { k: 1 }, { k: k.maximum }]) {
      const found = await client.callTool({ name: 'search', arguments: { query: 'moon sea', ...asked } });
      expect(found.structuredContent, JSON.stringify(found.content)).toMatchObject({ exact: true });
    }
  });

  test('is told the headings that lead to a section, and the title of its page once', async () => {
    const client = await connected(way, 'docs');
    const { content, structuredContent } = await client.callTool({
      name: 'search',
      arguments: { query: 'new moon', index: 'pages' },
    });
    const heading = 'Tides › Spring tides';
    expect(structuredContent).toMatchObject({ hits: [{ title: 'Tides', heading, sections: [{ heading }] }] });
    expect(JSON.stringify(content)).toContain(`"1. ${heading}\\n`);
  });

  test('searches several indexes by their names', async () => {
    const client = await connected(way, 'docs');
    const search = (args: object) =>
      client.callTool({ name: 'search', arguments: { query: 'moon', ...args } });
    expect((await search({ index: 'notes' })).structuredContent).toMatchObject({ hits: [{ id: 'n' }] });
    expect((await search({ k: 1 })).structuredContent).toMatchObject({ hits: [{ id: 'moon' }] });
    // Both at once where an answer can be of both: an agent that reads text alone must know where each hit is from.
    const both = await search({ index: 'docs,notes' });
    for (const [id, index] of both.isError
      ? []
      : [
          ['moon', 'docs'],
          ['n', 'notes'],
        ])
      expect(JSON.stringify(both.content)).toContain(`id: ${id}\\n   index: ${index}`);
    expect(both.isError ?? false).toBe(!way.includes('HTTP'));
    const read = await client.callTool({ name: 'get_document', arguments: { id: 'n', index: 'notes' } });
    expect(read.structuredContent).toMatchObject({ text: 'A note on the moon.' });
  });
});

test('the endpoint answers what is no call with the errors of the protocol, and has no sessions', async () => {
  const options = { port: 0, mcp: true, startProgress: silent };
  const { url, stop } = await startLocalWorker(join(folder, 'shards/docs'), options);
  onTestFinished(stop);
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}mcp`, {
      method: 'POST',
      headers: { 'Content-Type': type, Accept: 'application/json, text/event-stream' },
      body,
    });
  for (const [body, status, code] of [
    ['{', 400, -32700],
    ['{"hello":1}', 400, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"no/such"}', 200, -32601],
  ] as const) {
    const response = await post(body);
    const text = await response.text();
    const json = JSON.parse(text.replace(/^event: message\ndata: /, ''));
    expect([body, response.status, json.error?.code]).toEqual([body, status, code]);
  }
  expect((await post('{}', 'text/plain')).status).toBe(415);
  expect((await post(`"${'x'.repeat(300_000)}"`)).status).toBe(413);
  expect((await fetch(`${url}mcp`, { headers: { Accept: 'text/event-stream' } })).status).toBe(405);
});
