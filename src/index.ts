// The Worker: builds the app from its environment. Nothing else constructs concrete things.

import { createApp } from './app.ts';
import { parseConfig } from './env.ts';
import { logFailure, problemOf } from './problem.ts';
import { ResidentIndex } from './resident.ts';
import { pageCache } from './store/page-cache.ts';
import { r2Source } from './store/r2.ts';

/** An isolate has 128 MB for everything, page tables first; this many pages answer frequent terms without a read. */
const PAGE_CACHE_BYTES = 16 * 1024 * 1024;

/** Date.now as a clock of storage time: in a Worker it stands still between one wait and the next. */
const clock = () => Date.now();

function assemble(env: unknown): ReturnType<typeof createApp> {
  const config = parseConfig(env);
  return createApp({
    config,
    clock,
    timer: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    cache: pageCache(PAGE_CACHE_BYTES),
    resident: new ResidentIndex({
      source: r2Source(config.bucket, config.prefix),
      keepMs: config.generationSeconds * 1000,
      clock,
      log: logFailure,
    }),
  });
}

let app: ReturnType<typeof createApp> | undefined;

export default {
  async fetch(request, env) {
    try {
      // Not at module scope: there a wrong setting would reach callers as the platform's error page.
      app ??= assemble(env);
    } catch (error) {
      return problemOf(error);
    }
    return app.fetch(request);
  },
} satisfies ExportedHandler;
