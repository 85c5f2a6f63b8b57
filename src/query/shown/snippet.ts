// The part of a text that best shows why it was found.

import { foldedLetters } from '../../core/analyzer/folding.ts';
import { boundedMemo } from '../../core/analyzer/words/owned.ts';
import type { Space } from '../../core/format/manifest.ts';
import type { Pieces } from '../encode/query-model.ts';
import { termsOfTexts } from '../encode/space-terms.ts';
import type { QueryTerm } from '../search/terms.ts';
import { matchesIn, type Range } from './word-matches.ts';

/** What a reader takes in at a glance. */
const WORDS = 32;
/** Words before the first match, so that it can be understood. */
const LEAD = 6;
/** What stands without white space for longer than this is no word to a reader: it is looked at in parts. */
const WORD_CHARACTERS = 40;
/** A long text is analyzed in spans of so many characters, where its letters promise most. */
const SPAN = 2048;
/** What is analyzed on both sides of a span, so that a passage may stand across its ends. */
const BESIDE = 512;
/** So many spans are analyzed, at 0.2 ms per thousand characters; and as many more where no letters are found. */
const MOST_SPANS = 12;
/** So many different words are analyzed alone, at 3 µs each. Looking at all letters takes 1 to 10 ms per million. */
const MOST_WORDS = 2000;
/** So many terms of a query, the heaviest, are looked for in a text's letters. */
const MOST_TRACES = 24;

/** A passage of a text, with an ellipsis where text was left out. */
export interface Snippet {
  readonly text: string;
  /** Which parts of it are of the query, in order. */
  readonly matches: readonly Range[];
}

/** Knows the words that have terms of a query. */
export interface Matcher {
  /** Which terms of the query a word has. */
  readonly termsIn: (word: string) => readonly string[];
  /** Finds letters that nearly all words with these terms have, and few others. */
  readonly traces: RegExp | undefined;
}

/**
 * Matches words with the terms of a query in any of the spaces that it was asked in.
 *
 * @param pieces of the models of spaces that have terms of their own
 */
export function matcherOf(
  spaces: readonly Space[],
  terms: readonly QueryTerm[],
  pieces: ReadonlyMap<string, Pieces | undefined> = new Map(),
): Matcher {
  const known = spaces.map((space) => ({
    termsOf: termsOfTexts(space, pieces.get(space.name)),
    terms: new Set(terms.filter((term) => term.space === space.name).map(({ term }) => term)),
  }));
  const heaviest = [...terms].sort((a, b) => b.weight - a.weight).map(({ term }) => term);
  return {
    // Hits have many words in common.
    termsIn: boundedMemo(MOST_WORDS, (word) =>
      known.flatMap(({ termsOf, terms }) => termsOf(word).filter((term) => terms.has(term))),
    ),
    traces: tracesOf(heaviest),
  };
}

