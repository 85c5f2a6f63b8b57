// Explanations beside whole vectors and texts: parts add up to scores, to the last integer, however questions come by
// their terms and wherever windows are searched.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/core/document.ts';
import { type Answer, ask, type Question } from '../../../src/query/ask.ts';
import { encodeFor } from '../../../src/query/encode/query-model.ts';
import { divide, type Group, GroupedIndex } from '../../../src/query/grouped-index.ts';
import { findSatisfying } from '../../../src/query/language/find-satisfying.ts';
import type { IndexRules } from '../../../src/query/language/rules/index-rules.ts';
import { type Encode, type Index, localIndex } from '../../../src/query/local-index.ts';
import { PagesAtHand } from '../../../src/query/search/fetch.ts';
import { type Cost, noCost } from '../../../src/query/search/meter.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';
import { articleScore, bestSections } from '../../../src/query/search/sums/article-scores.ts';
import { FactorRuns } from '../../../src/query/search/sums/factors.ts';
import { type Explanation, explain } from '../../../src/query/shown/explain.ts';
import { FINE, type ImpactVector, indexObjects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { SLOW } from '../../fixtures/slow.ts';

const RUNS = SLOW ? 10_000 : 300;
const clock = () => 0;
const encode: Encode = (text, space) => encodeFor(space, text, undefined);
// No analyzer changes them, and they have no function.
const WORDS = ['boat', 'fish', 'lamp', 'river', 'stone', 'wind', 'tree', 'cloud'];
const SPACES = ['first', 'second'];

/** What a document says, and what else it has: words that are in no text. */
interface Said {
  readonly title: readonly string[];
  readonly text: readonly string[];
  readonly impacts: readonly (readonly [word: string, impact: number])[];
  readonly factor: number;
}

const some = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 });
const said = fc.record<Said>({
  title: some,
  text: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 }),
  impacts: fc.uniqueArray(fc.tuple(fc.constantFrom(...WORDS), fc.integer({ min: 1, max: 255 })), {
    selector: ([word]) => word,
    maxLength: 7,
  }),
  factor: fc.constantFrom(0, 32, 64, 64, 64, 96, 200),
});
const asked = fc.record({
  // Each has a word of its own: frequent ones are never fed back.
  documents: fc.array(said, { minLength: 3, maxLength: 60 }).map((documents) =>
    documents.map(
      (each, i): Said => ({
        ...each,
        text: [...each.text, String(100 + i)],
        impacts: [...each.impacts, [String(100 + i), 90]],
      }),
    ),
  ),
  windows: fc.integer({ min: 1, max: 4 }),
  vectors: fc.boolean(),
  pages: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 3, nil: undefined }),
  text: fc.oneof(
    { arbitrary: fc.constant(['lamp']), weight: 1 },
    {
      arbitrary: fc.array(fc.constantFrom(...WORDS, 'rivre', 'stream'), { minLength: 1, maxLength: 5 }),
      weight: 5,
    },
  ),
  rules: fc.boolean(),
  how: fc.constantFrom(
    'plain',
    'plain',
    'both',
    'fusion',
    'feedback',
    'prefix',
    'phrase',
    ...Array<'budget'>(6).fill('budget'),
  ),
  k: fc.integer({ min: 1, max: 8 }),
  firstRoundBytes: fc.nat(400),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

function vectorsOf({ documents }: Asked): ReadonlyMap<string, readonly ImpactVector[]> {
  const first = documents.map(({ impacts }) => new Map(impacts));
  const second = documents.map(
    ({ impacts }) => new Map(impacts.map(([word, impact]) => [word, 256 - impact])),
  );
  return new Map([
    ['first', first],
    ['second', second],
  ]);
}

function documentOf({ title, text }: Said, number: number): Document {
  return { id: `d${number}`, text: text.join(' '), ...(title.length > 0 && { title: title.join(' ') }) };
}

/** Of each document the first one of its page. */
function articlesOf({ documents, windows, pages = 1 }: Asked): number[] {
  const starts = Array.from({ length: windows }, (_, w) => Math.floor((documents.length * w) / windows));
  return documents.map((_, i) => {
    const start = Math.max(...starts.filter((start) => start <= i));
    return i - ((i - start) % pages);
  });
}

async function openCase(given: Asked): Promise<OpenIndex> {
  const { documents, windows, vectors: inVectors, pages } = given;
  const vectors = vectorsOf(given);
  const weighed = documents.map((each, i) => ({
    document: documentOf(each, i),
    vectors: new Map(SPACES.map((space) => [space, vectors.get(space)![i]])),
  }));
  const boundary = (window: number) => Math.floor((documents.length * window) / windows);
  const content = {
    spaces: new Map(SPACES.map((space) => [space, 255])),
    windows: Array.from({ length: windows }, (_, i) => weighed.slice(boundary(i), boundary(i + 1))),
    words: new Map(WORDS.map((word) => [word, 3])),
  };
  const apart = given.how === 'budget';
  const cut = {
    ...FINE,
    apart,
    vectors: inVectors,
    ...(pages !== undefined && { articles: articlesOf(given) }),
  };
  return openIndex(memorySource(indexObjects('0123456789abcdef', content, cut)));
}

