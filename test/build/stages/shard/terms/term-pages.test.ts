import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listsOf } from '../../../../../build/inspect/lists.ts';
import { readPage } from '../../../../../build/inspect/pages.ts';
import { TermCoder, type TermLayout } from '../../../../../build/stages/shard/terms/term-coder.ts';
import { utf8 } from '../../../../../src/core/format/bytes.ts';
import type { LongTerm } from '../../../../../src/core/format/keys/long-terms.ts';
import { type OpenIndex, openIndex } from '../../../../../src/query/search/open.ts';
import { buildInMemory, type ImpactVector } from '../../../../fakes/memory-index.ts';
import { memorySource } from '../../../../fakes/memory-source.ts';

const SMALL: TermLayout = { longBytes: 12, dictionaryBytes: 48, dividedBytes: 20 };

function open(vectors: readonly ImpactVector[], windows: number, layout = SMALL): Promise<OpenIndex> {
  return openIndex(memorySource(buildInMemory(vectors, { layout, windows, documentsPerPage: 50 })));
}

/** Documents that have the one term "t", each with its impact. */
function ofImpacts(impacts: readonly number[]): ImpactVector[] {
  return impacts.map((impact) => new Map([['t', impact]]));
}

/** What an index holds of its space: term → document → impact. */
async function contents(index: OpenIndex): Promise<Map<string, Map<number, number>>> {
  const terms = new Map<string, Map<number, number>>();
  for await (const { key, postings } of listsOf(index, 'test')) {
    const term = new TextDecoder().decode(key);
    const list = terms.get(term) ?? new Map<number, number>();
    for (let run = 0, i = 0; run < postings.runs; run++)
      for (; i < postings.runEnd[run]; i++) {
        expect(list.has(postings.documents[i])).toBe(false);
        list.set(postings.documents[i], postings.runImpact[run]);
      }
    terms.set(term, list);
  }
  return terms;
}

/** The tiers of a term: how many pieces each has, 0 where it is one list, and the impacts in it. */
async function tiersOf(index: OpenIndex, { key, firstPage, tierCount }: LongTerm) {
  const pages = tierCount.map((_, tier) => firstPage + tier);
  const tiers: { pieces: number; impacts: number[] }[] = [];
  for (const page of pages) {
    const impacts: number[] = [];
    for await (const list of listsOf(index, 'test', [page])) {
      expect(list.key).toEqual(key);
      impacts.push(...list.postings.runImpact.subarray(0, list.postings.runs));
    }
    tiers.push({ pieces: (await readPage(index, 'test', page)).bytes[0], impacts });
  }
  return tiers;
}

const vector = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'rare'), fc.integer({ min: 1, max: 255 }));
/** Few impacts, so that runs are long, beside many. */
const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 1, 1, 2, 255));

