// What the Worker's tests share: a small collection, its index in R2, and requests to the Worker over HTTP.

import { env, exports } from 'cloudflare:workers';
import { crc32 } from '../../src/core/format/checksum.ts';
import { CURRENT, decodeManifest, encodeManifest } from '../../src/core/format/manifest.ts';
import type { Source } from '../../src/core/source.ts';
import { Indexes } from '../../src/edge/named-engines.ts';
import type { Entrypoint } from '../../src/edge/platform-cache.ts';
import { ResidentIndex } from '../../src/edge/resident-index.ts';
import { parseConfig } from '../../src/edge/settings.ts';
import { createApp } from '../../src/http/app.ts';
import { encodeFor } from '../../src/query/encode/query-model.ts';
import { encodeRules, type SaidOfRules } from '../../src/query/language/rules/index-rules.ts';
import type { Encode } from '../../src/query/local-index.ts';
import { QueryLog } from '../../src/query/usage/query-log.ts';
import { r2Source } from '../../src/store/r2.ts';
import { type TinyDocument, type TinyIndex, tinyIndex } from './tiny-index.ts';

export const BUILD = 'aaaaaaaaaaaaaaaa';
export const NEXT_BUILD = 'bbbbbbbbbbbbbbbb';

/** Of COLLECTION, as they are typed. */
export const COLLECTION_WORDS: ReadonlyMap<string, number> = new Map(
  Object.entries({ river: 6, boat: 2, fish: 2, lamp: 1, wind: 2 }),
);

/** Eight documents: "river" is in all but one, so its list has pages of its own; the others' share pages. */
export const COLLECTION: readonly TinyDocument[] = [
  entry('a', { river: 9, boat: 4 }, { title: 'River boat', url: 'https://example.com/a' }),
  entry('b/1', { river: 7, fish: 3 }),
  entry('c', { river: 7, lamp: 8 }, { fields: { shelf: 'north' } }),
  entry('d', { wind: 5 }),
  entry('e', { river: 5, wind: 5, boat: 1 }),
  entry('f', { river: 4 }),
  entry('été %2F?', { river: 2, fish: 9 }),
  entry('h', { river: 1 }),
];

function entry(
  id: string,
  vector: Readonly<Record<string, number>>,
  more: { title?: string; url?: string; fields?: Record<string, string> } = {},
): TinyDocument {
  return { document: { id, text: `text of ${id}`, ...more }, vector };
}

/** The collection as an index of one or more windows. */
export function collectionIndex(
  build = BUILD,
  windows = [COLLECTION],
  words?: ReadonlyMap<string, number>,
): TinyIndex {
  return tinyIndex(build, windows, false, undefined, words);
}

/** Puts an index into the bucket, `current` last. */
export async function publish({ objects }: TinyIndex, prefix = ''): Promise<void> {
  for (const [name, bytes] of objects) await env.INDEX.put(prefix + name, bytes);
}

/** Names rules in `current`, as setting them does. */
export async function steer(said: SaidOfRules, factors: readonly number[]): Promise<void> {
  const body = encodeRules(BUILD, said, Uint16Array.from(factors));
  const name = `rules/${BUILD}-${crc32(body).toString(16).padStart(16, '0')}`;
  await env.INDEX.put(name, body);
  const object = await env.INDEX.get(CURRENT);
  const manifest = decodeManifest(new Uint8Array(await object!.arrayBuffer()), CURRENT);
  const rules = { name, bytes: body.length, crc32: crc32(body) };
  await env.INDEX.put(CURRENT, encodeManifest({ ...manifest, rules }));
}

/** Removes everything from the bucket. */
export async function clearBucket(): Promise<void> {
  const { objects } = await env.INDEX.list();
  await env.INDEX.delete(objects.map(({ key }) => key));
}

/** Changes one byte of an object, as a bad disk would. */
export async function damage(name: string, at: number): Promise<void> {
  const object = await env.INDEX.get(name);
  const bytes = new Uint8Array(await object!.arrayBuffer());
  bytes[at] ^= 0x10;
  await env.INDEX.put(name, bytes);
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as any client would, without types.
  readonly body: any;
}

type Fetch = (request: Request) => Response | Promise<Response>;

async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Sends requests somewhere: to the whole Worker, or to an app made for one test. */
export function client(fetch: Fetch) {
  const send = async (path: string, init: RequestInit = {}) =>
    reply(await fetch(new Request(new URL(path, 'https://search.example'), init as never)));
  return {
    send,
    get: (path: string) => send(path),
    post: (value: unknown) =>
      send('/v1/search', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: typeof value === 'string' ? value : JSON.stringify(value),
      }),
  };
}

/** The deployed entry point with its own bindings. */
export const worker = client((request) => exports.default.fetch(request));

/** The deployed entry point that searches windows, called as the Worker calls itself. */
const windows = (exports as unknown as { Windows: Entrypoint }).Windows;

/** Encodes questions to spaces that need no model. */
export const encodeHere: Encode = (text, space) => encodeFor(space, text, undefined);

/** An app with its own open index and settings, over R2 or a source that misbehaves. */
export function appOver(
  options: { source?: Source; settings?: object; clock?: () => number; log?: (e: unknown) => void } = {},
) {
  const config = parseConfig({ INDEX: env.INDEX, ...options.settings });
  const { source = r2Source(env.INDEX, config.prefix), clock = Date.now, log = () => {} } = options;
  const resident = new ResidentIndex({
    source,
    keepMs: config.generationSeconds * 1000,
    mostWindows: config.localWindows,
    clock,
    log,
  });
  const edge = { clock, windows, encode: encodeHere };
  const queries = config.queries && new QueryLog(config.queries);
  const app = createApp(config, new Indexes([], () => ({ resident, edge })), { log: queries });
  return client((request) => app.fetch(request));
}
