// Texts shared out to threads, each of which has a model's network: a network runs on one, so that its sums have one
// order. What a text gets depends on nothing but the text, so how many threads there are, and which has what, changes
// nothing.

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import type { Text } from './document-network.ts';
import type { ThreadAnswer } from './encoding-thread.ts';
import type { NetworkOf } from './networks.ts';

/** The thread's file, in the language of this one: the package has both compiled. */
const THREAD = new URL(`./encoding-thread${extname(import.meta.url)}`, import.meta.url);
/** Texts that a thread is given at once: few enough that all threads end a batch together. */
const TEXTS = 16;
/** A thread takes some 100 MB with sparsedge-en, and this one is busy for a fifth of the time of one thread. */
const MOST_THREADS = 4;

/** How many threads a network runs on where nobody says it. */
export function usualThreads(): number {
  return Math.min(availableParallelism(), MOST_THREADS);
}

interface Task {
  readonly texts: readonly Text[];
  resolve(vectors: readonly SparseVector[]): void;
  reject(error: unknown): void;
}

/** Threads that encode texts until they are closed. */
export class EncodingThreads {
  readonly #workers: readonly Worker[];
  readonly #idle: Worker[];
  readonly #running = new Map<Worker, Task>();
  readonly #waiting: Task[] = [];
  /** Why there are no answers any more, if so. */
  #failure: { readonly error: unknown } | undefined;

  constructor(network: NetworkOf, threads: number) {
    this.#workers = Array.from({ length: threads }, () => this.#start(network));
    this.#idle = [...this.#workers];
  }

  /** The raw values of texts, in order. */
  async encode(texts: readonly Text[]): Promise<SparseVector[]> {
    if (this.#failure) throw this.#failure.error;
    const shares: Promise<readonly SparseVector[]>[] = [];
    for (let from = 0; from < texts.length; from += TEXTS) {
      const share = texts.slice(from, from + TEXTS);
      shares.push(new Promise((resolve, reject) => this.#waiting.push({ texts: share, resolve, reject })));
    }
    this.#handOut();
    return (await Promise.all(shares)).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(workerData: NetworkOf): Worker {
    const worker = new Worker(THREAD, { workerData });
    // A thread that has nothing to do keeps no process from ending.
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => {
      const { resolve, reject } = this.#running.get(worker)!;
      this.#running.delete(worker);
      this.#idle.push(worker);
      worker.unref();
      this.#handOut();
      if ('vectors' in answer) resolve(answer.vectors);
      else reject(new SparsedgeError(answer.code, answer.message, answer.details));
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(new Error(`an encoding thread ended with code ${code}`)));
    return worker;
  }

  #handOut(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const [worker, task] = [this.#idle.pop()!, this.#waiting.shift()!];
      this.#running.set(worker, task);
      worker.ref();
      worker.postMessage(task.texts);
    }
  }

  /** Without one of its threads, nothing that others do is of use. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    for (const { reject } of [...this.#running.values(), ...this.#waiting.splice(0)]) reject(error);
    this.#running.clear();
    this.#idle.length = 0;
  }
}
