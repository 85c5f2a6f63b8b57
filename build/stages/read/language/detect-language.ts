// The language of a text, where nobody says it. A wrong answer is worse than none: it takes a text's words for those of
// another language, and an English text from its model. So Latin letters need a few lines, and a clear distance from
// English; other scripts mostly say themselves what they are.

import type { eld as Library } from 'eld/small';
import { UNKNOWN } from './codes.ts';

/** Knows languages by their letters; some megabytes, which are loaded for the first text that nothing simpler tells. */
let library: Promise<typeof Library> | undefined;

/** So much of a text is looked at. */
const SAMPLE = 3000;
const SAMPLE_PROSE = 600;
const BEGINNING = 400;
/** Fewer letters do not show a language that is written in Latin ones, nor one of several in other scripts. */
const FEWEST_LATIN = 60;
const FEWEST_SHARED = 20;
/** A language is told from English by so much of the library's score, from 0 to 1. */
const DISTANCE = 0.06;
/** In a text of so few characters, from any other language by so much. */
const SHORT_PROSE = 160;
const SHORT_DISTANCE = 0.03;
/** Languages that the library cannot tell apart, as the one that is stemmed. */
const TWINS: Readonly<Record<string, string>> = { ms: 'id' };
/** An ideograph or syllable is worth so many letters. */
const IDEOGRAPH_WORTH = 3;

/** Scripts of one language. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{sc=Hangul}/gu, 'ko'],
  [/\p{sc=Thai}/gu, 'th'],
  [/\p{sc=Lao}/gu, 'lo'],
  [/\p{sc=Khmer}/gu, 'km'],
  [/\p{sc=Myanmar}/gu, 'my'],
  [/\p{sc=Greek}/gu, 'el'],
  [/\p{sc=Armenian}/gu, 'hy'],
  [/\p{sc=Georgian}/gu, 'ka'],
  [/\p{sc=Tamil}/gu, 'ta'],
];
const KANA = /[\p{sc=Hiragana}\p{sc=Katakana}]/gu;
const HAN = /\p{sc=Han}/gu;
const LATIN = /\p{sc=Latin}/gu;
/** Beyond them, the library knows which of several languages it is. */
const SHARED = /(?!\p{sc=Latin})\p{L}/gu;

/** Words that hardly any other language has; a tenth of the words of English texts are these. */
const ENGLISH = /\b(?:the|and|with|this|that|from|which|are|you|been|have|was|were)\b/gi;
const ENGLISH_SHARE = 12;
const FEWEST_SAID = 3;

/** What stands between spaces and other letters than English ones, and is no prose if it has a sign of code. */
const RUN = /[!-~]+/g;
const CODE = /^-|[\d_/\\@=<>{}[\]$#|~^*&+]|[a-z][A-Z]/;

/**
 * The language of a text, by its code in ISO 639; nothing where it does not show, and UNKNOWN where only this shows,
 * that it is not English.
 */
export async function detectLanguage(text: string): Promise<string | undefined> {
  // Most texts are English, and are soon told.
  if (isEnglish(text.slice(0, BEGINNING))) return 'en';
  const prose = text
    .slice(0, SAMPLE)
    .replace(RUN, (run) => (CODE.test(run) ? ' ' : run))
    .replace(/\s+/g, ' ')
    .slice(0, SAMPLE_PROSE);
  const latin = count(prose, LATIN);
  const other = count(prose, SHARED);
  const [kana, han] = [count(prose, KANA), count(prose, HAN)];
  if ((kana + han) * IDEOGRAPH_WORTH > latin && kana + han >= other - kana - han)
    return kana + han === 0 ? undefined : kana * 10 > kana + han ? 'ja' : 'zh';
  if (other > latin) {
    const own = SCRIPTS.find(([script]) => count(prose, script) * 2 > other);
    if (own) return own[1];
    return (other >= FEWEST_SHARED ? await reliably(prose) : undefined) ?? UNKNOWN;
  }
  if (latin < FEWEST_LATIN) return undefined;
  return isEnglish(prose) ? 'en' : reliably(prose);
}

/** Whether so many words are English ones. Spaces are counted for words, since most texts come this far alone. */
function isEnglish(prose: string): boolean {
  let said = 0;
  ENGLISH.lastIndex = 0;
  while (ENGLISH.test(prose)) said++;
  if (said < FEWEST_SAID) return false;
  let words = 1;
  for (let at = prose.indexOf(' '); at >= 0; at = prose.indexOf(' ', at + 1)) words++;
  return said * ENGLISH_SHARE >= words;
}

async function reliably(prose: string): Promise<string | undefined> {
  library ??= import('eld/small').then(({ eld }) => eld);
  const found = (await library).detect(prose);
  if (!found.isReliable()) return undefined;
  const scores = found.getScores();
  const best = scores[found.language] ?? 0;
  const next = Math.max(0, ...Object.values(scores).filter((score) => score < best));
  if (isLatin(found.language) && prose.length < SHORT_PROSE && best - next < SHORT_DISTANCE) return undefined;
  if (found.language !== 'en' && best - (scores.en ?? 0) < DISTANCE) return undefined;
  return TWINS[found.language] ?? found.language;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Whether a text can be in a language: most of its letters may be of another script than it is written in. */
export async function isInScript(text: string, code: string): Promise<boolean> {
  const found = await detectLanguage(text);
  return found === undefined || found === code || isLatin(found) || !isLatin(code);
}

/** Whether a language is written in Latin letters, as far as detection tells. */
export function isLatin(code: string): boolean {
  return code !== UNKNOWN && new Intl.Locale(code).maximize().script === 'Latn';
}
