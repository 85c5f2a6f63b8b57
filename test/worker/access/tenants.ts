// What the tests of keys attack: a deployment of two indexes, whose documents are of two tenants, and its keys.

import { env } from 'cloudflare:workers';
import { createKey, type StoredKey, signToken, type TokenPayload } from '../../../access/key-ring.ts';
import type { FieldSchema } from '../../../src/core/fields.ts';
import { crc32 } from '../../../src/core/format/checksum.ts';
import { CURRENT, decodeManifest, encodeManifest } from '../../../src/core/format/manifest.ts';
import { encodeRules } from '../../../src/query/language/rules/index-rules.ts';
import { createWorker } from '../../../src/worker.ts';
import { client, publish, type Reply } from '../requests.ts';
import { type TinyDocument, tinyIndex } from '../tiny-index.ts';

const FIELDS: readonly FieldSchema[] = [
  { name: 'tenant', type: 'keyword', list: false },
  { name: 'year', type: 'number', list: false },
];
export const OWN = ['a0', 'a1', 'a2'];
/** Two tenants' sections of pages, each page with sections of both, so that grouping could mix them. */
const DOCUMENTS: readonly TinyDocument[] = Array.from({ length: 6 }, (_, i) => {
  const tenant = i % 2 === 0 ? 'a' : 'b';
  return {
    document: {
      id: `${tenant}${Math.floor(i / 2)}`,
      text: `river of ${tenant}`,
      url: `https://example.com/${Math.floor(i / 2)}#${i}`,
      fields: { tenant, year: 2000 + i },
    },
    vector: { river: 1 + i, lamp: 3, [`only${tenant}`]: 4 },
  };
});
const WORDS = new Map(Object.entries({ river: 6, lamp: 6, secretword: 3 }));
export const IN_A_YEAR = Math.floor(Date.now() / 1000) + 31_536_000;

type Made = Awaited<ReturnType<typeof createKey>>;
export const kept: StoredKey[] = [];
async function make(how: Parameters<typeof createKey>[0]): Promise<Made> {
  const made = await createKey(how);
  kept.push(made.stored);
  return made;
}
export let keys: { readonly [name: string]: Made };

/** Publishes the indexes, and makes the keys. */
export async function prepare(): Promise<void> {
  const index = tinyIndex('5'.repeat(16), [DOCUMENTS.slice(0, 4), DOCUMENTS.slice(4)], true, FIELDS, WORDS);
  // Rules pin what is of the other tenant.
  const said = {
    rules: { queries: [{ is: 'river', pin: ['b0'] }] },
    queries: [{ pinned: [1], hidden: [] }],
    missing: [],
  };
  const body = encodeRules(index.build, said, undefined);
  const name = `rules/${index.build}-${crc32(body).toString(16).padStart(16, '0')}`;
  const manifest = decodeManifest(index.objects.get(CURRENT)!, CURRENT);
  const rules = { name, bytes: body.length, crc32: crc32(body) };
  index.objects.set(CURRENT, encodeManifest({ ...manifest, rules }));
  await env.INDEX.put(`docs/${name}`, body);
  await publish(index, 'docs/');
  await publish(tinyIndex('6'.repeat(16), [DOCUMENTS], false, FIELDS), 'other/');
  keys = {
    search: await make({ scope: 'search' }),
    admin: await make({ scope: 'admin' }),
    docs: await make({ scope: 'search', indexes: ['docs'] }),
    signing: await make({ scope: 'search', signs: true }),
    ofA: await make({ scope: 'search', filter: 'tenant:a', signs: true }),
    expired: await make({ scope: 'search', expires: 1_000_000 }),
    nowhere: await make({ scope: 'search', filter: 'owner:a' }),
  };
}

/** A deployment with these keys; what is asked comes with one of them, or whatever else. */
export function asked(key?: string, settings: object = {}) {
  const worker = createWorker();
  const bindings = { INDEX: env.INDEX, INDEXES: 'docs,other', KEYS: JSON.stringify(kept), ...settings };
  const { send } = client((request) => {
    if (key !== undefined) request.headers.set('Authorization', `Bearer ${key}`);
    return worker.fetch(request, bindings);
  });
  return (path: string, init?: RequestInit) => send(path, init);
}
export const token = (payload: Partial<TokenPayload> = {}, key = keys.signing!.key) =>
  signToken(key, { expires: IN_A_YEAR, ...payload });
export const said = ({ status, body }: Reply) => [status, body.code];
export const idsOf = ({ body }: Reply): string[] => body.hits.map(({ id }: { id: string }) => id);
export const POST = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
