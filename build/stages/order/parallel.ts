// Parts shared out to threads: the large ones are halved one at a time, and what is small is ordered whole by whoever
// is free. Parts do not touch one another's memory, so how many threads there are, and who does what, changes nothing.

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Bisector } from './bisect.ts';
import type { Graph } from './document-graph.ts';
import { type Part, wholeOf } from './part.ts';
import { reusingMemory } from './shared-array.ts';
import type { ThreadData } from './thread.ts';

/** The thread's file, in the language of this one: the package has both compiled. */
const THREAD = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
/** Parts up to this many documents are not shared out further. */
const GRAIN = 16_384;

/**
 * Orders a graph's documents.
 *
 * @param onDone is told how many documents have their place
 * @returns the documents in their new order
 */
export async function orderGraph(
  graph: Graph,
  onDone: (documents: number) => void,
  threads = availableParallelism(),
  grain = GRAIN,
  allocate = reusingMemory(),
): Promise<Uint32Array> {
  const { buffers, part } = wholeOf(graph, allocate);
  if (threads > 1 && graph.documents > grain) await orderOnThreads({ buffers, grain }, part, threads, onDone);
  else new Bisector(buffers).orderPart(part);
  return buffers.order[0];
}

async function orderOnThreads(
  data: ThreadData,
  whole: Part,
  threads: number,
  onDone: (documents: number) => void,
): Promise<void> {
  const workers = Array.from({ length: threads }, () => new Worker(THREAD, { workerData: data }));
  const waiting: Part[] = [whole];
  const idle = [...workers];
  let open = 1;
  let done = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      const handOut = () => {
        while (idle.length > 0 && waiting.length > 0) idle.pop()!.postMessage(waiting.shift()!);
      };
      for (const worker of workers) {
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`an ordering thread ended with code ${code}`)));
        worker.on('message', ({ halves, documents }: { halves: Part[]; documents: number }) => {
          waiting.push(...halves);
          idle.push(worker);
          open += halves.length - 1;
          done += documents;
          try {
            // Whoever is told may end the build: what is thrown in a listener would end the process.
            onDone(done);
          } catch (error) {
            reject(error);
            return;
          }
          if (open === 0) resolve();
          else handOut();
        });
      }
      handOut();
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
