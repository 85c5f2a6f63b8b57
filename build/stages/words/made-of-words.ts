// What is made of the words of texts, by their letters. A text has few words that did not come lately, and to find one
// among those takes less time than to make a string of it and to look that up in a map of all words.

import { eachPlace } from '../../../src/core/analyzer/words/words.ts';

/** A power of two. */
const PLACES = 1 << 14;
/** Longer words seldom come again. */
const LONGEST = 16;

/** Remembers what was made of words lately. */
export class MadeOfWords<Made> {
  readonly #make: (word: string) => Made;
  readonly #made: (Made | undefined)[] = new Array<undefined>(PLACES).fill(undefined);
  readonly #length = new Uint8Array(PLACES);
  readonly #letters = new Uint16Array(PLACES * LONGEST);
  /** The letters of the word that is looked for. */
  readonly #sought = new Uint16Array(LONGEST);

  /** @param make is given a word that may share memory with its text; equal words make the same */
  constructor(make: (word: string) => Made) {
    this.#make = make;
  }

  /** Calls `visit` with what is made of each word of a text and where it ends, in order. */
  each(text: string, visit: (made: Made, end: number) => void): void {
    eachPlace(text, (start, end) => visit(this.#of(text, start, end), end));
  }

  #of(text: string, start: number, end: number): Made {
    const length = end - start;
    if (length > LONGEST) return this.#make(text.slice(start, end));
    const place = this.#seek(text, start, length);
    const made = this.#made[place];
    if (made !== undefined && this.#holds(place, length)) return made;
    return this.#remember(place, text.slice(start, end));
  }

  /** Takes the letters of a word; returns the place that it would have. */
  #seek(text: string, start: number, length: number): number {
    const sought = this.#sought;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      const letter = text.charCodeAt(start + i);
      sought[i] = letter;
      hash = Math.imul(hash ^ letter, 0x9e3779b1);
    }
    return (hash >>> 16) & (PLACES - 1);
  }

  #holds(place: number, length: number): boolean {
    if (this.#length[place] !== length) return false;
    const [letters, sought] = [this.#letters, this.#sought];
    for (let i = 0, at = place * LONGEST; i < length; i++, at++) if (letters[at] !== sought[i]) return false;
    return true;
  }

  #remember(place: number, word: string): Made {
    const made = this.#make(word);
    this.#made[place] = made;
    this.#length[place] = word.length;
    for (let i = 0; i < word.length; i++) this.#letters[place * LONGEST + i] = word.charCodeAt(i);
    return made;
  }
}
