// What an index keeps of its base: the numbers of documents, and what terms are weighed with. So what did not change
// is the same bytes, which have the same names. Where the collection has become another one, nothing is kept.

import { join } from 'node:path';
import { compareBytes } from '../../../../src/core/format/bytes.ts';
import { ID_SPACE } from '../../../../src/core/format/manifest.ts';
import { listsOf } from '../../../inspect/lists.ts';
import { documentsOf, spillsOf, wholeOf } from '../../../stages/invert/slices.ts';
import { mergeSpills } from '../../../stages/invert/spills.ts';
import type { Spool } from '../../../stages/invert/spool.ts';
import { HOLE, writeOrder } from '../../../stages/order/permutation.ts';
import { largestWeight, openWeigher, statisticsOf } from '../../../stages/quantize/weights.ts';
import type { IndexPlan } from '../../../stages/shard/index-plan.ts';
import { count } from '../../../terminal/layout.ts';
import type { Base } from './base.ts';

/**
 * How far the number of documents and their mean length may be from those that the base was weighed with, as a share of
 * them.
 */
const MOST_DRIFT = 1 / 20;
/**
 * How far the largest weight may be from the one that became impact 255. It is that of a single posting, so it is
 * sooner another; what is above is clipped.
 */
const MOST_RESCALED = 1 / 4;
/** The most numbers that may be of no document, and the most documents that may have come since an order was made. */
const MOST_HOLES = 1 / 8;
const MOST_ADDED = 1 / 8;

/** What was decided: what is kept, or why nothing is. */
export type Keeping =
  | { readonly fresh: string }
  | {
      readonly fresh?: undefined;
      /** Of each window, a file by its name in a folder: what a Renumbering is made of. */
      readonly orders: readonly string[];
      readonly windowStart: readonly number[];
      /** Documents that have come since all were put in order. */
      readonly added: number;
    };

/**
 * Decides what is kept of a base, and writes the orders that follow from it.
 *
 * @param spools of the whole collection
 * @param folder of the orders
 */
export async function keep(
  base: Base,
  spools: readonly Spool[],
  plan: IndexPlan,
  folder: string,
): Promise<Keeping> {
  const { windowStart } = base.index;
  const drift = driftOf(base, spools, plan);
  if (drift !== undefined) return { fresh: drift };
  const placed = await place(base, spools);
  const numbers = placed.order.length;
  const documents = documentsOf(spools);
  const holes = numbers - documents;
  const added = base.kept.added + placed.added;
  if (holes > numbers * MOST_HOLES)
    return { fresh: `${count(holes)} of ${count(numbers)} numbers would be of no document` };
  if (added > documents * MOST_ADDED)
    return {
      fresh: `${count(added)} of ${count(documents)} documents have come since they were put in order`,
    };
  const starts = moreWindows(windowStart, numbers, plan.windowDocuments);
  const orders = starts.slice(1).map((limit, window) => {
    const name = `order.${window}`;
    writeOrder(join(folder, name), placed.order.subarray(starts[window], limit));
    return name;
  });
  return { orders, windowStart: starts, added };
}

/** A plan, as what is kept of a base makes it. */
export function withKept(
  base: Base,
  keeping: Keeping & { readonly folder: string },
  plan: IndexPlan,
): IndexPlan {
  if (keeping.fresh !== undefined) return plan;
  const { manifest, table } = base.index;
  const { layout, statistics } = base.kept;
  const { windowStart, added, folder } = keeping;
  const orders = keeping.orders.map((name) => join(folder, name));
  return {
    ...plan,
    spaces: plan.spaces.map((space, i) => {
      const { quantizer } = manifest.spaces[i];
      return { ...space, quantizer, statistics: statistics[space.name] };
    }),
    base: { build: manifest.build, table, layout, windowStart, orders, added },
  };
}

/** What has become too different for the statistics of the base, if anything has. */
function driftOf(
  { index: { manifest }, kept }: Base,
  spools: readonly Spool[],
  plan: IndexPlan,
): string | undefined {
  for (const [i, { name, encoder, quantizer }] of plan.spaces.entries()) {
    const now = statisticsOf(spools, i);
    const used = kept.statistics[name];
    const { maximum } = manifest.spaces[i].quantizer;
    const said = (what: string, found: number, weighedWith: number) =>
      `${what} of the space ${name} is ${Number(found.toPrecision(6))}, and its terms are weighed with ` +
      `${Number(weighedWith.toPrecision(6))}`;
    if (isFar(now.documents, used.documents, MOST_DRIFT))
      return said('the number of documents', now.documents, used.documents);
    if (isFar(now.meanLength, used.meanLength, MOST_DRIFT))
      return said('the mean length', now.meanLength, used.meanLength);
    if (quantizer.maximum !== undefined) continue;
    const weigher = openWeigher(wholeOf(spools), i, encoder.weighting, spools, used);
    const largest = largestWeight(weigher);
    if (isFar(largest, maximum, MOST_RESCALED)) return said('the largest weight', largest, maximum);
  }
  return undefined;
}

function isFar(found: number, used: number, most: number): boolean {
  return Math.abs(found - used) > used * most;
}

/**
 * Gives documents that the base has their numbers, and others the numbers that have become free, and then further ones.
 *
 * @returns the document, as it was read, of each number, or HOLE; and how many the base does not have
 */
async function place(
  { index }: Base,
  spools: readonly Spool[],
): Promise<{ order: Uint32Array; added: number }> {
  const documents = documentsOf(spools);
  const numberOf = new Uint32Array(documents).fill(HOLE);
  const isTaken = new Uint8Array(index.manifest.documents);
  const theirs = listsOf(index, ID_SPACE);
  let next = await theirs.next();
  for (const { key, documents: holders } of mergeSpills(spillsOf(wholeOf(spools), 'ids'))) {
    while (!next.done && compareBytes(next.value.key, key) < 0) next = await theirs.next();
    if (next.done || compareBytes(next.value.key, key) !== 0) continue;
    const [number] = next.value.postings.documents;
    numberOf[holders[0]] = number;
    isTaken[number] = 1;
  }
  let free = 0;
  let added = 0;
  for (let document = 0; document < documents; document++) {
    if (numberOf[document] !== HOLE) continue;
    while (isTaken[free] === 1) free++;
    numberOf[document] = free++;
    added++;
  }
  // The number 0 is never a hole: whoever tries an index can ask for it.
  if (documents > 0 && !numberOf.includes(0)) {
    const last = numberOf.reduce((most, number) => Math.max(most, number), 0);
    numberOf[numberOf.indexOf(last)] = 0;
  }
  const order = new Uint32Array(Math.max(free, isTaken.lastIndexOf(1) + 1, index.manifest.documents)).fill(
    HOLE,
  );
  for (const [document, number] of numberOf.entries()) order[number] = document;
  return { order, added };
}

/** The windows of the base, the last of them filled up, and then further ones. */
function moreWindows(windowStart: readonly number[], numbers: number, limit: number): number[] {
  const starts = windowStart.slice(0, -1);
  while (numbers - starts[starts.length - 1] > limit) starts.push(starts[starts.length - 1] + limit);
  return [...starts, numbers];
}
