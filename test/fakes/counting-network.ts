// A network that weighs each piece as often as it occurs, and counts how it is used.

import type { Batch, Outputs } from '../../src/core/heads/batch.ts';
import { aMillisecond } from './slow-source.ts';

/** A network's uses so far. */
export interface CountingNetwork {
  readonly opened: number;
  readonly released: number;
  /** The most runs that there were at once. */
  readonly mostRunning: number;
  readonly open: () => Promise<{
    readonly run: (batch: Batch) => Promise<Outputs>;
    readonly release: () => Promise<void>;
  }>;
}

/** A network over a vocabulary of so many pieces. A run takes a millisecond, or as long as `pause` does. */
export function countingNetwork(pieces: number, pause = aMillisecond): CountingNetwork {
  let running = 0;
  const network = {
    opened: 0,
    released: 0,
    mostRunning: 0,
    open: async () => {
      network.opened++;
      return { run, release };
    },
  };
  const run = async ({ ids }: Batch): Promise<Outputs> => {
    running++;
    network.mostRunning = Math.max(network.mostRunning, running);
    await pause();
    running--;
    const data = new Float32Array(pieces);
    for (const id of ids) data[Number(id)]++;
    return { values: { data, dims: [1, pieces] } };
  };
  const release = async () => {
    network.released++;
  };
  return network;
}
