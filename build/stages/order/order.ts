// The order stage: documents that are alike get numbers that are close, so that the hits of a query share document
// pages, pages compress better and the gaps of posting lists are smaller. Documents stay within their segment, and one
// segment at a time is in memory.

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
 * Orders the documents of each segment by the terms of the first space.
 *
 * @param segmentStart segmentStart[s] .. segmentStart[s + 1] are the documents of segment s
 * @returns the path of what a Renumbering reads
 */
export async function orderDocuments(
  spool: Spool,
  segmentStart: readonly number[],
  folder: string,
  startProgress: StartProgress,
  threads?: number,
): Promise<string> {
  const progress = startProgress('ordering', 'documents');
  // No space's name begins like this, so its files cannot be meant.
  const path = join(folder, '_order');
  const paths = segmentStart.slice(1).map((_, segment) => `${path}.${segment}`);
  writeTerms(spool.spaces[0].spills, segmentStart, paths);
  const writer = new OrderWriter(path);
  const allocate = reusingMemory();
  for (const [segment, terms] of paths.entries()) {
    const first = segmentStart[segment];
    const graph = readGraph(terms, segmentStart[segment + 1] - first, undefined, allocate);
    const onDone = (done: number) => progress.at(first + done, spool.documents);
    writer.write(await orderGraph(graph, onDone, threads, undefined, allocate));
    rmSync(terms);
  }
  writer.close();
  progress.end();
  return path;
}
