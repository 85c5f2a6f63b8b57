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
import { languageBy, type Stemming } from './language-rules.ts';
import { provideStemmers, type StemmedCode } from './stemmed-languages.ts';

const STEMMERS: Readonly<Record<StemmedCode, Stemming>> = {
  ar: [ar, arWords],
  da: [da, daWords],
  de: [de, deWords],
  el: [el, elWords],
  es: [es, esWords],
  fi: [fi, fiWords],
  fr: [fr, frWords],
  ga: [ga, gaWords],
  hi: [hi, hiWords],
  hu: [hu, huWords],
  hy: [hy, hyWords],
  id: [id, idWords],
  it: [it, itWords],
  lt: [lt, ltWords],
  ne: [ne, neWords],
  nl: [nl, nlWords],
  no: [no, noWords],
  pt: [pt, ptWords],
  ro: [ro, roWords],
  ru: [ru, ruWords],
  sr: [sr, srWords],
  sv: [sv, svWords],
  ta: [ta, taWords],
  tr: [tr, trWords],
};
const opened = new Map<StemmedCode, Language>();

/** The rules of a language. */
export function languageOf(code: StemmedCode): Language {
  const found = opened.get(code) ?? languageBy(code, STEMMERS[code]);
  opened.set(code, found);
  return found;
}

provideStemmers(({ code, parts }) => inflecting(languageOf(code), parts));
