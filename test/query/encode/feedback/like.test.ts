// Documents like one beside its own terms written out plainly, and a search of all others.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../../../src/core/format/bytes.ts';
import { type Answer, ask, type Question } from '../../../../src/query/ask.ts';
import { LIKE } from '../../../../src/query/encode/feedback/like-document.ts';
import { encodeFor } from '../../../../src/query/encode/query-model.ts';
import { GroupedIndex } from '../../../../src/query/grouped-index.ts';
import { type Encode, type Index, localIndex } from '../../../../src/query/local-index.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { FINE, type ImpactVector, indexObjects } from '../../../fakes/memory-index.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { SLOW } from '../../../fixtures/slow.ts';
import { localGroups } from '../../local-groups.ts';
import { articlesExhaustively, searchExhaustively } from '../../search/exhaustive.ts';

const RUNS = SLOW ? 10_000 : 300;
const clock = () => 0;
const encode: Encode = (text, space) => encodeFor(space, text, undefined);
// Numbers are words that no analyzer changes.
const WORDS = Array.from({ length: 80 }, (_, i) => String(10 + i));

/** The words of a document, how often it says them and what that weighs. */
const said = fc.uniqueArray(
  fc.record({
    word: fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...WORDS.slice(0, 8))),
    times: fc.integer({ min: 1, max: 3 }),
    impact: fc.integer({ min: 1, max: 255 }),
  }),
  { selector: ({ word }) => word, minLength: 0, maxLength: 8 },
);
/** A document of more terms than are looked up, now and then. */
const longer = fc
  .array(fc.integer({ min: 1, max: 255 }), { minLength: 34, maxLength: 78 })
  .map((impacts) => impacts.map((impact, i) => ({ word: WORDS[i]!, times: 1 + ((impact * 7) % 3), impact })));
const cases = fc.record({
  documents: fc.array(fc.oneof({ weight: 3, arbitrary: said }, longer), { minLength: 3, maxLength: 60 }),
  windows: fc.integer({ min: 1, max: 4 }),
  vectors: fc.boolean(),
  chosen: fc.nat(),
  k: fc.integer({ min: 1, max: 12 }),
  encoder: fc.constantFrom('test', 'vectors'),
  pageLength: fc.integer({ min: 1, max: 4 }),
});
type Said = readonly { readonly word: string; readonly times: number; readonly impact: number }[];

async function indexesOf(
  documents: readonly Said[],
  cut: {
    readonly windows: number;
    readonly vectors: boolean;
    readonly articles?: readonly number[];
    /** What weighed the documents. */
    readonly encoder?: string;
  },
): Promise<{ readonly indexes: readonly Index[]; readonly inVectors: ReadonlySet<string> }> {
  const size = Math.ceil(documents.length / cut.windows);
  const weighed = documents.map((words, i) => ({
    document: { id: `d${i}`, text: words.flatMap(({ word, times }) => Array(times).fill(word)).join(' ') },
    vectors: new Map([['words', new Map(words.map(({ word, impact }) => [word, impact]))]]),
  }));
  const windows = Array.from({ length: Math.ceil(weighed.length / size) }, (_, i) =>
    weighed.slice(i * size, (i + 1) * size),
  );
  const content = { spaces: new Map([['words', 10]]), windows };
  const { vectors, articles } = cut;
  const objects = indexObjects('a'.repeat(16), content, { ...FINE, vectors, articles });
  const written = await openIndex(memorySource(objects));
  const spaces = written.manifest.spaces.map((space) => ({
    ...space,
    encoder: { ...space.encoder, id: cut.encoder ?? 'test' },
  }));
  const open = { ...written, manifest: { ...written.manifest, spaces } };
  const { longTerms } = open.table.spaces.get('words')!;
  return {
    indexes: [
      localIndex({ index: open, clock, firstRoundBytes: 40 }, encode),
      new GroupedIndex(open.manifest, localGroups(open, 40), clock, encode),
    ],
    inVectors: new Set(vectors ? Array.from(longTerms.keys, (key) => fromUtf8(key, 'a word')) : []),
  };
}

function question(like: string, index: Index, more: Partial<Question> = {}): Question {
  const spaces = [{ space: spaceNamed(index), weight: 1 }];
  return { text: '', like, spaces, k: 10, documents: true, budget: {}, ...more };
}

const vectorOf = (words: Said): ImpactVector => new Map(words.map(({ word, impact }) => [word, impact]));

/**
 * What a document is asked as: the terms that make most of its own score and that others have, too. By impacts, those
 * that document pages have of it are known beside those that its text says most often.
 */
