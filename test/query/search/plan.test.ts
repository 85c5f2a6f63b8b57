// Which pages a search reads, given page tables that are stated here. Plans are values: nothing is read but in the last
// group, which looks at the reads that budgets leave.

import { describe, expect, test } from 'vitest';
import { LAYOUT } from '../../../build/stages/shard/page-sizes.ts';
import { compareBytes, utf8 } from '../../../src/core/format/bytes.ts';
import { KeyList } from '../../../src/core/format/keys/key-list.ts';
import { type KeySet, KeySetBuilder } from '../../../src/core/format/keys/key-set.ts';
import { LongTerms } from '../../../src/core/format/keys/long-terms.ts';
import type { TermTable } from '../../../src/core/format/page-table.ts';
import { findTop } from '../../../src/query/search/find.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import {
  FIRST_ROUND_BYTES,
  locateTerms,
  planFirst,
  planRest,
  spansTo,
  type TermState,
  unreadBound,
} from '../../../src/query/search/plan.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { buildInMemory, type ImpactVector } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { bytesOf, recordingSource } from '../../fakes/recording-source.ts';

/** A space's page table: the bytes of each page, dictionary pages by first key, and terms with pages of their own. */
interface StatedTable {
  readonly pageBytes: readonly number[];
  readonly dictionary?: Readonly<Record<string, number>>;
  readonly titles?: readonly string[];
  readonly long?: Readonly<Record<string, { firstPage: number; impacts: readonly number[] }>>;
}

function tableOf({ pageBytes, dictionary = {}, titles = [], long = {} }: StatedTable): TermTable {
  const pageStart = [0];
  for (const bytes of pageBytes) pageStart.push(pageStart[pageStart.length - 1] + bytes);
  return {
    pageStart: Float64Array.from(pageStart),
    shards: [{ name: 'shard', firstPage: 0 }],
    dictionaryKeys: KeyList.of(Object.keys(dictionary).map((key) => utf8(key))),
    dictionaryPage: Uint32Array.from(Object.values(dictionary)),
    titles: setOf(titles),
    longTerms: LongTerms.of(
      Object.entries(long).map(([term, { firstPage, impacts }]) => ({
        key: utf8(term),
        count: impacts.length,
        firstPage,
        tierImpact: impacts,
        tierCount: impacts.map(() => 1),
        kthImpact: [0, 0, 0],
      })),
    ),
    inVectors: false,
  };
}

function setOf(terms: readonly string[]): KeySet {
  const set = new KeySetBuilder();
  for (const term of terms) set.add(utf8(term));
  return set.finish();
}

/** Lists of two tiers of 8 KiB, of these impacts, whose tenth is 90. */
function longTable(terms: readonly string[], impacts: readonly [number, number]): TermTable {
  const long = Object.fromEntries(terms.map((term, i) => [term, { firstPage: 2 * i, impacts }]));
  const table = tableOf({ pageBytes: new Array<number>(2 * terms.length).fill(8 * 1024), long });
  const longTerms = [...table.longTerms]
    .sort((a, b) => compareBytes(a.key, b.key))
    .map((term) => ({ ...term, kthImpact: [90, 0, 0] }));
  return { ...table, longTerms: LongTerms.of(longTerms) };
}

function located(stated: StatedTable, query: Readonly<Record<string, number>>): TermState[] {
  const terms = weighTerms(new Map(Object.entries(query)), 'words');
  return locateTerms(terms, new Map([['words', tableOf(stated)]]));
}

/** The pages that a plan reads, as [from, to) of each term, in the order of the query. */
function pagesOf(target: ReadonlyMap<TermState, number>): [from: number, to: number][] {
  return spansTo(target).map(({ from, to }) => [from, to]);
}

/** The first round of a query. */
function firstRound(stated: StatedTable, query: Readonly<Record<string, number>>, limit: number) {
  return pagesOf(planFirst(located(stated, query), { k: 10, limit, canLookUp: false }));
}

const ALL = Number.POSITIVE_INFINITY;

/** Two dictionary pages, then three pages of "boat" and two of "river". */
const HARBOUR: StatedTable = {
  pageBytes: [800, 700, 100, 100, 100, 100, 100],
  dictionary: { apple: 0, mango: 1 },
  long: {
    boat: { firstPage: 2, impacts: [200, 90, 40] },
    river: { firstPage: 5, impacts: [120, 100] },
  },
};

