// A text as a model reads it: ids of pieces, the words among them, and windows of at most so many. What the pieces are
// is for a tokenizer to say: parts of words (wordpiece.ts) or stems (stems.ts).

import { SparsedgeError } from '../errors.ts';

/** A vocabulary of pieces, and how a text becomes them. */
export interface Tokenizer {
  /** By id; empty for ids that stand for no one piece. */
  readonly pieces: readonly string[];
  readonly ids: ReadonlyMap<string, number>;
  readonly pad: number;
  /** The ids that each window begins with. */
  readonly before: readonly number[];
  /** The ids that each window ends with. */
  readonly after: readonly number[];
  /** A text's pieces, with no special ones around them, and its words. */
  tokenize(text: string): Tokenized;
}

/** A whole word of a text that may be a term, and where it lies among the pieces. */
export interface Word {
  readonly text: string;
  /** Of its first piece. */
  readonly position: number;
}

/** A text in pieces. */
export interface Tokenized {
  readonly ids: readonly number[];
  readonly words: readonly Word[];
  /** Positions at which a word, or whatever else stands alone, begins: ascending. */
  readonly starts: readonly number[];
}

/** What a model reads at once. Positions of words count the ids before them. */
export interface Window {
  readonly ids: readonly number[];
  readonly words: readonly Word[];
}

/**
 * Cuts a text into what a model of `maxLength` pieces can read. Windows follow one another without overlap and end
 * where a word does, if one ends in them; an empty text has one empty window.
 *
 * @param long `truncate` keeps what fits into one window, as most published encoders were used
 */
export function cutWindows(
  { ids, words, starts }: Tokenized,
  { before, after }: Pick<Tokenizer, 'before' | 'after'>,
  maxLength: number,
  long: 'windows' | 'truncate',
): Window[] {
  const room = maxLength - before.length - after.length;
  if (room < 1) {
    const around = before.length + after.length;
    throw new SparsedgeError(
      'bad-input',
      `a model of ${maxLength} pieces has no room for text: ${around} stand around it, its prompt among them`,
      { maxLength, around },
    );
  }
  const windows: Window[] = [];
  let nextWord = 0;
  let nextStart = 0;
  for (let from = 0; from === 0 || from < ids.length; ) {
    let to = Math.min(ids.length, from + room);
    if (long === 'windows' && to < ids.length) {
      while (nextStart < starts.length && starts[nextStart] <= to) nextStart++;
      const lastStart = starts[nextStart - 1];
      if (lastStart > from) to = lastStart;
    }
    const within: Word[] = [];
    for (; nextWord < words.length && words[nextWord].position < to; nextWord++) {
      const { text, position } = words[nextWord];
      within.push({ text, position: position - from + before.length });
    }
    windows.push({ ids: [...before, ...ids.slice(from, to), ...after], words: within });
    if (long === 'truncate') break;
    from = Math.max(to, 1);
  }
  return windows;
}
