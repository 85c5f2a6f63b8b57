// What somebody who is typing may mean: the owner's queries, titles and headings that begin so, and the word that is
// not finished, completed; where no query or title begins so, words before it that the index does not have are put
// right. Only dictionaries are read, in three rounds at most, and no document.

import { foldedLetters } from '../../core/analyzer/folding.ts';
import type { Manifest } from '../../core/format/manifest.ts';
import type { WordsFound, WordsQuestion } from '../encode/words/look-up-words.ts';
import {
  corrected,
  hasWordTerms,
  mayBeMistyped,
  toCorrect,
  typedWords,
  unfinishedWord,
} from '../encode/words/typed-words.ts';
import { type Cost, noCost } from '../search/meter.ts';
import type { IndexRules } from './rules/index-rules.ts';
import { listed } from './rules/patterns.ts';

/** What may be meant, and why it is said. */
export interface Suggestion {
  readonly text: string;
  /** One of the owner's queries, a title or heading, the last word completed, or words as they were meant. */
  readonly kind: 'query' | 'title' | 'word' | 'spelling';
}

/** What is asked. */
interface SuggestedIndex {
  readonly manifest: Manifest;
  readonly rules?: IndexRules | undefined;
  words(question: WordsQuestion, cost: Cost): Promise<WordsFound>;
}

/** No more are made. */
export const MOST_SUGGESTIONS = 20;
/** So many words are corrected, the last ones. */
const MOST_CORRECTED = 4;

/**
 * Suggestions for a text, the best first.
 *
 * @param k how many
 */
export async function suggest(
  text: string,
  k: number,
  index: SuggestedIndex,
): Promise<{ readonly suggestions: readonly Suggestion[]; readonly cost: Cost }> {
  const cost = noCost();
  const found = new Map<string, Suggestion>();
  const typed = plain(text);
  const add = (kind: Suggestion['kind'], texts: readonly string[]) => {
    for (const each of texts) {
      const key = plain(each);
      if (key !== typed && !found.has(key)) found.set(key, { text: each, kind });
    }
  };
  add('query', queriesFor(typed, index.rules));
  const { manifest } = index;
  if (manifest.words !== undefined && typed !== '') {
    const unfinished = unfinishedWord(text);
    const titled = manifest.spaces.filter(({ encoder }) => encoder.parameters.titleWeight !== undefined);
    const titles = { text, spaces: titled.map(({ name }) => name) };
    const said = await index.words({ beginning: unfinished?.word, titles }, cost);
    add('title', (said.titles ?? []).flat().map(textOfTitle));
    const endings = said.completions?.words.map(({ word }) => word) ?? [];
    const before = text.slice(0, unfinished?.start);
    // Where nothing else begins so, the words before the last one may be mistyped, and that where nothing ends it.
    const sure = endings.length > 0 ? before : text;
    const meant = found.size > 0 ? sure : await asMeant(sure, index, cost);
    const texts = endings.length > 0 ? endings.map((ending) => meant + ending) : [meant];
    add(meant === sure ? 'word' : 'spelling', texts);
  }
  return { suggestions: [...found.values()].slice(0, k), cost };
}

/** The owner's queries that begin so, and those that have all words, the last perhaps unfinished. */
function queriesFor(typed: string, rules: IndexRules | undefined): string[] {
  if (typed === '') return [];
  const all = (rules?.rules.queries ?? []).flatMap(({ is }) => listed(is));
  const words = typed.split(' ');
  const says = (query: string) => words.every((word) => ` ${query}`.includes(` ${word}`));
  return [
    ...all.filter((query) => plain(query).startsWith(typed)),
    ...all.filter((query) => says(plain(query))),
  ];
}

/** The text with words that the index has in the place of those that it has not. */
async function asMeant(text: string, index: SuggestedIndex, cost: Cost): Promise<string> {
  const space = index.manifest.spaces.find(hasWordTerms);
  const words = typedWords(text);
  const places = [...words.keys()].filter((at) => mayBeMistyped(text, words[at])).slice(-MOST_CORRECTED);
  if (!space || places.length === 0) return text;
  const asked = { correct: places.map((at) => toCorrect(words, at, space)) };
  const { corrections = [] } = await index.words(asked, cost);
  const meant = places.flatMap((at, i) => (corrections[i]?.edits ? [[at, corrections[i]] as const] : []));
  return corrected(text, words, new Map(meant)).text;
}

/** A title as its term has it. */
function textOfTitle(term: string): string {
  return term.slice(1).replaceAll('=', ' ');
}

function plain(text: string): string {
  return foldedLetters(text).toLowerCase().trim().replace(/\s+/g, ' ');
}