describe('a term', () => {
  test('is in its own pages, or in the last dictionary page that does not begin after it, or nowhere', () => {
    expect(firstRound(HARBOUR, { boat: 1 }, ALL)).toEqual([[2, 5]]);
    expect(firstRound(HARBOUR, { apple: 1 }, ALL)).toEqual([[0, 1]]);
    expect(firstRound(HARBOUR, { boats: 1 }, ALL)).toEqual([[0, 1]]);
    expect(firstRound(HARBOUR, { mango: 1 }, ALL)).toEqual([[1, 2]]);
    expect(firstRound(HARBOUR, { zebra: 1 }, ALL)).toEqual([[1, 2]]);
    expect(firstRound(HARBOUR, { aardvark: 1 }, ALL)).toEqual([]);
  });

  test('is nowhere, without a read, where it is a title and not among those that the page table has', () => {
    const table = { pageBytes: [4096], dictionary: { '=boat': 0 }, titles: ['=boat', '=river=boat'] };
    expect(firstRound(table, { '=boat': 1 }, ALL)).toEqual([[0, 1]]);
    expect(firstRound(table, { '=boat=trips': 1 }, ALL)).toEqual([]);
    expect(firstRound(table, { boat: 1 }, ALL)).toEqual([[0, 1]]);
  });

  test('adds its weight times the highest impact that is unread, and nothing once all is read', () => {
    const [boat, fig] = located(HARBOUR, { boat: 3, fig: 2 });
    const bounds = [unreadBound(boat)];
    if (boat.kind === 'long') {
      while (boat.tiersRead < 3) {
        boat.tiersRead++;
        bounds.push(unreadBound(boat));
      }
    }
    expect(bounds).toEqual([600, 270, 120, 0]);
    // Nothing is known of a list in a dictionary page before it is read.
    expect(unreadBound(fig)).toBe(510);
    if (fig.kind === 'dictionary') fig.read = true;
    expect(unreadBound(fig)).toBe(0);
  });
});

describe('the first round', () => {
  test('reads lists whole while their bytes are within the limit, and leaves a tail one byte below', () => {
    expect(firstRound(HARBOUR, { boat: 1, river: 1 }, 500)).toEqual([
      [2, 5],
      [5, 7],
    ]);
    expect(firstRound(HARBOUR, { boat: 1, river: 1 }, 499)).toEqual([
      [2, 4],
      [5, 7],
    ]);
  });

  test('reads up to 6 MiB of long lists, and not a page more', () => {
    const pages = (count: number): StatedTable => ({
      pageBytes: Array.from({ length: count }, () => 16 * 1024),
      long: { the: { firstPage: 0, impacts: Array.from({ length: count }, () => 9) } },
    });
    expect(firstRound(pages(384), { the: 1 }, FIRST_ROUND_BYTES)).toEqual([[0, 384]]);
    expect(firstRound(pages(385), { the: 1 }, FIRST_ROUND_BYTES)).toEqual([[0, 384]]);
  });

  test('ends early, of however many lists, where documents can be looked up', () => {
    // Forty lists of two tiers, 640 KiB together. Alone, each has a tenth result of 90.
    const terms = Array.from({ length: 40 }, (_, i) => `term${i}`);
    const states = (unread: number) =>
      locateTerms(
        weighTerms(new Map(terms.map((term) => [term, 1])), 'words'),
        new Map([['words', longTable(terms, [100, unread])]]),
      );
    const tiers = (unread: number, canLookUp: boolean) =>
      new Set(planFirst(states(unread), { k: 10, limit: FIRST_ROUND_BYTES, canLookUp }).values());
    // The tenth result probably scores .65 √40 · 90 = 370: .15 of it is 55, and 40 tails of 1 add 40 together.
    expect(tiers(1, true)).toEqual(new Set([1]));
    expect(tiers(1, false)).toEqual(new Set([2]));
    // Tails of 2 add 80: some of them are read.
    expect(tiers(2, true)).toEqual(new Set([1, 2]));
  });

  test('reads the first page of every list, whatever the limit', () => {
    expect(firstRound(HARBOUR, { boat: 1, river: 1, fig: 1 }, 0)).toEqual([
      [2, 3],
      [5, 6],
      [0, 1],
    ]);
  });

  test('does not count dictionary pages, which are read whole in any case', () => {
    expect(firstRound(HARBOUR, { boat: 1, fig: 1, mango: 1 }, 300)).toEqual([
      [2, 5],
      [0, 1],
      [1, 2],
    ]);
  });

  test('prefers the page that lowers the bound most', () => {
    // One page more is affordable: it lowers the bound of "boat" from 90 to 40, that of "river" from 100 to 0.
    expect(firstRound(HARBOUR, { boat: 1, river: 1 }, 300)).toEqual([
      [2, 3],
      [5, 7],
    ]);
    // With three times the weight, "boat" gains 150.
    expect(firstRound(HARBOUR, { boat: 3, river: 1 }, 300)).toEqual([
      [2, 4],
      [5, 6],
    ]);
  });

  test('prefers the page that lowers the bound most per byte', () => {
    const small = { ...HARBOUR, pageBytes: [800, 700, 100, 40, 100, 100, 100] };
    expect(firstRound(small, { boat: 1, river: 1 }, 299)).toEqual([
      [2, 4],
      [5, 6],
    ]);
  });

  test('stops at the best page that does not fit, though another one would', () => {
    const large = { ...HARBOUR, pageBytes: [800, 700, 100, 900, 10, 100, 100] };
    expect(firstRound(large, { boat: 100, river: 1 }, 400)).toEqual([
      [2, 3],
      [5, 6],
    ]);
  });
});

