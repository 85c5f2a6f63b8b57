// A word that the index does not hold → the one that was meant. What it holds and begins or ends as the word does is
// read, as much of both as some pages have: a word with a wrong letter still begins or ends as it should, and all of
// a small index is read. Of what is near enough, the likeliest is taken: a word that is said often, and is few edits
// away.

import { WORDS_SPACE } from '../../../core/format/manifest.ts';
import { backwards, forwards, wordOfKey } from '../../../core/tokens/word-keys.ts';
import type { OpenIndex } from '../../search/open.ts';
import { Edits } from './edits.ts';
import { type KeyRange, type RangeHit, rangeOf } from './key-ranges.ts';

/** A word to correct. What has a stem may be said in the index in another form alone. */
export interface WordToCorrect extends Stemmed {
  /** The word together with the one before it, and with the one after it. */
  readonly withBefore?: Stemmed | undefined;
  readonly withAfter?: Stemmed | undefined;
  /** Its letters are right: see spacings.ts. */
  readonly onlySpaces?: true | undefined;
}

/** A word, and its stem where that is another. */
export interface Stemmed {
  readonly word: string;
  readonly stem?: string | undefined;
}

/** What was meant. */
export interface Correction {
  /** A word, or two with a space. */
  readonly text: string;
  readonly edits: number;
  /** Which of the words beside it is a part of it. */
  readonly joins?: 'before' | 'after' | undefined;
}

/** Bytes of pages that are read of either kind, where more than half of a word need not be the same for it. */
const RANGE_BYTES = 96 * 1024;
/** Letters that are typed, and that the word has, at least, where it is one edit away, and two. */
const ONE_EDIT = { typed: 3, meant: 4 };
const TWO_EDITS = { typed: 5, meant: 7 };
/** Letters of each of two words that were typed as one. */
const SHORTEST_PART = 3;
/** What a space costs that is missing, in bits, and one too many: by chance, two words are seldom a third together. */
const NO_SPACE = 9;
const SPACE = 4;
/** What it costs that a stem is near, and not the word. */
const STEM = 6;
/** How often a collection says its words, on average. */
const TIMES_A_WORD = 64;
const STEPS_AN_OCTAVE = 8;
/** What it counts that a word is said twice as often, in bits: mistakes are made in rare words, too. */
const OCTAVE = 1 / 2;

/** How many edits what was meant may be away from a word. */
export function mostEdits(word: string): number {
  const letters = [...word].length;
  return letters < ONE_EDIT.typed ? 0 : letters < TWO_EDITS.typed ? 1 : 2;
}

/**
 * The words that what was meant is looked for among: those that begin alike, and those that end alike.
 *
 * @param bytes of pages that each may take where fewer letters than half are alike
 */
export function rangesFor(
  index: OpenIndex,
  { word }: Pick<WordToCorrect, 'word'>,
  bytes = RANGE_BYTES,
): KeyRange[] {
  return [forwards(word), backwards(word)].map((key) => {
    const letters = [...key];
    const half = 1 + Math.ceil((letters.length - 1) / 2);
    for (let kept = 1; kept < half; kept++) {
      const range = rangeOf(index, WORDS_SPACE, letters.slice(0, kept).join(''));
      if (range.bytes <= bytes) return range;
    }
    return rangeOf(index, WORDS_SPACE, letters.slice(0, half).join(''));
  });
}

/**
 * What was meant by a word, if it is near to anything.
 *
 * @param hits what rangesFor's ranges have
 * @param words how many the index has
 */
export function correct(
  wanted: WordToCorrect,
  hits: readonly (readonly RangeHit[])[],
  words: number,
): Correction | undefined {
  const levels = new Map<string, number>();
  const decoder = new TextDecoder();
  for (const { key, firstImpact } of hits.flat()) levels.set(wordOfKey(decoder.decode(key)), firstImpact);
  const choice = new Choice();
  const most = mostEdits(wanted.word);
  for (const [form, more] of formsOf(wanted)) {
    const edits = new Edits(form, most);
    for (const [word, level] of levels) {
      const found = edits.to(word);
      if (!found || word.length < (found.edits > 1 ? TWO_EDITS : ONE_EDIT).meant) continue;
      choice.offer({ text: word, edits: found.edits }, level, found.bits + more);
    }
  }
  for (const [joins, together] of [
    ['before', wanted.withBefore],
    ['after', wanted.withAfter],
  ] as const) {
    for (const [form, more] of together ? formsOf(together) : []) {
      const level = levels.get(form);
      if (level !== undefined) choice.offer({ text: together!.word, edits: 1, joins }, level, SPACE + more);
    }
  }
  const all = STEPS_AN_OCTAVE * Math.log2(words * TIMES_A_WORD);
  for (let cut = SHORTEST_PART; cut <= wanted.word.length - SHORTEST_PART; cut++) {
    const [first, second] = [wanted.word.slice(0, cut), wanted.word.slice(cut)];
    const together = [levels.get(first), levels.get(second)];
    if (together[0] === undefined || together[1] === undefined) continue;
    choice.offer({ text: `${first} ${second}`, edits: 1 }, together[0] + together[1] - all, NO_SPACE);
  }
  return choice.best;
}

/** What a word may be said as, and what that costs. */
function formsOf({ word, stem }: Stemmed): [form: string, bits: number][] {
  return stem === undefined
    ? [[word, 0]]
    : [
        [word, 0],
        [stem, STEM],
      ];
}

/** The likeliest of several corrections; of equal ones the one that comes first in the order of its text. */
class Choice {
  best: Correction | undefined;
  #score = Number.NEGATIVE_INFINITY;

  /** @param level of the frequency of what is offered */
  offer(correction: Correction, level: number, bits: number): void {
    const score = (OCTAVE * level) / STEPS_AN_OCTAVE - bits;
    if (score < this.#score) return;
    if (score === this.#score && this.best && this.best.text <= correction.text) return;
    this.best = correction;
    this.#score = score;
  }
}
