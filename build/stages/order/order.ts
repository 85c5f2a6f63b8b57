// The order stage: documents that are alike get numbers that are close, so that the hits of a query share document
// pages, pages compress better and the gaps of posting lists are smaller. Documents stay within their window, and one
// window at a time is in memory.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StartProgress } from '../../terminal/progress.ts';
import type { Spool } from '../invert/spool.ts';
import { readGraph, writeTerms } from './document-graph.ts';
import { orderGraph } from './parallel.ts';
import { OrderWriter } from './permutation.ts';
import { reusingMemory } from './shared-array.ts';

/** A part of a build's id: to be raised whenever another order comes out. */
export const ORDERING = 2;

/**
 * Orders the documents of each window by the terms of the first space.
 *
 * @param windowStart windowStart[w] .. windowStart[w + 1] are the documents of window w
 * @returns the path of what a Renumbering reads
 */
export async function orderDocuments(
  spool: Spool,
  windowStart: readonly number[],
  folder: string,
  startProgress: StartProgress,
  threads?: number,
): Promise<string> {
  const progress = startProgress('ordering', 'documents');
  // No space's name begins like this, so its files cannot be meant.
  const path = join(folder, '_order');
  const paths = windowStart.slice(1).map((_, window) => `${path}.${window}`);
  writeTerms(spool.spaces[0].spills, windowStart, paths);
  const writer = new OrderWriter(path);
  const allocate = reusingMemory();
  for (const [window, terms] of paths.entries()) {
    const first = windowStart[window];
    const graph = readGraph(terms, windowStart[window + 1] - first, undefined, allocate);
    const onDone = (done: number) => progress.at(first + done, spool.documents);
    writer.write(await orderGraph(graph, onDone, threads, undefined, allocate));
    rmSync(terms);
  }
  writer.close();
  progress.end();
  return path;
}
