// Compounds: "Netzwerkkonfiguration" is found by "Konfiguration" and finds "Konfiguration des Netzwerks". A word is cut
// into stems that the collection has (Koehn and Knight 2003), with what joins them left out. Documents and questions
// are cut by the same set of stems, so a question's compound need not stand in any document.
//
// The set is a Bloom filter in letters, which an index carries in its manifest: 12 bits a stem, and one in 300 others
// passes for one of them. Such a mistake finds nothing that is not there, since documents make it, too.

import { bitsOf, hashesOf } from '../words/bloom.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BITS_A_LETTER = 6;
const BITS_A_STEM = 12;
const HASHES = 6;
/** Before a stem that is never cut, though it could be. */
const WHOLE = '=';

/** Shorter parts are seldom words. */
export const SHORTEST_PART = 3;
const LONGEST_WORD = 48;

/** Whether a stem is known of a collection. */
export type KnowsStem = (stem: string) => boolean;

/** The set of a collection's stems, as a manifest holds it. */
export function partsText(stems: readonly string[], whole: readonly string[]): string {
  const keys = [...stems, ...whole.map((stem) => WHOLE + stem)];
  const letters = new Uint8Array(Math.ceil((keys.length * BITS_A_STEM) / BITS_A_LETTER));
  for (const key of keys) {
    for (const bit of bitsOf(hashesOf(key), HASHES, letters.length * BITS_A_LETTER))
      letters[Math.floor(bit / BITS_A_LETTER)] |= 1 << (bit % BITS_A_LETTER);
  }
  return Array.from(letters, (letter) => ALPHABET[letter]).join('');
}

/** Asks such a set. */
export function partsIn(text: string): KnowsStem {
  const letters = Uint8Array.from(text, (letter) => ALPHABET.indexOf(letter));
  return (stem) =>
    letters.length > 0 &&
    bitsOf(hashesOf(stem), HASHES, letters.length * BITS_A_LETTER).every(
      (bit) => letters[Math.floor(bit / BITS_A_LETTER)] & (1 << (bit % BITS_A_LETTER)),
    );
}

/** A way of cutting the first letters of a word. */
interface Cut {
  readonly parts: readonly string[];
  /** Letters of its shortest part. */
  readonly shortest: number;
}

/**
 * The stems of a compound's parts; none of a word that is no compound. Of several ways, that of the fewest parts; of
 * these, that whose shortest part is longest.
 *
 * @param word in lower case, with its marks
 * @param links what may stand between parts
 * @param stemOf as terms have it
 */
export function compoundParts(
  word: string,
  links: readonly string[],
  stemOf: (word: string) => string,
  knows: KnowsStem,
): readonly string[] {
  const { length } = word;
  if (length < 2 * SHORTEST_PART || length > LONGEST_WORD || knows(WHOLE + stemOf(word))) return [];
  const cuts: (Cut | undefined)[] = [{ parts: [], shortest: length }];
  let best: Cut | undefined;
  for (let start = 0; start <= length - SHORTEST_PART; start++) {
    const before = cuts[start];
    if (before === undefined) continue;
    if (start > 0) {
      const head = stemOf(word.slice(start));
      if (head.length >= SHORTEST_PART && knows(head))
        best = better(best, followed(before, head, length - start));
    }
    for (let end = start + SHORTEST_PART; end <= length - SHORTEST_PART; end++) {
      const part = knownModifier(word.slice(start, end), links, stemOf, knows);
      if (part !== undefined) cuts[end] = better(cuts[end], followed(before, part, end - start));
    }
  }
  return best?.parts ?? [];
}

function followed({ parts, shortest }: Cut, part: string, letters: number): Cut {
  return { parts: [...parts, part], shortest: Math.min(shortest, letters) };
}

function better(one: Cut | undefined, other: Cut): Cut {
  if (one === undefined || other.parts.length < one.parts.length) return other;
  return other.parts.length === one.parts.length && other.shortest > one.shortest ? other : one;
}

/** The stem of a part that is not the last, without what joins it to the next. */
function knownModifier(
  piece: string,
  links: readonly string[],
  stemOf: (word: string) => string,
  knows: KnowsStem,
): string | undefined {
  for (const link of links) {
    if (!piece.endsWith(link) || piece.length - link.length < SHORTEST_PART) continue;
    const stem = stemOf(piece.slice(0, piece.length - link.length));
    if (stem.length >= SHORTEST_PART && knows(stem)) return stem;
  }
  return undefined;
}
