// BERT's tokenization: words as analyzer/bert-words.ts gives them, each cut greedily into the longest pieces of a
// vocabulary: "Google's Neural Machine Translation System", Wu et al., 2016, as the library `tokenizers` has it. Ours,
// since the library's JavaScript port differs in the words (bert-words.ts says where). Unlike the library, the names of
// special pieces have no meaning within text: a document that says "[MASK]" has three tokens.

import { bertNormalize, isMark, pretokenized } from '../analyzer/bert-words.ts';
import { SparsedgeError } from '../errors.ts';
import { fromUtf8 } from '../format/bytes.ts';
import { type AddedPieces, addedPieces } from './added-pieces.ts';
import { piecesOfJson } from './tokenizer-json.ts';
import type { Tokenized, Tokenizer, Word } from './tokens.ts';
import { normalizationOf, type WordPieceFacts } from './wordpiece-facts.ts';

/** Pieces and their ids. */
export interface WordPieces extends Tokenizer {
  readonly cls: number;
  readonly sep: number;
  readonly unknown: number;
}

const PREFIX = '##';
/** A word of more characters is unknown; the library's own limit. */
const MAX_CHARACTERS = 100;

/**
 * Reads vocab.txt or tokenizer.json, by name.
 *
 * @param facts what the file does not say; what tokenizer.json says otherwise is refused. BERT-uncased's unless given
 * @throws SparsedgeError `bad-input` for another tokenizer than WordPiece with these facts
 */
export function readWordPieces(bytes: Uint8Array, where: string, facts: WordPieceFacts = {}): WordPieces {
  const pieces = where.endsWith('.json') ? piecesOfJson(bytes, where, facts) : piecesOfText(bytes, where);
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  if (ids.size !== pieces.length)
    throw wrong(where, 'pieces that differ', 'one piece twice, or an id without a piece');
  const special = (piece: string): number => {
    const id = ids.get(piece);
    if (id === undefined) throw wrong(where, `the piece ${piece}`, `${pieces.length} pieces without it`);
    return id;
  };
  const [cls, sep, unknown] = [special('[CLS]'), special('[SEP]'), special('[UNK]')];
  const { before = ['[CLS]'], after = ['[SEP]'], added = [] } = facts;
  const normalization = normalizationOf(facts);
  const ofWords = new Map(ids);
  for (const { piece, ofWords: known } of added) {
    special(piece);
    if (!known) ofWords.delete(piece);
  }
  const split = addedPieces(added, ids, (text) => {
    const normal = bertNormalize(text, normalization);
    // Words are cut at white space of every kind, and added pieces may have a space.
    return added.length > 0 && normalization.cleanText ? normal.replace(/\s/g, ' ') : normal;
  });
  return {
    pieces,
    ids,
    pad: special('[PAD]'),
    cls,
    sep,
    unknown,
    before: before.map(special),
    after: after.map(special),
    tokenize: (text) => tokenize(text, split, ofWords, unknown),
  };
}

function piecesOfText(bytes: Uint8Array, where: string): string[] {
  const lines = fromUtf8(bytes, where).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function wrong(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `the tokenizer ${where}: expected ${expected}, found ${found}`, {
    file: where,
    expected,
    found,
  });
}

/** Punctuation marks and added pieces are no words. */
function tokenize(
  text: string,
  split: AddedPieces,
  vocabulary: ReadonlyMap<string, number>,
  unknown: number,
): Tokenized {
  const ids: number[] = [];
  const words: Word[] = [];
  const starts: number[] = [];
  for (const part of split(text)) {
    if (typeof part === 'number') {
      starts.push(ids.length);
      ids.push(part);
      continue;
    }
    for (const token of pretokenized(part)) {
      starts.push(ids.length);
      if (!isMark(token)) words.push({ text: token, position: ids.length });
      pushPieces(ids, token, vocabulary, unknown);
    }
  }
  return { ids, words, starts };
}

/** Appends the pieces of a word, or the unknown one if the vocabulary cannot spell all of it. */
function pushPieces(
  ids: number[],
  word: string,
  vocabulary: ReadonlyMap<string, number>,
  unknown: number,
): void {
  const first = ids.length;
  const known = word.length <= MAX_CHARACTERS || Array.from(word).length <= MAX_CHARACTERS;
  for (let start = 0; known && start < word.length; ) {
    let end = word.length;
    let id: number | undefined;
    for (; end > start; end--) {
      id = vocabulary.get(start === 0 ? word.slice(0, end) : PREFIX + word.slice(start, end));
      if (id !== undefined) break;
    }
    if (id === undefined) break;
    ids.push(id);
    start = end;
    if (start === word.length) return;
  }
  ids.length = first;
  ids.push(unknown);
}
