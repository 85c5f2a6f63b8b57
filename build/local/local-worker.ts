// The Worker in local workerd over local R2: what Cloudflare runs, without an account and without a network. Miniflare
// starts the runtime and simulates the bucket; one call stops everything.

import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import type { Miniflare, V4MiniflareOptions } from 'miniflare';
import { SparsedgeError } from '../../src/core/errors.ts';
import { readManifest } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import { copyReranker } from '../model/query/reranker.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource } from '../work/files.ts';
import { lockFolder } from '../work/lock.ts';
import { COMPATIBILITY_DATE, type WorkerName, workerCode } from './bundles/worker-code.ts';
import { linkFiles, storeOfIndexes } from './deployment.ts';
import { type Bucket, bucketFolder, type Copied, copyIndexes } from './local-bucket.ts';
import { indexesSetting, type NamedIndex } from './named-indexes.ts';
import { guardChildren } from './runtime/child-guard.ts';
import { loadMiniflare } from './runtime/miniflare.ts';

const HOST = '127.0.0.1';

/** Of an index that is served from the folder that it lies in. */
const NOTHING_COPIED: Copied = { objects: 0, bytes: 0, kept: 0 };

/** A Worker that is running. */
export interface LocalWorker {
  /** Where it listens, with a slash at the end. */
  readonly url: string;
  readonly copied: Copied;
  /** The setting RERANK_MODEL of a Worker that has a reranker. */
  readonly rerankModel?: string | undefined;
  /** Where V8's inspector listens, if it does. */
  readonly inspectorUrl?: string | undefined;
  stop(): Promise<void>;
}

export interface LocalOptions {
  /** The port, where 0 takes any free one. */
  readonly port: number;
  /** The most results that a request may ask for; the Worker's own default unless given. */
  readonly maxK?: number | undefined;
  /** The folder of a cross-encoder that reranks where a request asks for it. */
  readonly reranker?: string | undefined;
  /** Whether agents may ask at /mcp. */
  readonly mcp?: boolean | undefined;
  /** Further settings of the Worker. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Whether V8's inspector listens at a free port, for whoever measures the Worker. */
  readonly inspected?: boolean | undefined;
  readonly startProgress: StartProgress;
  /** Tells a person what is waited for. */
  readonly say?: ((line: string) => void) | undefined;
}

/**
 * Copies the index in a folder, or several, to a local bucket and serves them; one that is made for assets is served
 * where it lies.
 *
 * @throws SparsedgeError `bad-input` where some are made for assets and others are not
 * @throws SparsedgeError `bad-input` when the port is taken, `unavailable` when the Worker does not start
 */
