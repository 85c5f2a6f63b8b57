// The stemmers of Snowball and their lists of functional words. To import this file is to have them: see
// stemmed-languages.ts. Written out, because a bundler takes what it can see; those that the package has beyond these
// are not Snowball's.

import { stemmer as ar } from '@orama/stemmers/arabic';
import { stemmer as hy } from '@orama/stemmers/armenian';
import { stemmer as da } from '@orama/stemmers/danish';
import { stemmer as nl } from '@orama/stemmers/dutch';
import { stemmer as fi } from '@orama/stemmers/finnish';
import { stemmer as fr } from '@orama/stemmers/french';
import { stemmer as de } from '@orama/stemmers/german';
import { stemmer as el } from '@orama/stemmers/greek';
import { stemmer as hu } from '@orama/stemmers/hungarian';
import { stemmer as hi } from '@orama/stemmers/indian';
import { stemmer as id } from '@orama/stemmers/indonesian';
import { stemmer as ga } from '@orama/stemmers/irish';
import { stemmer as it } from '@orama/stemmers/italian';
import { stemmer as lt } from '@orama/stemmers/lithuanian';
import { stemmer as ne } from '@orama/stemmers/nepali';
import { stemmer as no } from '@orama/stemmers/norwegian';
import { stemmer as pt } from '@orama/stemmers/portuguese';
import { stemmer as ro } from '@orama/stemmers/romanian';
import { stemmer as ru } from '@orama/stemmers/russian';
import { stemmer as sr } from '@orama/stemmers/serbian';
import { stemmer as es } from '@orama/stemmers/spanish';
import { stemmer as sv } from '@orama/stemmers/swedish';
import { stemmer as ta } from '@orama/stemmers/tamil';
import { stemmer as tr } from '@orama/stemmers/turkish';
import { stopwords as arWords } from '@orama/stopwords/arabic';
import { stopwords as hyWords } from '@orama/stopwords/armenian';
import { stopwords as daWords } from '@orama/stopwords/danish';
import { stopwords as nlWords } from '@orama/stopwords/dutch';
import { stopwords as fiWords } from '@orama/stopwords/finnish';
import { stopwords as frWords } from '@orama/stopwords/french';
import { stopwords as deWords } from '@orama/stopwords/german';
import { stopwords as elWords } from '@orama/stopwords/greek';
import { stopwords as huWords } from '@orama/stopwords/hungarian';
import { stopwords as hiWords } from '@orama/stopwords/indian';
import { stopwords as idWords } from '@orama/stopwords/indonesian';
import { stopwords as gaWords } from '@orama/stopwords/irish';
import { stopwords as itWords } from '@orama/stopwords/italian';
import { stopwords as ltWords } from '@orama/stopwords/lithuanian';
import { stopwords as neWords } from '@orama/stopwords/nepali';
import { stopwords as noWords } from '@orama/stopwords/norwegian';
import { stopwords as ptWords } from '@orama/stopwords/portuguese';
import { stopwords as roWords } from '@orama/stopwords/romanian';
import { stopwords as ruWords } from '@orama/stopwords/russian';
import { stopwords as srWords } from '@orama/stopwords/serbian';
import { stopwords as esWords } from '@orama/stopwords/spanish';
import { stopwords as svWords } from '@orama/stopwords/swedish';
import { stopwords as taWords } from '@orama/stopwords/tamil';
import { stopwords as trWords } from '@orama/stopwords/turkish';
import { inflecting, type Language } from './inflected.ts';
import { provideStemmers, type StemmedCode } from './stemmed-languages.ts';

const LATIN = /^[\p{sc=Latin}\p{M}]+$/u;
const CYRILLIC = /^[\p{sc=Cyrillic}\p{M}]+$/u;
const DEVANAGARI = /^[\p{sc=Devanagari}\p{M}\u200C\u200D]+$/u;

/** Lists above this are not Snowball's, and have words that say something: "estado", "trabajo". */
const LONG_LIST = 300;
/** The words of such a list that are taken. */
const SHORT_WORD = 4;

/** What joins the parts of German compounds, Dutch ones, and Scandinavian ones. */
const GERMAN = ['', 's', 'es', 'n', 'en', 'er', 'e', 'ens'];
const DUTCH = ['', 's', 'en', 'e', 'er', 'n'];
const SCANDINAVIAN = ['', 's', 'e', 'u', 'o', 'a', 'er'];

function language(
  stem: (word: string) => string,
  words: readonly string[],
  word = LATIN,
  links?: readonly string[],
): () => Language {
  return () => {
    const taken = words.length > LONG_LIST ? words.filter(({ length }) => length <= SHORT_WORD) : words;
    return { stem, functional: new Set(taken.map((each) => each.normalize('NFKC'))), word, links };
  };
}

const LANGUAGES: Readonly<Record<StemmedCode, () => Language>> = {
  ar: language(ar, arWords, /^[\p{sc=Arabic}\p{M}]+$/u),
  da: language(da, daWords, LATIN, SCANDINAVIAN),
  de: language(de, deWords, LATIN, GERMAN),
  el: language(el, elWords, /^[\p{sc=Greek}\p{M}]+$/u),
  es: language(es, esWords),
  fi: language(fi, fiWords),
  fr: language(fr, frWords),
  ga: language(ga, gaWords),
  hi: language(hi, hiWords, DEVANAGARI),
  hu: language(hu, huWords),
  hy: language(hy, hyWords, /^[\p{sc=Armenian}\p{M}]+$/u),
  id: language(id, idWords),
  it: language(it, itWords),
  lt: language(lt, ltWords),
  ne: language(ne, neWords, DEVANAGARI),
  nl: language(nl, nlWords, LATIN, DUTCH),
  no: language(no, noWords, LATIN, SCANDINAVIAN),
  pt: language(pt, ptWords),
  ro: language(ro, roWords),
  ru: language(ru, ruWords, CYRILLIC),
  sr: language(sr, srWords, /^[\p{sc=Latin}\p{sc=Cyrillic}\p{M}]+$/u),
  sv: language(sv, svWords, LATIN, SCANDINAVIAN),
  ta: language(ta, taWords, /^[\p{sc=Tamil}\p{M}]+$/u),
  tr: language(tr, trWords),
};
const opened = new Map<StemmedCode, Language>();

/** The rules of a language. */
export function languageOf(code: StemmedCode): Language {
  const found = opened.get(code) ?? LANGUAGES[code]();
  opened.set(code, found);
  return found;
}

provideStemmers(({ code, parts }) => inflecting(languageOf(code), parts));
