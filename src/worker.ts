// The Worker's parts: builds the app from its environment. Nothing else constructs concrete things, but for what an
// entry file adds to them.

import { exports, WorkerEntrypoint, waitUntil } from 'cloudflare:workers';
import { SparsedgeError } from './core/errors.ts';
import type { Source } from './core/source.ts';
import { Crowd } from './edge/load/crowd.ts';
import { IsolateRoom } from './edge/load/room.ts';
import { Indexes } from './edge/named-engines.ts';
import { answerPages } from './edge/platform-cache.ts';
import { ResidentIndex } from './edge/resident-index.ts';
import { type Config, isAssets, parseConfig } from './edge/settings.ts';
import { DayBudget } from './edge/spending.ts';
import { answerWindows, ResidentGeneration } from './edge/window-groups.ts';
import { ModelCache } from './encode/model-cache.ts';
import { type OpenGraph, ResidentModel } from './encode/resident-model.ts';
import type { ResidentRerankerOptions } from './encode/resident-reranker.ts';
import { workersAiReranker } from './encode/workers-ai.ts';
import type { Engine } from './http/answers.ts';
import { createApp, createFailingApp } from './http/app.ts';
import type { AgentEndpoint } from './http/mcp-endpoint.ts';
import { logFailure } from './http/messages/problem.ts';
import type { Reranker } from './query/rerank/rerank.ts';
import type { PricedStore } from './query/usage/price.ts';
import { QueryLog } from './query/usage/query-log.ts';
import { assetsSource, withAssets } from './store/assets.ts';
import { completeGeneration } from './store/generation.ts';
import { pageCache } from './store/page-cache.ts';
import { r2Source } from './store/r2.ts';
import { type StorageLimits, steadySource } from './store/request-reads.ts';
import { StorageHealth } from './store/storage-health.ts';

export { Spending } from './edge/spending.ts';
export { assetsSource, withAssets } from './store/assets.ts';
export { r2Source } from './store/r2.ts';

/** An isolate has 128 MB for everything, page tables first; this many pages answer frequent terms without a read. */
const PAGE_CACHE_BYTES = 12 * 1024 * 1024;
/** Lists that are asked for often, in blocks: not less than any takes, or it would be made again for every search. */
const LIST_CACHE_BYTES = 2 * 1024 * 1024;
/** Pages that all searches of an isolate hold while they wait: what arrives takes about twice that for a moment. */
const HELD_BYTES = 24 * 1024 * 1024;

/** Date.now as a clock of storage time: in a Worker it stands still between one wait and the next. */
const clock = () => Date.now();
const timer = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const alarm = (milliseconds: number, ring: () => void) => {
  const id = setTimeout(ring, milliseconds);
  return () => clearTimeout(id);
};
const cache = pageCache(PAGE_CACHE_BYTES, LIST_CACHE_BYTES);
const room = new IsolateRoom(HELD_BYTES, clock, timer);
const crowd = new Crowd(clock, timer);
const generation = new ResidentGeneration();
const health = new StorageHealth();
const configs = new WeakMap<object, Config>();

/** What the settings of an isolate say: they do not change, and every range that is read through the cache asks. */
function configOf(env: object): Config {
  const config = configs.get(env) ?? parseConfig(env);
  configs.set(env, config);
  return config;
}

function limitsOf({ subrequests }: Config): StorageLimits {
  return { clock, alarm, health, most: subrequests, random: Math.random };
}

/** @param folder of one of several indexes; empty, or ending in a slash */
function sourceOf({ index, prefix, pages }: Config, folder = ''): Source {
  if (isAssets(index)) return assetsSource(index, folder);
  const objects = r2Source(index, prefix + folder);
  return pages ? withAssets(pages, objects, folder) : objects;
}

/** What of an index is billed by the read. */
function storeOf({ index, pages }: Config): PricedStore {
  if (isAssets(index)) return 'assets';
  return pages ? 'both' : 'r2';
}

/** What a Worker that runs networks has beyond one that does not. */
export interface Networks {
  readonly openGraph: OpenGraph;
  readonly residentReranker: (options: ResidentRerankerOptions) => Reranker;
}

