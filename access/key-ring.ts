// Keys of an API, and tokens that their owners sign for tenants. Of a key a Worker knows what checks it, not the key
// itself; a token is known by nobody before it comes, and grants no more than the key that signed it.
//
// A key is `sek_<id>_<secret>`, 32 random bytes in base64url. What is kept is HMAC-SHA-256 of a constant under the
// secret, which WebCrypto verifies in constant time; a secret of 256 bits needs no slow hash. A token is
// `set.<id>.<payload>.<mac>`: JSON in base64url, and its HMAC under what the secret gives for another constant. Whoever
// reads what is kept of a key that signs could sign tokens of that key, but not use the key.

import * as z from 'zod';
import { SparsedgeError } from '../src/core/errors.ts';

const encoder = new TextEncoder();
const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;
const CHECK = encoder.encode('sparsedge key');
const SIGN = encoder.encode('sparsedge tokens');
/** The longest key or token that is looked at. */
const MOST_CHARACTERS = 4096;

const INDEX = /^[a-z0-9][a-z0-9-]{0,63}$/;
const digest = z.string().regex(/^[\w-]{43}$/);
const seconds = z.int().positive();
const filter = z.union([z.string().min(1).max(2048), z.record(z.string(), z.unknown())]);

/** What keys and tokens may be restricted to. */
const restrictions = {
  /** Seconds since 1970. */
  expires: seconds.optional(),
  /** Names of indexes; all unless given. */
  indexes: z.array(z.string().regex(INDEX)).min(1).optional(),
  /** Which documents there are for whoever has it. */
  filter: filter.optional(),
};

const storedKey = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** What verifies its secret. */
  hash: digest,
  /** What verifies tokens, of a key that signs some. */
  signs: digest.optional(),
  scope: z.enum(['search', 'admin']),
  ...restrictions,
  /** What it is for. */
  note: z.string().max(200).optional(),
});

/** Keys as a Worker's secret KEYS has them. */
export const storedKeys = z
  .array(storedKey)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'has two keys of one id');
export type StoredKey = z.infer<typeof storedKey>;

const payload = z.strictObject({ ...restrictions, expires: seconds });
/** What a token says. */
export type TokenPayload = z.infer<typeof payload>;

/** What whoever asks may see. */
export interface Grant {
  /** The id of the key; nobody's where none was given. */
  readonly key?: string | undefined;
  readonly scope: 'search' | 'admin';
  /** The indexes that it is for; all where that is not said. */
  readonly indexes?: readonly string[] | undefined;
  /** All of them hold of every document that it sees. */
  readonly filters: readonly (string | object)[];
}

