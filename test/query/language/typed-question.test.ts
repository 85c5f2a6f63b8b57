import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { english } from '../../../src/core/analyzer/english.ts';
import { titleTerm } from '../../../src/core/analyzer/titles.ts';
import { type Answer, ask, type Question } from '../../../src/query/ask.ts';
import { encodeFor } from '../../../src/query/encode/query-model.ts';
import { lookUpWords } from '../../../src/query/encode/words/look-up-words.ts';
import { divide, type Group, GroupedIndex } from '../../../src/query/grouped-index.ts';
import { findSatisfying } from '../../../src/query/language/find-satisfying.ts';
import { type Encode, type Index, localIndex } from '../../../src/query/local-index.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { FINE, type ImpactVector, indexObjects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { searchExhaustively } from '../search/exhaustive.ts';

const CASES = SLOW ? 10_000 : 200;

const encode: Encode = (text, space) => encodeFor(space, text, undefined);
const clock = () => 0;

interface Collection {
  readonly open: OpenIndex;
  readonly vectors: readonly ImpactVector[];
}

/** Documents of these words, the first two of which are the title. */
async function collection(texts: readonly (readonly string[])[], windows: number): Promise<Collection> {
  const words = new Map<string, number>();
  for (const word of texts.flat()) words.set(word, (words.get(word) ?? 0) + 1);
  const vectors = texts.map((text): ImpactVector => {
    const terms = english(text.join(' ')).map(
      (term, i) => [term, 1 + ((term.length * 37 + i * 11) % 200)] as const,
    );
    const title = titleTerm(text.slice(0, 2).join(' '));
    return new Map(title ? [...terms, [title, 200]] : terms);
  });
  const documents = texts.map((text, i) => ({
    document: { id: `d${i}`, title: text.slice(0, 2).join(' '), text: text.slice(2).join(' ') },
    vectors: new Map([['test', vectors[i]]]),
  }));
  const boundary = (window: number) => Math.floor((texts.length * window) / windows);
  const content = {
    spaces: new Map([['test', 255]]),
    windows: Array.from({ length: windows }, (_, i) => documents.slice(boundary(i), boundary(i + 1))),
    words,
    parameters: { titleWeight: 2 },
  };
  const open = await openIndex(memorySource(indexObjects('0123456789abcdef', content, FINE)));
  return { open, vectors };
}

function local(open: OpenIndex): Index {
  return localIndex({ index: open, clock, firstRoundBytes: 40 }, encode);
}

/** The same index, whose windows are searched in groups. */
function grouped(open: OpenIndex): Index {
  const groups = divide(open.manifest).map((windows): Group => {
    const context = { index: { ...open, windows }, clock, firstRoundBytes: 40 };
    return {
      windows,
      find: ({ terms, ...request }) => findSatisfying({ terms, ...structuredClone(request) }, context),
      show: async (numbers) => {
        const cost = noCost();
        return { documents: await localIndex(context, encode).show(numbers, cost), cost };
      },
      byId: () => Promise.reject(new Error('nobody asks for an id')),
      vectors: () => Promise.reject(new Error('nobody asks for vectors')),
      impacts: () => Promise.reject(new Error('nobody asks for impacts')),
      // As they travel to another invocation.
      words: async (question) => {
        const cost = noCost();
        const found = await lookUpWords(open, JSON.parse(JSON.stringify(question)), cost);
        return { found: JSON.parse(JSON.stringify(found)), cost };
      },
    };
  });
  return new GroupedIndex(open.manifest, groups, clock, encode);
}

function asked(text: string, open: OpenIndex, more: Partial<Question> = {}): Question {
  const [space] = open.manifest.spaces;
  return { text, spaces: [{ space, weight: 1 }], k: 5, documents: false, budget: {}, ...more };
}

function weightsOf({ terms }: Answer): Map<string, number> {
  return new Map(terms.map(({ term, weight }) => [term, weight]));
}

const plain = ({ hits }: Answer) => hits.map(({ document, score }) => ({ document, score }));

const word = fc.string({ unit: fc.constantFrom('a', 'e', 'n', 's', 't'), minLength: 2, maxLength: 8 });
/** Without its third letter. */
const mistyped = (of: string) => of.slice(0, 2) + of.slice(3);
const cases = fc.array(word, { minLength: 3, maxLength: 30 }).chain((vocabulary) =>
  fc.record({
    texts: fc.array(fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 40,
    }),
    question: fc.array(
      fc.oneof(fc.constantFrom(...vocabulary), word, fc.constantFrom(...vocabulary).map(mistyped)),
      { minLength: 1, maxLength: 4 },
    ),
    cut: fc.nat(6),
    windows: fc.integer({ min: 1, max: 5 }),
    k: fc.integer({ min: 1, max: 8 }),
  }),
);

