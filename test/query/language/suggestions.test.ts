import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FUNCTIONAL } from '../../../src/core/analyzer/stems.ts';
import { titleTerm } from '../../../src/core/analyzer/titles.ts';
import type { IndexRules } from '../../../src/query/language/rules/index-rules.ts';
import { suggest } from '../../../src/query/language/suggestions.ts';
import { localIndex } from '../../../src/query/local-index.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { FINE, indexObjects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';

const clock = () => 0;
const encode = () => Promise.reject(new Error('nothing is encoded for suggestions'));

/** Documents with these titles, whose words are all that the index has. */
async function titled(titles: readonly string[], withWords = true): Promise<OpenIndex> {
  const words = new Map<string, number>();
  for (const word of titles.flatMap((title) => title.split(' '))) words.set(word, (words.get(word) ?? 0) + 1);
  const documents = titles.map((title, i) => ({
    document: { id: `d${i}`, title, text: title },
    vectors: new Map([['test', new Map([[titleTerm(title)!, 9]])]]),
  }));
  const content = {
    spaces: new Map([['test', 255]]),
    windows: [documents],
    ...(withWords && { words }),
    parameters: { titleWeight: 2 },
  };
  return openIndex(memorySource(indexObjects('0123456789abcdef', content, FINE)));
}

const asked = (open: OpenIndex, rules?: IndexRules) => localIndex({ index: open, clock }, encode, rules);
const textsOf = async (text: string, open: OpenIndex, k = 20, rules?: IndexRules) =>
  (await suggest(text, k, asked(open, rules))).suggestions.map((each) => `${each.kind}: ${each.text}`);

const word = fc.string({ unit: fc.constantFrom('a', 'e', 'n', 's', 't'), minLength: 2, maxLength: 6 });
const cases = fc.array(word, { minLength: 3, maxLength: 12 }).chain((vocabulary) =>
  fc.record({
    titles: fc.array(
      fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 4 }).map((each) => each.join(' ')),
      { minLength: 1, maxLength: 12 },
    ),
    chosen: fc.nat(),
    cut: fc.nat(12),
    k: fc.integer({ min: 1, max: 20 }),
  }),
);

describe('suggestions', () => {
  test('are the titles that begin so and the words that end it, in one round of few reads', async () => {
    let [titlesFound, wordsFound] = [0, 0];
    await fc.assert(
      fc.asyncProperty(cases, async ({ titles, chosen, cut, k }) => {
        const open = await titled(titles);
        const text = titles[chosen % titles.length]!.slice(0, 1 + cut);
        const { suggestions, cost } = await suggest(text, k, asked(open));
        const begin = new Set(
          titles.filter((title) => title.startsWith(text.trim()) && title !== text.trim()),
        );
        const ofTitles = suggestions.filter(({ kind }) => kind === 'title').map((each) => each.text);
        // Beginnings whose titles lie on many pages say little, and give none.
        for (const title of ofTitles) expect(begin.has(title)).toBe(true);
        const unfinished = /\S+$/.exec(text)?.[0];
        const before = text.slice(0, text.length - (unfinished ?? '').length);
        const words = new Set(titles.flatMap((title) => title.split(' ')));
        const ends = [...words].filter(
          (each) =>
            unfinished !== undefined &&
            each !== unfinished &&
            each.startsWith(unfinished) &&
            !FUNCTIONAL.has(each),
        );
        for (const { kind, text: said } of suggestions)
          if (kind === 'word') expect(ends.map((end) => before + end)).toContain(said);
        if (begin.size > 0 && ofTitles.length > 0) titlesFound++;
        if (suggestions.some(({ kind }) => kind === 'word')) wordsFound++;
        // All are there, where there is room.
        if (k === 20 && begin.size <= 16 && ofTitles.length > 0) expect(new Set(ofTitles)).toEqual(begin);
        if (ofTitles.length > 0) expect(cost.rounds).toBe(1);
        expect(suggestions.length).toBeLessThanOrEqual(k);
        expect(cost.documentReads).toBe(0);
        expect(new Set(suggestions.map((each) => each.text)).size).toBe(suggestions.length);
      }),
      { numRuns: 300 },
    );
    expect(titlesFound).toBeGreaterThan(30);
    expect(wordsFound).toBeGreaterThan(30);
  });

  const TITLES = ['rotating keys', 'rotating keys of hosts', 'gluten free bread', 'bread ovens'];

  test.each([
    ['rot', ['title: rotating keys', 'title: rotating keys of hosts', 'word: rotating']],
    ['Rotating k', ['title: rotating keys', 'title: rotating keys of hosts']],
    ['rotating keys', ['title: rotating keys of hosts']],
    ['warm br', ['word: warm bread']],
    ['gluetn br', ['spelling: gluten bread']],
    ['glutne', ['spelling: gluten']],
    ['zzzzz', []],
    ['  ', []],
  ])('of "%s" are %j', async (text, right) => {
    expect(await textsOf(text, await titled(TITLES))).toEqual(right);
  });

  test('begin with the queries of the rules, and have these alone where an index has no words', async () => {
    const rules = { rules: { queries: [{ is: ['Rotate all keys', 'bread'] }] } } as unknown as IndexRules;
    const open = await titled(TITLES);
    expect(await textsOf('rot', open, 2, rules)).toEqual(['query: Rotate all keys', 'title: rotating keys']);
    expect(await textsOf('keys rot', open, 1, rules)).toEqual(['query: Rotate all keys']);
    const wordless = await titled(TITLES, false);
    expect(await textsOf('br', wordless, 5, rules)).toEqual(['query: bread']);
    expect(await textsOf('rotating', wordless)).toEqual([]);
  });
});
