// What a window of a million documents takes to add postings up and to find the ten best: where all sums are looked at
// afterwards, and where the highest of each block is kept meanwhile. And a page's checksum, beside Node's own.

import { crc32 as crc32OfNode } from 'node:zlib';
import { crc32 } from '../../../../src/core/format/checksum.ts';
import type { Postings } from '../../../../src/core/format/postings.ts';
import { addBlocks, BLOCK_BITS, blocksOf } from '../../../../src/query/search/sums/blocks.ts';
import { Prover } from '../../../../src/query/search/sums/prove.ts';
import { addPostings, addPostingsWithTops } from '../../../../src/query/search/sums/score.ts';
import { randomFrom } from '../../../fakes/random.ts';
import type { Results } from '../../benchmark.ts';
import { distributionOf, round } from '../../figures.ts';

const DOCUMENTS = 1 << 20;
/** Postings of a query, for each document of the window. */
const SHARES = [0.02, 0.05, 0.12, 0.25, 0.5, 1, 2];
const LISTS = 4;
/** The lists that are not read to their end, and what the rest of each could add. */
const UNREAD = [60, 50];
const RUNS = 40;
const PASSES = 21;
const PAGE_BYTES = 64 * 1024;
const PAGES = 24;

export async function* bench(): Results {
  yield [
    'sums',
    { documents: DOCUMENTS, lists: LISTS, sums: SHARES.map(measureSums), checksum: measureChecksum() },
  ];
}

/** Medians in milliseconds, both ways in turns. */
function measureSums(share: number) {
  const random = randomFrom(1);
  const lists = Array.from({ length: LISTS }, () => listOf((share * DOCUMENTS) / LISTS, random));
  const sums = new Int32Array(DOCUMENTS);
  const tops = new Int32Array(blocksOf(DOCUMENTS));
  const flagOf = (list: number) => (list < UNREAD.length ? list : -1);
  const newProver = () => new Prover({ k: 10, floor: 0, bounds: UNREAD, factors: undefined });
  const { all, blocks } = inTurns({
    all: () => {
      const prover = newProver();
      sums.fill(0);
      for (const [i, list] of lists.entries()) addPostings(sums, list, 1, flagOf(i));
      prover.window(sums, 0);
      prover.proof();
    },
    blocks: () => {
      const prover = newProver();
      sums.fill(0);
      tops.fill(0);
      for (const [i, list] of lists.entries())
        addPostingsWithTops(sums, tops, BLOCK_BITS, list, 1, flagOf(i));
      addBlocks({ sums, tops, firstBlock: 0, firstDocument: 0 }, [], prover);
      prover.proof();
    },
  });
  return { postingsADocument: share, all, blocks, ratio: round(blocks / all) };
}

/** Medians in milliseconds a megabyte, in pages. */
function measureChecksum() {
  const random = randomFrom(2);
  const pages = Array.from({ length: PAGES }, () =>
    Uint8Array.from({ length: PAGE_BYTES }, () => random() * 256),
  );
  const megabytes = (PAGES * PAGE_BYTES) / 1e6;
  const { ours, node } = inTurns({
    ours: () => pages.forEach((page) => crc32(page, 1)),
    node: () => pages.forEach((page) => crc32OfNode(page, 1)),
  });
  return { ours: round(ours / megabytes), node: round(node / megabytes) };
}

/** Postings as a list has them: the highest impacts first, each run in the order of documents. */
function listOf(most: number, random: () => number): Postings {
  const count = Math.floor(most);
  const documents = Uint32Array.from({ length: DOCUMENTS }, (_, document) => document);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (DOCUMENTS - i));
    [documents[i], documents[other]] = [documents[other], documents[i]];
  }
  const runImpact = Uint8Array.from({ length: RUNS }, (_, run) => 200 - 4 * run);
  const runEnd = Uint32Array.from({ length: RUNS }, (_, run) => Math.floor(count * ((run + 1) / RUNS) ** 2));
  for (const [run, end] of runEnd.entries()) documents.subarray(run === 0 ? 0 : runEnd[run - 1], end).sort();
  return { documents, count, runImpact, runEnd, runs: RUNS };
}

/** The median of each in milliseconds, a pass of one after a pass of the other, so that a busy machine hits both. */
function inTurns<Name extends string>(ways: Record<Name, () => void>): Record<Name, number> {
  const times = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [name, way] of Object.entries<() => void>(ways)) {
      const started = performance.now();
      way();
      times.get(name)!.push(performance.now() - started);
    }
  }
  const medians = [...times].map(([name, values]) => [name, distributionOf(values).median]);
  return Object.fromEntries(medians) as Record<Name, number>;
}
