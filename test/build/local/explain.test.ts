import { describe, expect, test } from 'vitest';
import { explanationLines } from '../../../build/commands/search/explain-lines.ts';
import { SearchRecorder } from '../../../build/local/explain.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { type SearchRequest, search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { buildInMemory, FINE, type ImpactVector } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';

const DOCUMENTS = 200;
const vectors = Array.from(
  { length: DOCUMENTS },
  (_, i): ImpactVector =>
    new Map([
      ['common', 1 + ((i * 37) % 250)],
      ...(i % 2 === 0 ? ([['even', 1 + ((i * 53) % 240)]] as const) : []),
      ...(i === 17 ? ([['rare', 3]] as const) : []),
    ]),
);
const TERMS = new Map([
  ['common', 2],
  ['even', 1],
  ['rare', 1],
]);

/** An index of two windows and two spaces, cut so finely that lists have many pages. */
function openIndexOfTwoSpaces(): Promise<OpenIndex> {
  const more = new Map([['other', { vectors, maximum: 100 }]]);
  return openIndex(memorySource(buildInMemory(vectors, { ...FINE, windows: 2 }, undefined, more)));
}

/** Answers with one page of each long list in the first round, so that a second one is needed. */
async function explained(index: OpenIndex, request: SearchRequest, recorder = new SearchRecorder()) {
  const context = { index, clock: () => 0, firstRoundBytes: 0 };
  const result = await search(request, { ...context, trace: recorder.watch(request) });
  expect(result).toEqual(await search(request, context));
  return { result, explanation: await recorder.explain(index, result.cost) };
}

describe('an explanation', () => {
  test('has every read, byte and round of the search, and why there was another round', async () => {
    const index = await openIndexOfTwoSpaces();
    const request = { terms: weighTerms(TERMS, 'test'), k: 3, documents: false };
    const { result, explanation } = await explained(index, request);
    const [{ rounds, threshold, bound }] = explanation.searches;
    expect(rounds).toHaveLength(2);
    expect(rounds).toHaveLength(result.cost.rounds);
    expect(rounds.reduce((sum, { reads }) => sum + reads, 0)).toBe(result.cost.postingReads);
    expect(rounds.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(result.cost.bytes);
    expect(rounds[0].open).toBeUndefined();
    expect(rounds[1].open!.bound).toBeGreaterThanOrEqual(rounds[1].open!.threshold);
    expect({ threshold, bound }).toEqual({ threshold: result.hits[2].score, bound: 0 });
    expect(explanation.documents).toEqual({ reads: 0, bytes: 0 });
    const pages = rounds.flatMap((round) => round.pages.map((page) => JSON.stringify(page)));
    expect(new Set(pages).size).toBe(pages.length);
  });

  test('says of each term where its list lies and how many postings it has', async () => {
    const index = await openIndexOfTwoSpaces();
    const { explanation } = await explained(index, {
      terms: weighTerms(TERMS, 'test'),
      k: 3,
      documents: false,
    });
    const [{ terms }] = explanation.searches;
    expect(terms.map(({ term, weight, postings }) => [term, weight, postings])).toEqual([
      ['common', 2, DOCUMENTS],
      ['even', 1, DOCUMENTS / 2],
      ['rare', 1, 1],
    ]);
    expect(terms[0].list).toMatchObject({ kind: 'long', pages: 4 });
    expect(terms[2].list).toMatchObject({ kind: 'dictionary', pages: 1 });
  });

  test('tells people about both rounds, and about the documents', async () => {
    const index = await openIndexOfTwoSpaces();
    const request = { terms: weighTerms(TERMS, 'test'), k: 3, documents: true };
    const { result, explanation } = await explained(index, request);
    const text = explanationLines(explanation).join('\n');
    expect(text).toMatch(/^ {2}common +test +2 +200 {2}pages \d+ to \d+ of its own$/m);
    expect(text).toMatch(/^Round 1 is the first\. It takes \d+ reads?, \d+ bytes:\n {2}test: page/m);
    expect(text).toMatch(
      /^Round 2 is needed because hit 3 scores \d+, and unread postings could raise a document to \d+\./m,
    );
    const led = explanation.searches[0].rounds[1].documentPages.length > 0;
    expect(text.includes('of the documents that lead')).toBe(led);
    expect(text).toContain(`Then nothing is open: hit 3 scores ${result.hits[2].score}, and`);
  });

  test('covers the spaces of a sum in one search, and those of a fusion in one each', async () => {
    const index = await openIndexOfTwoSpaces();
    const [first, second] = ['test', 'other'].map((space) => weighTerms(TERMS, space));
    const summed = await explained(index, { terms: [...first, ...second], k: 3, documents: false });
    expect(summed.explanation.searches).toHaveLength(1);
    const read = summed.explanation.searches[0].rounds.flatMap(({ pages }) => pages);
    expect(new Set(read.map(({ space }) => space))).toEqual(new Set(['test', 'other']));

    const recorder = new SearchRecorder();
    await explained(index, { terms: first, k: 100, documents: false }, recorder);
    const fused = await explained(index, { terms: second, k: 100, documents: false }, recorder);
    expect(fused.explanation.searches.map(({ terms }) => terms[0].space)).toEqual(['test', 'other']);
  });
});
