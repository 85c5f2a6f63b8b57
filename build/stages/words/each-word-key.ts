// The keys of words backwards, and of the most frequent words of each beginning that many words have. All words come in
// ascending order of their bytes, so those that begin alike come together.

import { FUNCTIONAL } from '../../../src/core/analyzer/stems.ts';
import {
  backwards,
  FEW_WORDS,
  FREQUENT_WORDS,
  frequent,
  LONGEST_BEGINNING,
} from '../../../src/core/tokens/word-keys.ts';

/** A word, and the level of how often it is said. */
export interface Word {
  readonly word: string;
  readonly level: number;
}

/** A beginning whose words are coming: this letter, after those of the beginnings before it. */
interface Beginning {
  readonly letter: string;
  count: number;
  /** The more frequent ones first; of equal ones, those that came first. */
  readonly top: Word[];
}

/**
 * Gives the keys of words, but for those of words forwards, which are in order as the words are.
 *
 * @param words ascending by their bytes
 * @returns how many words there are
 */
export function eachFurtherKey(words: Iterable<Word>, add: (key: string, level: number) => void): number {
  const beginnings = new Beginnings((beginning, word, level) => add(frequent(beginning, word), level));
  let count = 0;
  for (const word of words) {
    add(backwards(word.word), word.level);
    beginnings.add(word);
    count++;
  }
  beginnings.end();
  return count;
}

/** Finds the frequent words of beginnings. */
class Beginnings {
  readonly #found: (beginning: string, word: string, level: number) => void;
  /** From one letter on. */
  readonly #open: Beginning[] = [];

  /** @param found is called with each of the frequent words of a beginning that many words have */
  constructor(found: (beginning: string, word: string, level: number) => void) {
    this.#found = found;
  }

  /** Takes the next word. */
  add(word: Word): void {
    const letters = [...word.word].slice(0, LONGEST_BEGINNING);
    let shared = 0;
    while (shared < this.#open.length && this.#open[shared].letter === letters[shared]) shared++;
    this.#close(shared);
    for (let i = shared; i < letters.length; i++) this.#open.push({ letter: letters[i], count: 0, top: [] });
    // Nobody looks for a word that holds sentences together.
    const isSought = !FUNCTIONAL.has(word.word);
    for (const beginning of this.#open) {
      beginning.count++;
      if (isSought) insert(beginning.top, word);
    }
  }

  /** All words have come. */
  end(): void {
    this.#close(0);
  }

  /** Ends those of more than so many letters. */
  #close(letters: number): void {
    while (this.#open.length > letters) {
      const { count, top } = this.#open[this.#open.length - 1];
      const beginning = count > FEW_WORDS ? this.#open.map(({ letter }) => letter).join('') : '';
      if (beginning !== '') for (const { word, level } of top) this.#found(beginning, word, level);
      this.#open.pop();
    }
  }
}

function insert(top: Word[], word: Word): void {
  if (top.length === FREQUENT_WORDS && top[top.length - 1].level >= word.level) return;
  const at = top.findIndex(({ level }) => level < word.level);
  top.splice(at < 0 ? top.length : at, 0, word);
  if (top.length > FREQUENT_WORDS) top.pop();
}
