// Stemmers as pages load them: a file a language, of those that an index has. Written out, because a bundler takes
// what it can see.

import { inflecting, type Language } from '../src/core/analyzer/stemming/inflected.ts';
import { languageBy } from '../src/core/analyzer/stemming/language-rules.ts';
import { provideStemmers, type StemmedCode } from '../src/core/analyzer/stemming/stemmed-languages.ts';

type Loaded = readonly [
  { readonly stemmer: (word: string) => string },
  { readonly stopwords: readonly string[] },
];

const FILES: Readonly<Record<StemmedCode, () => Promise<Loaded>>> = {
  ar: () => Promise.all([import('@orama/stemmers/arabic'), import('@orama/stopwords/arabic')]),
  da: () => Promise.all([import('@orama/stemmers/danish'), import('@orama/stopwords/danish')]),
  de: () => Promise.all([import('@orama/stemmers/german'), import('@orama/stopwords/german')]),
  el: () => Promise.all([import('@orama/stemmers/greek'), import('@orama/stopwords/greek')]),
  es: () => Promise.all([import('@orama/stemmers/spanish'), import('@orama/stopwords/spanish')]),
  fi: () => Promise.all([import('@orama/stemmers/finnish'), import('@orama/stopwords/finnish')]),
  fr: () => Promise.all([import('@orama/stemmers/french'), import('@orama/stopwords/french')]),
  ga: () => Promise.all([import('@orama/stemmers/irish'), import('@orama/stopwords/irish')]),
  hi: () => Promise.all([import('@orama/stemmers/indian'), import('@orama/stopwords/indian')]),
  hu: () => Promise.all([import('@orama/stemmers/hungarian'), import('@orama/stopwords/hungarian')]),
  hy: () => Promise.all([import('@orama/stemmers/armenian'), import('@orama/stopwords/armenian')]),
  id: () => Promise.all([import('@orama/stemmers/indonesian'), import('@orama/stopwords/indonesian')]),
  it: () => Promise.all([import('@orama/stemmers/italian'), import('@orama/stopwords/italian')]),
  lt: () => Promise.all([import('@orama/stemmers/lithuanian'), import('@orama/stopwords/lithuanian')]),
  ne: () => Promise.all([import('@orama/stemmers/nepali'), import('@orama/stopwords/nepali')]),
  nl: () => Promise.all([import('@orama/stemmers/dutch'), import('@orama/stopwords/dutch')]),
  no: () => Promise.all([import('@orama/stemmers/norwegian'), import('@orama/stopwords/norwegian')]),
  pt: () => Promise.all([import('@orama/stemmers/portuguese'), import('@orama/stopwords/portuguese')]),
  ro: () => Promise.all([import('@orama/stemmers/romanian'), import('@orama/stopwords/romanian')]),
  ru: () => Promise.all([import('@orama/stemmers/russian'), import('@orama/stopwords/russian')]),
  sr: () => Promise.all([import('@orama/stemmers/serbian'), import('@orama/stopwords/serbian')]),
  sv: () => Promise.all([import('@orama/stemmers/swedish'), import('@orama/stopwords/swedish')]),
  ta: () => Promise.all([import('@orama/stemmers/tamil'), import('@orama/stopwords/tamil')]),
  tr: () => Promise.all([import('@orama/stemmers/turkish'), import('@orama/stopwords/turkish')]),
};
const loaded = new Map<StemmedCode, Language>();

/** Makes the stemmers of languages known; those of languages that were known before stay. */
export async function loadStemmers(codes: Iterable<StemmedCode>): Promise<void> {
  await Promise.all(
    [...codes].map(async (code) => {
      if (loaded.has(code)) return;
      const [{ stemmer }, { stopwords }] = await FILES[code]();
      loaded.set(code, languageBy(code, [stemmer, stopwords]));
    }),
  );
  provideStemmers(({ code, parts }) => {
    const language = loaded.get(code);
    return language && inflecting(language, parts);
  });
}
