// Which stems of a collection are parts of its compounds. All that are long enough may be: where the collection's words
// can be put together of them, they are. Short ones are in many words by chance or are endings, so a word that has one
// stays whole where it is said more than its parts are, by their geometric mean (Koehn and Knight 2003).

import { compoundParts, partsText, SHORTEST_PART } from '../../../src/core/analyzer/stemming/compounds.ts';
import { type Language, stemIn } from '../../../src/core/analyzer/stemming/inflected.ts';
import { boundedMemo } from '../../../src/core/analyzer/words/owned.ts';

/** Stems in a set: 32 KB in the manifest. */
const MOST_PARTS = 16_384;
const LONGEST_PART = 24;
/** A part of so few letters is one that the collection has more than once. */
const SHORT_PART = 3;
/** A part of so few letters may be an ending. */
const DOUBTFUL_PART = 4;
/** Letters of a word that only compounds have, and of what stands beside it. */
const SHORTEST_UNSAID = 5;
/** Words of a collection that are kept, each in so many documents. */
const MOST_WORDS = 1_000_000;

const WORD = /\p{L}[\p{L}\p{M}]*/gu;

/** The words of documents, and in how many each is. */
export class Vocabulary {
  readonly #documents = new Map<string, number>();

  add(text: string): void {
    for (const word of new Set(text.normalize('NFKC').toLowerCase().match(WORD))) this.#count(word, 1);
  }

  addAll(other: Vocabulary): void {
    for (const [word, documents] of other.#documents) this.#count(word, documents);
  }

  [Symbol.iterator](): IterableIterator<[string, number]> {
    return this.#documents.entries();
  }

  #count(word: string, documents: number): void {
    const known = this.#documents.get(word);
    if (known !== undefined || this.#documents.size < MOST_WORDS)
      this.#documents.set(word, (known ?? 0) + documents);
  }
}

/** The set of a collection's stems by which its compounds are cut: see compounds.ts. */
export function partsOf(vocabulary: Vocabulary, language: Language): string {
  const documents = new Map<string, number>();
  const words = new Map<string, string>();
  for (const [word, count] of vocabulary) {
    if (!language.word.test(word) || language.functional.has(word)) continue;
    const stem = stemIn(language, word);
    documents.set(stem, (documents.get(stem) ?? 0) + count);
    if ((words.get(stem)?.length ?? 0) < word.length) words.set(stem, word);
  }
  const isPart = ([stem, count]: [string, number]) =>
    stem.length <= LONGEST_PART &&
    !language.functional.has(stem) &&
    (stem.length > SHORT_PART || (stem.length >= SHORTEST_PART && count > 1));
  const parts = [...documents]
    .filter(isPart)
    .sort(([a, most], [b, count]) => count - most || (a < b ? -1 : 1))
    .slice(0, MOST_PARTS)
    .map(([stem]) => stem);
  const stemOf = boundedMemo(1 << 16, (word) => stemIn(language, word));
  const known = new Set(parts);
  for (const part of unsaidParts(words.values(), language, stemOf, known)) known.add(part);
  const whole = [...words]
    .filter(([stem, word]) => {
      const cut = compoundParts(word, language.links ?? [], stemOf, (part) => known.has(part));
      return (
        cut.some((part) => part.length <= DOUBTFUL_PART) && meanOf(cut, documents) < documents.get(stem)!
      );
    })
    .map(([stem]) => stem);
  return partsText([...known], whole);
}

/**
 * Stems that are only said in compounds: what is left of a word that ends with one that the collection has.
 * "Netzwerk" is one where there are "Netzwerkkonfiguration" and "Konfiguration".
 */
function unsaidParts(
  words: Iterable<string>,
  { links = [], functional }: Language,
  stemOf: (word: string) => string,
  known: ReadonlySet<string>,
): Set<string> {
  const found = new Set<string>();
  const knows = (part: string) => known.has(part);
  for (const word of words) {
    if (word.length < 2 * SHORTEST_UNSAID || compoundParts(word, links, stemOf, knows).length > 0) continue;
    const rest = unsaidRest(word, (part) => known.has(stemOf(part)));
    if (rest !== undefined && !functional.has(rest)) found.add(stemOf(rest));
  }
  return found;
}

/** What a word has before the longest word that it ends with. */
function unsaidRest(word: string, isKnown: (part: string) => boolean): string | undefined {
  for (let at = SHORTEST_UNSAID; at <= word.length - SHORTEST_UNSAID; at++)
    if (isKnown(word.slice(at))) return withoutLink(word.slice(0, at));
  return undefined;
}

/** Without the letter that joins most compounds, unless the word is short. */
function withoutLink(part: string): string {
  return part.length > SHORTEST_UNSAID && part.endsWith('s') ? part.slice(0, -1) : part;
}

/** Of the documents that have each part: their geometric mean. */
function meanOf(parts: readonly string[], documents: ReadonlyMap<string, number>): number {
  return Math.exp(parts.reduce((sum, part) => sum + Math.log(documents.get(part) ?? 1), 0) / parts.length);
}
