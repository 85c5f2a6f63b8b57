// Whole lists by document: what a list whose pages are at hand again is kept as. Its postings lie in blocks of 64
// documents of a window, with the highest impact of each block, so that a search adds up only the blocks that can hold
// one of the best: block-max pruning (Ding and Suel 2011), the most promising blocks first. A list takes two bytes a
// posting and three a block so, and nothing is decoded.

import { corrupt } from '../../../core/errors.ts';
import type { Postings } from '../../../core/format/postings.ts';
import type { Prover } from './prove.ts';
import { FLAGS, keepOnly, nextAbove } from './score.ts';
import { TopK } from './topk.ts';

/** A block is 2^BLOCK_BITS documents, which therefore are numbered by so many bits. */
export const BLOCK_BITS = 6;
const BLOCK = 1 << BLOCK_BITS;
/** Where blocks begin is said in 16 bits, counted from the first of 2^BASE_BITS blocks. */
const BASE_BITS = 10;
/** A list of fewer postings for each block is not worth what its blocks take. */
const LEAST_PER_BLOCK = 1;
/** No list is kept that takes more: caches have room for as much, and making one takes some 15 ns a posting, once. */
const MOST_BYTES = 2 * 1024 * 1024;
/** As many blocks, or k, are added up first: they say what the k-th score is at least. */
const FIRST_BLOCKS = 32;
/** Then so many at a time, and the k-th score is looked at again. */
const SOME_BLOCKS = 128;
/** After so many lists, it is looked which blocks can still hold one of the best. */
const CHECKED_LISTS = 2;

/** A whole list. Posting i of block b is bases[b >> BASE_BITS] + starts[b] + i. */
interface BlockList {
  readonly bases: Uint32Array;
  readonly starts: Uint16Array;
  /** The highest impact of each block; 0 where it has no posting. */
  readonly highest: Uint8Array;
  /** Impact above BLOCK_BITS bits of the document's place in its block. */
  readonly postings: Uint16Array;
}

/** A list in a query. */
export interface WeightedList {
  readonly list: BlockList;
  readonly weight: number;
  /** What a posting of it adds to a score at most. */
  readonly bound: number;
}

/** How many blocks so many documents take. */
export function blocksOf(documents: number): number {
  return (documents + BLOCK - 1) >>> BLOCK_BITS;
}

/** Whether a list is kept so. */
export function isKeptInBlocks(count: number, blocks: number): boolean {
  return count >= LEAST_PER_BLOCK * blocks && bytesInBlocks(count, blocks) <= MOST_BYTES;
}

/** The bytes that a list takes so. */
export function bytesInBlocks(count: number, blocks: number): number {
  return 4 * ((blocks >>> BASE_BITS) + 1) + 2 * count + 2 * (blocks + 1) + blocks;
}

/** The list in bytes that `makeBlockList` made. */
export function openBlockList({ buffer }: Uint8Array, count: number, blocks: number): BlockList {
  const bases = new Uint32Array(buffer, 0, (blocks >>> BASE_BITS) + 1);
  const postings = new Uint16Array(buffer, bases.byteLength, count);
  const starts = new Uint16Array(buffer, bases.byteLength + postings.byteLength, blocks + 1);
  return { bases, postings, starts, highest: new Uint8Array(buffer, starts.byteOffset + starts.byteLength) };
}

/** Is told of postings that are numbered by a window, and of that window's first block. */
type Take = (postings: Postings, firstBlock: number) => void;

/**
 * Puts a list in blocks.
 *
 * @param visit hands all of its `count` postings over; it is called twice
 */
