// Texts as Porter's stems without functional words: what the usual best BM25 searches, which knows nothing of irregular
// forms and spellings. Indexed by the analyzer `unicode`, which leaves such words as they are.

import { porter } from '../../../src/core/analyzer/stemming/porter.ts';
import { FUNCTIONAL, folded } from '../../../src/core/analyzer/stems.ts';
import { eachWord } from '../../../src/core/analyzer/words/words.ts';

/** The stems of a text with spaces between them. */
export function porterText(text: string): string {
  const found: string[] = [];
  eachWord(folded(text), (word) => {
    const lower = word.replace(/'s$/i, '').toLowerCase();
    if (!FUNCTIONAL.has(lower)) found.push(porter(lower));
  });
  return found.join(' ');
}