function plainly(
  documents: readonly Said[],
  of: number,
  byImpact = false,
  inVectors: ReadonlySet<string> = new Set(),
): Map<string, number> {
  const df = (word: string) => documents.filter((each) => each.some((said) => said.word === word)).length;
  const terms = [...documents[of]!]
    .sort((a, b) => b.times - a.times)
    .filter(({ word }, i) => i < LIKE.candidates || (byImpact && inVectors.has(word)))
    .filter(({ word }) => df(word) > 1)
    .map(({ word, times, impact }) => ({ word, impact, weight: byImpact ? impact : times }))
    .sort((a, b) => b.weight * b.impact - a.weight * a.impact || (a.word < b.word ? -1 : 1));
  return new Map(terms.slice(0, LIKE.terms).map(({ word, weight }) => [word, weight]));
}

const plain = ({ hits }: Answer) => hits.map(({ document, score }) => ({ document, score }));

describe('documents like one', () => {
  test('are the best by its own terms but for itself, here and over groups', async () => {
    let [cutOff, long] = [0, 0];
    await fc.assert(
      fc.asyncProperty(cases, async ({ documents, windows, vectors: hasVectors, chosen, k, encoder }) => {
        const of = chosen % documents.length;
        const vectors = documents.map(vectorOf);
        const { indexes, inVectors } = await indexesOf(documents, { windows, vectors: hasVectors, encoder });
        const right = plainly(documents, of, encoder === 'vectors', inVectors);
        for (const index of indexes) {
          const answer = await ask(question(`d${of}`, index, { k }), index);
          expect(new Map(answer.terms.map(({ term, weight }) => [term, weight]))).toEqual(right);
          expect(answer.exact).toBe(true);
          expect(plain(answer)).toEqual(searchExhaustively(vectors, right, k, (each) => each !== of));
          expect(answer.hits.every(({ document, shown }) => shown?.id === `d${document}`)).toBe(true);
          expect(answer.like!.id).toBe(`d${of}`);
          const shares = answer.like!.terms.reduce((sum, { share }) => sum + share, 0);
          expect(shares).toBeCloseTo(right.size === 0 ? 0 : 1);
          if (right.size === LIKE.terms) cutOff++;
          if (!hasVectors && right.size > 0) long++;
        }
      }),
      { numRuns: RUNS },
    );
    expect(cutOff).toBeGreaterThan(RUNS / 20);
    expect(long).toBeGreaterThan(RUNS / 10);
  });

  test('of pages are pages, without its own', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ documents, windows, vectors: hasVectors, chosen, k, pageLength }) => {
        const size = Math.ceil(documents.length / windows);
        const articles = documents.map((_, i) => i - ((i % size) % pageLength));
        const of = chosen % documents.length;
        const vectors = documents.map(vectorOf);
        const right = plainly(documents, of);
        const isOther = (document: number) => articles[document] !== articles[of];
        for (const index of (await indexesOf(documents, { windows, vectors: hasVectors, articles }))
          .indexes) {
          const answer = await ask(question(`d${of}`, index, { k }), index);
          expect(answer.exact).toBe(true);
          const best = articlesExhaustively(vectors, articles, right, k, isOther);
          expect(plain(answer)).toEqual(
            best.map(({ score, sections }) => ({ document: sections[0]!.document, score })),
          );
          const alone = await ask(question(`d${of}`, index, { k, group: false }), index);
          expect(plain(alone)).toEqual(searchExhaustively(vectors, right, k, (each) => each !== of));
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('come under a budget with a bound, of an unknown one not at all', async () => {
    const documents = Array.from({ length: 40 }, (_, i) =>
      WORDS.slice(i % 7, 30 + (i % 7)).map((word, n) => ({
        word,
        times: 1,
        impact: 1 + ((n * 37 + i * 11) % 200),
      })),
    );
    for (const index of (await indexesOf(documents, { windows: 2, vectors: true })).indexes) {
      const whole = await ask(question('d3', index), index);
      const cut = await ask(question('d3', index, { budget: { maxReads: 2 } }), index);
      expect(cut.exact).toBe(false);
      expect(cut.bound).toBeGreaterThanOrEqual(whole.hits[0]!.score);
      await expect(ask(question('nobody', index), index)).rejects.toMatchObject({ code: 'not-found' });
      await expect(ask(question('d3', index, { feedback: 'rm3' }), index)).rejects.toMatchObject({
        code: 'bad-query',
      });
      await expect(ask(question('d3', index, { rerank: 5 }), index)).rejects.toMatchObject({
        code: 'bad-query',
      });
    }
  });
});
