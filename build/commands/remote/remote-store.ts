// A bucket of R2, or of any store that speaks S3, as the commands use it: listed, read, written under a condition.

import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';
import { corrupt, SparsedgeError } from '../../../src/core/errors.ts';
import type { ByteRange, Source } from '../../../src/core/source.ts';

/** An object, as it is listed. */
export interface StoredObject {
  readonly bytes: number;
  /** Without quotes; the MD5 in hexadecimal digits of what was put in one piece, with most stores. */
  readonly etag: string;
  /** By the store's clock, in milliseconds. */
  readonly modified: number;
}

/** An object that was read whole. */
export interface FetchedObject {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modified: number;
  /** What time it was where the object lies; NaN where that is not said, as this machine's clock may be wrong. */
  readonly now: number;
  /** What it says of itself beside its bytes. */
  readonly before: string;
}

/** When something may be written: over the object of an ETag, or where there is none. */
type Condition = { readonly over: string | undefined };

/** A prefix of a bucket. */
export interface RemoteStore extends Source {
  /** Its address, as it was given. */
  readonly address: string;
  /** Everything below the prefix, by name. */
  list(): Promise<Map<string, StoredObject>>;
  /** @returns undefined where there is no such object */
  get(name: string): Promise<FetchedObject | undefined>;
  /**
   * Writes an object; the store compares it with its MD5.
   *
   * @returns whether the condition held; it is not written otherwise
   */
  put(name: string, body: Uint8Array, md5: Buffer, more?: PutOptions): Promise<boolean>;
  remove(name: string): Promise<void>;
}

/** What goes with an object. */
interface PutOptions {
  readonly when?: Condition;
  readonly before?: string;
}

/** How a store is reached, beside its address. */
export interface StoreOptions {
  readonly endpoint?: string | undefined;
}

const ADDRESS = /^(s3|r2):\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;
/** What a code of S3 asks of whoever reads it. */
const REASONS: Readonly<Record<string, string>> = {
  AccessDenied: 'the key may not do this',
  AuthorizationHeaderMalformed: 'the bucket is in another region, which AWS_REGION names',
  ExpiredToken: 'AWS_SESSION_TOKEN has expired',
  InvalidAccessKeyId: 'nobody has the key AWS_ACCESS_KEY_ID there',
  NoSuchBucket: 'there is no such bucket, which is to be made first',
  PermanentRedirect: 'the bucket is in another region, which AWS_REGION names',
  RequestTimeTooSkewed:
    'the clock of this machine is not that of the store; set it, as requests are signed with it',
  SignatureDoesNotMatch: 'AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID',
};

/** Connections break off; each attempt after one that did waits longer, by chance. */
const TRIES = 4;
const WAIT_MS = 200;
/** No read or removal takes longer; uploads may. */
const LONGEST_MS = 60_000;

/** Whether an argument names a bucket and no folder. */
export function isRemote(text: string): boolean {
  return /^(s3|r2):\/\//.test(text);
}

/**
 * Opens a prefix of a bucket; nothing is asked of it yet.
 *
 * @param address s3://bucket/prefix or r2://bucket/prefix
 * @param env the standard AWS_* variables, and CLOUDFLARE_ACCOUNT_ID where R2 has no endpoint
 * @throws SparsedgeError `bad-input`
 */
export function openStore(
  address: string,
  { endpoint }: StoreOptions,
  env: NodeJS.ProcessEnv = process.env,
): RemoteStore {
  const [, scheme, bucket, path = ''] = ADDRESS.exec(address) ?? [];
  if (bucket === undefined)
    throw new SparsedgeError(
      'bad-input',
      `expected s3://bucket/prefix or r2://bucket/prefix, where a bucket's name has 3 to 63 of a-z, 0-9, - and ., ` +
        `found "${address}"`,
    );
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  // In a URL, these would lead to another place, and to another bucket.
  if (/(^|\/)\.{0,2}\//.test(prefix))
    throw new SparsedgeError('bad-input', `${address}: expected a prefix without empty parts, "." and ".."`);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new SparsedgeError(
      'bad-input',
      `${address} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and one of them is not set`,
    );
  }
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (scheme === 'r2' ? 'auto' : 'us-east-1');
  const client = new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    service: 's3',
    region,
    retries: TRIES,
    initRetryMs: WAIT_MS,
  });
  const named = endpoint ?? (env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL);
  const base = named || endpointOf(address, scheme, region, env);
  if (!URL.canParse(base) || !/^https?:/.test(base))
    throw new SparsedgeError('bad-input', `expected the URL of an endpoint, found "${base}"`);
  return new S3Store(address, client, `${base.replace(/\/+$/, '')}/${bucket}`, prefix);
}

