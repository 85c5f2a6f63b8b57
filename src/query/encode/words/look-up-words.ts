// What an index says of words as they are typed, in one round of reads: how one goes on, which titles begin as a text
// does, and what was meant by others.

import { fromUtf8 } from '../../../core/format/bytes.ts';
import type { PageCache } from '../../search/fetch.ts';
import type { Cost } from '../../search/meter.ts';
import type { OpenIndex } from '../../search/open.ts';
import { allRange, type Completions, completionRange, completionsOf } from './completions.ts';
import { type Correction, correct, rangesFor, type WordToCorrect } from './corrections.ts';
import { type KeyRange, readRanges } from './key-ranges.ts';
import { respaced, spacingRanges } from './spacings.ts';
import { titleRange, titlesOf } from './whole-titles.ts';

/** What is asked. */
export interface WordsQuestion {
  /** A word that is not finished. */
  readonly beginning?: string | undefined;
  /** A text with which titles begin, and the spaces that have terms of titles. */
  readonly titles?: { readonly text: string; readonly spaces: readonly string[] } | undefined;
  readonly correct?: readonly WordToCorrect[] | undefined;
}

/** What was found. */
export interface WordsFound {
  readonly completions?: Completions | undefined;
  /** Terms of titles, of each of the spaces. */
  readonly titles?: readonly (readonly string[])[] | undefined;
  /** Of each word, null where nothing is near. */
  readonly corrections?: readonly (Correction | null)[] | undefined;
}

/** A word that is not finished stands for so many others, at most. */
export const MOST_COMPLETIONS = 16;
/** And what was typed for so many titles. */
const MOST_TITLES = 16;

/** Answers what an index that has words knows of them, and adds what that costs to `cost`. */
export async function lookUpWords(
  index: OpenIndex,
  { beginning, titles, correct: words = [] }: WordsQuestion,
  cost: Cost,
  cache?: PageCache,
): Promise<WordsFound> {
  const ranges: KeyRange[] = [];
  const later = (range: KeyRange | undefined) => (range ? ranges.push(range) - 1 : undefined);
  const completing = later(beginning === undefined ? undefined : completionRange(index, beginning));
  const titled = titles?.spaces.map((space) => later(titleRange(index, space, titles.text)));
  const correcting = words.map((word) =>
    (word.onlySpaces ? spacingRanges : rangesFor)(index, word).map((range) => later(range)!),
  );
  const hits = await readRanges(index, ranges, cost, cache);
  // Few words may lie on many pages, and then none of them stands among the frequent ones.
  if (completing !== undefined && hits[completing].length === 0)
    [hits[completing]] = await readRanges(index, [allRange(index, beginning!)], cost, cache);
  return {
    completions:
      completing === undefined ? undefined : completionsOf(beginning!, hits[completing], MOST_COMPLETIONS),
    titles: titled?.map((at) =>
      at === undefined
        ? []
        : titlesOf(titles!.text, hits[at], MOST_TITLES).map(({ key }) => fromUtf8(key, 'a title')),
    ),
    corrections: words.map((word, i) => {
      const found = correcting[i].map((at) => hits[at]);
      return (
        (word.onlySpaces ? respaced(word, found) : correct(word, found, index.manifest.words ?? 0)) ?? null
      );
    }),
  };
}
