// One thread of parallel.ts: takes parts, answers with their halves, or with none once a part is ordered whole.

import { parentPort, workerData } from 'node:worker_threads';
import { Bisector } from './bisect.ts';
import type { Buffers, Part } from './part.ts';

/** What a thread is given when it starts. */
export interface ThreadData {
  readonly buffers: Buffers;
  /** Parts up to this many documents are ordered whole. */
  readonly grain: number;
}

const { buffers, grain } = workerData as ThreadData;
const bisector = new Bisector(buffers);

parentPort!.on('message', (part: Part) => {
  const documents = part.end - part.start;
  if (documents > grain) {
    parentPort!.postMessage({ halves: bisector.splitPart(part), documents: 0 });
  } else {
    bisector.orderPart(part);
    parentPort!.postMessage({ halves: [], documents });
  }
});