function endpointOf(address: string, scheme: string, region: string, env: NodeJS.ProcessEnv): string {
  if (scheme === 's3') return `https://s3.${region}.amazonaws.com`;
  const account = env.CLOUDFLARE_ACCOUNT_ID;
  if (account) return `https://${account}.r2.cloudflarestorage.com`;
  throw new SparsedgeError(
    'bad-input',
    `${address} needs CLOUDFLARE_ACCOUNT_ID in the environment, or --endpoint with the URL of the account's R2`,
  );
}

/** A page of ListObjectsV2, of which nothing but these is used. */
const listing = z.object({
  ListBucketResult: z.object({
    IsTruncated: z.enum(['true', 'false']).optional(),
    NextContinuationToken: z.string().optional(),
    Contents: z
      .array(
        z.object({ Key: z.string(), Size: z.coerce.number(), ETag: z.string(), LastModified: z.string() }),
      )
      .optional(),
  }),
});
const refusal = z.object({ Error: z.object({ Code: z.string().min(1) }) });
/** Some stores write quotes as &quot;, some as &#34;, which htmlEntities reads; a key may begin with a blank. */
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => name === 'Contents',
});
/** So much of an answer that is none of S3 is shown. */
const SHOWN_CHARACTERS = 60;

/** An answer by its schema; nothing where it is something else, as the pages of proxies and web servers are. */
function xmlAs<T>(body: Buffer, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(parser.parse(body.toString())).data;
  } catch {
    return undefined;
  }
}

