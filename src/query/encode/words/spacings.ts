// A word that no document has, as documents have it: in two where it was typed in one, or with the one beside it. A
// number parts from letters ("rfc9110" is "RFC 9110"), and what is known to be no mistake in letters may still be one
// of a space ("filename" is "file name"). Each way to write it is looked up as it is.

import { WORDS_SPACE } from '../../../core/format/manifest.ts';
import { forwards, wordOfKey } from '../../../core/tokens/word-keys.ts';
import type { OpenIndex } from '../../search/open.ts';
import type { Correction, WordToCorrect } from './corrections.ts';
import { exactRange, type KeyRange, type RangeHit } from './key-ranges.ts';

/** A way to write a word, with the words that an index has to have for it. */
interface Spacing extends Correction {
  readonly words: readonly string[];
}

/** Letters before or behind a number. */
const NUMBERED = /^(?:(\p{L}{2,})(\p{N}+)|(\p{N}+)(\p{L}{2,}))$/u;
const LETTERS = /^[\p{L}\p{M}]+$/u;
/** Shorter ones, as "NF2" and "mp3", are names that nobody parts. */
const SHORTEST_PARTED = 4;
/** Letters of each of two words that were typed as one. */
const SHORTEST_PART = 3;
/** Shorter ones that words end with: "login", "setup". */
const PARTICLE = /^(?:in|on|up)$/;

/** Whether a word has a number that it may be parted from. */
export function isNumbered(word: string): boolean {
  return NUMBERED.test(word);
}

/** Of all ways to write a word in other spaces, what is to be read. */
export function spacingRanges(index: OpenIndex, wanted: WordToCorrect): KeyRange[] {
  const words = new Set([...spacingsOf(wanted)].flatMap((spacing) => spacing.words));
  return [...words].map((word) => exactRange(index, WORDS_SPACE, forwards(word)));
}

/**
 * The way to write a word that the index has: in one with another, or in two of which the rarer one is said most.
 *
 * @param hits what spacingRanges' ranges have
 */
export function respaced(
  wanted: WordToCorrect,
  hits: readonly (readonly RangeHit[])[],
): Correction | undefined {
  const decoder = new TextDecoder();
  const levels = new Map(
    hits.flat().map(({ key, firstImpact }) => [wordOfKey(decoder.decode(key)), firstImpact]),
  );
  let best: Spacing | undefined;
  let most = 0;
  for (const spacing of spacingsOf(wanted)) {
    const level = Math.min(...spacing.words.map((word) => levels.get(word) ?? 0));
    if (level <= most || (best?.joins && !spacing.joins)) continue;
    best = spacing;
    most = level;
  }
  return best && { text: best.text, edits: best.edits, ...(best.joins && { joins: best.joins }) };
}

function* spacingsOf({ word, stem, withBefore, withAfter }: WordToCorrect): Generator<Spacing> {
  for (const [joins, together] of [
    ['before', withBefore],
    ['after', withAfter],
  ] as const) {
    if (!together) continue;
    for (const each of formsOf(together)) yield { text: together.word, words: [each], edits: 1, joins };
  }
  for (const form of formsOf({ word, stem })) {
    for (const words of partsOf(form)) yield { text: words.join(' '), words, edits: 1 };
  }
}

function formsOf({ word, stem }: { readonly word: string; readonly stem?: string | undefined }): string[] {
  return stem === undefined ? [word] : [word, stem];
}

function partsOf(word: string): string[][] {
  const numbered = NUMBERED.exec(word)?.slice(1).filter(Boolean);
  if (numbered) return word.length < SHORTEST_PARTED ? [] : [numbered];
  if (!LETTERS.test(word)) return [];
  const cuts = Array.from({ length: word.length }, (_, cut) => [word.slice(0, cut), word.slice(cut)]);
  return cuts.filter(
    ([first, second]) =>
      first.length >= SHORTEST_PART && (second.length >= SHORTEST_PART || PARTICLE.test(second)),
  );
}
