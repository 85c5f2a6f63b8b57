// The tokenizer of models that read whole words: one id for each stem as analyzer/stems.ts gives it, functional ones
// marked. A vocabulary of 20,000 stems covers most of a text; all others share a few ids by their hash, so that no word
// is unreadable and two rare ones are seldom taken for each other.

import { eachStemmedWord, markedStem } from '../analyzer/stems.ts';
import { SparsedgeError } from '../errors.ts';
import { fromUtf8, utf8 } from '../format/bytes.ts';
import { crc32 } from '../format/checksum.ts';
import type { Tokenized, Tokenizer, Word } from './tokens.ts';

/** Ids 0 to 7: three have a meaning, and five are for later. */
const SPECIAL = ['[PAD]', '[MASK]', '[CLS]', '', '', '', '', ''];
const [PAD, , CLS] = SPECIAL.keys();

/**
 * Reads vocab.txt: a stem a line, the most frequent first. Its ids begin after those of the buckets.
 *
 * @param buckets ids that stems share which the vocabulary does not have
 * @throws SparsedgeError `bad-input` for a vocabulary that is empty, or has a line twice or an empty one
 */
export function readStems(bytes: Uint8Array, where: string, buckets: number): Tokenizer {
  const lines = fromUtf8(bytes, where).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const first = SPECIAL.length + buckets;
  const ids = new Map(lines.map((stem, line) => [stem, first + line]));
  if (ids.size !== lines.length || ids.has('') || ids.size === 0) {
    const expected = 'stems that differ, one a line';
    const found = ids.has('') ? 'an empty line' : ids.size === 0 ? 'nothing' : 'one stem twice';
    const details = { file: where, expected, found };
    throw new SparsedgeError(
      'bad-input',
      `the tokenizer ${where}: expected ${expected}; found ${found}`,
      details,
    );
  }
  const idOf = (stem: string) => ids.get(stem) ?? SPECIAL.length + (crc32(utf8(stem)) % buckets);
  return {
    pieces: [...SPECIAL, ...Array<string>(buckets).fill(''), ...lines],
    ids,
    pad: PAD!,
    before: [CLS!],
    after: [],
    tokenize: (text) => tokenize(text, idOf),
  };
}

/** Every word is read; those that are not functional are words that may be terms. */
function tokenize(text: string, idOf: (stem: string) => number): Tokenized {
  const ids: number[] = [];
  const words: Word[] = [];
  eachStemmedWord(text, (word) => {
    if (!word.functional) words.push({ text: word.stem, position: ids.length });
    ids.push(idOf(markedStem(word)));
  });
  return { ids, words, starts: [...ids.keys()] };
}