class S3Store implements RemoteStore {
  readonly address: string;
  readonly #client: AwsClient;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(address: string, client: AwsClient, bucket: string, prefix: string) {
    this.address = address;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async list(): Promise<Map<string, StoredObject>> {
    const objects = new Map<string, StoredObject>();
    const tokens = new Set<string>();
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix: this.#prefix,
        ...(token !== undefined && { 'continuation-token': token }),
      });
      const { body, status } = await this.#ask('GET', `${this.#bucket}?${query}`);
      if (status !== 200) throw this.#refused('list it', status, body);
      const found = xmlAs(body, listing);
      if (found === undefined) throw this.#isNoList(body);
      const { Contents = [], IsTruncated, NextContinuationToken } = found.ListBucketResult;
      for (const { Key, Size, ETag, LastModified } of Contents) {
        if (!Key.startsWith(this.#prefix)) continue;
        const name = Key.slice(this.#prefix.length);
        objects.set(name, { bytes: Size, etag: unquoted(ETag), modified: Date.parse(LastModified) });
      }
      token = IsTruncated === 'true' ? NextContinuationToken : undefined;
      if (IsTruncated === 'true' && (!token || tokens.has(token)))
        throw corrupt(
          this.address,
          'a way to the rest of a list',
          token ? 'one that was gone before' : 'none',
        );
      tokens.add(token ?? '');
    } while (token !== undefined);
    return objects;
  }

  #isNoList(body: Buffer): SparsedgeError {
    const text = body.toString().trim();
    const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
    return new SparsedgeError(
      'unavailable',
      `${this.address}: expected a list of objects, as S3 has it, found ${text === '' ? 'nothing' : JSON.stringify(shown)}; ` +
        'is the endpoint that of a store?',
    );
  }

  async get(name: string): Promise<FetchedObject | undefined> {
    const { body, status, headers } = await this.#ask('GET', this.#url(name));
    if (status === 404 && !body.includes('NoSuchBucket')) return undefined;
    if (status !== 200) throw this.#refused(`read ${name}`, status, body);
    const time = (header: string) => Date.parse(headers.get(header) ?? '');
    return {
      body,
      etag: unquoted(headers.get('etag') ?? ''),
      modified: time('last-modified'),
      now: time('date'),
      before: headers.get('x-amz-meta-before') ?? '',
    };
  }

  async put(
    name: string,
    body: Uint8Array,
    md5: Buffer,
    { when, before }: PutOptions = {},
  ): Promise<boolean> {
    const headers: Record<string, string> = { 'content-md5': md5.toString('base64') };
    if (before !== undefined) headers['x-amz-meta-before'] = before;
    if (when) {
      if (when.over === undefined) headers['if-none-match'] = '*';
      else headers['if-match'] = `"${when.over}"`;
    }
    const { status, body: said } = await this.#ask('PUT', this.#url(name), headers, body);
    if (status === 200) return true;
    // 409 is what S3 says of two conditional writes at once, and 404 of one over an object that is gone.
    if (when && [404, 409, 412].includes(status) && !said.includes('NoSuchBucket')) return false;
    throw this.#refused(`write ${name}`, status, said);
  }

  async remove(name: string): Promise<void> {
    const { status, body } = await this.#ask('DELETE', this.#url(name));
    if (status !== 204 && status !== 200 && status !== 404)
      throw this.#refused(`remove ${name}`, status, body);
  }

  async read(name: string, range?: ByteRange): Promise<Uint8Array> {
    const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end - 1}` } : {};
    const { status, body } = await this.#ask('GET', this.#url(name), headers);
    if (status === 404 && !body.includes('NoSuchBucket'))
      throw new SparsedgeError('not-found', `there is no object ${name} in ${this.address}`, { name });
    if (status === 416) throw corrupt(name, `at least ${range?.end} bytes`, `at most ${range?.start}`);
    if (status !== 200 && status !== 206) throw this.#refused(`read ${name}`, status, body);
    // A store may answer a range with all there is.
    const bytes = range && status === 200 ? body.subarray(range.start, range.end) : body;
    if (range && bytes.length !== range.end - range.start)
      throw corrupt(name, `${range.end - range.start} bytes from ${range.start}`, bytes.length);
    return new Uint8Array(bytes);
  }

  #url(name: string): string {
    return `${this.#bucket}/${`${this.#prefix}${name}`.split('/').map(encodeURIComponent).join('/')}`;
  }

  /** A whole answer. The client itself tries again what ended with 429 or a status of 500 and more. */
  async #ask(method: string, url: string, headers: Record<string, string> = {}, body?: Uint8Array) {
    for (let tries = 1; ; tries++) {
      try {
        const response = await this.#client.fetch(url, {
          method,
          headers,
          ...(body ? { body: body as Uint8Array<ArrayBuffer> } : { signal: AbortSignal.timeout(LONGEST_MS) }),
        });
        const whole = Buffer.from(await response.arrayBuffer());
        return { status: response.status, headers: response.headers, body: whole };
      } catch (cause) {
        if (tries === TRIES) {
          throw new SparsedgeError(
            'unavailable',
            `${this.address} did not answer: ${reasonOf(cause)}`,
            {},
            { cause },
          );
        }
        await new Promise((resolve) => setTimeout(resolve, Math.random() * WAIT_MS * 2 ** tries));
      }
    }
  }

  #refused(what: string, status: number, body: Buffer): SparsedgeError {
    const code = xmlAs(body, refusal)?.Error.Code.trim();
    const reason = code !== undefined && Object.hasOwn(REASONS, code) ? `: ${REASONS[code]}` : '';
    const said = `status ${status}${code === undefined ? '' : ` (${code})`}${reason}`;
    return new SparsedgeError('unavailable', `${this.address} refused to ${what}: ${said}`, { status });
  }
}

/** The MD5 of some bytes: what stores check and call objects by. */
export function md5Of(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

/** fetch says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? String(cause);
}
