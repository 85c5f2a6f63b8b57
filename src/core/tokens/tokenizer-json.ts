// tokenizer.json, the file of the library `tokenizers`: the pieces of a WordPiece model, and what it says of how text
// is cut. Whatever it says beyond what is followed here is refused by name.

import { SparsedgeError } from '../errors.ts';
import { parseGivenJson } from '../format/bytes.ts';
import {
  type AddedPiece,
  type CompleteFacts,
  completeFacts,
  type WordPieceFacts,
} from './wordpiece-facts.ts';

const PREFIX = '##';
const MAX_CHARACTERS = 100;

/** Special pieces that have no meaning within text: a document that says "[MASK]" has three tokens. */
export const SPECIAL_PIECES: readonly string[] = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** An added token, in tokenizer.json and in tokenizer_config.json. */
export interface AddedToken {
  readonly content?: string;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
  readonly special?: boolean;
}

interface TemplatePart {
  readonly SpecialToken?: { readonly id?: string; readonly type_id?: number };
  readonly Sequence?: { readonly id?: string; readonly type_id?: number };
}

interface TokenizerJson {
  readonly truncation?: { readonly direction?: string } | null;
  readonly added_tokens?: readonly (AddedToken & { readonly id?: number })[] | null;
  readonly normalizer?: Readonly<Record<string, unknown>> | null;
  readonly pre_tokenizer?: { readonly type?: string } | null;
  readonly post_processor?: {
    readonly type?: string;
    readonly single?: readonly TemplatePart[];
    readonly special_tokens?: Readonly<Record<string, { readonly ids?: readonly number[] }>>;
    readonly cls?: readonly [string, number];
    readonly sep?: readonly [string, number];
  } | null;
  readonly model?: {
    readonly type?: string;
    readonly vocab?: Readonly<Record<string, number>>;
    readonly unk_token?: string;
    readonly continuing_subword_prefix?: string;
    readonly max_input_chars_per_word?: number;
  };
}

/** What tokenizer.json has. */
export interface TokenizerFile {
  /** By id, added ones included. */
  readonly pieces: readonly string[];
  /** Those that WordPiece has. */
  readonly ofWords: ReadonlySet<string>;
  readonly facts: CompleteFacts;
}

/**
 * Reads tokenizer.json.
 *
 * @throws SparsedgeError `bad-input` for another tokenizer than BERT's WordPiece
 */
export function readTokenizerJson(bytes: Uint8Array, where: string): TokenizerFile {
  const json = parseGivenJson(bytes, where) as TokenizerJson;
  const { normalizer, pre_tokenizer, model, truncation } = json;
  const checks: readonly [expected: string, found: unknown, right: unknown][] = [
    ['the model WordPiece', model?.type ?? 'WordPiece', 'WordPiece'],
    ['pieces that go on with ##', model?.continuing_subword_prefix ?? PREFIX, PREFIX],
    ['words of 100 characters', model?.max_input_chars_per_word ?? MAX_CHARACTERS, MAX_CHARACTERS],
    ['the unknown piece [UNK]', model?.unk_token ?? '[UNK]', '[UNK]'],
    ['the normalizer BertNormalizer', normalizer?.type, 'BertNormalizer'],
    ['the pre-tokenizer BertPreTokenizer', pre_tokenizer?.type, 'BertPreTokenizer'],
    ['texts to be cut at their ends', truncation?.direction ?? 'Right', 'Right'],
  ];
  for (const [expected, found, right] of checks) {
    if (found !== right) throw wrong(where, expected, JSON.stringify(found) ?? 'nothing');
  }
  const said = (name: string, otherwise: boolean): boolean => {
    const value = normalizer?.[name] ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw wrong(where, `${name} of the normalizer to be true or false`, JSON.stringify(value));
  };
  const lowercase = said('lowercase', true);
  const vocab = Object.entries(model?.vocab ?? {});
  const byId = new Map(vocab.map(([piece, id]) => [id, piece]));
  if (byId.size !== vocab.length)
    throw wrong(where, `${vocab.length} pieces with an id each`, `${byId.size} ids`);
  const ofWords = new Set(byId.values());
  const added = addTo(byId, json.added_tokens ?? [], where);
  // Before an array is made of them: an id can be any number.
  const pieces = Array.from({ length: byId.size }, (_, id) => byId.get(id));
  const gap = pieces.indexOf(undefined);
  if (gap >= 0)
    throw wrong(where, `the ids of ${pieces.length} pieces in a row from 0`, `none with the id ${gap}`);
  return {
    pieces: pieces as string[],
    ofWords,
    facts: {
      lowercase,
      stripAccents: said('strip_accents', lowercase),
      partIdeographs: said('handle_chinese_chars', true),
      cleanText: said('clean_text', true),
      added,
      ...around(json.post_processor, new Map([...byId].map(([id, piece]) => [piece, id])), where),
    },
  };
}

