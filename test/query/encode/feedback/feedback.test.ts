// Feedback beside RM3 written out plainly over whole documents, and a search of all of them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, type Question } from '../../../../src/query/ask.ts';
import { relevanceModel } from '../../../../src/query/encode/feedback/rm3.ts';
import { encodeFor } from '../../../../src/query/encode/query-model.ts';
import { GroupedIndex } from '../../../../src/query/grouped-index.ts';
import { type Encode, type Index, localIndex } from '../../../../src/query/local-index.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { FINE, indexObjects } from '../../../fakes/memory-index.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { SLOW } from '../../../fixtures/slow.ts';
import { localGroups } from '../../local-groups.ts';
import { searchExhaustively } from '../../search/exhaustive.ts';

const RUNS = SLOW ? 10_000 : 300;
const clock = () => 0;
const encode: Encode = (text, space) => encodeFor(space, text, undefined);
// Numbers are words that no analyzer changes. One letter is never fed back.
const WORDS = ['river', 'z', ...Array.from({ length: 60 }, (_, i) => String(10 + i))];

/** Words with how often a document says them and what that weighs. */
const said = fc.uniqueArray(
  fc.record({
    word: fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...WORDS.slice(0, 8))),
    times: fc.integer({ min: 1, max: 4 }),
    impact: fc.integer({ min: 1, max: 255 }),
  }),
  { selector: ({ word }) => word, minLength: 1, maxLength: 6 },
);

type Said = readonly { readonly word: string; readonly times: number; readonly impact: number }[];

async function indexesOf(documents: readonly Said[], windows: number): Promise<readonly Index[]> {
  const size = Math.ceil(documents.length / windows);
  const weighed = documents.map((words, i) => ({
    document: { id: `d${i}`, text: words.flatMap(({ word, times }) => Array(times).fill(word)).join(' ') },
    vectors: new Map([['words', new Map(words.map(({ word, impact }) => [word, impact]))]]),
  }));
  const cut = Array.from({ length: Math.ceil(weighed.length / size) }, (_, i) =>
    weighed.slice(i * size, (i + 1) * size),
  );
  const objects = indexObjects('a'.repeat(16), { spaces: new Map([['words', 10]]), windows: cut }, FINE);
  const open = await openIndex(memorySource(objects));
  return [
    localIndex({ index: open, clock }, encode),
    new GroupedIndex(open.manifest, localGroups(open, 40), clock, encode),
  ];
}

function question(text: string, index: Index, more: Partial<Question> = {}): Question {
  const spaces = [{ space: spaceNamed(index), weight: 1 }];
  return { text, spaces, k: 10, documents: true, budget: {}, feedback: 'rm3', ...more };
}

/** Shares of what is asked in the end. */
function plainly(documents: readonly Said[], words: readonly string[]): Map<string, number> {
  const vectors = documents.map((each) => new Map(each.map(({ word, impact }) => [word, impact])));
  const share = new Map<string, number>();
  for (const word of words) share.set(word, (share.get(word) ?? 0) + 0.5 / words.length);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const model = new Map<string, number>();
  for (const { document, score } of searchExhaustively(vectors, counts, 10)) {
    const kept = documents[document]
      .filter(({ word }) => word.length > 1)
      .filter(({ word }) => vectors.filter((each) => each.has(word)).length * 10 <= documents.length)
      .sort((a, b) => b.times - a.times)
      .slice(0, 10);
    const length = kept.reduce((sum, { times }) => sum + times, 0);
    // In this order, or equals would be told apart by how they are rounded.
    for (const { word, times } of kept) model.set(word, (model.get(word) ?? 0) + (times / length) * score);
  }
  const best = [...model].sort(([, a], [, b]) => b - a).slice(0, 10);
  const total = best.reduce((sum, [, weight]) => sum + weight, 0);
  // What no document adds to is as it was asked.
  if (total === 0) return new Map(Array.from(share, ([word, half]) => [word, 2 * half]));
  for (const [word, weight] of best) share.set(word, (share.get(word) ?? 0) + (0.5 * weight) / total);
  return share;
}

describe('feedback', () => {
  test('asks what RM3 says, and finds the best by it, here and over groups', async () => {
    let added = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { minLength: 40, maxLength: 80 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 25 }),
        async (documents, windows, words, k) => {
          const vectors = documents.map((each) => new Map(each.map(({ word, impact }) => [word, impact])));
          const right = plainly(documents, words);
          const right10 = [...right].filter(([word]) => vectors.some((each) => each.has(word)));
          for (const index of await indexesOf(documents, windows)) {
            const answer = await ask(question(words.join(' '), index, { k }), index);
            const terms = answer.feedback!.terms.map(({ term, share }) => [term, share] as const);
            // One word alone is a title as well.
            const known = new Map(terms.filter(([term]) => !term.includes('=')));
            if (right.size > new Set(words).size) added++;
            expect([...known.keys()].sort()).toEqual([...right.keys()].sort());
            for (const [word, share] of right10) expect(known.get(word)).toBeCloseTo(share, 3);
            const asked = new Map(answer.terms.map(({ term, weight }) => [term, weight]));
            expect(answer.exact).toBe(true);
            expect(answer.hits.map(({ document, score }) => ({ document, score }))).toEqual(
              searchExhaustively(vectors, asked, k),
            );
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(added).toBeGreaterThan(50);
  });

  test('leaves a question as it is that finds nothing, and is not proved within too small a budget', async () => {
    const documents: Said[] = Array.from({ length: 40 }, (_, i) => [
      { word: WORDS[2 + (i % 13)]!, times: 1, impact: 1 + i },
      { word: WORDS[2 + ((i + 5) % 13)]!, times: 2, impact: 9 },
    ]);
    for (const index of await indexesOf(documents, 2)) {
      const none = await ask(question('nowhere', index), index);
      expect(none).toMatchObject({ hits: [], exact: true, feedback: { documents: 0 } });
      const cut = await ask(question('10 11', index, { budget: { maxReads: 1 } }), index);
      expect(cut.exact).toBe(false);
      const whole = await ask(question('10 11', index), index);
      expect(cut.bound).toBeGreaterThanOrEqual(whole.hits[0]!.score);
      const plain = await ask(question('10 11', index, { feedback: undefined }), index);
      expect(whole.cost.rounds).toBeGreaterThan(plain.cost.rounds);
    }
  });

  test('excludes fusion', async () => {
    const [index] = await indexesOf([[{ word: 'river', times: 1, impact: 1 }]], 1);
    const fusion = { k: 60, depth: 10 };
    await expect(ask(question('river', index!, { fusion }), index!)).rejects.toThrow('exclude each other');
  });
});

test('a model of relevance weighs shares of the heaviest terms by scores', () => {
  const first = new Map(Array.from({ length: 12 }, (_, i) => [`t${i}`, i === 11 ? 3 : 1]));
  const model = relevanceModel([
    { score: 2, weights: first },
    { score: 1, weights: new Map([['t0', 1]]) },
    { score: 5, weights: new Map() },
  ]);
  // Of the first, t11 and the nine that come first of the others: 12 together.
  expect(model.size).toBe(10);
  expect(model.get('t11')).toBeCloseTo((2 * 3) / 12 / 3);
  expect(model.get('t0')).toBeCloseTo((2 / 12 + 1) / 3);
  expect(model.has('t9')).toBe(false);
});
