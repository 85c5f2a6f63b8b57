// Words that hardly any document has. A mistake may make one, by chance, and questions without mistakes have many.

import { documentTerms } from '../../../src/core/analyzer/analysis.ts';
import { analysisNamed } from '../../../src/core/analyzer/analyzer.ts';
import { type Document, searchableText } from '../../../src/core/document.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { mayBeMistyped, termsOfWord, typedWords } from '../../../src/query/encode/words/typed-words.ts';

/** Documents that have a word that hardly any has, at most. */
const FEW = 3;

/** Which questions have words that hardly any document has. */
export class HardlyHeld {
  readonly #space: Space;
  /** In how many documents terms are. */
  readonly #frequency = new Map<string, number>();

  constructor(documents: readonly Document[], space: Space) {
    this.#space = space;
    const analysis = analysisNamed(space.analyzer);
    for (const document of documents)
      for (const term of new Set(documentTerms(analysis(searchableText(document)))))
        this.#frequency.set(term, (this.#frequency.get(term) ?? 0) + 1);
  }

  /** Whether a question has such a word, of those that people mistype. */
  inQuestion(text: string): boolean {
    const numbers = typedWords(text)
      .filter((word) => mayBeMistyped(text, word))
      .map(({ word }) => this.#documentsOf(word));
    return numbers.some((documents) => documents > 0 && documents <= FEW);
  }

  /** Whether a mistake made such a word, and none that no document has, which would be corrected. */
  byMistake(right: string, wrong: string): boolean {
    const meant = new Set(typedWords(right).map(({ word }) => word));
    const made = typedWords(wrong).filter(({ word }) => !meant.has(word));
    const numbers = made.map(({ word }) => this.#documentsOf(word));
    return numbers.every((documents) => documents > 0) && numbers.some((documents) => documents <= FEW);
  }

  #documentsOf(word: string): number {
    return Math.max(0, ...termsOfWord(word, this.#space).map((term) => this.#frequency.get(term) ?? 0));
  }
}