/** Gives added tokens their ids, and says which of them are looked for in text. */
function addTo(
  byId: Map<number, string>,
  tokens: NonNullable<TokenizerJson['added_tokens']>,
  where: string,
): AddedPiece[] {
  const ids = new Map([...byId].map(([id, piece]) => [piece, id]));
  const ofWords = new Set(byId.values());
  for (const { content = '', id = -1 } of tokens) {
    if (
      !Number.isInteger(id) ||
      id < 0 ||
      (ids.get(content) ?? id) !== id ||
      (byId.get(id) ?? content) !== content
    ) {
      throw wrong(where, `the added token ${JSON.stringify(content)} to have an id of its own`, `${id}`);
    }
    byId.set(id, content);
    ids.set(content, id);
  }
  return soughtOf(tokens, ofWords);
}

/**
 * The added tokens that are looked for in text.
 *
 * @param ofWords the pieces that WordPiece has
 */
export function soughtOf(tokens: readonly AddedToken[], ofWords: ReadonlySet<string>): AddedPiece[] {
  return tokens
    .filter(({ content = '' }) => !SPECIAL_PIECES.includes(content))
    .map(({ content = '', special = false, normalized = !special, ...token }) => ({
      piece: content,
      normalized,
      singleWord: token.single_word ?? false,
      lstrip: token.lstrip ?? false,
      rstrip: token.rstrip ?? false,
      ofWords: ofWords.has(content),
    }));
}

/**
 * What the post-processor puts around a text.
 *
 * @param ids of all pieces: it names the ids of its own, too
 */
function around(
  processor: TokenizerJson['post_processor'],
  ids: ReadonlyMap<string, number>,
  where: string,
): { before: readonly string[]; after: readonly string[] } {
  if (processor === null || processor === undefined) return { before: [], after: [] };
  const { type, single = [], special_tokens = {}, cls, sep } = processor;
  const mustBe = (piece: string, given: readonly number[] | undefined) => {
    if (given === undefined || (given.length === 1 && given[0] === ids.get(piece))) return;
    const expected = `the id ${ids.get(piece) ?? 'of a piece'} for ${piece} in the post-processor`;
    throw wrong(where, expected, given.join(', '));
  };
  if (type === 'BertProcessing' && cls && sep) {
    for (const [piece, id] of [cls, sep]) mustBe(piece, [id]);
    return { before: [cls[0]], after: [sep[0]] };
  }
  const at = single.findIndex(({ Sequence }) => Sequence?.id === 'A');
  const specials = single.map(({ SpecialToken }) => SpecialToken?.id);
  const [before, after] = [specials.slice(0, at), specials.slice(at + 1)];
  const known = (names: readonly (string | undefined)[]): names is string[] => !names.includes(undefined);
  if (type !== 'TemplateProcessing' || at < 0 || !known(before) || !known(after)) {
    const expected = 'the post-processor BertProcessing or TemplateProcessing with one text';
    throw wrong(where, expected, JSON.stringify(type) ?? 'nothing');
  }
  for (const piece of [...before, ...after])
    mustBe(piece, Object.hasOwn(special_tokens, piece) ? special_tokens[piece].ids : undefined);
  const kinds = single.map(({ SpecialToken, Sequence }) => (SpecialToken ?? Sequence)?.type_id ?? 0);
  if (kinds.some((kind) => kind !== 0))
    throw wrong(where, 'type_id 0 for all of a single text in the post-processor', kinds.join(', '));
  return { before, after };
}

/**
 * The pieces of a tokenizer.json that says the same as the given facts.
 *
 * @throws SparsedgeError `bad-input` for one that says something else
 */
export function piecesOfJson(bytes: Uint8Array, where: string, facts: WordPieceFacts): readonly string[] {
  const file = readTokenizerJson(bytes, where);
  const [expected, found] = [completeFacts(facts), file.facts];
  for (const name of Object.keys(expected) as (keyof WordPieceFacts)[]) {
    const [wanted, said] = [JSON.stringify(expected[name]), JSON.stringify(found[name])];
    if (wanted !== said) throw wrong(where, `${name} ${wanted}, as the model's contract says`, said);
  }
  return file.pieces;
}

function wrong(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `the tokenizer ${where}: expected ${expected}, found ${found}`, {
    file: where,
    expected,
    found,
  });
}
