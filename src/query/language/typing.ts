// What a question says beside its words: one that is not finished stands for all that begin so, and one that no
// document has for what was meant.

import { isTitle } from '../../core/analyzer/titles.ts';
import { utf8 } from '../../core/format/bytes.ts';
import type { Space } from '../../core/format/manifest.ts';
import type { SurfaceWord } from '../../core/tokens/surface-words.ts';
import { timesOf } from '../../core/tokens/word-keys.ts';
import type { EncodedQuery } from '../encode/query-model.ts';
import { termsOfTexts } from '../encode/space-terms.ts';
import type { Completions } from '../encode/words/completions.ts';
import type { Correction } from '../encode/words/corrections.ts';
import type { WordsFound, WordsQuestion } from '../encode/words/look-up-words.ts';
import {
  type CorrectedText,
  corrected,
  hasWordTerms,
  mayBeMistyped,
  mayBeSpaced,
  termsOfWord,
  toCorrect,
  typedWords,
} from '../encode/words/typed-words.ts';
import { originsOf, type QueryTerm, type TermOrigin } from '../search/terms.ts';

/** What an unfinished word stood for. */
export interface PrefixReport {
  readonly word: string;
  /** The words that begin so, the more frequent first. */
  readonly words: readonly string[];
  /** Whether more do, which are not said more often. */
  readonly more: boolean;
  /** How many titles begin as the question does; of more than are searched, those of most documents. */
  readonly titles: number;
}

/** The integers of a question are multiplied by this, so that a completion can weigh a part of a word. */
const COMPLETION_SCALE = 16;

/** What is to be looked up of a question whose last word is not finished. */
export function prefixQuestion(
  text: string,
  word: string,
  spaces: readonly { readonly space: Space }[],
): WordsQuestion {
  const titled = spaces.filter(({ space }) => space.encoder.parameters.titleWeight !== undefined);
  return { beginning: word, titles: { text, spaces: titled.map(({ space }) => space.name) } };
}

/**
 * A question's terms with those of the words that its last one may become, and of the titles that begin as it does. The
 * words weigh as one that as many documents have as all of them: a rare one is not meant more than a frequent one.
 *
 * @param encode gives the terms of a word
 */
export async function withCompletions(
  query: EncodedQuery,
  { name }: Space,
  { words }: Completions,
  titles: readonly string[],
  documents: number,
  encode: (word: string) => Promise<EncodedQuery>,
): Promise<EncodedQuery> {
  const held = new Set(query.terms.map(({ term }) => term));
  const times = new Map<string, number>();
  const weights = new Map<string, number>();
  const origins = new Map<string, TermOrigin[]>();
  for (const { word, level } of words) {
    for (const { term, key, weight } of (await encode(word)).terms) {
      if (held.has(term) || isTitle(key)) continue;
      times.set(term, (times.get(term) ?? 0) + timesOf(level));
      weights.set(term, Math.max(weights.get(term) ?? 0, weight));
      origins.set(term, [...(origins.get(term) ?? []), { kind: 'prefix', text: word }]);
    }
  }
  const all = [...times.values()].reduce((sum, each) => sum + each, 0);
  const share = (term: string) => Math.min(1, rarity(documents, all) / rarity(documents, times.get(term)!));
  const add = (term: string, weight: number): QueryTerm => ({
    space: name,
    term,
    key: utf8(term),
    weight: Math.max(1, Math.round(weight * COMPLETION_SCALE)),
    from: origins.get(term) ?? [{ kind: 'prefix' }],
  });
  const title = query.terms.find(({ key }) => isTitle(key));
  const terms = [
    ...query.terms.map((term) => ({ ...term, weight: term.weight * COMPLETION_SCALE })),
    ...[...weights].map(([term, weight]) => add(term, weight * share(term))),
    ...(title ? titles.map((term) => add(term, title.weight)) : []),
  ];
  return { ...query, terms, scale: query.scale * COMPLETION_SCALE };
}

/** Queries of a text as it was meant, whose terms say which corrected words they are of. */
export function markCorrected(
  queries: readonly EncodedQuery[],
  spaces: readonly { readonly space: Space }[],
  asked: string,
  { words }: CorrectedText,
): EncodedQuery[] {
  return queries.map((query, i) => {
    const termsOf = termsOfTexts(spaces[i].space, query.pieces);
    const said = new Set(termsOf(asked));
    const origins = new Map<string, TermOrigin[]>();
    for (const { typed, text } of words) {
      for (const term of new Set(termsOf(text)))
        origins.set(term, [...(origins.get(term) ?? []), { kind: 'correction', of: typed, text }]);
    }
    const terms = query.terms.map((term) => {
      const from = origins.get(term.term);
      if (!from) return term;
      const others = term.from || said.has(term.term) ? originsOf(term) : [];
      return { ...term, from: [...others, ...from] };
    });
    return { ...query, terms };
  });
}