/** @param terms the heaviest first */
export function tracesOf(terms: readonly string[]): RegExp | undefined {
  const traces = new Set<string>();
  // Those of whole titles, which have "=" in them, are no words.
  for (const term of terms) {
    const word = foldedLetters(term).replace(/^[^\p{L}\p{N}]+|\*$/gu, '');
    // Terms are stems: "happi" of "happy", "hope" of "hoping". Those of other scripts are as they are written.
    const trace = /^[a-z]{4,}$/.test(word) ? word.slice(0, Math.max(3, word.length - 2)) : word;
    if (trace !== '' && !/[\s=]/.test(trace)) traces.add(trace.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    if (traces.size === MOST_TRACES) break;
  }
  return traces.size === 0 ? undefined : new RegExp([...traces].join('|'), 'giu');
}

/** The words in a row that hold the most distinct terms, the first such place; else the text's beginning. */
export function snippetOf(text: string, match: Matcher): Snippet {
  let best: Passage | undefined;
  for (const { start, distinct } of spansOf(text, match)) {
    if (best !== undefined && best.distinct >= Math.max(1, distinct)) break;
    const passage = passageIn(text, start, match);
    if (best === undefined || passage.distinct > best.distinct) best = passage;
  }
  return shown(best === undefined || best.distinct === 0 ? passageIn(text, 0, match) : best, match);
}

/** A text as it is, such as a title, with its matches among its first MOST_WORDS words. */
export function markedWhole(text: string, { termsIn, traces }: Matcher): Snippet {
  const matches: Range[] = [];
  let words = 0;
  for (const { 0: run, index } of text.matchAll(/\S+/g)) {
    let start = index;
    for (const part of run.length <= WORD_CHARACTERS ? [run] : partsOf(run, traces)) {
      if (++words > MOST_WORDS) return { text, matches };
      matches.push(...matchesIn(part, start, termsIn(part), termsIn));
      start += part.length;
    }
  }
  return { text, matches };
}

/** Where a span begins, and how many terms were found in it so far. */
interface Span {
  readonly start: number;
  readonly distinct: number;
}

/**
 * The spans of a text that are worth analyzing: those with the most terms first, then those at its beginning, since a
 * word may have a term and not its letters, as "wrote" has "write".
 */
function* spansOf(text: string, match: Matcher): Generator<Span> {
  if (text.length > SPAN) yield* spansWithTerms(text, match).slice(0, MOST_SPANS);
  for (let i = 0; i === 0 || (i < MOST_SPANS && i * SPAN < text.length); i++)
    yield { start: i * SPAN, distinct: 0 };
}

/** Spans with words that have terms, those with the most first; of equals, in the order of the text. */
function spansWithTerms(text: string, { termsIn, traces }: Matcher): Span[] {
  if (traces === undefined) return [];
  const known = new Map<string, readonly string[]>();
  const found = new Map<number, Set<string>>();
  const take = (word: string, start: number) => {
    if (!known.has(word) && known.size < MOST_WORDS) known.set(word, termsIn(word));
    for (const term of known.get(word) ?? []) found.set(start, (found.get(start) ?? new Set()).add(term));
  };
  for (const { 0: trace, index } of text.matchAll(traces))
    take(wordAround(text, index, index + trace.length), index - (index % SPAN));
  // Marks are taken off letters only where nothing is found with them: that costs ten times as much as to look.
  for (let start = 0; start < text.length && found.size === 0; start += SPAN) {
    const span = text.slice(edgeOf(text, start), edgeOf(text, start + SPAN));
    if (foldedLetters(span) === span) continue;
    for (const { word } of wordsOf(span)) if (foldedLetters(word).search(traces) !== -1) take(word, start);
  }
  return Array.from(found, ([start, { size }]) => ({ start, distinct: size })).sort(
    (a, b) => b.distinct - a.distinct || a.start - b.start,
  );
}

/** The word in which letters stand; where there is no white space nearby, some letters on both sides. */
function wordAround(text: string, start: number, end: number): string {
  const isGap = (at: number) => /\s/.test(text[at]);
  let from = start;
  while (from > 0 && start - from < WORD_CHARACTERS && !isGap(from - 1)) from--;
  let to = end;
  while (to < text.length && to - end < WORD_CHARACTERS && !isGap(to)) to++;
  return text.slice(from, to);
}

/** Words in a row, and what they have of the query. */
interface Passage {
  readonly words: readonly Word[];
  readonly found: readonly (readonly string[])[];
  readonly distinct: number;
  /** Whether text stands before and behind it. */
  readonly isCut: readonly [before: boolean, behind: boolean];
}

/** The best passage of a span and what stands beside it. */
function passageIn(text: string, start: number, { termsIn, traces }: Matcher): Passage {
  const from = edgeOf(text, start - BESIDE);
  const to = edgeOf(text, start + SPAN + BESIDE);
  const words = wordsOf(text.slice(from, to), traces);
  const found = words.map(({ word }) => termsIn(word));
  const { first, distinct } = bestStart(found);
  const end = Math.min(words.length, first + WORDS);
  return {
    words: words.slice(first, end),
    found: found.slice(first, end),
    distinct,
    isCut: [from > 0 || first > 0, to < text.length || end < words.length],
  };
}

/** A place near `at` that is within no word, if there is one, and within no character. */
function edgeOf(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  const space = text.slice(at, at + WORD_CHARACTERS).search(/\s/);
  if (space !== -1) return at + space;
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at + 1 : at;
}

function shown({ words, found, isCut }: Passage, { termsIn }: Matcher): Snippet {
  let line = isCut[0] ? '… ' : '';
  const matches: Range[] = [];
  for (const [i, { word, spaced }] of words.entries()) {
    if (i > 0 && spaced) line += ' ';
    matches.push(...matchesIn(word, line.length, found[i], termsIn));
    line += word;
  }
  return { text: isCut[1] ? `${line} …` : line, matches };
}

interface Word {
  readonly word: string;
  /** Whether white space stands before it. */
  readonly spaced: boolean;
}

function wordsOf(text: string, traces?: RegExp): Word[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) =>
      word.length <= WORD_CHARACTERS
        ? [{ word, spaced: true }]
        : partsOf(word, traces).map((part, i) => ({ word: part, spaced: i === 0 })),
    );
}

