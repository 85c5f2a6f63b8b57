// A Worker's bindings and variables → Config, parsed once. wrangler.toml lists them for operators; here they are
// defined.

import * as z from 'zod';
import { type StoredKey, storedKeys } from '../../access/key-ring.ts';
import { SparsedgeError } from '../core/errors.ts';
import type { AiBinding } from '../encode/workers-ai.ts';
import { MAX_K } from '../query/search/search.ts';
import type { Dataset, QueryLogSettings } from '../query/usage/query-log.ts';
import type { Spending } from './spending.ts';

/** What an index is called where there are several: a folder, and a part of URLs. */
const NAME = '[a-z0-9][a-z0-9-]{0,63}';

/** A whole number, as TOML gives it or as a string, which is all the dashboard has. */
function integer(minimum: number, maximum: number) {
  const wanted = `must be an integer from ${minimum} to ${maximum}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
    z.int(wanted).min(minimum, wanted).max(maximum, wanted),
  );
}

/** The platform's rate limit: whether one more of a name is within it. */
export interface RateLimit {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** What decides about callers. */
export interface Admission {
  /** Undefined where there are no keys: everybody searches everything. */
  readonly keys: readonly StoredKey[] | undefined;
  /** Whether those without a key may search as well. */
  readonly isPublic: boolean;
  /** Of an address, and of a key. */
  readonly addressLimit: RateLimit | undefined;
  readonly keyLimit: RateLimit | undefined;
}

const rateLimit = z.custom<RateLimit>(
  (value) => typeof (value as RateLimit | undefined)?.limit === 'function',
  'must be bound to a rate limit',
);

/** An origin, however it is written: browsers write hosts in small letters, and no port that goes without saying. */
const ORIGIN = /^\s*https?:\/\/[^\s,/]+\s*$/i;

/** Text that may be no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const bindings = z.object({
  INDEX: z.custom<R2Bucket | Fetcher>(
    (value) => isAssets(value) || typeof (value as R2Bucket | undefined)?.get === 'function',
    'must be bound to an R2 bucket, or to assets that hold the index',
  ),
  DOCUMENTS: z
    .custom<Fetcher>(
      (value) => typeof (value as Fetcher | undefined)?.fetch === 'function',
      'must be bound to assets',
    )
    .optional(),
  AI: z
    .custom<AiBinding>(
      (value) => typeof (value as AiBinding | undefined)?.run === 'function',
      'must be bound to Workers AI',
    )
    .optional(),
  RERANK_MODEL: z
    .string('must be a string')
    .regex(/^(@[a-z0-9]+\/[A-Za-z0-9._/-]+|[a-z0-9][a-z0-9._-]*-[0-9a-f]{12})?$/, {
      error:
        'must be a model of Workers AI, as @cf/baai/bge-reranker-base, or a folder of models/, as tiny-0123456789ab',
    })
    .default(''),
  INDEX_PREFIX: z
    .string('must be a string')
    .regex(/^[^/]/, 'must not begin with a slash')
    .or(z.literal(''))
    .default(''),
  INDEXES: z
    .string('must be a string')
    .regex(
      new RegExp(`^(${NAME}(\\s*,\\s*${NAME})*)?$`),
      'must be names of indexes separated by commas: letters from a to z, digits and hyphens, at most 64 each',
    )
    .transform((names) => names.split(',').flatMap((name) => name.trim() || []))
    .refine((names) => new Set(names).size === names.length, 'names an index twice')
    .default([]),
  MAX_K: integer(1, MAX_K).default(100),
  GENERATION_SECONDS: integer(0, 86_400).default(30),
  LOCAL_WINDOWS: integer(0, 1000).default(32),
  SUBREQUESTS: integer(10, 10_000).default(1000),
  MAX_MICRODOLLARS: integer(1, 1_000_000_000).optional(),
  MAX_MICRODOLLARS_A_DAY: integer(1, 1_000_000_000).optional(),
  SPENDING: z
    .custom<DurableObjectNamespace<Spending>>(
      (value) => typeof (value as DurableObjectNamespace | undefined)?.getByName === 'function',
      'must be bound to the Durable Object "Spending"',
    )
    .optional(),
  KEYS: z
    .string('must be a string')
    .transform((text, context) => {
      const keys = storedKeys.safeParse(jsonOf(text));
      if (keys.success) return keys.data;
      // What is wrong with a secret is not shown.
      context.addIssue('must be keys as sparsedge keys writes them');
      return z.NEVER;
    })
    .optional(),
  ACCESS: z.enum(['public', 'keys'], 'must be public or keys').optional(),
  RATE_LIMIT: rateLimit.optional(),
  KEY_RATE_LIMIT: rateLimit.optional(),
  MCP: z.enum(['on', 'off'], 'must be on or off').default('off'),
  METRICS: z.enum(['admin', 'public'], 'must be admin or public').default('admin'),
  QUERIES: z
    .custom<Dataset>(
      (value) => typeof (value as Dataset | undefined)?.writeDataPoint === 'function',
      'must be bound to a dataset of Analytics Engine',
    )
    .optional(),
  LOG_QUERIES: z.enum(['counts', 'text'], 'must be counts or text').default('counts'),
  CORS_ORIGIN: z
    .string('must be a string')
    .refine(
      (said) => said === '*' || said.split(',').every((each) => ORIGIN.test(each) && URL.canParse(each)),
      'must be * or origins separated by commas',
    )
    .default('*'),
});

/** Whether a binding is one of assets: those answer requests, and say that they have any other method as well. */
export function isAssets(binding: unknown): binding is Fetcher {
  return typeof (binding as Fetcher | undefined)?.fetch === 'function';
}

/** What an operator settles. */
export interface Config {
  /** Where the index lies: in a bucket, or among static assets, as whole objects. */
  readonly index: R2Bucket | Fetcher;
  /** Static assets that hold the pages of an index that lies in a bucket, if any do. */
  readonly pages: Fetcher | undefined;
  /** What the names of objects begin with in a bucket: empty, or ending in a slash. */
  readonly prefix: string;
  /** The indexes that lie there, each in a folder of its name, the default first; none where one lies there itself. */
  readonly indexes: readonly string[];
  /** The most results that a request may ask for. */
  readonly maxK: number;
  /** How long an isolate searches the generation it has open before it asks again which one is current. */
  readonly generationSeconds: number;
  /** Up to this many windows are searched in one invocation; more fan out. */
  readonly localWindows: number;
  /** How often the platform lets an invocation reach storage: 50 times on its free plan. */
  readonly subrequests: number;
  /** Micro-dollars that a search may cost at most, if it is limited. */
  readonly maxMicrodollars: number | undefined;
  /** Micro-dollars that answers may cost in a day, if they are limited, and who adds them up. */
  readonly day: { readonly most: number; readonly spending: DurableObjectNamespace<Spending> } | undefined;
  /** Where searches and clicks are noted, if anywhere. */
  readonly queries: QueryLogSettings | undefined;
  /** What reranks, if anything: a model that Workers AI runs, or one that lies beside the index. */
  readonly reranker: { readonly ai?: AiBinding; readonly model: string } | undefined;
  /** Who may ask, and how often. */
  readonly admission: Admission;
  /** Whether agents may ask by the Model Context Protocol. */
  readonly mcp: boolean;
  /** Whether anybody may read what is asked and spent, and not only whoever has a key of the scope admin. */
  readonly publicMetrics: boolean;
  /** Web origins that may call from a browser. */
  readonly origins: '*' | readonly string[];
}

/**
 * Reads the Worker's environment.
 *
 * @throws SparsedgeError `bad-input` that names every setting that is wrong
 */
export function parseConfig(env: unknown): Config {
  const parsed = bindings.safeParse(env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new SparsedgeError('bad-input', `the Worker is not configured: ${wrong.join('; ')}`);
  }
  const {
    INDEX,
    DOCUMENTS,
    INDEX_PREFIX,
    INDEXES: indexes,
    MAX_K: maxK,
    GENERATION_SECONDS,
    LOCAL_WINDOWS,
    SUBREQUESTS: subrequests,
    MAX_MICRODOLLARS,
    MAX_MICRODOLLARS_A_DAY,
    SPENDING,
    KEYS: keys,
    ACCESS,
    RATE_LIMIT: addressLimit,
    KEY_RATE_LIMIT: keyLimit,
    MCP,
    METRICS,
    QUERIES,
    LOG_QUERIES,
    CORS_ORIGIN,
    AI,
    RERANK_MODEL,
  } = parsed.data;
  return Object.freeze({
    index: INDEX,
    pages: DOCUMENTS,
    prefix: INDEX_PREFIX === '' || INDEX_PREFIX.endsWith('/') ? INDEX_PREFIX : `${INDEX_PREFIX}/`,
    indexes,
    maxK,
    generationSeconds: GENERATION_SECONDS,
    localWindows: LOCAL_WINDOWS,
    subrequests,
    maxMicrodollars: MAX_MICRODOLLARS,
    day: dayOf(MAX_MICRODOLLARS_A_DAY, SPENDING),
    queries: QUERIES && { dataset: QUERIES, text: LOG_QUERIES === 'text' },
    reranker: rerankerOf(RERANK_MODEL, AI),
    mcp: MCP === 'on',
    publicMetrics: METRICS === 'public',
    admission: { keys, isPublic: isPublic(ACCESS, keys), addressLimit, keyLimit },
    origins:
      CORS_ORIGIN === '*'
        ? '*'
        : Object.freeze(CORS_ORIGIN.split(',').map((origin) => new URL(origin).origin)),
  });
}

/** Where there are keys, they are needed, unless it is said that they are not; never the other way round. */
function isPublic(access: 'public' | 'keys' | undefined, keys: readonly StoredKey[] | undefined): boolean {
  if (access === 'keys' && keys === undefined) {
    throw new SparsedgeError(
      'bad-input',
      'the Worker is not configured: ACCESS is keys, and the secret KEYS is not set',
    );
  }
  return access === undefined ? keys === undefined : access === 'public';
}

function dayOf(
  most: number | undefined,
  spending: DurableObjectNamespace<Spending> | undefined,
): Config['day'] {
  if (most === undefined) return undefined;
  if (spending) return { most, spending };
  throw new SparsedgeError(
    'bad-input',
    'the Worker is not configured: MAX_MICRODOLLARS_A_DAY is set, and SPENDING, which adds up what is spent, is not ' +
      'bound: add to wrangler.jsonc "durable_objects": { "bindings": [{ "name": "SPENDING", "class_name": "Spending" }] } ' +
      'and "migrations": [{ "tag": "spending", "new_sqlite_classes": ["Spending"] }]',
  );
}

function rerankerOf(model: string, ai: AiBinding | undefined): Config['reranker'] {
  if (model === '') return undefined;
  if (!model.startsWith('@')) return { model };
  if (ai) return { model, ai };
  throw new SparsedgeError(
    'bad-input',
    `the Worker is not configured: RERANK_MODEL is ${model}, and AI is not bound`,
  );
}