describe('lists cut into tiers', () => {
  test('hold what went in, each tier all of its impacts, whatever the windows', async () => {
    let divided = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(vector, flat), { minLength: 1, maxLength: 200, size: 'max' }),
        fc.integer({ min: 1, max: 5 }),
        async (written, windows) => {
          const vectors = written.map((terms) => new Map(Object.entries(terms)));
          const index = await open(vectors, windows);
          const expected = new Map<string, Map<number, number>>();
          for (const [document, terms] of vectors.entries()) {
            for (const [term, impact] of terms)
              expected.set(term, (expected.get(term) ?? new Map()).set(document, impact));
          }
          expect(await contents(index)).toEqual(expected);
          for (const term of index.table.spaces.get('test')!.longTerms) {
            const tiers = await tiersOf(index, term);
            expect(term.count).toBe(expected.get(new TextDecoder().decode(term.key))!.size);
            for (const [i, { impacts, pieces }] of tiers.entries()) {
              expect(Math.max(...impacts)).toBe(term.tierImpact[i]);
              expect(Math.min(...impacts)).toBeGreaterThan(term.tierImpact[i + 1] ?? 0);
              if (windows === 1) expect(pieces).toBe(0);
              if (pieces > 0) divided++;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(divided).toBeGreaterThan(100);
  });

  test('grow fourfold, and the last takes what is little', async () => {
    const impacts = Array.from({ length: 600 }, (_, i) => 1 + ((i * 7919) % 255));
    const index = await open(ofImpacts(impacts), 1);
    const [{ firstPage, tierCount }] = index.table.spaces.get('test')!.longTerms;
    const { pageStart } = index.table.spaces.get('test')!;
    const bytes = tierCount.map((_, i) => pageStart[firstPage + i + 1] - pageStart[firstPage]);
    // 12, 48 and 192 bytes with the trailers of pages, and the share of postings that the sizes are taken from.
    expect(tierCount.length).toBe(4);
    for (const [i, target] of [12, 48, 192].entries()) {
      expect(bytes[i]).toBeGreaterThan(target);
      expect(bytes[i]).toBeLessThan(2 * target + 14 * (i + 1));
    }
    for (let count = 20; count < 600; count += 7) {
      const [term] = (await open(ofImpacts(impacts.slice(0, count)), 1)).table.spaces.get('test')!.longTerms;
      const [last, before] = [...term.tierCount].reverse();
      if (before !== undefined) expect(last).toBeGreaterThanOrEqual(before / 4);
    }
  });

  test('grow to 256 KiB and no further', () => {
    const documents = Uint32Array.from({ length: 700_000 }, (_, i) => 4 * i);
    const impacts = Uint8Array.from(documents, (_, i) => 1 + ((i * 7919) % 255));
    const coded = new TermCoder([0, 4 * documents.length]).code(utf8('t'), documents, impacts);
    const kibibytes = coded.kind === 'long' ? coded.tiers.map(({ body }) => body.length / 1024) : [];
    expect(kibibytes.length).toBe(7);
    for (const [i, target] of [4, 12, 48, 192, 256, 256].entries()) {
      expect(kibibytes[i]).toBeGreaterThan(0.95 * target - 4);
      expect(kibibytes[i]).toBeLessThan(1.05 * target + 4);
    }
  });

  test('of one impact are one tier, however long', async () => {
    for (const windows of [1, 3]) {
      const index = await open(ofImpacts(new Array(5000).fill(9)), windows);
      const [term] = index.table.spaces.get('test')!.longTerms;
      expect([term.tierImpact, term.tierCount]).toEqual([[9], [5000]]);
      expect((await tiersOf(index, term))[0].pieces).toBe(windows === 1 ? 0 : windows);
    }
  });

  test('end with the run that reaches the length, though it reaches far beyond it', async () => {
    const impacts = [...new Array(5).fill(9), ...new Array(2000).fill(7), ...new Array(40).fill(1)];
    const [term] = (await open(ofImpacts(impacts), 1)).table.spaces.get('test')!.longTerms;
    expect(term.tierImpact).toEqual([9]);
    expect(term.tierCount).toEqual([2045]);
    const more = [...new Array(200).fill(9), ...new Array(2000).fill(7), ...new Array(900).fill(1)];
    const [longer] = (await open(ofImpacts(more), 1)).table.spaces.get('test')!.longTerms;
    expect([longer.tierImpact, longer.tierCount]).toEqual([
      [9, 7, 1],
      [200, 2000, 900],
    ]);
  });

  test('are divided only where they are long, and leave out windows without postings', async () => {
    const impacts = Array.from({ length: 900 }, (_, i) => (i < 300 || i >= 600 ? 1 + ((i * 31) % 200) : 0));
    const vectors = impacts.map((impact): ImpactVector => new Map(impact > 0 ? [['t', impact]] : []));
    const index = await open(vectors, 3);
    const [term] = index.table.spaces.get('test')!.longTerms;
    expect((await tiersOf(index, term)).map(({ pieces }) => pieces)).toEqual([0, 2, 2, 2]);
  });

  test('know the 10th, 100th and 1000th impact of a list', async () => {
    const impacts = Array.from({ length: 1500 }, (_, i) => 1 + (i % 250));
    const ranked = [...impacts].sort((a, b) => b - a);
    const [term] = (await open(ofImpacts(impacts), 4)).table.spaces.get('test')!.longTerms;
    expect(term.kthImpact).toEqual([ranked[9], ranked[99], ranked[999]]);
  });
});
