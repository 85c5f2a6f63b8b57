// How often the documents of a spool say each word, in spills: of a word one posting for each time that the counts in
// memory were let go of, with the count as its value. Sums do not depend on when that was.

import { basename } from 'node:path';
import { owned } from '../../../src/core/analyzer/words/owned.ts';
import { surfaceWordsIn } from '../../../src/core/tokens/surface-words.ts';
import { Inverter } from '../invert/inverter.ts';
import { MadeOfWords } from './made-of-words.ts';

/** Distinct runs of letters held in memory: few of them make most of a text, so each is taken apart once. */
const MOST_RUNS = 200_000;
/** The name of the spills. */
const SPILLS = '_words';

/** Counts the words of documents. */
export class WordCounter {
  readonly #folder: string;
  #runs = new Map<string, { count: number }>();
  #counts = this.#newCounts();
  #inverter: Inverter | undefined;
  #flushes = 0;

  /** Spills become files in the folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Counts the words of a text. */
  add(text: string): void {
    this.#counts.each(text, (counted) => counted.count++);
    if (this.#runs.size >= MOST_RUNS) this.#flush();
  }

  #newCounts(): MadeOfWords<{ count: number }> {
    return new MadeOfWords((run) => {
      const known = this.#runs.get(run);
      if (known) return known;
      const counted = { count: 0 };
      this.#runs.set(owned(run), counted);
      return counted;
    });
  }

  /** Writes what is left; returns the names of the spills. */
  finish(): string[] {
    if (this.#runs.size > 0) this.#flush();
    return this.#inverter?.finish().map((path) => basename(path)) ?? [];
  }

  #flush(): void {
    this.#inverter ??= new Inverter(this.#folder, SPILLS);
    const counts = new Map<string, number>();
    for (const [run, { count }] of this.#runs)
      for (const { word } of surfaceWordsIn(run)) counts.set(word, (counts.get(word) ?? 0) + count);
    for (const [word, count] of counts) this.#inverter.add(word, this.#flushes, count);
    this.#flushes++;
    this.#runs = new Map();
    this.#counts = this.#newCounts();
  }
}
