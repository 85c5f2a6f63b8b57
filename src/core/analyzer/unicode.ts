// Words of any language, by the runtime's ICU: its dictionaries find words in Chinese, Japanese, Thai, Lao, Khmer and
// Burmese. Text is first brought to one form, NFKC in lower case without characters that nothing shows.
//
// Combining marks stay. In Thai, Hindi or Arabic they are vowels and change the word; in Spanish or Swedish they make
// another letter. Who wants "resume" to find "résumé" in an English text takes `bert-words`.
//
// An index must be built and searched with the same words. ICU versions may draw a few boundaries differently, chiefly
// inside Chinese and Japanese compounds.

import { pushTerm } from './term-length.ts';

const UNPAIRED = /\p{Cs}/gu;
/** Soft hyphens, joiners, variation selectors and the like, all but U+200B, which marks where a word ends. */
const INVISIBLE = /(?!\u200B)\p{Default_Ignorable_Code_Point}/gu;
/** ICU disputes the colon: a Swedish word may hold one, so CLDR releases join or part "a:b". Here it parts. */
const COLON = /[:\u200B]/g;

let segmenter: Intl.Segmenter | undefined;

/** The terms of a text in any language. */
export function unicode(text: string): string[] {
  const plain = text.replace(UNPAIRED, '\uFFFD').normalize('NFKC').toLowerCase();
  const visible = plain.replace(INVISIBLE, '').replace(COLON, ' ').normalize('NFKC');
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  const terms: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(visible)) if (isWordLike) pushTerm(terms, segment);
  return terms;
}