function rulesOf({ documents, rules }: Asked): IndexRules | undefined {
  if (!rules) return undefined;
  const factors = documents.map(({ factor }) => factor);
  return {
    name: 'rules/1',
    rules: { synonyms: [['stream', 'river']], queries: [{ is: 'lamp', pin: ['d1'] }] },
    queries: [{ pinned: [1], hidden: [] }],
    missing: [],
    factors: new FactorRuns(Uint32Array.from(factors.keys()), Uint16Array.from(factors)),
  };
}

/** The same index here and in groups, whose answers travel as JSON. */
function indexesOf(open: OpenIndex, given: Asked): readonly Index[] {
  const rules = rulesOf(given);
  const { firstRoundBytes } = given;
  const cache = new PagesAtHand().before();
  const here = localIndex({ index: open, clock, firstRoundBytes, cache }, encode, rules);
  const groups = divide(open.manifest).map((windows): Group => {
    const context = { index: { ...open, windows }, clock, firstRoundBytes, factors: rules?.factors };
    const local = localIndex(context, encode, rules);
    const travelled = async <T>(work: (cost: Cost) => Promise<T>) => {
      const cost = noCost(true);
      const found = JSON.parse(JSON.stringify(await work(cost)));
      return { found, cost: JSON.parse(JSON.stringify(cost)) };
    };
    return {
      windows,
      find: async ({ terms, ...request }) =>
        JSON.parse(JSON.stringify(await findSatisfying({ terms, ...request }, context))),
      show: async (numbers) => {
        const cost = noCost(true);
        return { documents: await local.show(numbers, cost), cost };
      },
      byId: () => Promise.reject(new Error('nobody asks for an id')),
      words: (question) => travelled((cost) => local.words(question, cost)),
      impacts: (wanted) => travelled((cost) => local.impacts(wanted, cost)),
      vectors: async (wanted) => {
        const { found, cost } = await travelled((cost) => local.vectors(wanted, cost));
        return { vectors: found, cost };
      },
    };
  });
  return [here, new GroupedIndex(open.manifest, groups, clock, encode, rules)];
}

function questionOf({ text, how, k, rules, firstRoundBytes }: Asked, { manifest }: Index): Question {
  const [first, second] = manifest.spaces.map((space, i) => ({ space, weight: 1 + i / 3 }));
  const words = text.join(' ');
  return {
    text: how === 'phrase' ? `"${text[0]}" ${words}` : how === 'prefix' ? `${words} clou` : words,
    operators: how === 'phrase',
    spaces: how === 'both' || how === 'fusion' ? [first!, second!] : [first!],
    k,
    documents: true,
    budget: how === 'budget' ? { maxReads: 1 + (firstRoundBytes % 8) } : {},
    isLogged: true,
    rules,
    spelling: true,
    prefix: how === 'prefix',
    ...(how === 'fusion' && { fusion: { k: 60, depth: 20 } }),
    ...(how === 'feedback' && { feedback: 'rm3' as const }),
  };
}

/** Whether what is said of terms is so, by the whole vectors. */
function expectImpacts(given: Asked, { hits }: Explanation, answer: Answer): void {
  const vectors = vectorsOf(given);
  for (const { parts } of hits) {
    for (const { document, id, terms, sum, factor, score, space } of parts) {
      expect(id).toBe(`d${document}`);
      const query = answer.terms.filter((term) => space === undefined || term.space === space);
      const right = query.flatMap((term) => {
        const impact = vectors.get(term.space)![document]!.get(term.term);
        return impact === undefined ? [] : [{ term: term.term, weight: term.weight, impact }];
      });
      expect(terms.map(({ term, weight, impact }) => ({ term, weight, impact }))).toEqual(right);
      expect(sum).toBe(right.reduce((total, { weight, impact }) => total + weight * impact, 0));
      expect(factor).toBe(given.rules ? given.documents[document]!.factor : undefined);
      expect(score).toBe(sum * (factor ?? 1));
      const { title, text } = given.documents[document]!;
      for (const { term, in: sources } of terms) {
        const [inTitle, inText] = [title.includes(term), text.includes(term)];
        expect(sources).toEqual(
          inTitle || inText ? [inTitle && 'title', inText && 'text'].filter((each) => each) : ['added'],
        );
      }
    }
  }
}

