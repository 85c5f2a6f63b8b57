// Words of any language. Text is brought to one form, NFKC in lower case without characters that nothing shows; its
// words are those of words.ts, save that runs of Chinese, Japanese, Thai, Lao, Khmer and Burmese, written without
// spaces, are parted by the dictionaries of the runtime's ICU.
//
// Combining marks stay. In Thai, Hindi or Arabic they are vowels and change the word; in Spanish or Swedish they make
// another letter. Who wants "resume" to find "résumé" in an English text takes `bert-words`.
//
// An index must be built and searched with the same words, and ICU alone does not promise that: with their different
// releases, Node parts neither "example.com" nor "a:b" and workerd parts both. So ICU is asked about those runs only.
// There Node 24 (ICU 78) and workerd agreed on 20,000 random letters each of Han, Hiragana, Thai and Myanmar; on random
// Lao and Khmer, which are not words, they did not, though they did on sentences.

import { pushTerm } from './words/term-length.ts';
import { eachWord } from './words/words.ts';

const UNPAIRED = /\p{Cs}/gu;
/** Soft hyphens, joiners, variation selectors and the like, all but U+200B, which marks where a word ends. */
const INVISIBLE = /(?!\u200B)\p{Default_Ignorable_Code_Point}/gu;
/** Swedish has a few words with a colon; elsewhere "a:b" is two words more often than one. */
const PARTING = /[:\u200B]/g;

const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
const UNSPACED_RUN = new RegExp(`((?!\\p{M})[${UNSPACED}][${UNSPACED}\\p{M}]*)`, 'u');

let segmenter: Intl.Segmenter | undefined;

/** The terms of a text in any language. */
export function unicode(text: string): string[] {
  const shown = text.replace(UNPAIRED, '\uFFFD').normalize('NFKC').toLowerCase().replace(INVISIBLE, '');
  const terms: string[] = [];
  const parts = shown.replace(PARTING, ' ').normalize('NFKC').split(UNSPACED_RUN);
  parts.forEach((part, i) => {
    // `split` puts what it captured at the odd places.
    if (i % 2 === 0) eachWord(part, (word) => pushTerm(terms, word));
    else pushSegments(terms, part);
  });
  return terms;
}

function pushSegments(terms: string[], run: string): void {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  for (const { segment, isWordLike } of segmenter.segment(run)) if (isWordLike) pushTerm(terms, segment);
}
