// A Worker in local workerd whose heap has the limit that isolates have at Cloudflare, and the memory of its isolate
// while it is asked. The process's memory has the simulated R2 in it, and says little of an isolate.

import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { nudge } from './clients.ts';
import { connectInspector, type Inspector, latestChild } from './inspector.ts';

/** As much as an isolate may take at Cloudflare. Left alone, V8 lets garbage grow with the machine's memory. */
const HEAP_LIMIT = '--max-heap-size=128';
/** The isolate of the Worker: others stand for R2, caches and routing. */
const ISOLATE = 'core:user:sparsedge';
const SAMPLE_MS = 1_000;
/** Every so many samples, one is taken right after a collection, which costs the Worker time. */
const COLLECTED = 20;
/** V8 was seen never to end a collection, and the Worker hung with it: nothing is waited for any longer. */
const HANGS_MS = 30_000;
/** Of the time that is watched, equal parts. */
const PARTS = 6;

/** A Worker that is running. */
export interface WatchedWorker {
  /** Where it listens, with a slash at the end. */
  readonly url: string;
  readonly inspector: Inspector;
  /** The process of workerd. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Memory of an isolate over some time, objects and buffers, in megabytes. */
export interface IsolateFigures {
  /** Right after collections: medians of six equal parts of the time. */
  readonly collected: readonly number[];
  /** The same of what no collection had removed yet. */
  readonly found: readonly number[];
  /** The most that any sample saw. */
  readonly peak: number;
  readonly samples: number;
}

/** Serves an index. */
export async function startWatched(folder: string): Promise<WatchedWorker> {
  // The index is copied without the limit, which objects of 64 MB on their way to the bucket exceed.
  delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  await (await startLocalWorker(folder, { port: 0, startProgress: silent })).stop();
  process.env.MINIFLARE_WORKERD_V8_FLAGS = HEAP_LIMIT;
  const worker = await startLocalWorker(folder, { port: 0, inspected: true, startProgress: silent });
  try {
    const inspector = await connectInspector(`${worker.inspectorUrl}${ISOLATE}`);
    const stop = async () => {
      inspector.close();
      await worker.stop();
    };
    return { url: worker.url, inspector, pid: latestChild('workerd'), stop };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

/** Samples the memory of an isolate that is being asked, until figures are asked for. */
export function watchIsolate({ url, inspector }: WatchedWorker): () => Promise<IsolateFigures> {
  const [found, collected]: [number[], number[]] = [[], []];
  let isOver = false;
  const sample = async (into: number[]) => {
    const { objects, buffers } = await inspector.heap();
    into.push((objects + buffers) / 1e6);
  };
  const sampling = (async () => {
    for (let i = 1; !isOver; i++) {
      await sample(found);
      if (i % COLLECTED === 0) {
        // V8 gets to it in the next request, and none may come any more.
        await Promise.all([inspector.collect(), nudge(url)]);
        await sample(collected);
      }
      await sleep(SAMPLE_MS);
    }
  })();
  return async () => {
    isOver = true;
    await Promise.race([sampling, sleep(HANGS_MS)]);
    const samples = found.length + collected.length;
    return {
      collected: medians(collected),
      found: medians(found),
      peak: rounded(Math.max(...found)),
      samples,
    };
  };
}

function medians(samples: readonly number[]): number[] {
  const at = (part: number) => Math.round((part * samples.length) / PARTS);
  return Array.from({ length: PARTS }, (_, part) => samples.slice(at(part), at(part + 1)))
    .filter((each) => each.length > 0)
    .map((each) => rounded(each.sort((a, b) => a - b)[each.length >> 1]));
}

function rounded(megabytes: number): number {
  return Math.round(10 * megabytes) / 10;
}
