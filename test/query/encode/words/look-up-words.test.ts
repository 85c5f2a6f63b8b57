import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FUNCTIONAL } from '../../../../src/core/analyzer/stems.ts';
import { compareBytes, utf8 } from '../../../../src/core/format/bytes.ts';
import { WORDS_SPACE } from '../../../../src/core/format/manifest.ts';
import { FREQUENT_WORDS, levelOf, wordOfKey } from '../../../../src/core/tokens/word-keys.ts';
import { rangesFor } from '../../../../src/query/encode/words/corrections.ts';
import { rangeOf, readRanges } from '../../../../src/query/encode/words/key-ranges.ts';
import { lookUpWords, MOST_COMPLETIONS } from '../../../../src/query/encode/words/look-up-words.ts';
import { noCost } from '../../../../src/query/search/meter.ts';
import { type OpenIndex, openIndex } from '../../../../src/query/search/open.ts';
import { FINE, indexObjects } from '../../../fakes/memory-index.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import { SLOW } from '../../../fixtures/slow.ts';

const CASES = SLOW ? 10_000 : 300;

/** An index of words alone. */
function indexOf(
  words: ReadonlyMap<string, number>,
  dictionaryBytes = FINE.layout.dictionaryBytes,
): Promise<OpenIndex> {
  const content = { spaces: new Map([['test', 255]]), windows: [[]], words };
  const cut = { ...FINE, layout: { ...FINE.layout, dictionaryBytes } };
  return openIndex(memorySource(indexObjects('0123456789abcdef', content, cut)));
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '𝔞', "'"), minLength: 1, maxLength: 7 });
const vocabulary = fc
  .array(fc.tuple(word, fc.integer({ min: 1, max: 5000 })), { minLength: 1, maxLength: 400 })
  .map((words) => new Map(words));

function ascending(words: Iterable<string>): string[] {
  return [...words].sort((a, b) => compareBytes(utf8(a), utf8(b)));
}

describe('words of an index', () => {
  test('complete a beginning as looking at all of them does, however few read them', async () => {
    await fc.assert(
      fc.asyncProperty(vocabulary, word, fc.integer({ min: 8, max: 400 }), async (words, typed, bytes) => {
        const index = await indexOf(words, bytes);
        const beginning = [...typed].slice(0, 3).join('');
        const all = ascending(words.keys())
          .filter((each) => each.startsWith(beginning) && each !== beginning && !FUNCTIONAL.has(each))
          .map((each) => ({ word: each, level: levelOf(words.get(each)!) }))
          .sort((a, b) => b.level - a.level);
        const { completions } = await lookUpWords(index, { beginning }, noCost());
        expect(completions).toEqual({
          words: all.slice(0, MOST_COMPLETIONS),
          more: all.length > MOST_COMPLETIONS,
        });
      }),
      { numRuns: CASES },
    );
  });

  test('complete a beginning of thousands of words from one place', async () => {
    const words = new Map(
      Array.from({ length: 5000 }, (_, i) => [`a${i.toString(36)}`, 1 + ((i * 7919) % 5003)]),
    );
    const index = await indexOf(words, 4096);
    const cost = noCost();
    const { completions } = await lookUpWords(index, { beginning: 'a' }, cost);
    expect(completions?.more).toBe(true);
    const levels = [...words.values()].map(levelOf).sort((a, b) => b - a);
    expect(completions?.words.map(({ level }) => level)).toEqual(levels.slice(0, MOST_COMPLETIONS));
    expect(MOST_COMPLETIONS).toBeLessThan(FREQUENT_WORDS);
    expect(cost).toMatchObject({ postingReads: 1, rounds: 1 });
    expect(cost.bytes).toBeLessThan(10_000);
  });

  test('are looked for among all that begin or end alike', async () => {
    await fc.assert(
      fc.asyncProperty(vocabulary, word, fc.integer({ min: 0, max: 4000 }), async (words, typed, bytes) => {
        const index = await indexOf(words);
        const hits = (
          await readRanges(index, rangesFor(index, { word: typed }, bytes), noCost(), undefined)
        ).flat();
        const found = new Map(
          hits.map(({ key, firstImpact }) => [wordOfKey(new TextDecoder().decode(key)), firstImpact]),
        );
        for (const [each, level] of found) expect(level).toBe(levelOf(words.get(each)!));
        const half = Math.ceil([...typed].length / 2);
        const [start, end] = [[...typed].slice(0, half).join(''), [...typed].slice(-half).join('')];
        for (const each of words.keys())
          if (each.startsWith(start) || each.endsWith(end)) expect(found.has(each)).toBe(true);
      }),
      { numRuns: CASES },
    );
  });

  test('one edit away are found wherever it is, in two reads of a large index', async () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const at = (i: number) => letters[i % 26];
    const words = new Map(
      Array.from({ length: 60_000 }, (_, i) => [
        `${at(i)}${at(i * 7)}${at(Math.floor(i / 26))}${at(Math.floor(i / 676))}${at(i * 11)}${at(Math.floor(i / 17_576))}${at(i * 3)}`,
        3,
      ]),
    );
    words.set('quxzejq', 3);
    const index = await indexOf(words, 32 * 1024);
    const [first, second] = [noCost(), noCost()];
    for (const typed of ['uqxzejq', 'quxzjeq', 'quxzeqj', 'quzejq', 'quxxzejq']) {
      const { corrections } = await lookUpWords(index, { correct: [{ word: typed }] }, first);
      expect(corrections?.[0]).toMatchObject({ text: 'quxzejq', edits: 1 });
    }
    await lookUpWords(index, { correct: [{ word: 'quxzeqj' }] }, second);
    expect(second).toMatchObject({ postingReads: 2, rounds: 1 });
    expect(second.bytes).toBeLessThan(250_000);
  });

  test.each([
    ['glutten', undefined, { text: 'gluten', edits: 1 }],
    ['gltuen', undefined, { text: 'gluten', edits: 1 }],
    ['sourdouhg', undefined, { text: 'sourdough', edits: 1 }],
    ['sordouhg', undefined, { text: 'sourdough', edits: 2 }],
    ['wheatflour', undefined, { text: 'wheat flour', edits: 1 }],
    ['sour', { withAfter: { word: 'sourdough' } }, { text: 'sourdough', edits: 1, joins: 'after' }],
    ['dough', { withBefore: { word: 'sourdough' } }, { text: 'sourdough', edits: 1, joins: 'before' }],
    ['xyzzyx', undefined, null],
    ['gl', undefined, null],
  ])('%s', async (typed, more, expected) => {
    const words = new Map([
      ['gluten', 4],
      ['glue', 900],
      ['sourdough', 2],
      ['wheat', 40],
      ['flour', 60],
    ]);
    const { corrections } = await lookUpWords(
      await indexOf(words),
      { correct: [{ word: typed, ...more }] },
      noCost(),
    );
    expect(corrections).toEqual([expected]);
  });

  test('have no range before the first page', async () => {
    const index = await indexOf(new Map([['b', 1]]));
    expect(await readRanges(index, [rangeOf(index, WORDS_SPACE, '!')], noCost(), undefined)).toEqual([[]]);
  });
});