describe('a question that is being typed or is mistyped', () => {
  test('has the k best of all that its words stand for, here and in groups', async () => {
    let [completed, corrected] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.boolean(),
        fc.boolean(),
        async ({ texts, question, cut, windows, k }, prefix, spelling) => {
          const { open, vectors } = await collection(texts, windows);
          const last = question[question.length - 1].slice(0, 1 + cut);
          const text = [...question.slice(0, -1), prefix ? last : question[question.length - 1]].join(' ');
          const how = asked(text, open, { k, prefix, spelling });
          const answer = await ask(how, local(open));
          expect(answer.exact).toBe(true);
          const weights = weightsOf(answer);
          expect(plain(answer)).toEqual(searchExhaustively(vectors, weights, k));
          for (const each of answer.prefix?.words ?? []) {
            expect(each.startsWith(answer.prefix!.word)).toBe(true);
            for (const term of english(each)) expect(weights.has(term)).toBe(true);
          }
          // What was put in place of a word is in some document, and the word in none.
          const held = new Set(texts.flatMap((each) => english(each.join(' '))));
          for (const { typed, text: meant } of answer.spelling?.words ?? []) {
            if (!typed.includes(' ')) expect(english(typed).some((term) => held.has(term))).toBe(false);
            expect(english(meant).every((term) => held.has(term))).toBe(true);
          }
          const apart = await ask(how, grouped(open));
          expect({ ...apart, cost: undefined }).toEqual({ ...answer, cost: undefined });
          if (answer.prefix) completed++;
          if (answer.spelling) corrected++;
        },
      ),
      { numRuns: CASES },
    );
    expect(completed).toBeGreaterThan(CASES / 10);
    expect(corrected).toBeGreaterThan(CASES / 20);
  });

  test('costs nothing more where all of its words are there', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ texts, question, windows, k }) => {
        const { open } = await collection(texts, windows);
        const held = new Set(texts.flat().flatMap((each) => english(each)));
        const known = question.filter((each) => english(each).every((term) => held.has(term)));
        if (known.length === 0) return;
        const how = asked(known.join(' '), open, { k });
        expect(await ask({ ...how, spelling: true }, local(open))).toEqual(await ask(how, local(open)));
      }),
      { numRuns: CASES },
    );
  });

  test('keeps to its budget, and bounds what it then leaves open', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.nat(6),
        fc.boolean(),
        async ({ texts, question, windows, k }, maxReads, prefix) => {
          const { open, vectors } = await collection(texts, windows);
          const how = asked(question.join(' '), open, { k, prefix, spelling: true, budget: { maxReads } });
          const answer = await ask(how, local(open));
          const whole = searchExhaustively(vectors, weightsOf(answer), texts.length);
          if (answer.exact) {
            expect(plain(answer)).toEqual(whole.slice(0, k));
            return;
          }
          const shown = new Set(answer.hits.map(({ document }) => document));
          for (const { document, score } of whole)
            if (!shown.has(document)) expect(score).toBeLessThanOrEqual(answer.bound);
        },
      ),
      { numRuns: CASES },
    );
  });
});

describe('a question', () => {
  const texts = [
    ['rotating', 'keys', 'how', 'to', 'rotate', 'a', 'key'],
    ['gluten', 'free', 'bread', 'without', 'wheat'],
    ['wheat', 'flour', 'gluten', 'is', 'in', 'wheat', 'flour'],
    ['bread', 'ovens', 'stones', 'and', 'rotating', 'ovens'],
  ];

  test.each([
    ['glutn wheat', 'gluten wheat'],
    ['wheatflour', 'wheat flour'],
    ['glu ten in "wheat"', 'gluten in "wheat"'],
    ['GLUTNE', 'gluten'],
    ['rotaet the keys', 'rotate the keys'],
  ])('%s is answered as %s', async (typed, meant) => {
    const { open } = await collection(texts, 1);
    const answer = await ask(asked(typed, open, { spelling: true }), local(open));
    expect(answer.spelling?.text).toBe(meant);
    expect(plain(answer)).toEqual(plain(await ask(asked(meant, open), local(open))));
  });

  test.each([
    'glutn',
    'std::glutn',
    'glutn_free',
    'GLTN bread',
    'GLTNs bread',
    'gluTn',
    'gl7ten',
    'bread.glutn',
  ])('%s is taken as it is where it is a name, or words are exact', async (typed) => {
    const { open } = await collection(texts, 1);
    const how = asked(typed, open, { spelling: typed !== 'glutn' });
    expect((await ask(how, local(open))).spelling).toBeUndefined();
  });

  test('finds titles that begin so before what says the words', async () => {
    const { open } = await collection(texts, 1);
    const answer = await ask(asked('rot', open, { prefix: true }), local(open));
    expect(answer.prefix).toEqual({ word: 'rot', words: ['rotating', 'rotate'], more: false, titles: 1 });
    expect(answer.hits[0].document).toBe(0);
    expect(answer.hits.map(({ document }) => document)).toContain(3);
  });

  test('whose last word is finished is no beginning', async () => {
    const { open } = await collection(texts, 1);
    expect((await ask(asked('rot ', open, { prefix: true }), local(open))).prefix).toBeUndefined();
  });
});