/** As BM25 has it, where a word is said once in a document. */
function rarity(documents: number, times: number): number {
  return Math.log(1 + documents / times);
}

/** The words of a question that are looked for among what is read, to see whether there are such words. */
export class WatchedWords {
  readonly #text: string;
  readonly #words: readonly SurfaceWord[];
  readonly #space: Space | undefined;
  /** The place of each word that may be mistyped, and its terms. */
  readonly #terms = new Map<number, readonly string[]>();
  /** The places of those whose letters are right. */
  readonly #spaced = new Set<number>();
  /** And of those that are asked about where a question has no hit: words of the language, and an unfinished one. */
  readonly #others = new Set<number>();

  /**
   * @param queries of the text, a space each
   * @param unfinished is no word yet
   */
  constructor(
    text: string,
    spaces: readonly { readonly space: Space }[],
    queries: readonly EncodedQuery[],
    unfinished?: SurfaceWord,
  ) {
    this.#text = text;
    this.#words = typedWords(text);
    const first = spaces.findIndex(({ space }) => hasWordTerms(space));
    this.#space = spaces[first]?.space;
    const known = queries[first]?.known;
    for (const [at, word] of this.#words.entries()) {
      if (!this.#space) continue;
      const terms = termsOfWord(word.word, this.#space);
      if (terms.length === 0) continue;
      const isSpaced = mayBeSpaced(text, this.#words, at, this.#space);
      const isMistyped = mayBeMistyped(text, word);
      if (!isSpaced && !isMistyped) continue;
      const isKnown = terms.some((term) => known?.has(term));
      if (isKnown || !isMistyped) this.#spaced.add(at);
      if (word.end === unfinished?.end || (isKnown && !isSpaced)) this.#others.add(at);
      else this.#terms.set(at, terms);
    }
  }

  /**
   * The places of their terms in a query.
   *
   * @param synonyms of texts whose words no document needs to have: they are not mistyped
   */
  placesIn(query: readonly QueryTerm[], synonyms: readonly { readonly of: string }[] = []): number[] {
    const known = synonyms.flatMap(({ of }) => typedWords(of));
    const spared = new Set(known.flatMap(({ word }) => (this.#space ? termsOfWord(word, this.#space) : [])));
    const watched = new Set([...this.#terms.values()].flat().filter((term) => !spared.has(term)));
    return [...query.keys()].filter(
      (i) => query[i].space === this.#space?.name && watched.has(query[i].term),
    );
  }

  /**
   * The question as it was meant, where no document has some of its words and others are near.
   *
   * @param absent terms that no document has
   */
  async corrected(
    absent: ReadonlySet<string>,
    lookUp: (question: WordsQuestion) => Promise<WordsFound>,
  ): Promise<CorrectedText | undefined> {
    const unknown = [...this.#terms].filter(([, terms]) => terms.every((term) => absent.has(term)));
    if (unknown.length === 0) return undefined;
    const places = unknown.map(([at]) => at);
    return this.#asMeant(places, (at) => this.#spaced.has(at), lookUp);
  }

  /** A question that has no hit, with words in other spaces, where documents have them so. */
  async respaced(
    lookUp: (question: WordsQuestion) => Promise<WordsFound>,
  ): Promise<CorrectedText | undefined> {
    const places = [...this.#others];
    return places.length === 0 ? undefined : this.#asMeant(places, () => true, lookUp);
  }

  async #asMeant(
    places: readonly number[],
    onlySpaces: (at: number) => boolean,
    lookUp: (question: WordsQuestion) => Promise<WordsFound>,
  ): Promise<CorrectedText | undefined> {
    const correct = places.map((at) => toCorrect(this.#words, at, this.#space!, onlySpaces(at)));
    const found = await lookUp({ correct });
    const corrections = new Map<number, Correction>();
    for (const [i, correction] of (found.corrections ?? []).entries())
      if (correction) corrections.set(places[i], correction);
    return corrections.size === 0 ? undefined : corrected(this.#text, this.#words, corrections);
  }
}