function expectScores({ hits, fusion, exact }: Answer, explained: Explanation, given: Asked): void {
  for (const [i, { score, pinned, sections, document, ranks }] of hits.entries()) {
    const { score: sum, parts, pinnedBy } = explained.hits[i]!;
    if (pinned) expect({ pinnedBy, parts }).toEqual({ pinnedBy: 0, parts: [] });
    else if (fusion) {
      expect(sum).toBe(0);
      for (const { space, score: scored } of parts) expect(scored > 0).toBe(space! in ranks!);
    } else if (!exact) expect(sum).toBeGreaterThanOrEqual(score);
    else {
      expect(sum).toBe(score);
      if (!sections) expect(parts.map((part) => part.document)).toEqual([document]);
      else {
        const article = articlesOf(given);
        const all = [...article.keys()].filter((each) => article[each] === article[document]);
        const scores = bestSections(parts).map((part) => part.score);
        expect(articleScore(scores, all.length)).toBe(score);
        expect(parts.slice(0, sections.length).map(({ document, score }) => ({ document, score }))).toEqual(
          sections.map(({ document, score }) => ({ document, score })),
        );
      }
    }
  }
}

/** Whether all that was spent is said, once. */
function expectReads({ rounds, cost: further }: Explanation, { cost, exact, hits }: Answer): void {
  const reads = rounds.flatMap((round) => round.reads);
  const spent = cost.postingReads + cost.documentReads;
  expect(reads.length).toBe(spent - further.postingReads - further.documentReads);
  expect(reads.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(cost.bytes - further.bytes);
  expect(Math.max(0, ...rounds.map(({ round }) => round))).toBeLessThanOrEqual(cost.rounds - further.rounds);
  for (const { bytes, pages } of reads) {
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.reduce((sum, page) => sum + page.bytes, 0)).toBeLessThanOrEqual(bytes);
  }
  const proofs = rounds.flatMap(({ proof }) => proof ?? []);
  if (exact && hits.some(({ pinned }) => !pinned)) expect(proofs.at(-1)!.bound).toBe(0);
}

describe('an explanation', () => {
  test('has parts that add up to scores, and all that was read', async () => {
    const times = {
      synonym: 0,
      correction: 0,
      prefix: 0,
      feedback: 0,
      added: 0,
      title: 0,
      factors: 0,
      sections: 0,
      pinned: 0,
      fused: 0,
      furtherReads: 0,
      cutShort: 0,
    };
    await fc.assert(
      fc.asyncProperty(asked, async (given) => {
        const open = await openCase(given);
        for (const index of indexesOf(open, given)) {
          const question = questionOf(given, index);
          const answer = await ask(question, index);
          const { log: _, ...unlogged } = answer.cost;
          const plain = await ask(
            { ...question, isLogged: undefined },
            indexesOf(open, given)[index instanceof GroupedIndex ? 1 : 0]!,
          );
          expect(unlogged).toEqual(plain.cost);
          expect(answer.hits.map(({ document, score }) => [document, score])).toEqual(
            plain.hits.map(({ document, score }) => [document, score]),
          );
          const explained = await explain(answer, question, index);
          expect(explained.terms.map(({ term, weight }) => [term, weight])).toEqual(
            answer.terms.map(({ term, weight }) => [term, weight]),
          );
          for (const { space, term, documents } of explained.terms) {
            const all = vectorsOf(given).get(space)!;
            expect(documents).toBe(all.filter((vector) => vector.has(term)).length);
          }
          expectImpacts(given, explained, answer);
          expectScores(answer, explained, given);
          expectReads(explained, answer);
          const kinds = new Set(explained.terms.flatMap(({ from }) => from.map(({ kind }) => kind)));
          for (const kind of ['synonym', 'correction', 'prefix', 'feedback'] as const)
            if (kinds.has(kind)) times[kind]++;
          const parts = explained.hits.flatMap((hit) => hit.parts);
          const sources = parts.flatMap(({ terms }) => terms.flatMap((term) => term.in ?? []));
          if (sources.includes('added')) times.added++;
          if (sources.includes('title')) times.title++;
          if (parts.some(({ factor = 64 }) => factor !== 64)) times.factors++;
          if (explained.hits.some((hit) => hit.parts.length > 1 && !answer.fusion)) times.sections++;
          if (answer.hits.some(({ pinned }) => pinned)) times.pinned++;
          if (answer.fusion && parts.length > 0) times.fused++;
          if (!answer.exact && answer.hits.length > 0) times.cutShort++;
          if (explained.cost.postingReads > 0) times.furtherReads++;
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    for (const [what, count] of Object.entries(times)) expect(count, what).toBeGreaterThan(RUNS / 100);
  });
});