/** What is too long for a word in parts, none of which ends within a character or a trace. */
function partsOf(run: string, traces?: RegExp): string[] {
  const kept = traces === undefined ? [] : Array.from(run.matchAll(traces));
  const parts: string[] = [];
  let next = 0;
  for (let start = 0; start < run.length; ) {
    let end = Math.min(run.length, start + WORD_CHARACTERS);
    if (end < run.length && (run.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
    while (next < kept.length && kept[next].index + kept[next][0].length <= end) next++;
    const torn = kept[next];
    if (torn !== undefined && torn.index > start && torn.index < end) end = torn.index;
    parts.push(run.slice(start, end));
    start = end;
  }
  return parts;
}

/** Where the passage begins: a little before the first match of the words in a row with the most distinct terms. */
function bestStart(found: readonly (readonly string[])[]): { first: number; distinct: number } {
  const inWindow = new Map<string, number>();
  let last = -1;
  let distinct = 0;
  for (const [i, entering] of found.entries()) {
    for (const term of entering) inWindow.set(term, (inWindow.get(term) ?? 0) + 1);
    for (const term of found[i - WORDS] ?? []) {
      const left = inWindow.get(term)! - 1;
      if (left === 0) inWindow.delete(term);
      else inWindow.set(term, left);
    }
    if (inWindow.size <= distinct) continue;
    last = i;
    distinct = inWindow.size;
  }
  // But never past the last.
  const earliest = Math.max(0, last - WORDS + 1);
  const match = found.findIndex((terms, i) => i >= earliest && terms.length > 0);
  const wanted = Math.max(earliest, match - LEAD);
  return { first: Math.max(0, Math.min(wanted, found.length - WORDS)), distinct };
}

/** A snippet with its matches passed through `emphasize`, and everything else through `plain`. */
export function emphasized(
  { text, matches }: Snippet,
  emphasize: (match: string) => string,
  plain: (text: string) => string,
): string {
  let line = '';
  let at = 0;
  for (const [start, end] of matches) {
    line += plain(text.slice(at, start)) + emphasize(text.slice(start, end));
    at = end;
  }
  return line + plain(text.slice(at));
}

/** What shows a query in texts, in the forms that are asked for; as HTML, all is escaped but <mark> around matches. */
export interface Marks {
  /** The passage of a text that best shows it. */
  readonly passage: (text: string) => {
    snippet?: string;
    matches?: [number, number][];
    highlight?: string;
  };
  /** A title with what of it is of the query. */
  readonly title: (title: string) => { titleMatches?: [number, number][]; titleHighlight?: string };
  /** The same of a heading. */
  readonly heading: (heading: string) => { headingMatches?: [number, number][]; headingHighlight?: string };
}

/**
 * Knows what of texts is of a query.
 *
 * @param spaces that it was asked in
 * @param pieces as matcherOf has them
 */
export function marksFor(
  spaces: readonly Space[],
  terms: readonly QueryTerm[],
  pieces: ReadonlyMap<string, Pieces | undefined> | undefined,
  { snippet, highlight }: { readonly snippet: boolean; readonly highlight: boolean },
): Marks {
  const match = matcherOf(spaces, terms, pieces);
  const ranges = ({ matches }: Snippet) => matches.map(([a, b]): [number, number] => [a, b]);
  return {
    passage: (text) => {
      const passage = snippetOf(text, match);
      return {
        ...(snippet && { snippet: passage.text, matches: ranges(passage) }),
        ...(highlight && { highlight: htmlOf(passage) }),
      };
    },
    title: (title) => {
      const marked = markedWhole(title, match);
      return {
        ...(snippet && { titleMatches: ranges(marked) }),
        ...(highlight && { titleHighlight: htmlOf(marked) }),
      };
    },
    heading: (heading) => {
      const marked = markedWhole(heading, match);
      return {
        ...(snippet && { headingMatches: ranges(marked) }),
        ...(highlight && { headingHighlight: htmlOf(marked) }),
      };
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function htmlOf(passage: Snippet): string {
  const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
  return emphasized(passage, (match) => `<mark>${escaped(match)}</mark>`, escaped);
}
