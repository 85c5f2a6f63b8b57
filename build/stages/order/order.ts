// The order stage: documents that are alike get numbers that are close, so that the hits of a query share document
// pages, pages compress better and the gaps of posting lists are smaller. Documents stay within their window, which is
// all that is in memory.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StartProgress } from '../../terminal/progress.ts';
import { type Slice, spillsOf } from '../invert/slices.ts';
import { readGraph, writeTerms } from './document-graph.ts';
import { orderGraph } from './parallel.ts';
import { type Allocate, reusingMemory } from './shared-array.ts';

/** A part of a build's id: to be raised whenever another order comes out. */
export const ORDERING = 2;

/**
 * An order with the sections of each page together, as they were read, where most of them were: their postings' gaps
 * are small, and hits of one page share document pages.
 *
 * @param order the documents' numbers in the window, in their order
 * @param articleOf of each document the first one of its article, by their numbers in the window
 */
export function keptTogether(order: Uint32Array, articleOf: Uint32Array): Uint32Array {
  const places = new Map<number, number[]>();
  for (const [place, document] of order.entries()) {
    const article = articleOf[document];
    const of = places.get(article);
    if (of) of.push(place);
    else places.set(article, [place]);
  }
  // Places ascend, and no two articles have one in common.
  const medianOf = new Map(Array.from(places, ([article, of]) => [article, of[of.length >>> 1]]));
  return Uint32Array.from(articleOf.keys()).sort(
    (a, b) => medianOf.get(articleOf[a])! - medianOf.get(articleOf[b])! || a - b,
  );
}

/**
 * Orders the documents of a window by the terms of the first space.
 *
 * @param window its documents, so many
 * @param folder of intermediate files
 * @param allocate whose memory is free when this returns
 * @returns the documents' numbers in the window, in their new order
 */
export async function orderWindow(
  window: readonly Slice[],
  documents: number,
  folder: string,
  startProgress: StartProgress,
  allocate: Allocate = reusingMemory(),
  threads?: number,
): Promise<Uint32Array> {
  const progress = startProgress('ordering', 'documents');
  // No space's name begins like this, so its files cannot be meant.
  const terms = join(folder, '_terms');
  writeTerms(spillsOf(window, 0), documents, terms);
  const graph = readGraph(terms, documents, undefined, allocate);
  rmSync(terms);
  const onDone = (done: number) => progress.at(done, documents);
  const order = await orderGraph(graph, onDone, threads, undefined, allocate);
  progress.end();
  return order.slice();
}
