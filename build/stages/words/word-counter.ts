// How often the documents of a spool say each word, in spills: of a word one posting for each time that the counts in
// memory were let go of, with the count as its value. Sums do not depend on when that was.

import { basename } from 'node:path';
import { eachSurfaceWord } from '../../../src/core/tokens/surface-words.ts';
import { Inverter } from '../invert/inverter.ts';

/** Distinct words held in memory. */
const MOST_WORDS = 200_000;
/** The name of the spills. */
const SPILLS = '_words';

/** Counts the words of documents. */
export class WordCounter {
  readonly #folder: string;
  #counts = new Map<string, number>();
  #inverter: Inverter | undefined;
  #flushes = 0;

  /** Spills become files in the folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Counts the words of a text. */
  add(text: string): void {
    eachSurfaceWord(text, (word) => this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1));
    if (this.#counts.size >= MOST_WORDS) this.#flush();
  }

  /** Writes what is left; returns the names of the spills. */
  finish(): string[] {
    if (this.#counts.size > 0) this.#flush();
    return this.#inverter?.finish().map((path) => basename(path)) ?? [];
  }

  #flush(): void {
    this.#inverter ??= new Inverter(this.#folder, SPILLS);
    for (const [word, count] of this.#counts) this.#inverter.add(word, this.#flushes, count);
    this.#flushes++;
    this.#counts = new Map();
  }
}
