// BERT's tokenization: words as analyzer/bert-words.ts gives them, each cut greedily into the longest pieces of a
// vocabulary: "Google's Neural Machine Translation System", Wu et al., 2016, as the library `tokenizers` has it. Ours,
// since the library's JavaScript port differs in the words (bert-words.ts says where). Unlike the library, the names of
// special pieces have no meaning within text: a document that says "[MASK]" has three tokens.

import { bertPretokenize, isMark } from '../analyzer/bert-words.ts';
import { SparsedgeError } from '../errors.ts';
import { fromUtf8, parseJson } from '../format/bytes.ts';
import type { Tokenized, Tokenizer, Word } from './tokens.ts';

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
 * @throws SparsedgeError `bad-input` for another tokenizer than BERT-uncased's WordPiece
 */
export function readWordPieces(bytes: Uint8Array, where: string): WordPieces {
  const pieces = where.endsWith('.json') ? piecesOfJson(bytes, where) : piecesOfText(bytes, where);
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  if (ids.size !== pieces.length)
    throw wrong(where, 'pieces that differ', 'one piece twice, or an id without a piece');
  const special = (piece: string): number => {
    const id = ids.get(piece);
    if (id === undefined) throw wrong(where, `the piece ${piece}`, `${pieces.length} pieces without it`);
    return id;
  };
  const [cls, sep, unknown] = [special('[CLS]'), special('[SEP]'), special('[UNK]')];
  return {
    pieces,
    ids,
    pad: special('[PAD]'),
    cls,
    sep,
    unknown,
    before: [cls],
    after: [sep],
    tokenize: (text) => tokenize(text, ids, unknown),
  };
}

function piecesOfText(bytes: Uint8Array, where: string): string[] {
  const lines = fromUtf8(bytes, where).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

interface TokenizerJson {
  readonly normalizer?: Readonly<Record<string, unknown>> | null;
  readonly pre_tokenizer?: { readonly type?: string } | null;
  readonly model?: {
    readonly type?: string;
    readonly vocab?: Readonly<Record<string, number>>;
    readonly continuing_subword_prefix?: string;
    readonly max_input_chars_per_word?: number;
  };
}

function piecesOfJson(bytes: Uint8Array, where: string): string[] {
  const { normalizer, pre_tokenizer, model } = parseJson(bytes, where) as TokenizerJson;
  const checks: readonly [expected: string, found: unknown, right: unknown][] = [
    ['the model WordPiece', model?.type ?? 'WordPiece', 'WordPiece'],
    ['pieces that go on with ##', model?.continuing_subword_prefix ?? PREFIX, PREFIX],
    ['words of 100 characters', model?.max_input_chars_per_word ?? MAX_CHARACTERS, MAX_CHARACTERS],
    ['the normalizer BertNormalizer', normalizer?.type, 'BertNormalizer'],
    ['the normalizer to lower-case', normalizer?.lowercase ?? true, true],
    ['the normalizer to clean text', normalizer?.clean_text ?? true, true],
    ['the normalizer to part ideographs', normalizer?.handle_chinese_chars ?? true, true],
    ['the normalizer to strip accents', normalizer?.strip_accents ?? true, true],
    ['the pre-tokenizer BertPreTokenizer', pre_tokenizer?.type, 'BertPreTokenizer'],
  ];
  for (const [expected, found, right] of checks) {
    if (found !== right) throw wrong(where, expected, JSON.stringify(found) ?? 'nothing');
  }
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries(model?.vocab ?? {})) pieces[id] = piece;
  return Array.from(pieces, (piece) => piece ?? '');
}

function wrong(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `the tokenizer ${where}: expected ${expected}, found ${found}`, {
    file: where,
    expected,
    found,
  });
}

/** Punctuation marks are no words. */
function tokenize(text: string, vocabulary: ReadonlyMap<string, number>, unknown: number): Tokenized {
  const ids: number[] = [];
  const words: Word[] = [];
  const starts: number[] = [];
  for (const token of bertPretokenize(text)) {
    starts.push(ids.length);
    if (!isMark(token)) words.push({ text: token, position: ids.length });
    pushPieces(ids, token, vocabulary, unknown);
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
