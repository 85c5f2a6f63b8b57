// CPU time of queries in local workerd: that of the thread which runs the Worker, in requests that do nothing but
// compute.

import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { COMPATIBILITY_DATE } from '../../../build/local/bundles/worker-code.ts';
import type { Source } from '../../../src/core/source.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { type Distribution, distributionOf } from '../figures.ts';
import { type Asked, pieceName, termsOf } from './asked.ts';
import { ALONE } from './clients.ts';
import { latestChild, threadMilliseconds } from './inspector.ts';
import type { Batch } from './workerd-entry.ts';

const REPEAT = 5;
const ROUNDS = 3;
/** Where modules are said to lie: their contents are given. */
const MODULES = resolve('/worker');

/** Milliseconds that each question takes, encoding, ten hits and their documents included. */
export async function measureInWorkerd(
  objects: ReadonlyMap<string, Uint8Array>,
  questions: readonly Asked[],
  k: number,
): Promise<Distribution> {
  const { code, name } = await bundled(join(import.meta.dirname, 'workerd-entry.ts'));
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.ERROR),
      host: '127.0.0.1',
      port: 0,
      compatibilityDate: COMPATIBILITY_DATE,
      modules: [{ type: 'ESModule', path: join(MODULES, name), contents: code }],
      modulesRoot: MODULES,
    }),
  );
  try {
    const url = String(await worker.ready);
    const pid = latestChild('workerd');
    for (const [name, bytes] of await piecesOf(objects, questions, k))
      await send(`${url}${name}`, { method: 'PUT', body: bytes });
    const ask = async (batch: Omit<Batch, 'k'>): Promise<number> => {
      const before = threadMilliseconds(pid);
      await send(url, { method: 'POST', body: JSON.stringify({ ...batch, k }) });
      return threadMilliseconds(pid) - before;
    };
    await ask({ questions, repeat: 2 });
    const times: number[] = [];
    for (const question of questions) {
      const each: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const empty = await ask({ questions: [], repeat: 1 });
        each.push(((await ask({ questions: [question], repeat: REPEAT })) - empty) / REPEAT);
      }
      times.push(each.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]);
    }
    return distributionOf(times);
  } finally {
    await worker.dispose();
  }
}

/** What opening the index and answering read: an index of millions of documents is more than an isolate may hold. */
async function piecesOf(
  objects: ReadonlyMap<string, Uint8Array>,
  questions: readonly Asked[],
  k: number,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const pieces = new Map<string, Uint8Array<ArrayBuffer>>();
  const storage = memorySource(objects);
  const source: Source = {
    async read(name, range) {
      const bytes = await storage.read(name, range);
      pieces.set(pieceName(name, range), bytes.slice());
      return bytes;
    },
  };
  const index = await openIndex(source);
  for (const question of questions) {
    const terms = termsOf(question, spaceNamed(index));
    await search({ terms, k, documents: true }, { index, clock: () => 0 });
  }
  return pieces;
}

async function send(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, { ...init, headers: { ...ALONE, ...init.headers } });
  if (!response.ok) throw new Error(`the Worker answered ${response.status} to ${init.method} ${url}`);
  await response.arrayBuffer();
}

/** What a Worker of the benchmarks is made of, in one module. */
async function bundled(entry: string): Promise<{ readonly name: string; readonly code: Uint8Array }> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'silent',
  });
  return { name: `${basename(entry, '.ts')}.js`, code: outputFiles[0].contents };
}
