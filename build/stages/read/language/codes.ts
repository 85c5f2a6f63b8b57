// What documents and commands call languages: `de`, `de-AT`, `zh_Hans`, `nb`.

import { STEMMED } from '../../../../src/core/analyzer/stemming/stemmed-languages.ts';
import { boundedMemo } from '../../../../src/core/analyzer/words/owned.ts';

/** Where pages and records say their language. */
export const LANGUAGE_FIELDS = ['lang', 'language', 'locale'] as const;

/** Codes that mean a language which has another code here. */
const SAME: Readonly<Record<string, string>> = {
  nb: 'no',
  nn: 'no',
  iw: 'he',
  in: 'id',
  tl: 'fil',
  fas: 'fa',
};

/** Tags are few, and every document may have one. */
const TAGS = 256;

/** Empty where a tag names no language. */
const codeOf = boundedMemo(TAGS, (tag) => {
  try {
    const [canonical] = Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'));
    const { language } = new Intl.Locale(canonical);
    if (language === 'und' || language === 'mul' || language === 'zxx') return '';
    return SAME[language] ?? language;
  } catch {
    return '';
  }
});

/** The language of a tag of BCP 47, by its code in ISO 639; nothing where it is no such tag, or says nothing. */
export function languageCode(tag: string | undefined): string | undefined {
  return (tag && codeOf(tag)) || undefined;
}

/** Languages that are told from one another, by the library or by their script. */
const KNOWN: ReadonlySet<string> = new Set([
  ...STEMMED,
  ...(
    'am az be bg bn ca cs cy en et eu fa gl gu he hr is ja ka kk km kn ko ku lo lv mk ml mr ms my or pa pl sk sl sq te ' +
    'th tl uk ur uz vi yo zh'
  ).split(' '),
]);

/** Whether a code is that of a language which documents are likely to be in. */
export function isKnownCode(code: string): boolean {
  return KNOWN.has(code);
}

/** The code of a language that a person names for all documents: `de` for `de-AT`; nothing where it is none. */
export function knownCode(tag: string | undefined): string | undefined {
  const code = languageCode(tag);
  return code !== undefined && isKnownCode(code) ? code : undefined;
}

/** A language's name in English, for messages; its code where it has none. */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code);
  return code === UNKNOWN ? 'another language' : (name ?? code);
}

/** Of a text that is surely not English, and whose language is unknown. */
export const UNKNOWN = 'und';
