// What `sparsedge search` says of words that were corrected or are not finished.

import type { TypedReport } from '../../../src/query/language/typed-question.ts';
import { counted, visible } from '../../terminal/layout.ts';

/** Lines before the hits; none where the question was taken as it is. */
export function typedLines({ prefix, spelling }: TypedReport): string[] {
  const lines: string[] = [];
  if (spelling) {
    const words = spelling.words.map(({ typed, text }) => `"${visible(text)}" for "${visible(typed)}"`);
    lines.push(`Searched for ${words.join(', ')}, which no document has. --exact-words forbids it.`, '');
  }
  if (prefix) {
    const { word, words, more, titles } = prefix;
    const said = words.length === 0 ? 'no other word' : words.map(visible).join(', ');
    const others = more ? ' (more begin so, which are not said more often)' : '';
    lines.push(
      `"${visible(word)}" stands for ${said}${others}, and the question for ${counted(titles, 'title')} that begin so.`,
      '',
    );
  }
  return lines;
}
