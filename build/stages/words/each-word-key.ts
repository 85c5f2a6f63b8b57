// The keys of words: each forwards and backwards, and the most frequent words of each beginning that many words have.
// All words come in ascending order of their bytes, so those that begin alike come together.

import { FUNCTIONAL } from '../../../src/core/analyzer/stems.ts';
import {
  backwards,
  FEW_WORDS,
  FREQUENT_WORDS,
  forwards,
  frequent,
  LONGEST_BEGINNING,
} from '../../../src/core/tokens/word-keys.ts';

/** A word, and the level of how often it is said. */
export interface Word {
  readonly word: string;
  readonly level: number;
}

/** A beginning whose words are coming. */
interface Beginning {
  readonly letters: string;
  count: number;
  /** The more frequent ones first; of equal ones, those that came first. */
  readonly top: Word[];
}

/**
 * Gives the keys of words.
 *
 * @param words ascending by their bytes
 * @returns how many words there are
 */
export function eachWordKey(words: Iterable<Word>, add: (key: string, level: number) => void): number {
  const beginnings = new Beginnings((beginning, word, level) => add(frequent(beginning, word), level));
  let count = 0;
  for (const { word, level } of words) {
    add(forwards(word), level);
    add(backwards(word), level);
    beginnings.add(word, level);
    count++;
  }
  beginnings.end();
  return count;
}

/** Finds the frequent words of beginnings. */
class Beginnings {
  readonly #found: (beginning: string, word: string, level: number) => void;
  /** From one letter on. */
  #open: Beginning[] = [];

  /** @param found is called with each of the frequent words of a beginning that many words have */
  constructor(found: (beginning: string, word: string, level: number) => void) {
    this.#found = found;
  }

  /** Takes the next word. */
  add(word: string, level: number): void {
    const letters = [...word].slice(0, LONGEST_BEGINNING);
    let beginning = '';
    for (const [i, letter] of letters.entries()) {
      beginning += letter;
      if (this.#open[i]?.letters !== beginning) {
        this.#close(i);
        this.#open.push({ letters: beginning, count: 0, top: [] });
      }
      insert(this.#open[i], { word, level });
    }
    this.#close(letters.length);
  }

  /** All words have come. */
  end(): void {
    this.#close(0);
  }

  #close(from: number): void {
    for (const { letters, count, top } of this.#open.slice(from)) {
      if (count <= FEW_WORDS) continue;
      for (const { word, level } of top) this.#found(letters, word, level);
    }
    this.#open = this.#open.slice(0, from);
  }
}

function insert(beginning: Beginning, word: Word): void {
  const { top } = beginning;
  beginning.count++;
  // Nobody looks for a word that holds sentences together.
  if (FUNCTIONAL.has(word.word)) return;
  if (top.length === FREQUENT_WORDS && top[top.length - 1].level >= word.level) return;
  const at = top.findIndex(({ level }) => level < word.level);
  top.splice(at < 0 ? top.length : at, 0, word);
  if (top.length > FREQUENT_WORDS) top.pop();
}
