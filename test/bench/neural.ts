// What a network costs a Worker: `node test/bench/neural.ts [model.onnx]`, in local workerd. The model takes input_ids and
// attention_mask and gives [batch, 30522]; without one it is the tests', whose times say what all else takes. Prints JSON.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Distribution, distributionOf } from './figures.ts';
import { quietWrangler } from './workerd.ts';

const WORKER = join(import.meta.dirname, '../worker/neural/bench-worker.ts');
const TINY = join(import.meta.dirname, '../fixtures/models/splade-max.onnx');
const TOKENS = [3, 8, 32, 128];
const REPEAT = 40;
const AT_ONCE = 50;
const TOGETHER = 1000;

interface NeuralFigures {
  readonly modelBytes: number;
  /** The first query, its session included; the model is at hand. */
  readonly coldMs: number;
  readonly queryMs: Readonly<Record<string, Distribution>>;
  /** A thousand queries of eight tokens, fifty at a time. */
  readonly together: { readonly queries: number; readonly perSecond: number; readonly errors: number };
  /** WebAssembly memory after the session was made, after queries of every length, and after those together. */
  readonly wasmBytes: { readonly session: number; readonly queries: number; readonly together: number };
}

async function measure(onnx: Uint8Array<ArrayBuffer>): Promise<NeuralFigures> {
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
      inspector: false,
      logLevel: 'error',
      remote: false,
      persist: false,
    },
  });
  try {
    const url = String(await worker.url);
    await send(url, { method: 'PUT', body: onnx });
    const [coldMs] = await timed(url, query(TOKENS[0]!, 0));
    const session = await send(url, {});
    const queryMs: Record<string, Distribution> = {};
    for (const tokens of TOKENS) {
      const times: number[] = [];
      for (let i = 0; i < REPEAT; i++) times.push((await timed(url, query(tokens, i)))[0]);
      queryMs[`${tokens} tokens`] = distributionOf(times);
    }
    const queries = await send(url, {});
    const started = performance.now();
    let errors = 0;
    for (let done = 0; done < TOGETHER; done += AT_ONCE) {
      const asked = Array.from({ length: AT_ONCE }, (_, i) => timed(url, query(8, done + i)));
      errors += (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected').length;
    }
    const perSecond = TOGETHER / ((performance.now() - started) / 1000);
    return {
      modelBytes: onnx.length,
      coldMs,
      queryMs,
      together: { queries: TOGETHER, perSecond, errors },
      wasmBytes: { session, queries, together: await send(url, {}) },
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

async function timed(url: string, text: string): Promise<[milliseconds: number, wasmBytes: number]> {
  const started = performance.now();
  const bytes = await send(url, { method: 'POST', body: text });
  return [performance.now() - started, bytes];
}

async function send(url: string, init: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${await response.text()}`);
  return Number(await response.text());
}

console.log(JSON.stringify(await measure(new Uint8Array(readFileSync(process.argv[2] ?? TINY))), null, 1));
