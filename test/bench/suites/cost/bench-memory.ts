// `memory`: what serving an index takes of a Worker's memory. The real Worker in local workerd over local R2, asked
// many questions at once.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bucketFolder } from '../../../../build/local/local-bucket.ts';
import { startLocalWorker } from '../../../../build/local/local-worker.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import type { Size } from '../../data/passages.ts';
import { QUESTION_SETS, type QuestionSet } from '../../data/questions.ts';
import { indexOf } from '../../indexes/indexes.ts';
import { ask, askAll, nudge, rankingOf, rankingsOf } from '../../machine/clients.ts';
import { connectInspector, latestChild, residentBytes } from '../../machine/inspector.ts';
import { quietWrangler } from '../../machine/workerd.ts';

const CONFIG = join(import.meta.dirname, '../../../../wrangler.toml');
/** Clients that each wait for an answer before they ask again. */
const CLIENTS = [1, 10, 50];
const SAMPLE_MS = 20;

/** Bytes at one moment, or the most at any moment of a stretch of time. */
interface Moment {
  /** The isolate's: objects that no collection has removed yet, and buffers. */
  readonly isolate: number;
  readonly objects: number;
  readonly buffers: number;
  /** The process's: the isolates that stand for R2, caches and routing, and V8's own code are in it too. */
  readonly process: number;
}

/** What serving so many clients at once takes. */
interface Stretch {
  readonly clients: number;
  readonly questions: number;
  /** The most that samples saw, each figure for itself. */
  readonly peak: Moment;
  /** The same, with every sample taken right after a collection: what the isolate cannot do without. */
  readonly peakCollected: Moment;
  readonly errors: number;
  readonly inexact: number;
  readonly compared: number;
  readonly different: number;
}

/** What serving takes. */
export interface MemoryFigures {
  readonly size: Size;
  /** The Worker has answered, but not yet opened the index. */
  readonly idle: Moment;
  readonly afterFirstQuery: Moment;
  readonly serving: readonly Stretch[];
  /** After a collection. */
  readonly atEnd: Moment;
  readonly processPeak: number;
}

export async function* bench({ sizes, sets: [set], freshness }: BenchOptions): Results {
  for (const size of sizes) {
    const name = set === 'squad' ? `memory-${size}` : `memory-${set}-${size}`;
    yield [name, await measure(size, set, await indexOf(size, freshness))];
  }
}

async function measure(size: Size, set: QuestionSet, folder: string): Promise<MemoryFigures> {
  // Leaves the index in the local bucket; this Worker has no inspector.
  await (await startLocalWorker(folder, { port: 0, startProgress: silent })).stop();
  const { unstable_startWorker: startWorker } = await quietWrangler();
  const worker = await startWorker({
    config: CONFIG,
    envFiles: [],
    bindings: { INDEX_PREFIX: { type: 'plain_text', value: '' } },
    dev: {
      persist: bucketFolder(folder),
      server: { hostname: '127.0.0.1', port: 0 },
      watch: false,
      inspector: { hostname: '127.0.0.1', port: 0 },
      logLevel: 'error',
      remote: false,
    },
  });
  try {
    await worker.ready;
    const url = String(await worker.url);
    const inspector = await connectInspector(String(await worker.inspectorUrl));
    const pid = latestChild('workerd');
    const sample = async (): Promise<Moment> => {
      const { objects, buffers } = await inspector.heap();
      return { isolate: objects + buffers, objects, buffers, process: residentBytes(pid).now };
    };
    const collected = async () => {
      await Promise.all([inspector.collect(), nudge(url)]);
      return sample();
    };
    await nudge(url);
    const idle = await collected();
    await ask(url, 'the first query', true);
    const afterFirstQuery = await sample();
    const questions = await QUESTION_SETS[set]();
    const truth = await rankingsOf(folder, questions);
    const serving: Stretch[] = [];
    for (const clients of CLIENTS) {
      const [answers, peak] = await watched(sample, () => askAll(url, questions, clients));
      const [, peakCollected] = await watched(collected, () => askAll(url, questions, clients));
      const different = [...truth].filter(([i, ranking]) => ranking !== rankingOf(answers[i]?.hits)).length;
      serving.push({
        clients,
        questions: questions.length,
        peak,
        peakCollected,
        errors: answers.filter((answer) => answer === undefined).length,
        inexact: answers.filter((answer) => answer?.exact === false).length,
        compared: truth.size,
        different,
      });
    }
    const atEnd = await collected();
    inspector.close();
    return { size, idle, afterFirstQuery, serving, atEnd, processPeak: residentBytes(pid).peak };
  } finally {
    await worker.dispose();
  }
}

/** Samples while something is done. */
async function watched<Result>(
  sample: () => Promise<Moment>,
  work: () => Promise<Result>,
): Promise<[result: Result, peak: Moment]> {
  let done = false;
  const working = work().finally(() => {
    done = true;
  });
  let peak: Moment = { isolate: 0, objects: 0, buffers: 0, process: 0 };
  while (!done) {
    const now = await sample();
    peak = {
      isolate: Math.max(peak.isolate, now.isolate),
      objects: Math.max(peak.objects, now.objects),
      buffers: Math.max(peak.buffers, now.buffers),
      process: Math.max(peak.process, now.process),
    };
    await sleep(SAMPLE_MS);
  }
  return [await working, peak];
}