describe('a later round', () => {
  test('reads what is left of the lists that it is for, from where each stands', () => {
    const [boat, river, fig] = located(HARBOUR, { boat: 1, river: 1, fig: 1 });
    if (boat.kind === 'long') boat.tiersRead = 1;
    expect(pagesOf(planRest([boat, fig]))).toEqual([
      [3, 5],
      [0, 1],
    ]);
    expect(pagesOf(planRest([river]))).toEqual([[5, 7]]);
  });

  test('reads nothing of lists that are read', () => {
    const [boat, fig] = located(HARBOUR, { boat: 1, fig: 1 });
    if (boat.kind === 'long') boat.tiersRead = 3;
    if (fig.kind === 'dictionary') fig.read = true;
    expect(pagesOf(planRest([boat, fig]))).toEqual([]);
  });
});

describe('a budget', () => {
  /** Three lists, each longer than a dictionary page takes; every document is in all of them. */
  const vectors = Array.from(
    { length: 60 },
    (_, i): ImpactVector =>
      new Map([
        ['best', 200 + (i % 2)],
        ['good', 100 + (i % 2)],
        ['poor', 20],
      ]),
  );
  const layout = { ...LAYOUT, longBytes: 4, dictionaryBytes: 8 };
  const objects = buildInMemory(vectors, { layout, windows: 1, documentsPerPage: 100 });
  const weights = new Map([
    ['poor', 1],
    ['good', 1],
    ['best', 1],
  ]);

  async function found(budget: { maxReads?: number; maxBytes?: number }) {
    const source = recordingSource(memorySource(objects));
    const index = await openIndex(source);
    source.reads.length = 0;
    const request = { terms: weighTerms(weights, 'test'), k: 1, floor: 0, budget };
    const { top, exact, bound } = await findTop(request, { index, clock: () => 0 });
    return { score: top[0]?.score, exact, bound, reads: source.reads.length, bytes: bytesOf(source.reads) };
  }

  test('of as many bytes as the plan takes changes nothing', async () => {
    const free = await found({});
    expect(free).toMatchObject({ score: 201 + 101 + 20, exact: true, reads: 1 });
    expect(await found({ maxBytes: free.bytes })).toEqual(free);
  });

  test('of one byte less leaves the list unread that can add least, and says what it could add', async () => {
    const { bytes } = await found({});
    const tight = await found({ maxBytes: bytes - 1 });
    expect(tight).toMatchObject({ score: 201 + 101, exact: false, bound: 201 + 101 + 20 });
  });

  test('of no reads reads nothing, and bounds every document by what all lists could add', async () => {
    const nothing = { score: undefined, exact: false, bound: 201 + 101 + 20, reads: 0, bytes: 0 };
    expect(await found({ maxReads: 0 })).toEqual(nothing);
  });
});
