// Words of any language. Text is brought to one form, NFKC in lower case without characters that nothing shows; its
// words are those of words.ts, save for runs that are written without spaces, which unspaced.ts parts: ICU alone does
// not promise that an index is built and searched with the same words. With their different releases, Node parts
// neither "example.com" nor "a:b" and workerd parts both.
//
// Combining marks stay. In Thai or Hindi they are vowels and change the word; in Spanish or Swedish they make another
// letter. What people type without them is a term beside the word: "resume" finds "résumé", and "résumé" comes first.

import type { Analysis } from './analysis.ts';
import { compatible, foldedLetters, withoutInvisible, withTypedSigns } from './folding.ts';
import { isLetters, nameTerms, otherSpellings, signAt } from './names.ts';
import { partRun, UNSPACED_RUN } from './unspaced.ts';
import { pushTerm } from './words/term-length.ts';
import { eachWord } from './words/words.ts';

const UNPAIRED = /\p{Cs}/gu;
/** Swedish has a few words with a colon; elsewhere "a:b" is two words more often than one. */
const PARTING = /[:\u200B]/g;

/** The words of a text in any language. */
export function unicode(text: string): string[] {
  return unicodeAnalysis(text).inOrder;
}

/** A text in any language. */
export function unicodeAnalysis(text: string): Analysis {
  const paired = text.replace(UNPAIRED, '\uFFFD');
  const cased = withoutInvisible(compatible(withTypedSigns(paired), 'NFKC'));
  const shown = cased.toLowerCase();
  const words: string[] = [];
  const names: string[] = [];
  const parts = shown.replace(PARTING, ' ').normalize('NFKC').split(UNSPACED_RUN);
  parts.forEach((part, i) => {
    // `split` puts what it captured at the odd places.
    if (i % 2 === 0) eachWord(part, (word, end) => pushWord(words, names, word, signAt(part, end)));
    else
      partRun(
        part,
        (word) => {
          pushTerm(words, word);
          // Other words of these scripts are typed as they are.
          if (/\p{Nd}|ー$/u.test(word)) pushFolded(names, word);
        },
        (pair) => pushTerm(names, pair),
      );
  });
  const { whole, parts: pieces } = nameTerms(cased, {
    joined: true,
    letters: false,
    colons: false,
    possessives: true,
  });
  for (const name of [...whole, ...pieces, ...otherSpellings(paired)]) {
    const lower = name.toLowerCase();
    pushTerm(names, lower);
    pushFolded(names, lower);
  }
  return { inOrder: words, names };
}

function pushWord(words: string[], names: string[], word: string, sign: string): void {
  if (sign !== '' && isLetters(word)) {
    words.push(word + sign);
    return;
  }
  pushTerm(words, word);
  pushFolded(names, word);
}

/** What is typed for a word, where that is something else. */
function pushFolded(names: string[], word: string): void {
  const folded = foldedLetters(word).toLowerCase();
  if (folded !== word && folded !== '') pushTerm(names, folded);
}
