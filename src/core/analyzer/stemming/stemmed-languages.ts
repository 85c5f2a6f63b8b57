// The languages whose words are stemmed, English apart, and where their stemmers are. These are 65 KiB, and an index of
// English alone needs none of them: whoever wants them imports snowball.ts, which puts all of them here; pages put here
// those that they need. Without them, an index that needs them is refused.

import { SparsedgeError } from '../../errors.ts';

/** The languages that Snowball stems, by their codes in ISO 639. Norwegian is one, however it is written. */
export const STEMMED = [
  'ar',
  'da',
  'de',
  'el',
  'es',
  'fi',
  'fr',
  'ga',
  'hi',
  'hu',
  'hy',
  'id',
  'it',
  'lt',
  'ne',
  'nl',
  'no',
  'pt',
  'ro',
  'ru',
  'sr',
  'sv',
  'ta',
  'tr',
] as const;
/** The code of a language that is stemmed. */
export type StemmedCode = (typeof STEMMED)[number];

/** Whether a language is stemmed. */
export function isStemmed(code: string | undefined): code is StemmedCode {
  return (STEMMED as readonly (string | undefined)[]).includes(code);
}

/** A language of an index. */
export interface IndexedLanguage {
  readonly code: StemmedCode;
  /** By which compounds are cut: see compounds.ts. */
  readonly parts?: string | undefined;
}

/** The stems of a text in order, repeats included: they stand beside its words. */
export type Inflected = (text: string) => string[];

type Make = (language: IndexedLanguage) => Inflected | undefined;
let makeInflected: Make | undefined;

/** Makes the stemmers known; those that are not here make nothing. */
export function provideStemmers(make: Make): void {
  makeInflected = make;
}

/** What was made for an index lives as long as its manifest. */
const made = new WeakMap<IndexedLanguage, Inflected>();

/**
 * What stems texts of a language.
 *
 * @throws SparsedgeError `bad-input` where there are no stemmers
 */
export function inflectedIn(language: IndexedLanguage): Inflected {
  const { code } = language;
  const inflected = made.get(language) ?? makeInflected?.(language);
  if (inflected === undefined) {
    throw new SparsedgeError(
      'bad-input',
      `the index stems texts whose language is "${code}", and no stemmers are here: deploy src/languages.ts, which has them`,
      { language: code },
    );
  }
  made.set(language, inflected);
  return inflected;
}

/**
 * The stems of a question in each language of an index, since nobody knows its own: each as often as it comes in one of
 * them.
 */
export function questionStems(text: string, languages: readonly IndexedLanguage[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const language of languages) {
    const own = new Map<string, number>();
    for (const stem of inflectedIn(language)(text)) own.set(stem, (own.get(stem) ?? 0) + 1);
    for (const [stem, count] of own) counts.set(stem, Math.max(count, counts.get(stem) ?? 0));
  }
  return counts;
}