export async function startLocalWorker(
  served: string | readonly NamedIndex[],
  options: LocalOptions,
): Promise<LocalWorker> {
  const indexes = typeof served === 'string' ? [{ name: '', folder: served }] : served;
  const folders = indexes.map(({ folder }) => folder);
  await mustBeFree(options.port);
  const persist = bucketFolder(...folders);
  const { release } = await lockFolder(persist, 'serving', folders.join(', '));
  try {
    const worker = await start(indexes, persist, options);
    return {
      ...worker,
      stop: async () => {
        await worker.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function start(
  indexes: readonly NamedIndex[],
  persist: string,
  options: LocalOptions,
): Promise<LocalWorker> {
  const { startProgress, say = () => {} } = options;
  let reranker: Awaited<ReturnType<typeof copyReranker>> | undefined;
  for (const { folder } of indexes)
    if (options.reranker !== undefined) reranker = await copyReranker(folder, options.reranker);
  const inAssets = (await storeOfIndexes(indexes)) === 'assets';
  const library = await loadMiniflare(say);
  const bindings = {
    ...indexesSetting(indexes),
    ...options.settings,
    ...(options.maxK !== undefined && { MAX_K: String(options.maxK) }),
    ...(options.mcp && { MCP: 'on' }),
    ...(reranker && { RERANK_MODEL: reranker.setting }),
  };
  const worker = await workerIn(indexes, { persist, inAssets, bindings, reranks: reranker !== undefined });
  const guard = guardChildren();
  const log = new library.Log(library.LogLevel.ERROR);
  const inspector = options.inspected ? { inspectorHost: HOST, inspectorPort: 0 } : {};
  const optionsAt = (port: number) =>
    library.convertV4MiniflareOptions({ ...worker, ...inspector, log, host: HOST, port });
  // Whoever waits for the port finds an index there: the bucket is filled behind another one.
  const miniflare = new library.Miniflare(optionsAt(inAssets ? options.port : 0));
  const stop = async () => {
    await miniflare.dispose();
    guard.stop();
  };
  try {
    await miniflare.ready;
    const copied = inAssets
      ? NOTHING_COPIED
      : await copyIndexes(indexes, await bucketOf(miniflare), startProgress, reranker?.names);
    if (!inAssets && options.port !== 0) await miniflare.setOptions(optionsAt(options.port));
    const url = String(await miniflare.ready);
    await mustBeHealthy(url);
    guard.settled();
    const inspectorUrl = options.inspected ? String(await miniflare.getInspectorURL()) : undefined;
    return { url, copied, rerankModel: reranker?.setting, inspectorUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface WorkerParts {
  readonly persist: string;
  readonly inAssets: boolean;
  readonly bindings: Readonly<Record<string, string>>;
  readonly reranks: boolean;
}

/** The Worker as Miniflare takes it: what wrangler.toml says of one, with the store that the index has. */
async function workerIn(
  indexes: readonly NamedIndex[],
  { persist, inAssets, bindings, reranks }: WorkerParts,
): Promise<V4MiniflareOptions> {
  const modules = await workerCode(await workerNameOf(indexes, { reranks, mcp: bindings.MCP === 'on' }));
  const directory = assetsOf(indexes, inAssets, join(persist, 'assets'));
  return {
    resourcePersistencePath: join(persist, 'v3'),
    // Facts of a connection, which would be asked for at Cloudflare.
    cf: false,
    telemetry: { enabled: false },
    name: 'sparsedge',
    compatibilityDate: COMPATIBILITY_DATE,
    modules: modules.map(({ name, ...module }) => ({ ...module, path: join(MODULES, name) })),
    modulesRoot: MODULES,
    bindings,
    ...('MAX_MICRODOLLARS_A_DAY' in bindings && {
      durableObjects: { SPENDING: { className: 'Spending', useSQLite: true } },
    }),
    ...(!inAssets && { r2Buckets: { INDEX: 'sparsedge-index' } }),
    ...(directory !== undefined && {
      assets: {
        directory,
        binding: inAssets ? 'INDEX' : 'DOCUMENTS',
        routerConfig: { has_user_worker: true },
        assetConfig: { html_handling: 'none' },
      },
    }),
  };
}

/**
 * The folder that is served as static assets: where the only index lies, or one to which the files of all are linked.
 *
 * @param inAssets whether that is all of their files, or their pages
 */
function assetsOf(indexes: readonly NamedIndex[], inAssets: boolean, linked: string): string | undefined {
  const places = indexes
    .map((each) => ({ name: each.name, path: join(resolve(each.folder), inAssets ? '' : PAGES) }))
    .filter(({ path }) => existsSync(path));
  const [only] = places;
  if (only === undefined || only.name === '') return only?.path;
  const files = places.flatMap(({ name, path }) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`${name}/${relative(path, file).replaceAll('\\', '/')}`, file] as const),
  );
  linkFiles(new Map(files), linked);
  return linked;
}

/** Where the modules of a Worker are said to lie: their contents are given, and nothing is read there. */
const MODULES = resolve('/worker');

async function bucketOf(miniflare: Miniflare): Promise<Bucket> {
  return (await miniflare.getR2Bucket('INDEX')) as unknown as Bucket;
}

/** The smallest Worker that has what indexes need: a network, or stemmers, or neither. */
export async function workerNameOf(
  indexes: readonly NamedIndex[],
  { reranks = false, mcp = false } = {},
): Promise<WorkerName> {
  const manifests = await Promise.all(indexes.map(({ folder }) => readManifest(folderSource(folder))));
  const spaces = manifests.flatMap((manifest) => manifest.spaces);
  if (reranks || spaces.some(({ query }) => query === 'neural')) return 'neural';
  if (mcp) return 'mcp';
  return spaces.some(({ languages }) => languages !== undefined) ? 'languages' : 'index';
}

async function mustBeFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SparsedgeError(
          'bad-input',
          `port ${port} cannot be used on ${HOST}; choose another with --port`,
          { port },
          { cause },
        ),
      ),
    );
    server.listen(port, HOST, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

async function mustBeHealthy(url: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`${url}healthz`);
  } catch (cause) {
    throw new SparsedgeError(
      'unavailable',
      `the Worker started, but does not answer at ${url}healthz`,
      { url },
      { cause },
    );
  }
  if (response.ok) return;
  const { detail = response.statusText } = (await response.json()) as { detail?: string };
  throw new SparsedgeError(
    'unavailable',
    `the Worker started, but ${url}healthz answers ${response.status}: ${detail}`,
    {
      status: response.status,
    },
  );
}