export function makeBlockList(
  count: number,
  blocks: number,
  visit: (take: Take) => void,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(bytesInBlocks(count, blocks));
  const { bases, starts, highest, postings: into } = openBlockList(bytes, count, blocks);
  const next = new Uint32Array(blocks + 1);
  visit(({ documents, count: some }, firstBlock) => {
    for (let i = 0; i < some; i++) next[firstBlock + (documents[i] >>> BLOCK_BITS)]++;
  });
  let start = 0;
  for (let block = 0; block <= blocks; block++) {
    const base = block >>> BASE_BITS;
    if (block === base << BASE_BITS) bases[base] = start;
    const postings = next[block];
    if (postings > BLOCK) throw corrupt('posting list', `${BLOCK} documents among as many`, postings);
    starts[block] = start - bases[base];
    next[block] = start;
    start += postings;
  }
  visit(({ documents, runs, runEnd, runImpact }, firstBlock) => {
    for (let run = 0, i = 0; run < runs; run++) {
      const impact = runImpact[run];
      for (const end = runEnd[run]; i < end; i++) {
        const block = firstBlock + (documents[i] >>> BLOCK_BITS);
        into[next[block]++] = (impact << BLOCK_BITS) | (documents[i] & (BLOCK - 1));
        if (impact > highest[block]) highest[block] = impact;
      }
    }
  });
  return bytes;
}

/** The sums of a window, to which lists in blocks are to be added. */
interface BlockSums {
  readonly sums: Int32Array;
  /** No sum of a block of the window is higher yet. */
  readonly tops: Int32Array;
  /** Of the window, among those of lists. */
  readonly firstBlock: number;
  readonly firstDocument: number;
  /** Which documents of the window may be results, 32 a word; all unless given. */
  readonly kept?: Uint32Array | undefined;
}

/**
 * Adds lists where that can matter, and tells a prover of those sums; all others are no results and never open.
 *
 * @param lists those with the highest bounds first, so that blocks are given up early
 * @returns how many postings were added
 */
export function addBlocks(into: BlockSums, lists: readonly WeightedList[], prover: Prover): number {
  const { sums, tops, firstBlock, firstDocument } = into;
  for (const { list, weight } of lists) addTops(tops, list.highest, firstBlock, weight << FLAGS);
  if (into.kept) giveUpEmpty(tops, into.kept);
  const promising = mostPromising(tops, Math.max(prover.k, FIRST_BLOCKS));
  let added = addAt(into, lists, promising, promising.length, 0);
  let hopeless = prover.hopeless(kthOf(into, promising, prover));
  const some = new Int32Array(SOME_BLOCKS);
  for (let from = 0, next = 0; from < tops.length; from = next) {
    let count = 0;
    for (; next < tops.length && count < SOME_BLOCKS; next++) if (tops[next] > hopeless) some[count++] = next;
    added += addAt(into, lists, some, count, hopeless);
    for (let block = from; block < next; block++)
      if (~tops[block] > hopeless) prover.best(sums, firstDocument, block << BLOCK_BITS, endOf(block, sums));
    hopeless = Math.max(hopeless, prover.hopeless());
  }
  if (prover.unread > 0)
    for (let block = 0; block < tops.length; block++)
      if (~tops[block] > hopeless) prover.open(sums, firstDocument, block << BLOCK_BITS, endOf(block, sums));
  return added;
}

/** The end of a block's documents, half-open. */
function endOf(block: number, { length }: Int32Array): number {
  return Math.min((block + 1) << BLOCK_BITS, length);
}

function addTops(tops: Int32Array, highest: Uint8Array, firstBlock: number, scale: number): void {
  for (let block = 0; block < tops.length; block++)
    tops[block] += Math.imul(scale, highest[firstBlock + block]);
}

/** Gives up the blocks that have no document which may be a result. */
function giveUpEmpty(tops: Int32Array, kept: Uint32Array): void {
  for (let block = 0; block < tops.length; block++)
    if ((kept[2 * block] | (kept[2 * block + 1] ?? 0)) === 0) tops[block] = 0;
}

/** The blocks with the highest tops, at most so many. */
function mostPromising(tops: Int32Array, most: number): Int32Array {
  const kept = new TopK(most);
  let least = 0;
  for (let block = 0; block < tops.length; block++) {
    if (tops[block] <= least) continue;
    kept.push(tops[block], block);
    least = kept.threshold;
  }
  return Int32Array.from(kept.sorted(), ({ document }) => document);
}

