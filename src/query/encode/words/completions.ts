// The words that begin as one that is being typed, the more frequent first. Where many do, their frequent ones stand
// beside one another in the index.

import { FUNCTIONAL } from '../../../core/analyzer/stems.ts';
import { WORDS_SPACE } from '../../../core/format/manifest.ts';
import { forwards, frequent, wordOfKey } from '../../../core/tokens/word-keys.ts';
import type { OpenIndex } from '../../search/open.ts';
import { type KeyRange, type RangeHit, rangeOf } from './key-ranges.ts';

/** A word that begins as what is typed does. */
interface Completion {
  readonly word: string;
  /** How often it is said: see timesOf. */
  readonly level: number;
}

/** Words that begin so. */
export interface Completions {
  /** The more frequent first; of equal ones, in the order of their bytes. */
  readonly words: readonly Completion[];
  /** Whether there are more, which are not said more often. */
  readonly more: boolean;
}

/** A beginning whose words lie on more pages has its frequent ones beside one another. */
const FEW_PAGES = 4;

/** All words that begin so. */
export function allRange(index: OpenIndex, beginning: string): KeyRange {
  return rangeOf(index, WORDS_SPACE, forwards(beginning));
}

/** What is to be read for the words that begin so, where it has any. */
export function completionRange(index: OpenIndex, beginning: string): KeyRange {
  const all = allRange(index, beginning);
  return all.to - all.from <= FEW_PAGES ? all : rangeOf(index, WORDS_SPACE, frequent(beginning));
}

/**
 * The words that begin so, but for the beginning itself and those that hold sentences together.
 *
 * @param most how many
 */
export function completionsOf(beginning: string, hits: readonly RangeHit[], most: number): Completions {
  const decoder = new TextDecoder();
  const words = hits
    .map(({ key, firstImpact }) => ({ word: wordOfKey(decoder.decode(key)), level: firstImpact }))
    .filter(({ word }) => word !== beginning && !FUNCTIONAL.has(word))
    .sort((a, b) => b.level - a.level);
  return { words: words.slice(0, most), more: words.length > most };
}
