// One thread of encoding-threads.ts: opens the model's network, and answers texts with their vectors.

import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, SparsedgeError } from '../../src/core/errors.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import { encodeTexts, openNetwork, type Text } from './encode-texts.ts';
import type { ModelFolder } from './model-folder.ts';
import type { Device } from './session.ts';

/** What a thread is given when it starts. */
export interface ThreadData {
  readonly folder: ModelFolder;
  readonly device: Device;
}

/** What a thread answers to texts: their vectors, or the error that it met. */
export type ThreadAnswer =
  | { readonly vectors: readonly SparseVector[] }
  | { readonly code: ErrorCode; readonly message: string; readonly details: SparsedgeError['details'] };

const { folder, device } = workerData as ThreadData;
let network: ReturnType<typeof openNetwork> | undefined;

async function answer(texts: readonly Text[]): Promise<ThreadAnswer> {
  try {
    network ??= openNetwork(folder, device);
    return { vectors: await encodeTexts(texts, folder, await network) };
  } catch (error) {
    // Errors arrive without their class. Those that nobody foresaw end the thread.
    if (!(error instanceof SparsedgeError)) throw error;
    const { code, message, details } = error;
    return { code, message, details };
  }
}

parentPort!.on('message', async (texts: readonly Text[]) => parentPort!.postMessage(await answer(texts)));
