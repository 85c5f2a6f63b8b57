// `memory`: what serving an index takes of a Worker's memory. The real Worker in local workerd over local R2, asked
// many questions at once; its heap has the limit that isolates have at Cloudflare.

import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { PROFILES, SCALES } from '../../data/profiles.ts';
import { publishedQueries } from '../../data/published-queries.ts';
import { QUESTION_SETS } from '../../data/questions.ts';
import { indexOf, syntheticIndex } from '../../indexes/indexes.ts';
import type { Asked } from '../../machine/asked.ts';
import { ask, askAll, nudge, rankingOf, rankingsOf } from '../../machine/clients.ts';
import { residentBytes } from '../../machine/inspector.ts';
import { startWatched } from '../../machine/watched-worker.ts';

const QUERIES = 500;
/** Clients that each wait for an answer before they ask again. */
const CLIENTS = [1, 10, 50];
/** Between samples, and between those that follow a collection, which costs the Worker time. */
const SAMPLE_MS = 20;
const COLLECT_MS = 100;
/** While collections are forced, every so many questions is asked. */
const COLLECTED = 4;

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
  /** Of passages, or an encoder and the size of what stands for its vectors. */
  readonly size: string;
  /** The Worker has answered, but not yet opened the index. */
  readonly idle: Moment;
  readonly afterFirstQuery: Moment;
  readonly serving: readonly Stretch[];
  /** After a collection. */
  readonly atEnd: Moment;
  readonly processPeak: number;
}

export async function* bench(options: BenchOptions): Results {
  const { sizes, sets, encoders, synthetic, freshness, vectors } = options;
  for (const scale of synthetic) {
    for (const profile of encoders) {
      const { folder } = await syntheticIndex(profile, SCALES[scale], freshness, vectors);
      const queries = await publishedQueries(PROFILES[profile], QUERIES);
      const asked = queries.map((query) => Object.fromEntries(query));
      yield [`memory-${profile}-${scale}`, await measure(`${profile} ${scale}`, folder, asked)];
    }
  }
  if (synthetic.length > 0) return;
  const [set] = sets;
  for (const size of sizes) {
    const name = set === 'squad' ? `memory-${size}` : `memory-${set}-${size}`;
    yield [name, await measure(size, await indexOf(size, freshness), await QUESTION_SETS[set]())];
  }
}

async function measure(size: string, folder: string, questions: readonly Asked[]): Promise<MemoryFigures> {
  const { url, inspector, pid, stop } = await startWatched(folder);
  try {
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
    await ask(url, questions[0], true);
    const afterFirstQuery = await sample();
    const truth = await rankingsOf(folder, questions);
    const fewer = questions.filter((_, i) => i % COLLECTED === 0);
    const serving: Stretch[] = [];
    for (const clients of CLIENTS) {
      const [answers, peak] = await watched(sample, SAMPLE_MS, () => askAll(url, questions, clients));
      const [, peakCollected] = await watched(collected, COLLECT_MS, () => askAll(url, fewer, clients));
      // The folder is asked for the words alone: nothing is corrected there, and no quotation is a phrase.
      const compared = [...truth].filter(([i]) => !answers[i]?.spelling && !answers[i]?.operators);
      const different = compared.filter(([i, ranking]) => ranking !== rankingOf(answers[i]?.hits)).length;
      serving.push({
        clients,
        questions: questions.length,
        peak,
        peakCollected,
        errors: answers.filter((answer) => answer === undefined).length,
        inexact: answers.filter((answer) => answer?.exact === false).length,
        compared: compared.length,
        different,
      });
    }
    const atEnd = await collected();
    return { size, idle, afterFirstQuery, serving, atEnd, processPeak: residentBytes(pid).peak };
  } finally {
    await stop();
  }
}

/** Samples while something is done. */
async function watched<Result>(
  sample: () => Promise<Moment>,
  pause: number,
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
    await sleep(pause);
  }
  return [await working, peak];
}
