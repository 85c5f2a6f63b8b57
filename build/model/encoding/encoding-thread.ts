// One thread of encoding-threads.ts: opens a model's network, and answers texts with their vectors.

import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, SparsedgeError } from '../../../src/core/errors.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import type { Text } from './document-network.ts';
import { type NetworkOf, openEncoding } from './networks.ts';

/** What a thread answers to texts: their vectors, or the error that it met. */
export type ThreadAnswer =
  | { readonly vectors: readonly SparseVector[] }
  | { readonly code: ErrorCode; readonly message: string; readonly details: SparsedgeError['details'] };

const network = workerData as NetworkOf;
let opened: ReturnType<typeof openEncoding> | undefined;

async function answer(texts: readonly Text[]): Promise<ThreadAnswer> {
  try {
    opened ??= openEncoding(network);
    return { vectors: await (await opened)(texts) };
  } catch (error) {
    // Errors arrive without their class. Those that nobody foresaw end the thread.
    if (!(error instanceof SparsedgeError)) throw error;
    const { code, message, details } = error;
    return { code, message, details };
  }
}

parentPort!.on('message', async (texts: readonly Text[]) => parentPort!.postMessage(await answer(texts)));