/** The k-th score among the documents of some blocks; 0 where they are fewer. */
function kthOf({ sums, firstDocument }: BlockSums, blocks: Int32Array, prover: Prover): number {
  const best = new TopK(prover.k);
  let least = 0;
  for (const block of blocks) {
    for (let i = block << BLOCK_BITS, end = endOf(block, sums); i < end; i++) {
      const score = prover.score(sums[i], firstDocument + i);
      if (score <= least) continue;
      best.push(score, i);
      least = best.threshold;
    }
  }
  return least;
}

/**
 * Adds lists to the sums of some blocks, while their best can still get above `hopeless`. What was added wholly is
 * marked: the block's top becomes its complement, which is below 0. A block that was given up has a top of 0.
 *
 * @param blocks keeps those that were not given up, in front
 * @returns how many postings were added
 */
function addAt(
  into: BlockSums,
  lists: readonly WeightedList[],
  blocks: Int32Array,
  count: number,
  hopeless: number,
): number {
  const { sums, tops, firstBlock, kept } = into;
  let live = count;
  let added = 0;
  for (const [i, { list, weight }] of lists.entries()) {
    if (i > 0 && i % CHECKED_LISTS === 0) live = hopeful(into, lists.slice(i), blocks, live, hopeless);
    added += addListAt(sums, list, weight << FLAGS, firstBlock, blocks, live);
  }
  for (let i = 0; i < live; i++) {
    const block = blocks[i];
    tops[block] = ~tops[block];
    if (kept) keepOnly(sums, kept, block << BLOCK_BITS, endOf(block, sums));
  }
  return added;
}

/**
 * Adds lists to the sums of some documents of a window alone.
 *
 * @param documents of the window, ascending
 * @param place of each document's sum in `into`, counted from 1; 0 for documents that have none
 * @returns how many postings were looked at
 */
export function addBlocksOf(
  documents: Uint32Array,
  place: Int32Array,
  into: Int32Array,
  lists: readonly WeightedList[],
  firstBlock: number,
): number {
  const blocks = Int32Array.from(new Set(documents.map((document) => document >>> BLOCK_BITS)));
  let added = 0;
  for (const { list, weight } of lists) {
    const { bases, starts, postings } = list;
    for (const each of blocks) {
      const block = firstBlock + each;
      const end = bases[(block + 1) >>> BASE_BITS] + starts[block + 1];
      for (let i = bases[block >>> BASE_BITS] + starts[block]; i < end; i++, added++) {
        const at = place[(each << BLOCK_BITS) + (postings[i] & (BLOCK - 1))];
        if (at > 0) into[at - 1] += Math.imul(weight << FLAGS, postings[i] >>> BLOCK_BITS);
      }
    }
  }
  return added;
}

/** Moves those of the blocks to the front whose best can still get above `hopeless` by the lists that are left. */
function hopeful(
  { sums, tops, firstBlock }: BlockSums,
  left: readonly WeightedList[],
  blocks: Int32Array,
  count: number,
  hopeless: number,
): number {
  const rest = new Int32Array(count);
  for (const { list, weight } of left) {
    const { highest } = list;
    const scale = weight << FLAGS;
    for (let i = 0; i < count; i++) rest[i] += Math.imul(scale, highest[firstBlock + blocks[i]]);
  }
  let live = 0;
  for (let i = 0; i < count; i++) {
    const block = blocks[i];
    const end = endOf(block, sums);
    if (nextAbove(sums, block << BLOCK_BITS, end, hopeless - rest[i]) < end) blocks[live++] = block;
    else tops[block] = 0;
  }
  return live;
}

function addListAt(
  sums: Int32Array,
  { bases, starts, postings }: BlockList,
  scale: number,
  firstBlock: number,
  blocks: Int32Array,
  count: number,
): number {
  let added = 0;
  for (let at = 0; at < count; at++) {
    const block = firstBlock + blocks[at];
    const first = blocks[at] << BLOCK_BITS;
    const from = bases[block >>> BASE_BITS] + starts[block];
    const end = bases[(block + 1) >>> BASE_BITS] + starts[block + 1];
    for (let i = from; i < end; i++) {
      const posting = postings[i];
      sums[first + (posting & (BLOCK - 1))] += Math.imul(scale, posting >>> BLOCK_BITS);
    }
    added += end - from;
  }
  return added;
}
