// Questions with a mistake, made by rule: one word has one edit or two, or is parted, or joined with the next. What is
// chosen follows from the question's text alone.

import { crc32 } from 'node:zlib';
import { FUNCTIONAL } from '../../../src/core/analyzer/stems.ts';
import { typedWords } from '../../../src/query/encode/words/typed-words.ts';

/** The kinds of mistakes. */
export const MISTAKES = ['one edit', 'two edits', 'parted', 'joined'] as const;
export type Mistake = (typeof MISTAKES)[number];

/** Letters of a word that has mistakes of a kind, at least. */
const SHORTEST: Readonly<Record<Mistake, number>> = { 'one edit': 4, 'two edits': 7, parted: 7, joined: 4 };

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Numbers that look random, the same for the same seed. */
class Numbers {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  below(limit: number): number {
    return crc32(`${this.#drawn++} ${this.#seed}`) % limit;
  }
}

/** A question with a mistake; undefined where no word is long enough. Words of letters alone have mistakes. */
export function mistaken(text: string, mistake: Mistake): string | undefined {
  const numbers = new Numbers(`${mistake}: ${text}`);
  const words = typedWords(text);
  const fit = [...words.keys()].filter((at) => {
    const { word } = words[at];
    const isPlain = /^[a-z]+$/.test(word) && !FUNCTIONAL.has(word) && word.length >= SHORTEST[mistake];
    return isPlain && (mistake !== 'joined' || isFollowed(text, words, at));
  });
  if (fit.length === 0) return undefined;
  const at = fit[numbers.below(fit.length)];
  const { start, end } = words[at];
  const typed = text.slice(start, end).toLowerCase();
  if (mistake === 'joined') return text.slice(0, end) + text.slice(words[at + 1].start);
  if (mistake === 'parted') {
    const cut = 3 + numbers.below(typed.length - 5);
    return `${text.slice(0, start)}${typed.slice(0, cut)} ${typed.slice(cut)}${text.slice(end)}`;
  }
  let word = typed;
  for (let edits = mistake === 'one edit' ? 1 : 2; edits > 0; edits--) word = edited(word, numbers);
  return word === typed ? undefined : text.slice(0, start) + word + text.slice(end);
}

function isFollowed(text: string, words: ReturnType<typeof typedWords>, at: number): boolean {
  const next = words[at + 1];
  return next !== undefined && /^[a-z]{3,}$/.test(next.word) && text.slice(words[at].end, next.start) === ' ';
}

/** One letter is left out, put in, or taken for another, often a neighbour on the keyboard; or two are swapped. */
function edited(word: string, numbers: Numbers): string {
  const at = numbers.below(word.length);
  const [before, after] = [word.slice(0, at), word.slice(at)];
  switch (numbers.below(4)) {
    case 0:
      return before + after.slice(1);
    case 1:
      return before + LETTERS[numbers.below(26)] + after;
    case 2: {
      const row = ROWS.find((each) => each.includes(word[at])) ?? LETTERS;
      const beside = [row[row.indexOf(word[at]) - 1], row[row.indexOf(word[at]) + 1]].filter(Boolean);
      const other =
        numbers.below(2) === 0 ? beside[numbers.below(beside.length)] : LETTERS[numbers.below(26)];
      return before + other + after.slice(1);
    }
    default:
      return at + 1 < word.length
        ? before + word[at + 1] + word[at] + word.slice(at + 2)
        : word.slice(0, at - 1) + word[at] + word[at - 1];
  }
}
