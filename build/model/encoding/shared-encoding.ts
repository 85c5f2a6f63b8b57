// Texts through a network: here, or on threads once there are many of them.

import type { SparseVector } from '../../../src/core/sparse.ts';
import type { Text } from './document-network.ts';
import { EncodingThreads } from './encoding-threads.ts';
import { type NetworkOf, openEncoding } from './networks.ts';

/** Texts from which on threads are worth their start. A batch of a build is 256. */
const MANY = { document: 256, context: 64 };

/** What encodes until it is closed, and opens what it needs anew if it is asked after that. */
export interface SharedEncoding {
  /** The vectors of texts, in order. */
  encode(texts: readonly Text[]): Promise<SparseVector[]>;
  close(): Promise<void>;
}

/** Opens a network when the first texts come, and threads when the first many do. */
export function sharedEncoding(network: NetworkOf, threads: number): SharedEncoding {
  let here: ReturnType<typeof openEncoding> | undefined;
  let pool: EncodingThreads | undefined;
  return {
    async encode(texts) {
      if (threads > 1 && texts.length >= MANY[network.role]) pool ??= new EncodingThreads(network, threads);
      if (pool) return pool.encode(texts);
      here ??= openEncoding(network);
      return (await here)(texts);
    },
    async close() {
      await pool?.close();
      pool = undefined;
    },
  };
}