function rerankerOf(
  { reranker }: Config,
  networks: Networks | undefined,
  source: Source,
  models: ModelCache,
): Reranker | undefined {
  if (!reranker) return undefined;
  const { ai, model } = reranker;
  if (ai) return workersAiReranker(ai, model);
  if (networks) {
    const { openGraph, residentReranker } = networks;
    return residentReranker({ name: model, source, models, openGraph });
  }
  throw new SparsedgeError(
    'bad-input',
    `the Worker is not configured: RERANK_MODEL is ${model}, a network: deploy src/neural.ts, which has a runtime`,
    { model },
  );
}

/** One object adds up for all isolates, wherever they are. */
function dayBudgetOf({ day }: Config): DayBudget | undefined {
  return (
    day &&
    new DayBudget({
      most: day.most,
      add: async (microdollars) => day.spending.getByName('all').add(microdollars),
      clock,
      timer,
      waitUntil,
      log: logFailure,
    })
  );
}

function assemble(
  env: unknown,
  networks: Networks | undefined,
  agents: AgentEndpoint | undefined,
): ReturnType<typeof createApp> {
  const config = parseConfig(env);
  if (config.mcp && !agents) {
    throw new SparsedgeError(
      'bad-input',
      'the Worker is not configured: MCP is on, and the protocol is not here: deploy src/mcp.ts, which has it',
    );
  }
  const models = new ModelCache({ clock, timer });
  const day = dayBudgetOf(config);
  const indexes = new Indexes(config.indexes, (name) => engineOf(name, config, networks, models, day));
  return createApp(config, indexes, { agents, crowd, log: config.queries && new QueryLog(config.queries) });
}

/** What the index of a name is searched with; all of them share what this isolate has of caches and memory. */
function engineOf(
  name: string,
  config: Config,
  networks: Networks | undefined,
  models: ModelCache,
  day: DayBudget | undefined,
): Engine {
  const folder = name && `${name}/`;
  const source = sourceOf(config, folder);
  const storage = limitsOf(config);
  const steady = steadySource(source, storage);
  const model = new ResidentModel({ source: steady, models, openGraph: networks?.openGraph });
  return {
    name: name || undefined,
    edge: {
      clock,
      timer,
      cache,
      room,
      storage,
      pages: exports.Pages,
      windows: exports.Windows,
      folder,
      encode: (text, space) => model.encode(text, space),
    },
    reranker: rerankerOf(config, networks, steady, models),
    price: { store: storeOf(config), most: config.maxMicrodollars, day },
    resident: new ResidentIndex({
      source,
      keepMs: config.generationSeconds * 1000,
      mostWindows: config.localWindows,
      clock,
      log: logFailure,
    }),
  };
}

/** Ranges of objects for this Worker itself, cached by the platform. Not reachable from outside. */
export class Pages extends WorkerEntrypoint {
  override fetch(request: Request): Promise<Response> {
    return answerPages(request, () => completeGeneration(sourceOf(configOf(this.env))), logFailure);
  }
}

/** Some windows searched for this Worker itself. Not reachable from outside. */
export class Windows extends WorkerEntrypoint {
  override fetch(request: Request): Promise<Response> {
    return answerWindows(request, {
      open: (folder) => {
        const config = configOf(this.env);
        return { source: completeGeneration(sourceOf(config, folder)), storage: limitsOf(config) };
      },
      clock,
      timer,
      cache,
      room,
      generation,
      log: logFailure,
    });
  }
}

/** The Worker; without `networks`, queries that need one fail, and without `agents` the setting MCP does. */
export function createWorker(
  networks?: Networks,
  agents?: AgentEndpoint,
): {
  fetch(request: Request, env: unknown): Promise<Response>;
} {
  let app: ReturnType<typeof createApp> | undefined;
  return {
    async fetch(request, env) {
      try {
        // Not at module scope: there a wrong setting would reach callers as the platform's error page.
        app ??= assemble(env, networks, agents);
      } catch (error) {
        return createFailingApp(error).fetch(request);
      }
      return app.fetch(request);
    },
  };
}
