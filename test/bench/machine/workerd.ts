// CPU time of queries in local workerd: wall time of requests that do nothing but compute.

import { join } from 'node:path';
import type { Source } from '../../../src/core/source.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { type Distribution, distributionOf } from '../figures.ts';
import { type Asked, pieceName, termsOf } from './asked.ts';
import type { Batch } from './workerd-entry.ts';

const REPEAT = 5;
const ROUNDS = 3;

/** Milliseconds that each question takes, encoding, ten hits and their documents included. */
export async function measureInWorkerd(
  objects: ReadonlyMap<string, Uint8Array>,
  questions: readonly Asked[],
  k: number,
): Promise<Distribution> {
  const { unstable_startWorker: startWorker } = await quietWrangler();
  const worker = await startWorker({
    config: '',
    envFiles: [],
    entrypoint: join(import.meta.dirname, 'workerd-entry.ts'),
    name: 'sparsedge-bench',
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
    for (const [name, bytes] of await piecesOf(objects, questions, k))
      await send(`${url}${name}`, { method: 'PUT', body: bytes });
    const ask = async (batch: Omit<Batch, 'k'>): Promise<number> => {
      const started = performance.now();
      await send(url, { method: 'POST', body: JSON.stringify({ ...batch, k }) });
      return performance.now() - started;
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
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`the Worker answered ${response.status} to ${init.method} ${url}`);
  await response.arrayBuffer();
}

/** Wrangler, told to ask nothing, report nothing and write no log files. */
export async function quietWrangler(): Promise<typeof import('wrangler')> {
  Object.assign(process.env, {
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_WRITE_LOGS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  });
  return import('wrangler');
}