/** Makes a key: the text that is given to its owner, and what is kept. */
export async function createKey(
  how: Omit<StoredKey, 'id' | 'hash' | 'signs'> & { readonly signs?: boolean | undefined },
): Promise<{ readonly key: string; readonly stored: StoredKey }> {
  const { signs, ...restrictions } = how;
  const random = crypto.getRandomValues(new Uint8Array(36));
  const id = Array.from(random.subarray(32), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const secret = random.subarray(0, 32);
  const stored = {
    id,
    hash: toBase64(await macOf(secret, CHECK)),
    ...(signs && { signs: toBase64(await macOf(secret, SIGN)) }),
    ...restrictions,
  };
  return { key: `sek_${id}_${toBase64(secret)}`, stored: storedKey.parse(stored) };
}

/**
 * Signs a token with a key, wherever the key is kept: on its owner's server, before a page is sent to a tenant.
 *
 * @throws SparsedgeError `bad-input` for what is no key, or restrictions that are none
 */
export async function signToken(key: string, restricted: TokenPayload): Promise<string> {
  const parts = partsOf(key);
  const parsed = payload.safeParse(restricted);
  if (!parts) throw new SparsedgeError('bad-input', 'expected a key, sek_…, found something else');
  if (!parsed.success) throw new SparsedgeError('bad-input', `no token: ${z.prettifyError(parsed.error)}`);
  const said = `set.${parts.id}.${toBase64(encoder.encode(JSON.stringify(parsed.data)))}`;
  return `${said}.${toBase64(await macOf(await macOf(parts.secret, SIGN), encoder.encode(said)))}`;
}

/** Nobody has this key: one whose id is unknown is checked as long as one that is known. */
const NOBODY = { hash: 'A'.repeat(43), signs: 'A'.repeat(43) };

/** The keys of a deployment. */
export class KeyRing {
  /** By id. */
  readonly #keys: ReadonlyMap<string, StoredKey>;

  constructor(keys: readonly StoredKey[]) {
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** What is known of the keys, without what checks them. */
  get described(): Omit<StoredKey, 'hash' | 'signs'>[] {
    return [...this.#keys.values()].map(({ hash: _, signs: __, ...key }) => key);
  }

  /**
   * What a key or a token grants.
   *
   * @param now in milliseconds
   * @throws SparsedgeError `unauthorized`
   */
  async admit(presented: string, now: number): Promise<Grant> {
    if (presented.length > MOST_CHARACTERS) throw refused();
    const grant = presented.startsWith('set.') ? await this.#token(presented) : await this.#key(presented);
    if (!grant) throw refused();
    const { expires, ...granted } = grant;
    if (expires.some((time) => now >= time * 1000)) throw refused('the key or token has expired');
    return granted;
  }

  async #key(presented: string) {
    const parts = partsOf(presented);
    if (!parts) return undefined;
    const known = this.#keys.get(parts.id);
    const isRight = await isMacOf((known ?? NOBODY).hash, parts.secret, CHECK);
    return known && isRight ? grantOf(known) : undefined;
  }

  async #token(presented: string) {
    const [, id = '', body = '', mac = '', ...more] = presented.split('.');
    const known = this.#keys.get(id);
    const signing = fromBase64((known ?? NOBODY).signs ?? NOBODY.signs);
    const said = encoder.encode(`set.${id}.${body}`);
    const isRight = await isMacOf(mac, signing!, said);
    if (!known?.signs || !isRight || more.length > 0) return undefined;
    const parsed = payload.safeParse(jsonOf(fromBase64(body)));
    if (!parsed.success) return undefined;
    const [of, restricted] = [grantOf(known), grantOf({ ...parsed.data, id, scope: 'search' })];
    const { indexes = restricted.indexes } = of;
    return {
      ...restricted,
      indexes: restricted.indexes ? indexes?.filter((name) => restricted.indexes!.includes(name)) : indexes,
      filters: [...of.filters, ...restricted.filters],
      expires: [...of.expires, ...restricted.expires],
    };
  }
}

function grantOf({ id, scope, indexes, filter, expires }: Omit<StoredKey, 'hash'>) {
  return {
    key: id,
    scope,
    indexes,
    filters: filter === undefined ? [] : [filter],
    expires: expires === undefined ? [] : [expires],
  } satisfies Grant & { expires: readonly number[] };
}

/** Nothing is said of why, but for what only who has the key can learn. */
function refused(why = 'the key or token is not valid here'): SparsedgeError {
  return new SparsedgeError('unauthorized', why);
}

function partsOf(key: string): { readonly id: string; readonly secret: Uint8Array<ArrayBuffer> } | undefined {
  const [, id, text] = /^sek_([0-9a-f]{8})_([\w-]{43})$/.exec(key) ?? [];
  const secret = text === undefined ? undefined : fromBase64(text);
  return id !== undefined && secret?.length === 32 ? { id, secret } : undefined;
}

async function hmac(key: Uint8Array<ArrayBuffer>, use: 'sign' | 'verify') {
  return crypto.subtle.importKey('raw', key, HMAC, false, [use]);
}

async function macOf(key: Uint8Array<ArrayBuffer>, of: Uint8Array<ArrayBuffer>) {
  return new Uint8Array(await crypto.subtle.sign(HMAC, await hmac(key, 'sign'), of));
}

/** WebCrypto compares in constant time. What is no base64url is compared as nothing, which no MAC is. */
async function isMacOf(
  mac: string,
  key: Uint8Array<ArrayBuffer>,
  of: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const bytes = fromBase64(mac) ?? new Uint8Array(0);
  return crypto.subtle.verify(HMAC, await hmac(key, 'verify'), bytes, of);
}

/** What whoever signs says may be no JSON. */
function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
