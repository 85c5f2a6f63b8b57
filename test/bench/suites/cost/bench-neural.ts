// `neural`: what a network costs a Worker, beside the queries that need none, in local workerd. The network takes
// input_ids and attention_mask and gives [batch, 30522]; without `--model` it is the tests', whose times say what all
// else takes.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { type Distribution, distributionOf } from '../../figures.ts';
import { connectInspector, latestChild, residentBytes } from '../../machine/inspector.ts';

const WORKER = join(import.meta.dirname, '../../../worker/neural/bench-worker.ts');
const TINY = join(import.meta.dirname, '../../../fixtures/models/splade-max.onnx');
/** Query sides, as contracts name them. */
const KINDS = ['neural', 'table', 'binary'] as const;
const TOKENS = [8, 32, 128] as const;
const REPEAT = 40;
const AT_ONCE = 50;
const TOGETHER = 1000;

/** What one query side takes. */
export interface SideFigures {
  /** The first query: contract, tokenizer and session; the model is at hand. */
  readonly coldMs: number;
  readonly queryMs: Readonly<Record<(typeof TOKENS)[number], Distribution>>;
  /** A thousand queries of eight tokens, fifty at a time. */
  readonly together: { readonly queries: number; readonly perSecond: number; readonly errors: number };
  /** After the first query, after those of every length, and after those together. */
  readonly bytes: Readonly<Record<'first' | 'queries' | 'together', Moment>>;
}

interface Moment {
  /** WebAssembly memory. */
  readonly wasm: number;
  /**
   * The isolate's: that, its other buffers, and its objects after a collection; no compiled code. Older results lack
   * it.
   */
  readonly isolate?: number;
  readonly process: number;
}

export interface NeuralFigures {
  readonly model: string;
  readonly modelBytes: number;
  readonly sides: Readonly<Record<(typeof KINDS)[number], SideFigures>>;
}

export async function* bench({ model = TINY }: BenchOptions): Results {
  const onnx = new Uint8Array(readFileSync(model));
  const sides: Partial<Record<(typeof KINDS)[number], SideFigures>> = {};
  for (const kind of KINDS) sides[kind] = await measure(onnx, kind);
  const name = basename(model, '.onnx');
  yield [`neural-${name}`, { model: name, modelBytes: onnx.length, sides }];
}

async function measure(onnx: Uint8Array<ArrayBuffer>, kind: (typeof KINDS)[number]): Promise<SideFigures> {
  const { unstable_startWorker: startWorker } = await quietWrangler();
  const worker = await startWorker({
    config: '',
    envFiles: [],
    entrypoint: WORKER,
    name: 'sparsedge-bench-neural',
    compatibilityDate: '2026-09-01',
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      watch: false,
      inspector: { hostname: '127.0.0.1', port: 0 },
      logLevel: 'error',
      remote: false,
      persist: false,
    },
  });
  try {
    const url = String(await worker.url);
    await send(`${url}${kind}`, { method: 'PUT', body: onnx });
    const pid = latestChild('workerd');
    const inspector = await connectInspector(`ws://${(await worker.inspectorUrl)!.host}/ws`);
    const moment = async (): Promise<Moment> => {
      const [, wasm] = await Promise.all([inspector.collect(), send(url, {})]);
      const { objects, buffers } = await inspector.heap();
      return { wasm, isolate: wasm + objects + buffers, process: residentBytes(pid).now };
    };
    const coldMs = await timed(url, query(TOKENS[0], 0));
    const first = await moment();
    const queryMs: Partial<Record<number, Distribution>> = {};
    for (const tokens of TOKENS) {
      const times: number[] = [];
      for (let i = 0; i < REPEAT; i++) times.push(await timed(url, query(tokens, i)));
      queryMs[tokens] = distributionOf(times);
    }
    const queries = await moment();
    const started = performance.now();
    let errors = 0;
    for (let done = 0; done < TOGETHER; done += AT_ONCE) {
      const asked = Array.from({ length: AT_ONCE }, (_, i) => timed(url, query(8, done + i)));
      errors += (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected').length;
    }
    const perSecond = TOGETHER / ((performance.now() - started) / 1000);
    return {
      coldMs,
      queryMs: queryMs as SideFigures['queryMs'],
      together: { queries: TOGETHER, perSecond, errors },
      bytes: { first, queries, together: await moment() },
    };
  } finally {
    await worker.dispose();
  }
}

/** Words of the bench's vocabulary that make so many tokens with [CLS] and [SEP]. */
function query(tokens: number, seed: number): string {
  const words = Array.from({ length: tokens - 2 }, (_, i) => 1000 + ((seed * 7919 + i * 104_729) % 29_000));
  return words.map((word) => `w${word}`).join(' ');
}

async function timed(url: string, text: string): Promise<number> {
  const started = performance.now();
  // By GET: when an idle connection was closed meanwhile, Wrangler's proxy sends that again, and a POST it loses.
  await send(`${url}?q=${encodeURIComponent(text)}`, {});
  return performance.now() - started;
}

async function send(url: string, init: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${await response.text()}`);
  return Number(await response.text());
}

/** Wrangler, told to ask nothing, report nothing and write no log files. */
async function quietWrangler(): Promise<typeof import('wrangler')> {
  Object.assign(process.env, {
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  });
  return import('wrangler');
}
