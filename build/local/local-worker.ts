// The Worker in local workerd over local R2: what Cloudflare runs, without an account and without a network. Wrangler
// bundles it from wrangler.toml, so nothing about the Worker is said twice.
//
// Wrangler's own dev command would do the same in a process of its own, which would have to be found and stopped; here
// one call stops everything.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { SparsedgeError } from '../../src/core/errors.ts';
import { readManifest } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import { openIndex } from '../../src/query/search/open.ts';
import { copyReranker } from '../model/reranker.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSource } from '../work/files.ts';
import { lockFolder } from '../work/lock.ts';
import { guardChildren } from './child-guard.ts';
import { type Bucket, bucketFolder, type Copied, copyIndex } from './local-bucket.ts';

const CONFIG = join(import.meta.dirname, '../../wrangler.toml');
const SOURCES = join(import.meta.dirname, '../../src');
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
  stop(): Promise<void>;
}

export interface LocalOptions {
  /** The port, where 0 takes any free one. */
  readonly port: number;
  /** The most results that a request may ask for; the Worker's own default unless given. */
  readonly maxK?: number | undefined;
  /** The folder of a cross-encoder that reranks where a request asks for it. */
  readonly reranker?: string | undefined;
  readonly startProgress: StartProgress;
}

/**
 * Copies the index in a folder to a local bucket and serves it; one that is made for assets is served where it lies.
 *
 * @throws SparsedgeError `bad-input` when the port is taken, `unavailable` when the Worker does not start
 */
export async function startLocalWorker(folder: string, options: LocalOptions): Promise<LocalWorker> {
  await mustBeFree(options.port);
  const persist = bucketFolder(folder);
  const { release } = await lockFolder(persist, 'serving', folder);
  // Wrangler keeps a trace of every request there, and never removes one.
  rmSync(join(persist, 'v3/observability'), { recursive: true, force: true });
  try {
    const worker = await start(folder, persist, options);
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

async function start(folder: string, persist: string, options: LocalOptions): Promise<LocalWorker> {
  const { port, maxK, startProgress } = options;
  const reranker = options.reranker === undefined ? undefined : await copyReranker(folder, options.reranker);
  const inAssets = await isInAssets(folder);
  const copied = inAssets
    ? NOTHING_COPIED
    : await copyToBucket(folder, persist, startProgress, reranker?.names);
  const { unstable_startWorker: startWorker } = await quietWrangler();
  const guard = guardChildren();
  const worker = await startWorker({
    config: workerConfig(folder, persist, inAssets),
    entrypoint: join(SOURCES, await entryFor(folder, reranker !== undefined)),
    envFiles: [],
    bindings: {
      INDEX_PREFIX: { type: 'plain_text', value: '' },
      ...(maxK !== undefined && { MAX_K: { type: 'plain_text', value: String(maxK) } }),
      ...(reranker && { RERANK_MODEL: { type: 'plain_text', value: reranker.setting } }),
    },
    dev: {
      persist,
      server: { hostname: HOST, port },
      watch: false,
      inspector: false,
      logLevel: 'error',
      remote: false,
    },
  });
  try {
    await worker.ready;
    const url = String(await worker.url);
    await mustBeHealthy(url);
    guard.settled();
    const stop = async () => {
      await worker.dispose();
      guard.stop();
    };
    return { url, copied, rerankModel: reranker?.setting, stop };
  } catch (error) {
    await worker.dispose();
    guard.stop();
    throw error;
  }
}

/** Copies the index, and further files of its folder, to the bucket that the Worker will read. */
async function copyToBucket(
  folder: string,
  persist: string,
  startProgress: StartProgress,
  beside: readonly string[] | undefined,
): Promise<Copied> {
  const { getPlatformProxy } = await quietWrangler();
  const proxy = await getPlatformProxy<{ INDEX: Bucket }>({
    configPath: CONFIG,
    envFiles: [],
    persist: { path: join(persist, 'v3') },
    remoteBindings: false,
  });
  try {
    return await copyIndex(folder, proxy.env.INDEX, startProgress, beside);
  } finally {
    await proxy.dispose();
  }
}

/** The smallest Worker that has what an index needs: a network, or stemmers, or neither. */
async function entryFor(folder: string, reranks: boolean): Promise<string> {
  const { spaces } = await readManifest(folderSource(folder));
  if (reranks || spaces.some(({ query }) => query === 'neural')) return 'neural.ts';
  return spaces.some(({ languages }) => languages !== undefined) ? 'languages.ts' : 'index.ts';
}

/** Whether every page of an index is an object of its own, so that it can be served from assets alone. */
async function isInAssets(folder: string): Promise<boolean> {
  const { table } = await openIndex(folderSource(folder));
  return [...table.spaces.values(), table.documents].every(({ shards }) => shards.length === 0);
}

/** wrangler.toml, with the assets that it has in comments where the index has page objects. */
function workerConfig(folder: string, persist: string, inAssets: boolean): string {
  const pages = join(resolve(folder), PAGES);
  if (!inAssets && !existsSync(pages)) return CONFIG;
  const config = parse(readFileSync(CONFIG, 'utf8'));
  if (inAssets) delete config.r2_buckets;
  config.assets = {
    binding: inAssets ? 'INDEX' : 'DOCUMENTS',
    directory: inAssets ? resolve(folder) : pages,
    html_handling: 'none',
  };
  const path = join(resolve(persist), 'wrangler.toml');
  writeFileSync(path, stringify(config));
  return path;
}

/** Wrangler, told to ask nothing, report nothing, fetch nothing and write no log files. */
async function quietWrangler(): Promise<typeof import('wrangler')> {
  Object.assign(process.env, {
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    X_LOCAL_OBSERVABILITY: 'false',
  });
  return import('wrangler');
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
